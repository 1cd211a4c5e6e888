/** Chance that can be repeated: everything random in nines is drawn from one of these. */

/** A source of random numbers. */
export interface Random {
  /** A number in `[0, 1)`. */
  next(): number;
  /** A whole number in `[min, max]`, both included. */
  integer(min: number, max: number): number;
  /** One of `items`, each as likely; throws a `RangeError` if there are none. */
  pick<T>(items: readonly T[]): T;
}

/**
 * A repeatable source: the same seed gives the same numbers on every machine (sfc32, seeded by FNV-1a and mixed).
 *
 * @example
 * ```ts
 * import { seededRandom } from "nines";
 *
 * if (seededRandom("monday").next() !== seededRandom("monday").next()) throw new Error("not repeatable");
 * ```
 */
export function seededRandom(seed: string | number): Random {
  let hash = 0x811c9dc5;
  for (const character of String(seed)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = hash;
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first rounds still show the seed; the author of sfc32 asks for 12.
  for (let round = 0; round < 12; round += 1) next();
  return fromNext(next);
}

/** The machine's own source; not repeatable, not for secrets. */
export const systemRandom: Random = fromNext(() => Math.random());

function fromNext(next: () => number): Random {
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick(items) {
      if (items.length === 0) throw new RangeError("cannot pick from an empty list");
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
  };
}
