import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { fitLine } from "../../../src/capacity/math/line.ts";
import { ROOT } from "../../support/spawn.ts";
import { CARS, CARS_INTERVALS } from "./r.ts";

const near = (found: number, expected: number, relative = 1e-12): void => {
  const error = found === expected ? 0 : Math.abs(found - expected) / Math.abs(expected);
  expect(error, `${String(found)} beside ${String(expected)}`).toBeLessThanOrEqual(relative);
};

/** Of a size at which no square is lost below the smallest double. */
const VALUE = fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 1_000);

describe("a line through R's cars", () => {
  const line = fitLine(CARS);

  it("is the line of lm(dist ~ speed, cars)", () => {
    near(line.intercept, -17.579094890510952);
    near(line.slope, 3.9324087591240877);
    near(line.interceptDeviation, 6.7584401693792353);
    near(line.slopeDeviation, 0.41551277665712227);
    near(line.deviation, 15.379586748819907);
    near(line.rSquared, 0.65107938075825078);
    near(line.centreX, 15.4, 1e-15);
    near(line.centreY, 42.98, 1e-15);
    expect([line.count, line.degrees]).toEqual([50, 48]);
  });

  test.each(CARS_INTERVALS)("is as sure as R at %d of speed %d", (level, speed, fit, prediction, confidence) => {
    const [one, mean] = [line.predictionInterval(speed, level), line.confidenceInterval(speed, level)];
    // A difference of twenty and three hundred: the digits of what they differ in are fewer.
    for (const [found, expected] of [
      [one.mean, fit],
      [one.lower, prediction[0]],
      [one.upper, prediction[1]],
      [mean.mean, fit],
      [mean.lower, confidence[0]],
      [mean.upper, confidence[1]],
    ] as const)
      near(found, expected, 1e-11);
  });

  // confint(lm(dist ~ speed, cars), "speed", level)
  test.each([
    [0.8, 3.3924753025511185, 4.4723422156970525],
    [0.95, 3.096964328140321, 4.76785319010785],
    [0.99, 2.8179187163250869, 5.046898801923084],
  ])("has its slope at %d between %d and %d", (level, lower, upper) => {
    const slope = line.slopeInterval(level);
    near(slope.lower, lower);
    near(slope.upper, upper);
    expect(slope.mean).toBe(line.slope);
  });

  it("asks for 95 % unless told", () => {
    expect(line.slopeInterval()).toEqual(line.slopeInterval(0.95));
    expect(line.confidenceInterval(20)).toEqual(line.confidenceInterval(20, 0.95));
    expect(line.predictionInterval(20)).toEqual(line.predictionInterval(20, 0.95));
  });
});

describe("a line through NIST's Norris", () => {
  const rows = readFileSync(join(ROOT, "test/data/nist/Norris.dat"), "utf8").split(/\r?\n/).slice(60, 96);
  const numbers = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const [x, y] = [numbers.map(([, at]) => at as number), numbers.map(([value]) => value as number)];

  // n <- lm(y ~ x, Norris); predict(n, data.frame(x), interval = "prediction", level = 0.95)
  test.each([
    [0, -0.26232307377373049, -2.1216535432758117, 1.5970073957283508],
    [500, 500.79608593645327, 498.9717940541837, 502.62037781872283],
    [1200, 1202.277858550771, 1200.3315296345054, 1204.2241874670367],
  ])("is as sure as R at %d, with x in epoch milliseconds too", (at, mean, lower, upper) => {
    const plain = fitLine({ x, y }).predictionInterval(at);
    // Its x has one decimal, so that a millisecond for each tenth is exact.
    const epoch = fitLine({ x: x.map((value) => 1.7e12 + Math.round(value * 10)), y }).predictionInterval(
      1.7e12 + at * 10,
    );
    for (const found of [plain, epoch]) {
      near(found.mean, mean, 1e-11);
      near(found.lower, lower, 1e-11);
      near(found.upper, upper, 1e-11);
    }
  });
});

describe("a line", () => {
  it("of two points goes through both, and says nothing of how sure it is", () => {
    const line = fitLine({ x: [1, 3], y: [10, 20] });
    expect([line.slope, line.intercept, line.at(2), line.degrees, line.rSquared]).toEqual([5, 5, 15, 0, 1]);
    expect([line.deviation, line.slopeDeviation, line.interceptDeviation]).toEqual([NaN, NaN, NaN]);
    expect(line.confidenceInterval(2)).toEqual({ mean: 15, lower: NaN, upper: NaN });
    expect(line.predictionInterval(2).upper).toBeNaN();
    expect(line.slopeInterval().lower).toBeNaN();
  });

  it("of a constant is level, and explains nothing", () => {
    const line = fitLine({ x: [1.7e12, 1.7e12 + 1, 1.7e12 + 5], y: [0.1, 0.1, 0.1] });
    expect([line.slope, line.at(2e12), line.deviation, line.rSquared]).toEqual([0, 0.1, 0, NaN]);
  });

  it("has its centre exactly between values of which some are far larger than the sum of all", () => {
    const y = [0, 1, 2 ** 60, -(2 ** 60), 1, 0].flatMap((value) => Array.from({ length: 64 }, () => value));
    // The one that all are measured from.
    y[y.length >> 1] = y[2 * 64] = 0;
    expect(fitLine({ x: y.map((_, place) => place), y }).centreY).toBe(128 / y.length);
  });

  it("takes typed arrays and lists alike, in any order, and leaves them as they are", () => {
    const [x, y] = [[3, 1, 2, 5], Object.freeze([4, 1, 3, 9])];
    const line = fitLine({ x: Object.freeze(x), y });
    expect(fitLine({ x: Float64Array.from(x), y: Float32Array.from(y) }).slope).toBe(line.slope);
    near(fitLine({ x: x.toReversed(), y: y.toReversed() }).slope, line.slope, 1e-15);
  });

  it("is the line that it was made of, whatever its slope, its height and where x begins", () => {
    const case_ = fc.record({
      slope: fc.integer({ min: -1_000, max: 1_000 }),
      height: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      origin: fc.constantFrom(0, 1.7e12, -4e9),
      steps: fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 2, maxLength: 200 }),
    });
    fc.assert(
      fc.property(case_, ({ slope, height, origin, steps }) => {
        const line = fitLine({ x: steps.map((step) => origin + step), y: steps.map((step) => height + slope * step) });
        expect(Math.abs(line.slope - slope)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(slope)));
        expect(Math.abs(line.at(origin + 7) - height - slope * 7)).toBeLessThan(1e-4);
        if (slope !== 0) expect(line.rSquared).toBeGreaterThan(1 - 1e-12);
      }),
    );
  });

  it("is the same wherever x begins, and scales with x and y", () => {
    const case_ = fc.record({
      y: fc.array(VALUE, { minLength: 3, maxLength: 60 }),
      power: fc.integer({ min: -8, max: 8 }),
    });
    fc.assert(
      fc.property(case_, ({ y, power }) => {
        const x = y.map((_, place) => place);
        const line = fitLine({ x, y });
        const epoch = fitLine({ x: x.map((value) => 1.7e12 + value), y });
        expect(epoch.slope).toBe(line.slope);
        expect(epoch.slopeDeviation).toBe(line.slopeDeviation);
        expect(epoch.deviation).toBe(line.deviation);
        expect(Math.abs(epoch.at(1.7e12 + 99) - line.at(99))).toBeLessThan(1e-9);
        const factor = 2 ** power;
        const scaled = fitLine({ x: x.map((value) => value * factor), y: y.map((value) => value * 2) });
        expect(scaled.slope).toBe((line.slope * 2) / factor);
        expect(scaled.rSquared).toBe(line.rSquared);
      }),
    );
  });

  it("leaves residuals that neither lean nor have a mean, and no other line leaves less", () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 50 }), VALUE);
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 3, maxLength: 40 }).filter((all) => new Set(all.map(([x]) => x)).size > 1),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (points, off) => {
          const [x, y] = [points.map(([first]) => first), points.map(([, second]) => second)];
          const line = fitLine({ x, y });
          const left = (slope: number, at: (x: number) => number): number[] =>
            y.map((value, place) => value - at(x[place] as number) - slope * (x[place] as number));
          const own = left(0, (at) => line.at(at));
          const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
          const squares = (values: number[]): number => sum(values.map((value) => value * value));
          expect(Math.abs(sum(own))).toBeLessThan(1e-8);
          expect(Math.abs(sum(own.map((value, place) => value * (x[place] as number))))).toBeLessThan(1e-6);
          expect(squares(left(off, (at) => line.at(at)))).toBeGreaterThanOrEqual(squares(own) - 1e-8);
          expect(Math.abs(line.deviation ** 2 * line.degrees - squares(own))).toBeLessThan(1e-8 * (1 + squares(own)));
          expect(line.rSquared >= 0 && line.rSquared <= 1).toBe(Math.max(...y) > Math.min(...y));
        },
      ),
    );
  });
});

describe("what is no line is refused", () => {
  test.each<[string, () => unknown, string]>([
    ["no points", () => fitLine({ x: [], y: [] }), "x: a line needs two points, not 0"],
    ["one point", () => fitLine({ x: [1], y: [1] }), "x: a line needs two points, not 1"],
    ["one place", () => fitLine({ x: [5, 5, 5], y: [1, 2, 3] }), "x: all points are at 5; a line needs two places"],
    ["a y too few", () => fitLine({ x: [1, 2], y: [1] }), "y: has 1 values and x 2; each needs the other"],
    ["a time that is none", () => fitLine({ x: [1, NaN, 3], y: [1, 2, 3] }), "x[1]: NaN is no finite number"],
    ["an endless value", () => fitLine({ x: [1, 2], y: [1, -Infinity] }), "y[1]: -Infinity is no finite number"],
    ["a missing value", () => fitLine({ x: [1, 2], y: [null, 1] } as never), "y[0]: null is no finite number"],
    [
      "texts, as Prometheus sends them",
      () => fitLine({ x: [1, 2], y: ["1", "2"] } as never),
      'y[0]: "1" is no finite number',
    ],
    ["no y", () => fitLine({ x: [1, 2] } as never), "y: undefined is not a list of numbers"],
    ["nothing", () => fitLine(undefined as never), "fitLine takes points as { x, y }, not undefined"],
    ["x that ends beyond doubles", () => fitLine({ x: [-1e308, 1e308], y: [0, 1] }), "x: the points are too far apart"],
    ["x whose squares do", () => fitLine({ x: [0, 1e200], y: [0, 1] }), "x: the points are too far apart"],
    ["y whose squares do", () => fitLine({ x: [0, 1], y: [0, 1e200] }), "y: the points are too far apart"],
    ["a confidence of 95", () => fitLine(CARS).slopeInterval(95), "confidence: 95 is not a confidence"],
    ["a confidence of 1", () => fitLine(CARS).confidenceInterval(5, 1), "write a share such as 0.95"],
    ["a confidence of 0", () => fitLine(CARS).predictionInterval(5, 0), "confidence: 0 is not a confidence"],
    ["a limit that is none", () => fitLine(CARS).reach(NaN, { from: 0 }), "limit: NaN is no finite number"],
    ["no time to begin", () => fitLine(CARS).reach(9, {} as never), "from: undefined is no finite number"],
    ["a negative variance", () => fitLine(CARS).reach(9, { from: 0, varianceFactor: -1 }), "varianceFactor: -1 is no"],
    ["a confidence of NaN", () => fitLine(CARS).reach(9, { from: 0, confidence: NaN }), "confidence: NaN is not a"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
  });
});
