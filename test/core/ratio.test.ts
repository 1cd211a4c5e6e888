import fc from "fast-check";
import { expect, test } from "vitest";

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

test("a denominator of zero is not a number, and callers decide before", () => {
  expect(divideProducts(1, 2, 0, 3)).toBeNaN();
  expect(divideProducts(2 ** 53, 2 ** 53, 0, 3)).toBeNaN();
  expect(divideProducts(6, 7, 2, 3)).toBe(7);
});
