import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { predictLinear } from "../../src/capacity/math/predict-linear.ts";
import type { SeriesPoint } from "../../src/capacity/series/samples.ts";

const MINUTES_5 = 300_000;
const every5Minutes = (...values: number[]): SeriesPoint[] =>
  values.map((value, index) => ({ at: index * MINUTES_5, value }));
const RESET = every5Minutes(0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50);

describe("predictLinear", () => {
  it.each([
    ["with both ends of the window, as Prometheus 2 selects it", RESET, 76.81818181818181],
    ["without the older end, as Prometheus 3 selects it", RESET.slice(1), 70],
  ])("gives what Prometheus publishes, %s", (_, points, expected) => {
    expect(predictLinear(points, { at: 3_000_000, aheadSeconds: 3_600 })).toBeCloseTo(expected, 9);
  });

  it("counts from the time of asking, not from the last point", () => {
    const points = every5Minutes(0, 300);
    expect(predictLinear(points, { at: 300_000, aheadSeconds: 60 })).toBeCloseTo(360, 9);
    expect(predictLinear(points, { at: 420_000, aheadSeconds: 60 })).toBeCloseTo(480, 9);
    expect(predictLinear(points, { at: 420_000, aheadSeconds: -420 })).toBeCloseTo(0, 9);
  });

  it("needs two points", () => {
    const options = { at: 0, aheadSeconds: 60 };
    expect(predictLinear([], options)).toBeUndefined();
    expect(predictLinear(every5Minutes(7), options)).toBeUndefined();
  });

  it("gives a constant as it is, to the last bit", () => {
    const value = 0.1 + 0.2;
    expect(predictLinear(every5Minutes(value, value, value), { at: 1e12, aheadSeconds: 1e9 })).toBe(value);
  });

  it.each([
    ["a constant that is infinite", [Infinity, Infinity]],
    ["a constant that is minus infinity", [-Infinity, -Infinity]],
    ["an infinity among numbers", [1, Infinity, 3]],
    ["NaN among numbers", [1, NaN, 3]],
    ["nothing but NaN", [NaN, NaN]],
  ])("gives NaN for %s", (_, values) => {
    expect(predictLinear(every5Minutes(...values), { at: 900_000, aheadSeconds: 60 })).toBeNaN();
  });

  it("knows no slope where all the points have one time", () => {
    const points = [1, 2, 4].map((value) => ({ at: 1_000, value }));
    expect(predictLinear(points, { at: 1_000, aheadSeconds: 60 })).toBeUndefined();
  });

  it("takes the points in the order of time, and leaves the list as it is", () => {
    const shuffled = [5, 2, 9, 0, 10, 7, 1, 8, 3, 6, 4].map((index) => RESET[index] as SeriesPoint);
    const before = [...shuffled];
    const options = { at: 3_000_000, aheadSeconds: 3_600 };
    expect(predictLinear(shuffled, options)).toBe(predictLinear(RESET, options));
    expect(shuffled).toEqual(before);
  });

  it("goes through the points of a line, whatever its slope, its height and the steps", () => {
    const line = fc.record({
      slope: fc.integer({ min: -1_000, max: 1_000 }),
      height: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      seconds: fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 2, maxLength: 50 }),
      aheadSeconds: fc.integer({ min: -100_000, max: 100_000 }),
    });
    fc.assert(
      fc.property(line, ({ slope, height, seconds, aheadSeconds }) => {
        const points = seconds.map((second) => ({ at: second * 1_000, value: height + slope * second }));
        const found = predictLinear(points, { at: 100_000_000, aheadSeconds });
        const expected = height + slope * (100_000 + aheadSeconds);
        // Two points beside each other are as far from the answer as they can be.
        const apart = Math.max(...seconds) - Math.min(...seconds);
        expect(Math.abs((found ?? NaN) - expected)).toBeLessThan((1 + 2e5 / apart) * 1e-4);
      }),
    );
  });

  it("gives a constant at the time of asking too, and makes 0 of -0 ahead of it", () => {
    expect(predictLinear(every5Minutes(7, 7), { at: 0, aheadSeconds: 0 })).toBe(7);
    expect(predictLinear(every5Minutes(-0, -0), { at: 0, aheadSeconds: 60 })).toBe(0);
    expect(predictLinear(every5Minutes(-0, -0), { at: 0, aheadSeconds: -60 })).toBe(-0);
  });

  it.each([
    ["in the middle", [1, 1e100, -1e100]],
    ["at the beginning", [1e100, 1, -1e100]],
    ["at the end", [-1e100, 1e100, 1]],
  ])("keeps what is small beside values that cancel out, with the large ones %s", (_, values) => {
    // A second before, at and after the time of asking the line is at the mean.
    const points = values.map((value, place) => ({ at: 9_000 + place * 1_000, value }));
    expect(predictLinear(points, { at: 10_000, aheadSeconds: 0 })).toBe(1 / 3);
  });

  it("is infinite where the sum of the values is", () => {
    const points = [1e308, 1.5e308, 1e308].map((value, place) => ({ at: place + 1, value }));
    expect(predictLinear(points, { at: 0, aheadSeconds: -60 })).toBe(Infinity);
    expect(predictLinear(points, { at: 0, aheadSeconds: 60 })).toBeNaN();
  });

  it("takes several values at one time, wherever they stand", () => {
    const twice = [
      { at: 0, value: 1 },
      { at: 0, value: 3 },
      { at: 2_000, value: 4 },
    ];
    // The line goes through the mean of the first two, 2, and through 4.
    expect(predictLinear(twice, { at: 0, aheadSeconds: 2 })).toBeCloseTo(4, 12);
    expect(predictLinear(twice, { at: 0, aheadSeconds: 4 })).toBeCloseTo(6, 12);
    const apart = [twice[0]!, twice[2]!, twice[1]!];
    expect(predictLinear(apart, { at: 0, aheadSeconds: 4 })).toBeCloseTo(6, 12);
  });

  it.each([
    [
      "a list that is none",
      'points: "all" is not a list of points',
      () => predictLinear("all" as never, { at: 0, aheadSeconds: 0 }),
    ],
    [
      "a point without a time",
      "points[1].at: NaN is no time",
      () => predictLinear([RESET[0]!, { at: NaN, value: 1 }], { at: 0, aheadSeconds: 0 }),
    ],
    [
      "no time of asking",
      "at: undefined is no finite number",
      () => predictLinear(RESET, { aheadSeconds: 0 } as never),
    ],
    [
      "an endless horizon",
      "aheadSeconds: Infinity is no finite number",
      () => predictLinear(RESET, { at: 0, aheadSeconds: Infinity }),
    ],
    [
      "a misspelt option",
      'aheadSecond: is no option of predictLinear; did you mean "aheadSeconds"? allowed: at, aheadSeconds',
      () => predictLinear(RESET, { at: 0, aheadSecond: 0 } as never),
    ],
  ])("refuses %s", (_, message, call) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message }));
  });
});
