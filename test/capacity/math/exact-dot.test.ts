import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { minusDot } from "../../../src/capacity/math/exact-dot.ts";

/** A double as a whole number of 2^-1074. */
function exact(value: number): bigint {
  const power = value === 0 ? 0 : Math.max(0, Math.ceil(-Math.log2(Math.abs(value))) + 60);
  const first = Math.min(power, 1_000);
  return BigInt(value * 2 ** first * 2 ** (power - first)) << BigInt(1_074 - power);
}

describe("a sum of products in twice the precision", () => {
  test.each([
    ["keeps what a large term would swallow", 1, [1e16, 1, -1e16], [1, 1, 1], 0],
    ["keeps the end of a product", 0, [1 + 2 ** -30, -1], [1 + 2 ** -30, 1 + 2 ** -29], -(2 ** -60)],
    ["finds the root's rounding", 2, [Math.SQRT2], [Math.SQRT2], -2.734323463064769e-16],
    ["of nothing is its start", 0.1, [], [], 0.1],
    ["knows that tenths are no tenths", 0.3, [0.1, 0.2], [1, 1], -2.7755575615628914e-17],
  ])("%s", (_, start, a, b, expected) => {
    expect(Math.abs(minusDot(start, a, b) - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-15);
  });

  it("is what whole numbers give, within one rounding and the rounding of what was lost", () => {
    const value = fc
      .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: -40, max: 40 }))
      .map(([whole, power]) => whole * 2 ** power);
    fc.assert(
      fc.property(value, fc.array(fc.tuple(value, value), { maxLength: 30 }), (start, pairs) => {
        const [a, b] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
        // Scaled so that a product of two is whole.
        const unit = 1n << 1_074n;
        let truth = exact(start) * unit;
        let size = exact(Math.abs(start)) * unit;
        for (const [x, y] of pairs) {
          const product = exact(x) * exact(y);
          truth -= product;
          size += product < 0n ? -product : product;
        }
        const found = exact(minusDot(start, a, b)) * unit;
        const error = found > truth ? found - truth : truth - found;
        const length = truth < 0n ? -truth : truth;
        expect(error <= (length >> 52n) + (size >> 90n)).toBe(true);
      }),
    );
  });
});
