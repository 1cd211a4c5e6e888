import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { divideProducts, Fraction } from "../../src/core/ratio.ts";
import { sign, ulpsAway } from "../proofs/support/exact.ts";

const factor = fc.oneof(
  fc.integer({ min: 0, max: 10 }),
  fc.integer({ min: 0, max: 1_000_000_000 }),
  fc.maxSafeInteger().map(Math.abs),
);
const factors = fc.array(factor, { minLength: 1, maxLength: 4 });
const positive = fc.array(
  factor.map((value) => Math.max(1, value)),
  { minLength: 1, maxLength: 4 },
);
const big = (values: readonly number[]): bigint => values.reduce((product, value) => product * BigInt(value), 1n);

test("a fraction of whole numbers of any size is the nearest double", () => {
  fc.assert(
    fc.property(factors, positive, (over, under) => {
      const [n, d] = [big(over), big(under)];
      const fraction = new Fraction(over, under);
      expect(ulpsAway(fraction.value, { n, d })).toBeLessThanOrEqual(0.5);
      expect(ulpsAway(fraction.complement, { n: d - n, d })).toBeLessThanOrEqual(0.5);
      expect(fraction.compareToOne()).toBe(sign(n - d) + 0);
    }),
    { numRuns: 2_000 },
  );
});

test("what it lacks to one, over any factors, has the sign of the complement", () => {
  fc.assert(
    fc.property(factors, positive, positive, (over, under, divisor) => {
      const fraction = new Fraction(over, under);
      const lack = fraction.lackOver(divisor);
      expect(Math.sign(lack)).toBe(Math.sign(fraction.complement));
      expect(ulpsAway(lack, { n: big(under) - big(over), d: big(divisor) })).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test("factors that are not whole make it ordinary floating point", () => {
  expect(new Fraction([0.5, 3], [2, 1]).value).toBe(0.75);
  expect(new Fraction([0.5, 3], [2, 1]).lackOver([0.25])).toBe(2);
  expect(new Fraction([1.5], [1.5]).compareToOne()).toBe(0);
});

describe("whole numbers beyond those that doubles count one by one", () => {
  const huge = 2 ** 53;

  test.each([
    ["a quarter of them", [huge, 1], [huge, 4], 1 / 4],
    ["none of them", [0, huge], [huge, 3], 0],
    ["all of them", [huge, 3], [3, huge], 1],
    ["more than all of them", [huge, 7], [huge, 2], 3.5],
  ])("make the nearest double: %s", (_, over, under, value) => {
    const fraction = new Fraction(over, under);
    expect(fraction.value).toBe(value);
    expect(fraction.complement).toBe(1 - value);
  });

  test("are compared, and what they lack is told, to the last one", () => {
    const [less, same, more] = [
      [huge, huge - 1],
      [huge, huge],
      [huge, huge + 2],
    ].map((over) => new Fraction(over, [huge, huge]));
    expect([less, same, more].map((fraction) => fraction?.compareToOne())).toEqual([-1, 0, 1]);
    expect([less, same, more].map((fraction) => fraction?.lackOver([huge]))).toEqual([1, 0, -2]);
    expect([less, same, more].map((fraction) => fraction?.complement)).toEqual([1 / huge, 0, -2 / huge]);
    expect(less?.lackOver([huge, huge])).toBe(1 / huge);
    expect(new Fraction([1], [3]).lackOver([huge, 3])).toBe(2 / 3 / huge);
  });

  // 2^53 + 1 is in the middle between two doubles.
  test.each([
    ["in the middle between two, the even one", [3, 3_002_399_751_580_331], [1], huge],
    [
      "a hair above the middle, the upper one",
      [1_240_230_968_261, 8_461_949_226_496_484],
      [1_165_153_693_811],
      huge + 2,
    ],
    ["a hair below the middle, the lower one", [1_562_460_669_463, 87_942_052_927_232], [15_255_130_369], huge],
    ["in the middle between two, over more than one", [3, 3_002_399_751_580_331, 3], [3], huge],
    ["below zero", [-huge, 3], [huge, 1], -3],
  ])("make the nearest double: %s", (_, over, under, value) => {
    expect(new Fraction(over, under).value).toBe(value);
  });

  test("divide what is lacking without rounding on the way", () => {
    const divisors = [256_428_822_768_770, 7_529_004_197_244_134];
    expect(new Fraction([1], [100_780_965]).lackOver(divisors)).toBe(5.2200435993032e-23);
    expect(new Fraction([1], [100_780_965]).lackOver([huge])).toBe(100_780_964 / huge);
    // As a double, 2^54 - 1 would be 2^54.
    expect(new Fraction([1], [huge, 2]).lackOver([5])).toBe(3_602_879_701_896_396.5);
    expect(new Fraction([3, huge], [huge, 3]).lackOver([5])).toBe(0);
    expect(Object.is(new Fraction([5], [4]).lackOver([1e200, 1e200]), 0)).toBe(true);
  });

  test("beside one that is not whole are ordinary floating point", () => {
    expect(new Fraction([huge, huge], [0.5, huge]).value).toBe(2 * huge);
    expect(new Fraction([0.5, huge], [huge, huge]).value).toBe(0.5 / huge);
    expect(new Fraction([huge, huge], [huge, huge]).lackOver([0.5])).toBe(0);
    expect(new Fraction([huge, huge - 1], [huge, huge]).lackOver([0.5])).toBe(2 * huge);
  });
});

test("a denominator of zero is not a number, and callers decide before", () => {
  expect(divideProducts(1, 2, 0, 3)).toBeNaN();
  expect(divideProducts(2 ** 53, 2 ** 53, 0, 3)).toBeNaN();
  expect(new Fraction([1], [4]).lackOver([0])).toBeNaN();
  expect(new Fraction([1], [2 ** 53, 2]).lackOver([0])).toBeNaN();
  expect(divideProducts(6, 7, 2, 3)).toBe(7);
});
