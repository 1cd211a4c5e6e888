import { describe, expect, test } from "vitest";

import type { KnownForecast } from "../../../src/capacity/forecast/types.ts";
import { type MetricNeed, metricNeed } from "../../../src/capacity/scaling/needs.ts";
import type { MetricPlan } from "../../../src/capacity/scaling/plans.ts";
import type { SeriesPoint } from "../../../src/capacity/series/samples.ts";
import { type Course, DAY, HOUR, noise, points, START } from "../series/made-up.ts";

const random = noise("needs");
const jitter = Array.from({ length: 100 }, () => random());

function needOf(given: readonly SeriesPoint[], plan: MetricPlan = {}, daysAhead = 10): MetricNeed {
  return metricNeed({ service: "shop", metric: "it", plan }, given, { daysAhead, confidence: 0.9 });
}
const ofDays = (course: Course, plan: MetricPlan = {}, days = 60): MetricNeed =>
  needOf(points(days, DAY, course), plan);
function known({ forecast }: MetricNeed): KnownForecast {
  if (forecast.state === "forecast") return forecast;
  throw new Error(forecast.reason);
}

describe("the need of a metric", () => {
  test("is its forecast by its plan, and a picture of that", () => {
    const need = ofDays((day) => 100 + 2 * day, { limit: 235, unit: "GB" });
    const forecast = known(need);
    const end = START + 60 * DAY;
    const peak = { at: end + 9 * DAY, mean: 238, lower: 238, upper: 238 };
    // 235 is reached at day 67.5.
    const at = end + 7.5 * DAY;
    const text = "in 7 d 12 h at 90 %, most likely in 7 d 12 h";
    expect(need).toEqual({
      metric: "it",
      unit: "GB",
      forecast,
      limit: { value: 235, side: "above" },
      current: 218,
      peak,
      exhaustion: {
        state: "between",
        earliest: at,
        expected: at,
        latest: at,
        method: "fieller",
        confidence: 0.9,
        text,
      },
      headroom: { expected: -3, worst: -3 },
      chart: {
        title: "shop: it",
        metric: "it",
        unit: "GB",
        history: points(60, DAY, (day) => 100 + 2 * day),
        forecast: forecast.points,
        confidence: 0.9,
        model: "a line",
        limit: 235,
        crossing: { from: at, at, until: at, text },
        shifts: [],
      },
    });
    expect(forecast.points).toHaveLength(10);
    expect(forecast.confidence).toBe(0.9);
  });

  test("without a limit has neither headroom nor a crossing", () => {
    const need = ofDays((day) => 100 + 2 * day);
    const { peak, chart } = need;
    expect(peak).toEqual({ at: START + 69 * DAY, mean: 238, lower: 238, upper: 238 });
    expect(need).toMatchObject({ unit: undefined, limit: undefined, exhaustion: undefined, headroom: undefined });
    expect(chart).toMatchObject({ unit: undefined, limit: undefined, crossing: undefined, model: "a line" });
  });

  test("of too little history is unknown, and its picture has what there is", () => {
    const given = [4, 9, 5, NaN, 7].map((value, day) => ({ at: START + day * DAY, value }));
    const reason = "4 values are too little history; a forecast needs 8 steps with values";
    const text = `unknown: ${reason}`;
    const limit = { value: 20, side: "above" };
    const need = needOf(given, { limit: 20, unit: "GB" });
    expect(need).toEqual({
      metric: "it",
      unit: "GB",
      forecast: need.forecast,
      limit,
      current: 7,
      peak: undefined,
      exhaustion: { state: "unknown", reason, confidence: 0.9, text },
      headroom: undefined,
      chart: {
        title: "shop: it",
        metric: "it",
        unit: "GB",
        history: [given[0], given[1], given[2], given[4]],
        forecast: [],
        confidence: 0.9,
        limit: 20,
        crossing: { text },
      },
    });
    expect(need.forecast).toMatchObject({ state: "unknown", reason });
    const free = needOf(given);
    expect([free.limit, free.exhaustion, free.chart.limit, free.chart.crossing]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });

  test("of too little history is within what the metric can be, and a counter is its rate", () => {
    const given = [-5, 4, 90].map((value, hour) => ({ at: START + hour * HOUR, value }));
    const shown = (plan: MetricPlan): readonly unknown[] => needOf(given, plan).chart.history.map(({ value }) => value);
    expect(shown({})).toEqual([-5, 4, 90]);
    expect(shown({ floor: 0, cap: 50 })).toEqual([0, 4, 50]);
    // (4 + 5) / 3600 and (90 - 4) / 3600 a second
    expect(shown({ kind: "counter" })).toEqual([9 / 3_600, 86 / 3_600]);
  });

  test("of no values says which others were probably meant", () => {
    const subject = { service: "shop", metric: "disk", plan: { limit: 3 }, written: "dsk" };
    const question = { daysAhead: 3, confidence: 0.5 };
    const reason = "there are no values, but some of dsk, which nothing is planned for";
    const { forecast, exhaustion, current, chart } = metricNeed(subject, [], question);
    expect(forecast).toEqual({ state: "unknown", samples: 0, reason, remarks: [] });
    expect(exhaustion).toEqual({ state: "unknown", reason, confidence: 0.5, text: `unknown: ${reason}` });
    expect([current, chart.history, chart.title]).toEqual([undefined, [], "shop: disk"]);
    const some = metricNeed(
      subject,
      points(30, DAY, () => 1),
      question,
    );
    expect(some.forecast.state).toBe("forecast");
    expect(some.forecast).not.toHaveProperty("reason");
    const plain = metricNeed({ ...subject, written: undefined }, [], question).forecast;
    expect(plain).toMatchObject({ reason: "there are no values" });
  });

  test("has for its current value the last that there is", () => {
    const given = points(60, DAY, (day) => (day === 55 ? 7 : 5)).filter((_, day) => day < 56);
    expect(needOf(given).current).toBe(7);
    expect(needOf([...given, { at: START + 58 * DAY, value: NaN }, { at: START + 59 * DAY, value: 8 }]).current).toBe(
      8,
    );
  });

  test("of a statistic has steps of that", () => {
    const given = points(60 * 2, DAY / 2, (place) => (place % 2 === 0 ? 10 : 20)).map(({ at, value }) => ({
      at: at - (at % DAY),
      value,
    }));
    const hourly = points(24 * 20, HOUR, (place) => (place % 24 === 3 ? 90 : 10));
    expect(needOf(given).current).toBe(15);
    const peaks = metricNeed(
      { service: "shop", metric: "it", plan: { statistic: "max" } },
      [...hourly, ...hourly.map(({ at, value }) => ({ at: at + 1, value: value + 1 }))],
      { daysAhead: 1, confidence: 0.9 },
    );
    expect(Math.max(...known(peaks).history.map(({ value }) => value))).toBe(91);
  });
});

describe("the worst step", () => {
  test("is the first where all are alike, from either side", () => {
    for (const side of ["above", "below"] as const) {
      const { peak, headroom } = ofDays(() => 5, { limit: { value: 6, side } });
      expect(peak).toEqual({ at: START + 60 * DAY, mean: 5, lower: 5, upper: 5 });
      const left = side === "above" ? 1 : -1;
      expect(headroom).toEqual({ expected: left, worst: left });
    }
  });

  test("is the highest upper end, and with a limit from above the lowest lower end", () => {
    const course = (day: number): number => 200 - 2 * day + 3 * jitter[day]!;
    const above = ofDays(course, { limit: 300 });
    const below = ofDays(course, { limit: { value: 20, side: "below" } });
    const steps = known(above).points;
    const upper = Math.max(...steps.map((step) => step.upper));
    const lower = Math.min(...known(below).points.map((step) => step.lower));
    expect(above.peak).toEqual(steps.find((step) => step.upper === upper));
    expect(below.peak).toEqual(known(below).points.find((step) => step.lower === lower));
    expect(above.peak!.at).toBeLessThan(below.peak!.at);
    expect(above.headroom).toEqual({ expected: 300 - above.peak!.mean, worst: 300 - upper });
    expect(below.headroom!.expected).toBeCloseTo(below.peak!.mean - 20, 9);
    expect(below.headroom!.worst).toBeCloseTo(lower - 20, 9);
    expect(below.headroom!.worst).toBeLessThan(below.headroom!.expected);
  });

  test("of what is free is not cut off at nothing, unless that is the least that it can be", () => {
    const course = (day: number): number => 65 - day + jitter[day]! / 10;
    const limit = { value: 1, side: "below" } as const;
    expect(ofDays(course, { limit }).peak!.lower).toBeLessThan(-3);
    expect(ofDays(course, { limit, floor: 0 }).peak!.lower).toBe(0);
    expect(ofDays(course, { limit: 100 }).peak!.lower).toBeGreaterThanOrEqual(0);
    expect(known(ofDays(course, { limit: 100 })).points.at(-1)!.lower).toBe(0);
  });
});

describe("the picture of a need", () => {
  test("tells when the limit was reached, and when it may be", () => {
    const growing = (day: number): number => 100 + 2 * day + jitter[day]!;
    expect(ofDays(growing, { limit: 200 }).chart.crossing).toEqual({ at: START + 59 * DAY, text: "reached" });

    const between = ofDays(growing, { limit: 235 });
    if (between.exhaustion?.state !== "between") throw new Error(between.exhaustion?.text);
    const { earliest, expected, latest, text } = between.exhaustion;
    expect(earliest < expected && expected < latest).toBe(true);
    expect(between.chart.crossing).toEqual({ from: earliest, at: expected, until: latest, text });

    const perhaps = ofDays((day) => 100 + 2 * jitter[day]!, { limit: 105 });
    if (perhaps.exhaustion?.state !== "from") throw new Error(perhaps.exhaustion?.text);
    expect(perhaps.chart.crossing).toEqual({
      from: perhaps.exhaustion.earliest,
      at: perhaps.exhaustion.expected,
      text: perhaps.exhaustion.text,
    });

    const far = ofDays((day) => 100 + 2 * jitter[day]!, { limit: 135 });
    expect(far.exhaustion?.state).toBe("not_within");
    expect(far.chart.crossing).toEqual({ text: far.exhaustion?.text });
  });

  // Models that the backtest believed, the best first.
  test.each<[number, number, number, string[], string]>([
    [2, 30, 10, ["a line", "on from the last value by the mean step"], " and another"],
    [3, 40, 5, ["the Theta method"], " and 2 others"],
  ])("names the most believed of %d models", (count, days, seed, first, rest) => {
    const error = noise(seed);
    let level = 100;
    const need = ofDays(() => (level += error() + 0.3), {}, days);
    const believed = known(need).backtest.models.filter(({ weight }) => weight > 0);
    expect(believed.map(({ title }) => title).slice(0, first.length)).toEqual(first);
    expect(believed).toHaveLength(count);
    expect(need.chart.model).toBe(`${first[0]!}${rest}`);
    const weights = believed.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  });

  test.each<[string, number, number, string]>([
    ["up by a share", 100, 130, "+30 %"],
    ["down by a share", 200, 150, "-25 %"],
    ["up from below nothing", -100, -50, "+50 %"],
    ["by a share that is rounded", 3, 4, "+33 %"],
    ["up by nearly ten times", 1, 10.99, "+999 %"],
    ["up by ten times", 1, 11, "+10"],
    ["down by ten times", -1, -11, "-10"],
    ["up from nothing", 0, 123.456, "+123"],
    ["down from nothing", 0, -0.00123456, "-0.00123"],
  ])("tells of a shift %s", (_, before, after, text) => {
    const { chart } = ofDays((day) => (day < 30 ? before : after));
    expect(chart.shifts).toEqual([{ at: START + 30 * DAY, text }]);
  });

  test("tells of a shift that is none but for the trend that it ends", () => {
    const { chart } = ofDays((day) => 100 + (day < 30 ? day : day - 6));
    expect(chart.shifts).toEqual([{ at: expect.any(Number), text: "0 %" }]);
    const from = ofDays((day) => (day < 30 ? day : day - 6) - 26.5);
    expect(known(from).shifts).toMatchObject([{ before: 0, after: 0 }]);
    expect(from.chart.shifts).toEqual([{ at: expect.any(Number), text: "0" }]);
  });
});
