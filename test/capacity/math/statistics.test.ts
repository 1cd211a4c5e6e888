import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import {
  excessKurtosis,
  mean,
  median,
  quantileSorted,
  robustDeviation,
  skewness,
  sum,
} from "../../../src/capacity/math/statistics.ts";
import { CARS, ISLANDS, NILE } from "./r.ts";

const SORTED = CARS.y.toSorted((a, b) => a - b);

describe("statistics of a handful of values", () => {
  it("add what additions round away", () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(new Float64Array(10).fill(0.1))).toBe(1);
    expect([sum([]), mean([1, 2, 4.5])]).toEqual([0, 2.5]);
  });

  // quantile(cars$dist, share), type 7
  test.each([
    [0, 2],
    [0.05, 10],
    [0.25, 26],
    [0.5, 36],
    [0.9, 80.4],
    [0.99, 106.77],
    [1, 120],
  ])("have the quantile %d of R", (share, expected) => {
    expect(quantileSorted(SORTED, share)).toBeCloseTo(expected, 10);
  });

  it("keep a share within what there is", () => {
    expect([quantileSorted([3, 5], -0.1), quantileSorted([3, 5], 1.1), quantileSorted([7], 0.3)]).toEqual([3, 5, 7]);
  });

  it("spread as R's mad says", () => {
    // mad(cars$dist); mad(islands), whose factor is 1.4826
    expect(robustDeviation(CARS.y)).toBeCloseTo((23.7216 / 1.4826) * 1.482602218505602, 9);
    expect(robustDeviation(ISLANDS)).toBeCloseTo((39.2889 / 1.4826) * 1.482602218505602, 9);
  });

  // z <- x - mean(x); mean(z^3) / mean(z^2)^1.5; mean(z^4) / mean(z^2)^2 - 3
  test.each([
    ["cars", CARS.y, [0.78248351731149657, 0.24801865717051808]],
    ["islands", ISLANDS, [3.2054659345525658, 10.146560552216936]],
    ["Nile", NILE, [0.32236968172375269, -0.30490684502048016]],
  ] as const)("have the moments of R's %s", (_, values, [third, fourth]) => {
    expect(skewness(values)).toBeCloseTo(third, 12);
    expect(excessKurtosis(values)).toBeCloseTo(fourth, 12);
  });

  it("have no moments where all values are one", () => {
    for (const values of [[], [4], [2, 2, 2, 2, 2]]) expect([skewness(values), excessKurtosis(values)]).toEqual([0, 0]);
  });

  it("are NaN of nothing", () => {
    expect([mean([]), median([]), robustDeviation([]), quantileSorted([], 0.5)]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it("take typed arrays, and leave them as they are", () => {
    const values = Float64Array.of(3, 1, 2);
    expect([mean(values), median(values), robustDeviation(values), sum(values)]).toEqual([2, 2, 1.482602218505602, 6]);
    expect(values).toEqual(Float64Array.of(3, 1, 2));
  });

  it("do not move with the order, and move with all of the values", () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (list, shift) => {
        const moved = list.toReversed().map((value) => value + shift);
        expect(median(moved)).toBeCloseTo(median(list) + shift, 9);
        expect(mean(moved)).toBeCloseTo(mean(list) + shift, 9);
        expect(robustDeviation(moved)).toBeCloseTo(robustDeviation(list), 9);
        expect(skewness(moved)).toBeCloseTo(skewness(list), 6);
      }),
    );
  });
});
