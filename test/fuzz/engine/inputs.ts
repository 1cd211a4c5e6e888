/** Any input of a target by its number alone, and the smaller ones that fast-check sees in it. */
import fc from "fast-check";
import { seededRandom } from "../../../src/core/random.ts";
import type { FuzzTarget } from "../types.ts";

/** An input, and what fast-check needs to make it smaller. */
export type Drawn = fc.Value<unknown>;

/** Which input: the `index`-th of a seed, and then which of the smaller ones, and so on down. */
export interface InputPlace {
  readonly seed: string;
  readonly index: number;
  readonly path: readonly number[];
}

/** The input at a place; undefined where the path leads nowhere. */
export function drawnAt(target: FuzzTarget, { seed, index, path }: InputPlace): Drawn | undefined {
  // Half of them lean to the small and the extreme, as fast-check's own runner has them.
  const bias = index % 2 === 0 ? 3 : undefined;
  const random = new fc.Random(new Generator(`${seed}/${target.name}/${String(index)}`));
  let drawn: Drawn | undefined = target.inputs.generate(random, bias);
  for (const step of path) {
    if (drawn === undefined) return undefined;
    drawn = [...smallerThan(target, drawn).take(step + 1)][step];
  }
  return drawn;
}

/** What fast-check would try next, the most promising first. */
export function smallerThan(target: FuzzTarget, drawn: Drawn): fc.Stream<Drawn> {
  return target.inputs.shrink(drawn.value_, drawn.context);
}

/** Chance as fast-check takes it (xorshift128): a copy goes its own way, which fast-check relies on to make smaller. */
class Generator {
  #state: readonly [number, number, number, number];

  constructor(seed: string | Generator) {
    if (typeof seed !== "string") {
      this.#state = seed.#state;
      return;
    }
    const { next } = seededRandom(seed);
    const word = (): number => (next() * 2 ** 32) | 0;
    this.#state = [word(), word(), word(), word() | 1];
  }

  clone(): Generator {
    return new Generator(this);
  }

  next(): number {
    const [x, y, z, w] = this.#state;
    const mixed = x ^ (x << 11);
    const last = w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8);
    this.#state = [y, z, w, last];
    return last;
  }

  getState(): readonly number[] {
    return this.#state;
  }
}
