import { describe, expect, test } from "vitest";

import { seededRandom, systemRandom, type Random } from "../../src/core/random.ts";

test("the same seed gives the same numbers on every machine and in every version", () => {
  const random = seededRandom("monday");
  expect(Array.from({ length: 4 }, () => random.integer(0, 999_999))).toMatchInlineSnapshot(`
    [
      684694,
      461562,
      109237,
      138648,
    ]
  `);
  expect(seededRandom(7).next()).toBe(seededRandom("7").next());
});

test("seeds that are alike give numbers that are not", () => {
  const firsts = Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed).next());
  expect(new Set(firsts).size).toBe(1_000);
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
  // Four standard deviations of the mean of 1,000 uniform numbers.
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 1_000));
});

describe.each<[string, Random]>([
  ["a seeded source", seededRandom("distribution")],
  ["the system's source", systemRandom],
])("%s", (_, random) => {
  test("is even, within what chance allows", () => {
    const draws = 100_000;
    const bins = Array.from({ length: 16 }, () => 0);
    for (let draw = 0; draw < draws; draw += 1) {
      const value = random.next();
      if (!(value >= 0 && value < 1)) throw new Error(`${String(value)} is out of range`);
      const bin = Math.floor(value * bins.length);
      bins[bin] = (bins[bin] as number) + 1;
    }
    const expected = draws / bins.length;
    const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 15 degrees of freedom: 1 in a million is above 55.
    expect(chiSquared).toBeLessThan(55);
  });

  test("has whole numbers from the first to the last", () => {
    const seen = new Set(Array.from({ length: 1_000 }, () => random.integer(-1, 2)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
    expect(random.integer(5, 5)).toBe(5);
  });

  test("picks each item, and none from nothing", () => {
    const seen = new Set(Array.from({ length: 200 }, () => random.pick(["a", "b", "c"])));
    expect(seen.size).toBe(3);
    expect(() => random.pick([])).toThrow(new RangeError("cannot pick from an empty list"));
  });
});
