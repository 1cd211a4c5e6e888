/** Inputs that are drawn from a seeded source of chance, and made smaller by what JSON is made of. */
import fc from "fast-check";

import { type Random, seededRandom } from "../../../src/core/random.ts";

/** Shorter texts choose among a few words, and stay as they are. */
const SHORTEST_CUT = 24;
/** What is smaller is looked for in so few ways at each place. */
const CUTS = 8;

/** Inputs that `draw` makes; lists and long texts in them may be of any length, which is how they become smaller. */
export function drawn<Input>(draw: (random: Random) => Input): fc.Arbitrary<Input> {
  return new Drawn(draw);
}

class Drawn<Input> extends fc.Arbitrary<Input> {
  readonly #draw: (random: Random) => Input;

  constructor(draw: (random: Random) => Input) {
    super();
    this.#draw = draw;
  }

  override generate(chance: fc.Random): fc.Value<Input> {
    return new fc.Value(this.#draw(seededRandom(chance.nextInt(0, 0x7fffffff))), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Input {
    return value !== undefined;
  }

  override shrink(value: Input): fc.Stream<fc.Value<Input>> {
    return fc.stream(smaller(value)).map((one) => new fc.Value(one as Input, undefined));
  }
}

/** What is like `value` and smaller in one place. */
function* smaller(value: unknown): Generator {
  if (typeof value === "string") {
    if (value.length >= SHORTEST_CUT) yield* without(value);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    yield* without(value as readonly unknown[]);
    for (const [index, item] of value.entries()) {
      for (const less of smaller(item)) yield (value as readonly unknown[]).with(index, less);
    }
    return;
  }
  for (const [name, item] of Object.entries(value)) {
    for (const less of smaller(item)) {
      yield Object.fromEntries(Object.entries(value).map(([key, old]) => [key, key === name ? less : old]));
    }
  }
}

/** A half is left out, then a quarter, and so on. */
function* without<Whole extends string | readonly unknown[]>(whole: Whole): Generator<Whole> {
  for (let length = Math.ceil(whole.length / 2), cuts = 0; length >= 1; length = Math.floor(length / 2), cuts += 1) {
    if (cuts > CUTS) return;
    for (let at = 0; at < whole.length; at += length) {
      const rest =
        typeof whole === "string" ? whole.slice(0, at) + whole.slice(at + length) : joined(whole, at, length);
      yield rest as Whole;
    }
  }
}

function joined(whole: readonly unknown[], at: number, length: number): readonly unknown[] {
  return [...whole.slice(0, at), ...whole.slice(at + length)];
}
