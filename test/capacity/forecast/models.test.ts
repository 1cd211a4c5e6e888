import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { backtest } from "../../../src/capacity/forecast/backtest.ts";
import { choose, fitChoice } from "../../../src/capacity/forecast/choose.ts";
import { type Model, type ModelName, MODELS } from "../../../src/capacity/models/catalog.ts";
import { inShares } from "../../../src/capacity/models/trend.ts";
import { Series, type Values } from "../../../src/capacity/models/types.ts";
import { noise, values, wave } from "../series/made-up.ts";

const model = (name: ModelName): Model => MODELS.find((one) => one.name === name)!;
const forecast = (name: ModelName, series: Series, steps = 12): number[] => [
  ...model(name).fit(series).forecast(steps),
];
const next = (list: Values, course: (place: number) => number, steps = 12): number[] =>
  Array.from({ length: steps }, (_, step) => course(list.length + step));
/** The largest distance of two lists. */
const apart = (one: readonly number[], other: readonly number[]): number =>
  Math.max(...one.map((value, place) => Math.abs(value - other[place]!)));

const straight = (place: number): number => 100 + 3 * place;
const seasonal = (place: number): number => straight(place) + [0, 5, 9, 4, -6, -12][place % 6]!;

describe("on exact values each model says what it must", () => {
  const line = new Series(values(60, straight));
  const season = new Series(values(60, seasonal), { seasons: [6] });

  test.each<[ModelName, string, Series, (place: number) => number, number]>([
    ["naive", "the last value", line, () => straight(59), 0],
    ["drift", "the line", line, straight, 1e-9],
    ["linear", "the line", line, straight, 1e-9],
    ["linear-robust", "the line", line, straight, 1e-9],
    // It halves the slope: half way between the line and no line.
    ["theta", "on from the last value at half the slope", line, (place) => straight(59) + 1.5 * (place - 59), 0.05],
    ["seasonal-naive", "the last season", season, (place) => seasonal(54 + (place % 6)), 0],
    ["linear-seasons", "the line with its season", season, seasonal, 1e-6],
    ["linear-robust", "the line with its season", season, seasonal, 1e-6],
    [
      "profile-naive",
      "the level with its season",
      new Series(
        values(60, (place) => seasonal(place) - 3 * place),
        { seasons: [6] },
      ),
      (place) => seasonal(place) - 3 * place,
      1e-6,
    ],
  ])("%s: %s", (name, _, series, course, within) => {
    expect(apart(forecast(name, series), next(series.values, course))).toBeLessThanOrEqual(within);
  });

  test("holt-winters: the line with its season, its slope dying away slowly", () => {
    const told = forecast("holt-winters", season, 6);
    expect(apart(told, next(season.values, seasonal, 6))).toBeLessThan(3);
    expect(told[0]! - seasonal(60)).toBeLessThan(1);
  });

  test("linear-since-shift: the line since the shift", () => {
    const moved = values(60, (place) => (place < 30 ? 1_000 - place : straight(place)));
    expect(
      apart(forecast("linear-since-shift", new Series(moved, { shifts: [30] })), next(moved, straight)),
    ).toBeLessThan(1e-6);
  });

  test("smoothing: a constant with its season", () => {
    const level = values(60, (place) => 50 + [0, 5, -5][place % 3]!);
    const told = forecast("smoothing", new Series(level, { seasons: [3] }));
    expect(
      apart(
        told,
        next(level, (place) => 50 + [0, 5, -5][place % 3]!),
      ),
    ).toBeLessThan(1e-6);
  });

  test("seasons that are shares grow with the level", () => {
    const course = (place: number): number => (100 + 10 * place) * [0.5, 1, 1.5][place % 3]!;
    const list = values(90, course);
    const told = forecast("linear-seasons", new Series(list, { seasons: [3], multiplicative: true }), 6);
    expect(apart(told, next(list, course, 6)) / 1_000).toBeLessThan(0.02);
  });
});

describe("values that are missing are skipped", () => {
  const holed = (list: Values): Values => list.map((value, place) => (place % 7 === 3 || place > 56 ? NaN : value));
  test.each<[ModelName, Series, (place: number) => number, number]>([
    ["naive", new Series(holed(values(60, straight))), () => straight(56), 0],
    ["drift", new Series(holed(values(60, straight))), straight, 1e-9],
    ["linear", new Series(holed(values(60, straight))), straight, 1e-9],
    ["linear-robust", new Series(holed(values(60, straight))), straight, 1e-9],
    ["linear-seasons", new Series(holed(values(60, seasonal)), { seasons: [6] }), seasonal, 3],
  ])("%s", (name, series, course, within) => {
    expect(apart(forecast(name, series), next(series.values, course))).toBeLessThanOrEqual(within);
  });

  test("what a model of shares was wrong by is told in the values' own unit", () => {
    const list = values(8, (place) => 100 * (place + 1));
    const fitted = model("naive").fit(new Series(list));
    // It said 50 of all of them.
    const flat = inShares(new Series(list, { multiplicative: true }), (logs) => ({
      ...fitted,
      residuals: logs.map((log) => log - Math.log(50)),
    }));
    expect(
      apart(
        [...flat.residuals],
        [...list].map((value) => value - 50),
      ),
    ).toBeLessThan(1e-9);
  });

  test("what a model was wrong by is told only where there is a value", () => {
    const list = holed(values(60, (place) => seasonal(place)));
    const series = new Series(list, { seasons: [6], outliers: true, shifts: [20] });
    for (const { name, fit } of MODELS) {
      const { residuals } = fit(series);
      expect([name, residuals.length]).toEqual([name, 60]);
      expect(residuals.some((residual, place) => Number.isNaN(list[place]!) && !Number.isNaN(residual))).toBe(false);
    }
  });
});

const finite = fc.double({ min: -1e150, max: 1e150, noNaN: true });
const numbers = fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.integer({ min: 0, max: 3 }), finite);
const lists = fc.array(fc.oneof({ weight: 3, arbitrary: numbers }, { weight: 1, arbitrary: fc.constant(NaN) }), {
  minLength: 8,
  maxLength: 60,
});
const found = fc.record({
  seasons: fc.constantFrom<number[]>([], [4], [3, 9]),
  outliers: fc.boolean(),
  shifts: fc.constantFrom<number[]>([], [5], [3, 12]),
});
const seriesOf = (list: readonly number[], findings: ConstructorParameters<typeof Series>[1]): Series =>
  new Series(Float64Array.from(list), findings);

test("law: every model that applies is finite on finite values", () => {
  fc.assert(
    fc.property(lists, found, (list, findings) => {
      const series = seriesOf(list, findings);
      fc.pre(series.known > 2);
      for (const { name, applies, fit } of MODELS) {
        if (!applies(series)) continue;
        expect([name, fit(series).forecast(20).every(Number.isFinite)]).toEqual([name, true]);
      }
    }),
    { numRuns: 60 },
  );
});

describe("the backtest", () => {
  const error = noise("backtest");
  const list = values(120, (place) => seasonal(place) + 4 * error());
  const findings = { seasons: [6], outliers: true, shifts: [50] };
  const base = backtest(new Series(list, findings), { horizon: 8, shiftDelay: 6 });

  test("forecasts from six moments, the latest first, and leaves what it judges by", () => {
    expect(base.origins).toHaveLength(6);
    expect(base.origins[0]).toBe(112);
    expect(base.horizon).toBe(8);
    expect(base.trials.map(({ model: { name } }) => name)).toHaveLength(MODELS.length);
  });

  test("never sees what comes: other values after a moment leave the forecasts from it as they were", () => {
    for (const [place, origin] of base.origins.entries()) {
      const changed = list.map((value, at) => (at < origin ? value : 1e4 * wave(at, 5) - value));
      const again = backtest(new Series(changed, findings), { horizon: 8, shiftDelay: 6 });
      expect(again.origins).toEqual(base.origins);
      for (const { model: one, forecasts } of base.trials) {
        const other = again.trials.find((trial) => trial.model === one)!;
        expect([one.name, ...other.forecasts[place]!]).toEqual([one.name, ...forecasts[place]!]);
      }
    }
  });

  test("knows of no shift before it could be seen", () => {
    const series = new Series(list, { shifts: [100] });
    expect(series.until(105, 6).shifts).toEqual([]);
    expect(series.until(106, 6).shifts).toEqual([100]);
    expect(series.until(106, 6).values).toHaveLength(106);
    expect(new Series(list, { seasons: [6, 40] }).until(79, 0).seasons).toEqual([6]);
  });

  test("judges by the mean absolute error, the best first", () => {
    const errors = base.trials.map(({ meanAbsoluteError }) => meanAbsoluteError);
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
    const naive = base.trials.find(({ model: { name } }) => name === "naive")!;
    let total = 0;
    for (const origin of base.origins)
      for (let step = 0; step < 8; step += 1) total += Math.abs(list[origin + step]! - list[origin - 1]!);
    expect(naive.meanAbsoluteError).toBeCloseTo(total / 48, 9);
  });

  test("tries only the models that were asked for", () => {
    const { trials } = backtest(new Series(list), { horizon: 3, models: ["drift", "naive"] });
    expect(trials.map(({ model: { name } }) => name).sort()).toEqual(["drift", "naive"]);
  });

  test.each([
    ["too few values", values(6, straight)],
    ["nothing known before the end", values(20, (place) => (place < 19 ? NaN : 1))],
  ])("has nothing to say of %s, and then it is the last value", (_, few) => {
    expect(backtest(new Series(few), { horizon: 3 }).origins).toEqual([]);
    const { shares, meanAbsoluteError } = choose(new Series(few), { horizon: 3 });
    expect(shares.map(({ model: { name }, weight }) => [name, weight])).toEqual([["naive", 1]]);
    expect(meanAbsoluteError).toBe(Infinity);
  });
});

describe("the choice", () => {
  test.each<[string, ModelName, Series]>([
    ["a line", "linear", new Series(values(60, straight))],
    ["a line with a season", "linear-seasons", new Series(values(60, seasonal), { seasons: [6] })],
  ])("of %s believes the model of it", (_, name, series) => {
    const { shares, meanAbsoluteError } = choose(series, { horizon: 6 });
    expect(shares.map((share) => share.model.name)).toContain(name);
    expect(meanAbsoluteError).toBeLessThan(0.5);
  });

  test("law: it is never worse than the last value repeated, its weights are 1 together, and it is finite", () => {
    fc.assert(
      fc.property(lists, found, fc.integer({ min: 1, max: 30 }), (list, findings, horizon) => {
        const series = seriesOf(list, findings);
        fc.pre(series.known > 0);
        const { shares, backtest: tried, meanAbsoluteError } = choose(series, { horizon, shiftDelay: 12 });
        const naive = tried.trials.find(({ model: { name } }) => name === "naive");
        expect(meanAbsoluteError).toBeLessThanOrEqual(naive?.meanAbsoluteError ?? Infinity);
        expect(shares.length).toBeLessThanOrEqual(3);
        expect(shares.every(({ weight }) => weight > 0 && weight <= 1)).toBe(true);
        expect(shares.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(fitChoice(series, shares).forecast(horizon).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
