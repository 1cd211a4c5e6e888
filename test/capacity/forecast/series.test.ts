import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { forecastSeries } from "../../../src/capacity/forecast/forecast.ts";
import { LARGEST_LIMIT } from "../../../src/capacity/forecast/options.ts";
import type { KnownForecast, SeriesForecast, SeriesForecastOptions } from "../../../src/capacity/forecast/types.ts";
import type { SeriesPoint } from "../../../src/capacity/series/samples.ts";
import { DAY, HOUR, MINUTE, noise, points, START, wave } from "../series/made-up.ts";
import { refusal } from "../../support/refusal.ts";

const codes = ({ remarks }: SeriesForecast): readonly string[] => remarks.map(({ code }) => code);
function known(forecast: SeriesForecast): KnownForecast {
  if (forecast.state === "forecast") return forecast;
  throw new Error(forecast.reason);
}
const error = noise("series");
const jitter = Array.from({ length: 2_000 }, () => error());
const line = points(200, HOUR, (place) => 100 + place + jitter[place]!);

describe("too little is an answer", () => {
  test.each<[string, readonly SeriesPoint[], number, string]>([
    ["nothing", [], HOUR, "there are no values"],
    ["nothing known", points(30, HOUR, () => NaN), HOUR, "there are no values"],
    [
      "one point",
      points(1, HOUR, () => 1),
      HOUR,
      "1 value is too little history; a forecast needs 8 steps with values",
    ],
    ["two points", points(2, HOUR, () => 1), HOUR, "2 values are too little history; a forecast needs 8 steps"],
    ["many points at one time", points(50, 0, () => 1), HOUR, "1 value is too little history"],
    ["eight points in two steps", points(8, 10 * MINUTE, () => 1), HOUR, ""],
    [
      "a future of more than ten times the past",
      points(10, HOUR, (place) => place),
      101 * HOUR,
      "10 h of history tell nothing about 4 d 5 h; that needs a tenth of it",
    ],
  ])("%s", (_, given, horizonMs, reason) => {
    const forecast = forecastSeries(given, { horizonMs, ...(reason === "" ? { stepMs: HOUR } : {}) });
    expect(forecast).toMatchObject({ state: "unknown", samples: given.length });
    if (forecast.state === "unknown") expect(forecast.reason).toContain(reason);
  });

  test("eight values and ten times as far are enough", () => {
    const forecast = known(
      forecastSeries(
        points(8, HOUR, (place) => place),
        { horizonMs: 80 * HOUR },
      ),
    );
    expect(forecast.points).toHaveLength(80);
    expect(forecast.history).toHaveLength(8);
  });
});

describe("what comes otherwise than it should is put right and said", () => {
  const options = { horizonMs: 24 * HOUR, limit: 500 };
  const told = known(forecastSeries(line, options));

  test("nothing is said where nothing had to be done", () => {
    expect(told.remarks).toEqual([]);
    expect(told.points[0]!.at).toBe(START + 200 * HOUR);
    expect(told.points.map(({ at }) => at)).toEqual(points(24, HOUR, () => 0, START + 200 * HOUR).map(({ at }) => at));
  });

  test("unsorted points give what sorted ones give", () => {
    const keyed = line.map((point, place) => ({ point, key: jitter[place + 500]! }));
    const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ point }) => point);
    const { remarks, ...rest } = known(forecastSeries(shuffled, options));
    expect({ ...rest, remarks: [] }).toEqual(told);
    expect(remarks.map(({ code }) => code)).toEqual(["out_of_order"]);
  });

  test("the points that were given are left as they were", () => {
    const frozen = Object.freeze(line.toReversed().map((point) => Object.freeze(point)));
    expect(known(forecastSeries(frozen, options)).points).toEqual(told.points);
  });

  test.each<[string, readonly SeriesPoint[], readonly string[]]>([
    ["every point twice", line.flatMap((point) => [point, point]), ["duplicates"]],
    [
      "NaN and infinities between",
      line.flatMap((point) => [point, { at: point.at + 1, value: NaN }, { at: point.at + 2, value: Infinity }]),
      ["unknown_values"],
    ],
    ["a gap of a day", line.filter((_, place) => place < 50 || place > 73), ["gaps"]],
  ])("%s", (_, given, expected) => {
    const forecast = known(forecastSeries(given, options));
    expect(codes(forecast)).toEqual(expected);
    expect(forecast.points[23]!.mean).toBeCloseTo(told.points[23]!.mean, -1);
  });

  test("a counter with resets is forecast as its rate, at least 0", () => {
    let total = 5_000;
    const given = points(300, MINUTE, (place) => {
      total = place % 70 === 69 ? 0 : total + 600 + 30 * jitter[place]!;
      return total;
    });
    const forecast = known(forecastSeries(given, { horizonMs: HOUR, kind: "counter" }));
    expect(codes(forecast)).toContain("counter_resets");
    for (const { mean, lower } of forecast.points) {
      expect(Math.abs(mean - 10)).toBeLessThan(1.5);
      expect(lower).toBeGreaterThanOrEqual(0);
    }
  });

  test("a constant is forecast as it is, and how sure that is cannot be told", () => {
    const forecast = known(
      forecastSeries(
        points(50, HOUR, () => 0.1 + 0.2),
        options,
      ),
    );
    expect(
      forecast.points.every(({ mean, lower, upper }) => mean === 0.1 + 0.2 && lower === mean && upper === mean),
    ).toBe(true);
    expect(codes(forecast)).toEqual(["constant"]);
    expect(forecast.exhaustion).toMatchObject({
      state: "unknown",
      text: expect.stringContaining("all values are the same"),
    });
  });

  test("clocks that are changed: an hour that is missing and one that comes twice", () => {
    const daily = points(24 * 20, HOUR, (place) => 100 + 20 * wave(place, 24) + jitter[place]!);
    const changed = daily.map(({ at, value }, place) => ({
      at: place < 99 ? at : place < 300 ? at + HOUR : at,
      value,
    }));
    const forecast = known(forecastSeries(changed, options));
    expect(codes(forecast)).toEqual(["duplicates", "gaps"]);
    expect(forecast.seasons).toEqual(["day"]);
  });

  test("more points than 2,400 are averaged", () => {
    const many = points(20_000, MINUTE, (place) => 50 + place / 1_000);
    const forecast = known(forecastSeries(many, { horizonMs: DAY }));
    expect([forecast.samples, forecast.stepMs, forecast.history.length]).toEqual([20_000, HOUR, 334]);
    expect(codes(forecast)).toContain("averaged");
  });

  test("steps and statistics that are asked for", () => {
    const peaks = points(24 * 60, MINUTE, (place) => (place % 60 === 7 ? 90 : 10) + Math.abs(jitter[place]!));
    const mean = known(forecastSeries(peaks, { horizonMs: 6 * HOUR, stepMs: HOUR }));
    const max = known(forecastSeries(peaks, { horizonMs: 6 * HOUR, stepMs: HOUR, statistic: "max" }));
    expect([mean.stepMs, mean.points.length, max.points.length]).toEqual([HOUR, 6, 6]);
    expect(mean.points.every((point) => point.mean < 15)).toBe(true);
    expect(max.points.every((point) => point.mean > 85)).toBe(true);
    expect(max.remarks[0]!.text).toBe("each step is the highest of what came in 1 h");
  });

  test("a mean that most values are below is within its interval all the same", () => {
    const bursts = points(300, HOUR, (place) => Number(jitter[place]! > 1.2));
    const { points: told } = known(
      forecastSeries(bursts, { horizonMs: 20 * HOUR, confidence: 0.5, models: ["linear"] }),
    );
    expect(told.every(({ mean, lower, upper }) => mean > 0.03 && lower <= mean && mean <= upper)).toBe(true);
  });

  test("saturation at the cap is said", () => {
    const busy = points(24 * 10, HOUR, (place) => Math.min(1, 0.8 + 0.4 * wave(place, 24)));
    const forecast = known(forecastSeries(busy, { horizonMs: DAY, cap: 1 }));
    expect(forecast.saturatedShare).toBeGreaterThan(0.3);
    expect(codes(forecast)).toContain("saturated");
    expect(Math.max(...forecast.points.map(({ upper }) => upper))).toBeLessThanOrEqual(1);
  });

  test.each([1, 2, 3])("%i stray values before an outage are no reason to fail", (before) => {
    for (const [gap, after] of [
      [5, 8],
      [30, 12],
      [300, 40],
    ] as const) {
      const given = points(before + gap + after, HOUR, (place) => 50 + jitter[place]!);
      const holed = given.filter((_, place) => place < before || place >= before + gap);
      const forecast = known(forecastSeries(holed, { horizonMs: 50 * HOUR, limit: 90 }));
      expect(forecast.points.every(({ lower, upper }) => lower > -200 && upper < 300)).toBe(true);
    }
  });

  test("shifts are told by their time", () => {
    const moved = points(200, HOUR, (place) => (place < 120 ? 10 : 30) + jitter[place]!);
    const [shift, ...others] = known(forecastSeries(moved, options)).shifts;
    expect(others).toEqual([]);
    expect(shift!.at).toBe(START + 120 * HOUR);
  });
});

describe("laws, of any points", () => {
  const magnitude = fc.integer({ min: -300, max: 300 }).map((power) => 10 ** power);
  const shape = fc.constantFrom<(place: number, random: number) => number>(
    (_, random) => random,
    (place, random) => place + 10 * random,
    (place, random) => 10 * wave(place, 24) + random,
    (_, random) => (random > 0.45 ? 1e6 * random : 0),
    (place, random) => (place > 40 ? 100 : 0) + random,
    () => 1,
    (_, random) => Math.round(3 * random),
  );
  const series = fc
    .record({
      shape,
      scale: fc.oneof(fc.constantFrom(1, 1e-3, 1e6), magnitude),
      offset: fc.constantFrom(0, 0, 1, -1, 1e9),
      list: fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { maxLength: 90 }),
      holes: fc.array(fc.nat(90), { maxLength: 10 }),
      step: fc.constantFrom(MINUTE, HOUR, DAY),
    })
    .map(({ shape: course, scale, offset, list, holes, step }) => {
      const given = list.map((random, place) => ({
        at: START + place * step,
        value: holes[0] === place ? NaN : scale * (course(place, random) + offset),
      }));
      return { given: given.filter((_, place) => !holes.slice(1).includes(place)), scale, step };
    });
  const possible = (value: number): number => Math.max(-LARGEST_LIMIT, Math.min(value, LARGEST_LIMIT));
  const asked = fc.record({
    confidence: fc.constantFrom(0.5, 0.8, 0.95, 0.999),
    kind: fc.constantFrom("gauge" as const, "counter" as const),
    floor: fc.constantFrom(undefined, 0, -1),
    cap: fc.constantFrom(undefined, 2, 1e3),
    limit: fc.constantFrom(undefined, 0.5, 1),
    side: fc.constantFrom("above" as const, "below" as const),
    ahead: fc.integer({ min: 1, max: 100 }),
  });

  test("a forecast is finite, in order, within what the metric can be, and the same again", () => {
    fc.assert(
      fc.property(series, asked, ({ given, scale, step }, { floor, cap, limit, side, ahead, ...others }) => {
        const options: SeriesForecastOptions = {
          ...others,
          horizonMs: ahead * step,
          floor: floor === undefined ? undefined : possible(floor * scale),
          cap: cap === undefined ? undefined : possible(cap * scale),
          limit: limit === undefined ? undefined : { value: possible(limit * scale), side },
        };
        const forecast = forecastSeries(given, options);
        if (forecast.state === "unknown") {
          expect(forecast.reason).not.toBe("");
          return;
        }
        expect(forecast.points).toHaveLength(Math.ceil((ahead * step) / forecast.stepMs));
        const [least, most] = [options.floor ?? -Number.MAX_VALUE, options.cap ?? Number.MAX_VALUE];
        const wrong = forecast.points.filter(
          ({ mean, lower, upper }) => !(least <= lower && lower <= mean && mean <= upper && upper <= most),
        );
        expect(wrong).toEqual([]);
        const { models, meanAbsoluteError = 0 } = forecast.backtest;
        if (models.length > 0) {
          expect(models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
          expect(meanAbsoluteError).toBeLessThanOrEqual(models.find(({ name }) => name === "naive")!.meanAbsoluteError);
        }
        expect(JSON.stringify(forecast.exhaustion ?? {})).not.toMatch(/null|NaN|undefined|Infinity/);
        expect(forecastSeries(given, options)).toEqual(forecast);
      }),
      { numRuns: 80 },
    );
  });

  test("a metric that was never below 0 is not forecast below it", () => {
    fc.assert(
      fc.property(series, ({ given, step }) => {
        const positive = given.map(({ at, value }) => ({ at, value: Math.abs(value) }));
        const forecast = forecastSeries(positive, { horizonMs: 10 * step });
        if (forecast.state === "forecast") expect(forecast.points.filter(({ lower }) => !(lower >= 0))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

test.each<[string, object, string]>([
  ["no horizon", { horizonMs: undefined }, "horizonMs: undefined is not how far to look ahead, in milliseconds"],
  ["a horizon of nothing", { horizonMs: 0 }, "horizonMs: 0 is not how far"],
  ["an endless one", { horizonMs: Infinity }, "horizonMs: Infinity is not how far"],
  ["a misspelt option", { horizonMs: 1, horizon: 2 }, "horizon: is no option of forecastSeries"],
  ["a confidence in per cent", { confidence: 95 }, "confidence: 95 is not a confidence; write a share such as 0.95"],
  ["another kind", { kind: "conter" }, 'kind: "conter" is neither gauge nor counter'],
  ["another statistic", { statistic: "p99" }, 'statistic: "p99" is neither mean nor max'],
  ["a floor above the cap", { floor: 2, cap: 1 }, "floor: 2 is not below the cap, 1"],
  ["a cap of NaN", { cap: NaN }, "cap: NaN is no number"],
  ["a cap beyond all measures", { cap: 2e100 }, "cap: 2e+100 is too large; at most 1e+100 is possible"],
  ["a limit beyond all measures", { limit: -2e100 }, "limit: -2e+100 is too large; at most 1e+100 is possible"],
  ["a step of nothing", { stepMs: 0 }, "stepMs: 0 is not a step"],
  ["half a millisecond", { stepMs: 0.5 }, "stepMs: 0.5 is not a step"],
  ["a limit of nothing", { limit: null }, "limit: null is no limit; write a number"],
  ["a limit without a value", { limit: {} }, "limit: undefined is no limit"],
  ["a limit as text", { limit: "600" }, 'limit: "600" is no limit'],
  ["a limit of no side", { limit: { value: 1, side: "over" } }, 'limit.side: "over" is neither above nor below'],
  ["a limit beyond the cap", { limit: 2, cap: 1 }, "limit: 2 cannot be reached: the metric is from -Infinity to 1"],
  [
    "a model that there is not",
    { models: ["naive", "arima"] },
    'models[1]: "arima" is no model; there are naive, drift',
  ],
])("%s is refused", (_, options, message) => {
  expect(refusal(() => forecastSeries(line, { horizonMs: HOUR, ...options }))).toContain(message);
});
