import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { ratioTail, studentCumulative, studentQuantile } from "../../../src/capacity/math/student.ts";
import { normalQuantile } from "../../../src/core/normal.ts";
import { PT, QT } from "./r.ts";

const near = (found: number, expected: number, relative: number): void => {
  const error = found === expected ? 0 : Math.abs(found - expected) / Math.abs(expected);
  expect(error, `${String(found)} beside ${String(expected)}`).toBeLessThanOrEqual(relative);
};

describe("Student's t", () => {
  test.each(QT)("has the quantiles of R with %d degrees of freedom, far out and at the middle", (degrees, values) => {
    for (const [place, probability] of [1e-20, 1e-9, 0.0005, 0.01, 0.3].entries()) {
      near(studentQuantile(probability, degrees), values[place] as number, 1e-14);
    }
    // Near the middle a probability has fewer digits that tell them apart.
    near(studentQuantile(0.499, degrees), values[5] as number, 2e-13);
  });

  // qt(.975, c(1, 2, 3, 5, 10, 30, 48, 1000))
  test.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [5, 2.5705818356363137],
    [10, 2.228138851986274],
    [30, 2.0422724563012378],
    [48, 2.010634757624232],
    [1000, 1.9623390808264076],
    // qt(.975, c(0.5, 1.5))
    [0.5, 164.55767348049446],
    [1.5, 6.016663104427929],
  ])("of 95 %% with %d degrees of freedom is %d", (degrees, expected) => {
    near(studentQuantile(0.975, degrees), expected, 1e-13);
    near(studentQuantile(0.025, degrees), -expected, 1e-13);
  });

  test.each(PT)("has the shares of R below and above, with %d degrees of freedom", (degrees, values) => {
    for (const [place, t] of [-40, -6, -2.1, -0.5, -1e-8, 0.3, 1.7, 9].entries()) {
      near(studentCumulative(t, degrees), values[place] as number, 2e-14);
    }
  });

  it("tells a hair beside the middle from the middle", () => {
    // pt(-1e-8, 10) - .5
    expect(studentCumulative(-1e-8, 10) - 0.5).toBeCloseTo(-3.8910838440209261e-9, 16);
    expect(studentCumulative(0, 10)).toBe(0.5);
    expect(studentQuantile(0.5, 10)).toBe(0);
  });

  test.each([1e4, 1e5, 1e6, 1e7, 9e7, 1e8])("keeps its digits with %d degrees of freedom", (n) => {
    // Cornish and Fisher's expansion, exact here (Abramowitz and Stegun 26.7.5).
    const z = 1.959963984540054;
    const [first, second, third] = [
      z ** 3 + z,
      5 * z ** 5 + 16 * z ** 3 + 3 * z,
      3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z,
    ];
    const expansion = z + first / (4 * n) + second / (96 * n ** 2) + third / (384 * n ** 3);
    near(studentQuantile(0.975, n), expansion, 1e-14);
  });

  it("is the normal distribution from a hundred million degrees on", () => {
    expect(studentQuantile(0.975, 1e12)).toBe(normalQuantile(0.975));
    near(studentQuantile(0.975, 1.01e8), studentQuantile(0.975, 0.99e8), 1e-7);
  });

  it("has no quantile where there is none", () => {
    expect(studentQuantile(0.975, 0)).toBeNaN();
    expect(studentQuantile(0.975, NaN)).toBeNaN();
    expect(studentQuantile(1.1, 5)).toBeNaN();
    expect(studentQuantile(NaN, 5)).toBeNaN();
    expect([studentQuantile(0, 5), studentQuantile(1, 5)]).toEqual([-Infinity, Infinity]);
    for (const degrees of [1, 2, 5]) {
      expect([-0.1, 1.1, NaN].map((share) => studentQuantile(share, degrees))).toEqual([NaN, NaN, NaN]);
      expect([0, 1].map((share) => studentQuantile(share, degrees))).toEqual([-Infinity, Infinity]);
    }
    expect([studentQuantile(0.1, -1), studentQuantile(0.5, 0), studentQuantile(0.5, 1e9)]).toEqual([NaN, NaN, 0]);
  });

  it("has the quantiles of one and two degrees as far out as numbers go", () => {
    // 1 / (pi * p), and 1 / sqrt(2 * p)
    near(studentQuantile(1e-200, 1), -1e200 / Math.PI, 1e-14);
    near(studentQuantile(1e-306, 1), -1e306 / Math.PI, 1e-14);
    near(studentQuantile(2e-308, 2), -5e153, 1e-13);
    near(studentQuantile(0.75, 1), 1, 1e-15);
    // (1 - 2 * 0.2) * sqrt(1 / (2 * 0.2 * 0.8))
    near(studentQuantile(0.8, 2), 0.6 / Math.sqrt(0.32), 1e-14);
  });

  it("has all of itself between the ends", () => {
    for (const degrees of [0.5, 1, 2, 7, 1e6]) {
      expect([-Infinity, 0, Infinity].map((t) => studentCumulative(t, degrees))).toEqual([0, 0.5, 1]);
      near(studentCumulative(1.3, degrees) + studentCumulative(-1.3, degrees), 1, 1e-15);
    }
  });

  it("goes there and back", () => {
    const case_ = fc.record({
      power: fc.double({ min: -25, max: -0.31, noNaN: true }),
      degrees: fc.double({ min: 1, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(case_, ({ power, degrees }) => {
        const probability = 10 ** power;
        const t = studentQuantile(probability, degrees);
        near(studentCumulative(t, degrees), probability, 1e-12);
        expect(t).toBeLessThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("is symmetric, and further out where it is surer or knows less", () => {
    const case_ = fc.record({
      probability: fc.double({ min: 0.51, max: 0.999999, noNaN: true }),
      degrees: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(case_, ({ probability, degrees }) => {
        const t = studentQuantile(probability, degrees);
        near(studentQuantile(1 - probability, degrees), -t, 1e-9);
        expect(studentQuantile(probability + 1e-7, degrees)).toBeGreaterThan(t);
        expect(studentQuantile(probability, degrees + 1)).toBeLessThan(t);
        expect(t).toBeGreaterThan(normalQuantile(probability));
      }),
    );
  });
});

describe("the normal distribution", () => {
  // qnorm(c(1e-300, 1e-20, 1e-9, 0.001, 0.05, 0.075, 0.2, 0.51, 0.9, 0.95, 0.975, 0.995, 1 - 1e-12))
  test.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798405],
    [1e-9, -5.9978070150076865],
    [0.001, -3.090232306167813],
    [0.05, -1.6448536269514726],
    [0.075, -1.4395314709384557],
    [0.2, -0.8416212335729142],
    [0.51, 0.025068908258711057],
    [0.9, 1.2815515655446008],
    [0.95, 1.6448536269514715],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489],
    [1 - 1e-12, 7.034486910047836],
  ])("has %d of itself below %d, as R says", (probability, expected) => {
    near(normalQuantile(probability), expected, 1e-15);
  });

  it("has its ends and its middle, and nothing beyond", () => {
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
    expect([-0.1, 1.1, NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
  });
});

describe("the ratio of two mean squares", () => {
  // pf(ratio, above, below, lower.tail = FALSE)
  test.each([
    [1, 1, 1, 0.5],
    [4.2, 2, 30, 0.024651903288156606],
    [0.3, 6, 100, 0.9355376317281197],
    [12.5, 23, 700, 6.505824521592204e-39],
    [1e-6, 3, 9, 0.9999999985064547],
    [900, 1, 5, 7.718648620496047e-7],
    [1.2, 167, 5000, 0.042654382958262016],
  ])("is above %d with %d and %d degrees of freedom in a share of %d, as R says", (ratio, above, below, expected) => {
    near(ratioTail(ratio, above, below), expected, 1e-12);
  });

  it("is Student's t squared where one has one degree", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 50, noNaN: true }), fc.integer({ min: 1, max: 500 }), (t, degrees) =>
        near(ratioTail(t * t, 1, degrees), 2 * studentCumulative(-t, degrees), 1e-12),
      ),
    );
  });

  it("is surely above nothing, and never above everything", () => {
    expect(ratioTail(0, 3, 10)).toBe(1);
    expect(ratioTail(NaN, 3, 10)).toBe(1);
    expect(ratioTail(Infinity, 3, 10)).toBe(0);
  });
});
