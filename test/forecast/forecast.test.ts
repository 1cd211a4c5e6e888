import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import type { Exclusion } from "../../src/budget/exclusions.ts";
import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import { Objective } from "../../src/core/objective.ts";
import { seededRandom } from "../../src/core/random.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { calendarWindow, rollingWindow, type Window, windowAt } from "../../src/core/time/window.ts";
import { forecastBudget } from "../../src/forecast/forecast.ts";
import type { ForecastInput, ForecastOptions, ExhaustionTime } from "../../src/forecast/model.ts";
import { forecastText } from "../../src/forecast/text.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Eleven days of June have passed. */
const AT = Date.UTC(2026, 5, 12);
const ROLLING = rollingWindow(30 * DAY);
const MONTH = calendarWindow("month");

/** What is asked about a service with these error ratios, hour by hour, in multiples of a budget of 1 %. */
function inputOf(
  paces: readonly number[],
  { window = ROLLING, total = 10_000 }: { window?: Window; total?: number } = {},
): ForecastInput {
  const points = paces.map((pace, index) => {
    const bad = Math.round(Math.min(1, pace * 0.01) * total);
    return { at: AT - (paces.length - 1 - index) * HOUR, good: total - bad, total };
  });
  const { start } = windowAt(window, AT);
  const seen = points.filter(({ at }) => at > start);
  const good = seen.reduce((sum, point) => sum + point.good, 0);
  const subject = { id: "shop/availability", objective: Objective.parse("99%"), window, minimumEvents: 1 };
  const whole = (AT - start) / HOUR;
  const measurement = { ...(points.at(-1) ?? { good: 0, total: 0 }), coverage: 1 };
  const status = assessBudget(
    subject,
    {
      window: { good, total: seen.length * total, coverage: Math.min(1, seen.length / whole) },
      lookBacks: [{ windowMs: HOUR, measurement }],
    },
    AT,
  );
  return { subject, status, points, stepMs: HOUR };
}

const hours = (count: number, pace: number): number[] => Array.from({ length: count }, () => pace);

function trendOf(input: ForecastInput, options?: ForecastOptions) {
  const { byTrend, text } = forecastBudget(input, options);
  if (byTrend.kind !== "forecast") throw new Error(text);
  return byTrend;
}

describe("when a budget runs out by trend", () => {
  it("is the very moment where all days are alike", () => {
    // 1.6 times as fast as it may: the month's budget is spent after 18.75 of 30 days.
    const { byTrend, atPresentPace, horizonAt, text } = forecastBudget(inputOf(hours(744, 1.6), { window: MONTH }));
    const moment = { kind: "in", durationMs: expect.closeTo(7.75 * DAY, 0), at: expect.closeTo(AT + 7.75 * DAY, 0) };
    expect(byTrend).toEqual({ kind: "forecast", expected: moment, earliest: moment, latest: moment, probability: 1 });
    expect(atPresentPace).toEqual(moment);
    expect(horizonAt).toBe(Date.UTC(2026, 6, 1));
    expect(text).toBe("runs out in 7 d 18 h (between 7 d 18 h and 7 d 18 h) by trend; in 7 d 18 h at the present pace");
  });

  it("is never where less is spent than may be", () => {
    const { byTrend, text } = forecastBudget(inputOf(hours(720, 0.5)));
    const never = { kind: "never" };
    expect(byTrend).toEqual({ kind: "forecast", expected: never, earliest: never, latest: never, probability: 0 });
    expect(text).toBe("lasts for the next 30 d by trend; it lasts at the present pace");
  });

  it("knows that a rolling window forgets: the pace of today only brings back what leaves", () => {
    // 0.9 of the budget is spent, and as much leaves each day as comes; the present pace alone would spend the rest in four days.
    const input = inputOf(Array.from({ length: 720 }, (_, hour) => (hour % 24 === 23 ? 12 : 0.417)));
    const { byTrend, atPresentPace } = forecastBudget(input);
    expect(byTrend).toMatchObject({ kind: "forecast", expected: { kind: "never" } });
    expect(atPresentPace).toMatchObject({ kind: "in" });
  });

  it("goes on with a ratio that grows, which the present pace does not", () => {
    const input = inputOf(
      Array.from({ length: 720 }, (_, hour) => 0.9 * 2 ** ((hour - 719) / 240)),
      { total: 1_000_000 },
    );
    const { byTrend, atPresentPace } = forecastBudget(input);
    expect(atPresentPace.kind).toBe("in");
    if (byTrend.kind !== "forecast" || byTrend.expected.kind !== "in") throw new Error("it runs out");
    // Counted out: the mean of the last 30 days passes 1 after so many hours.
    let ahead = 0;
    const pace = (hour: number): number => 0.9 * 2 ** (hour / 240);
    for (let mean = 0; mean < 1; ahead += 1) {
      mean = Array.from({ length: 720 }, (_, back) => pace(ahead - back)).reduce((a, b) => a + b, 0) / 720;
    }
    expect(byTrend.expected.durationMs / HOUR / ahead).toBeCloseTo(1, 1);
    if (atPresentPace.kind === "in") expect(atPresentPace.durationMs / HOUR).toBeGreaterThan(1.3 * ahead);
  });

  it("begins with the fault that goes on", () => {
    const calm = hours(717, 0.2);
    const broken = trendOf(inputOf([...calm, ...hours(3, 40)]));
    const over = trendOf(inputOf([...hours(714, 0.2), ...hours(3, 40), ...hours(3, 0.2)]));
    expect(broken.earliest.kind).toBe("in");
    expect(broken.probability).toBeGreaterThan(over.probability + 0.1);
  });

  it("is told as far as was asked, at most to the end of the window", () => {
    const input = inputOf(hours(744, 1.6), { window: MONTH });
    const short = forecastBudget(input, { horizonMs: 7 * DAY });
    expect(short.horizonAt).toBe(AT + 7 * DAY);
    expect(short.byTrend).toMatchObject({ expected: { kind: "never" }, probability: 0 });
    expect(short.text).toBe("lasts for the next 7 d by trend; in 7 d 18 h at the present pace");
    expect(forecastBudget(input, { horizonMs: 400 * DAY }).horizonAt).toBe(Date.UTC(2026, 6, 1));
  });

  it("is the same each time, and another one by another chance", () => {
    const random = seededRandom("noise");
    const input = inputOf(Array.from({ length: 720 }, () => (random.next() < 0.03 ? 30 * random.next() : 0.4)));
    expect(forecastBudget(input)).toEqual(forecastBudget(input));
    expect(forecastBudget(input, { random: seededRandom(2) })).not.toEqual(forecastBudget(input));
  });

  it("has a wider interval for more of the truth", () => {
    const random = seededRandom("wide");
    const input = inputOf(
      Array.from({ length: 744 }, () => (random.next() < 0.05 ? 20 * random.next() : 0.9)),
      { window: MONTH },
    );
    const endOf = (level: number) => {
      const { earliest, latest } = trendOf(input, { level });
      return [earliest, latest].map((moment) => (moment.kind === "in" ? moment.durationMs : Infinity));
    };
    const [low, high] = endOf(0.5);
    const [lower, higher] = endOf(0.95);
    expect(lower).toBeLessThan(low as number);
    expect(higher).toBeGreaterThan(high as number);
  });
});

describe("what is excluded", () => {
  const JUNE = Date.UTC(2026, 5, 1);

  /** A month of which twenty days have passed, hour by hour, with time taken out of it as a manager does. */
  function monthOf(failingOf: (at: number) => number, exclusions: readonly Exclusion[], days = 20): ForecastInput {
    const at = JUNE + days * DAY;
    const manager = new ErrorBudgetManager({
      objective: "99%",
      window: "month",
      clock: new ManualClock(at),
      exclusions,
    });
    const points = Array.from({ length: days * 24 }, (_, hour) => {
      const end = JUNE + (hour + 1) * HOUR;
      return { at: end, good: 1_000 - failingOf(end - HOUR), total: 1_000 };
    });
    for (const point of points) manager.recordEvents({ ...point, at: point.at - 1 });
    return { subject: manager.subject, status: manager.status(), points, stepMs: HOUR, exclusions };
  }

  it("does not lengthen the period: the month's budget is spent when the status says so", () => {
    const closed = { start: JUNE, end: JUNE + 10 * DAY, reason: "closed" };
    // 1.4 times as fast as it may, ten days of twenty: 1.4 x (10 + t) / 20 is 1 after 4.29 days.
    const input = monthOf(() => 14, [closed]);
    const expected = { kind: "in", durationMs: expect.closeTo((20 / 1.4 - 10) * DAY, -3) };
    expect(trendOf(input).expected).toMatchObject(expected);
    expect(forecastBudget(input).atPresentPace).toMatchObject(expected);
    // The status knows of it, whether or not the forecast is told.
    expect(trendOf({ ...input, exclusions: undefined }).expected).toMatchObject(expected);
  });

  it("brings nothing where it lies ahead, and the budget is one of fewer days", () => {
    const closed = { start: JUNE + 22 * DAY, end: JUNE + 30 * DAY, reason: "closed" };
    const input = monthOf(() => 10.5, [closed]);
    // 1.05 x (20 + t) / 22 is 1 after 0.95 days.
    expect(trendOf(input).expected).toMatchObject({ durationMs: expect.closeTo((22 / 1.05 - 20) * DAY, -3) });
    const soon = { ...closed, start: JUNE + 20 * DAY, end: JUNE + 28 * DAY };
    expect(trendOf(monthOf(() => 10.5, [soon])).expected).toMatchObject({
      durationMs: expect.closeTo((8 + 22 / 1.05 - 20) * DAY, -3),
    });
  });

  it("is not replayed, nor is a step of which some is excluded", () => {
    const outage = { start: JUNE + 9.5 * DAY + HOUR / 2, end: JUNE + 10.5 * DAY + HOUR / 2, reason: "we moved" };
    const input = monthOf((at) => (at > outage.start - HOUR && at < outage.end ? 1_000 : 1), [outage]);
    const { status } = monthOf(() => 1, []);
    expect(trendOf({ ...input, status })).toMatchObject({ expected: { kind: "never" }, probability: 0 });
    expect(trendOf({ ...input, status, exclusions: [] }).probability).toBeGreaterThan(0.1);
  });

  it("is not taken for time in which nobody watched", () => {
    const now = { start: JUNE + 19.5 * DAY, end: JUNE + 20.5 * DAY, reason: "maintenance" };
    expect(trendOf(monthOf(() => 1, [now])).probability).toBe(0);
    const input = monthOf(() => 1, [now]);
    const blind = { ...input, points: input.points.filter(({ at }) => at < now.start - 3 * HOUR) };
    expect(forecastBudget(blind).byTrend).toMatchObject({ kind: "unknown" });
  });
});

describe("the sentence", () => {
  const never = { kind: "never" } as const;
  const lasts = { kind: "never" } as const;
  const after = (durationMs: number) => ({ kind: "in", durationMs, at: AT + durationMs }) as const;
  const words = { atPresentPace: lasts, horizonMs: 30 * DAY, toPeriodEnd: false } as const;
  const of = (earliest: ExhaustionTime, expected: ExhaustionTime, latest: ExhaustionTime, probability = 0.5) =>
    forecastText({ ...words, byTrend: { kind: "forecast", earliest, expected, latest, probability } });

  it("says between which moments, and which of them never come", () => {
    expect(of(after(2 * DAY), after(3 * DAY + 4 * HOUR), never)).toBe(
      "runs out in 3 d 4 h (between 2 d and never in the next 30 d) by trend; it lasts at the present pace",
    );
  });

  it("says the earliest moment, or the chance, where it is rather never", () => {
    expect(of(after(2 * DAY), never, never)).toBe(
      "lasts for the next 30 d by trend, or runs out in 2 d at the earliest; it lasts at the present pace",
    );
    expect(of(never, never, never, 0.034)).toBe(
      "lasts for the next 30 d by trend, but for a chance of 3.4 %; it lasts at the present pace",
    );
    expect(of(never, never, never, 0)).toBe("lasts for the next 30 d by trend; it lasts at the present pace");
  });

  it("says when the period ends", () => {
    const byTrend = { kind: "forecast", earliest: never, expected: never, latest: never, probability: 0 } as const;
    const text = forecastText({
      ...words,
      byTrend,
      toPeriodEnd: true,
      horizonMs: 3 * HOUR,
      atPresentPace: after(2 * HOUR),
    });
    expect(text).toBe("lasts for the 3 h to the end of the period by trend; in 2 h at the present pace");
  });

  it("says that it is spent", () => {
    const spent = forecastBudget(inputOf(hours(720, 1.5)));
    expect(spent).toMatchObject({
      byTrend: { kind: "exhausted" },
      atPresentPace: { kind: "exhausted" },
      text: "is spent",
    });
  });
});

describe("what cannot be told is unknown, and never `never`", () => {
  const reasonOf = (input: ForecastInput, options?: ForecastOptions): string => {
    const { byTrend, text } = forecastBudget(input, options);
    if (byTrend.kind !== "unknown") throw new Error(text);
    expect(text).toContain(`nobody can tell when it runs out by trend: ${byTrend.reason}; `);
    return byTrend.reason;
  };
  const calm = inputOf(hours(720, 0.5));

  it.each<[string, ForecastInput, string]>([
    ["nothing was measured", { ...calm, status: unmeasured(0) }, "nothing was measured in this window"],
    ["too little was measured", { ...calm, status: unmeasured(5) }, "5 of the 10 events that are needed to judge"],
    ["there is no past", { ...calm, points: [] }, "nothing is known of its past"],
    [
      "nobody has watched of late",
      { ...calm, points: calm.points.slice(0, -3) },
      "nothing was measured in the last 3 h",
    ],
    [
      "the past is short",
      inputOf(hours(100, 0.5)),
      "4 d 4 h of its past are known, and 7 d 12 h are needed to look 30 d ahead",
    ],
    [
      "most of it was not watched",
      { ...calm, points: calm.points.filter(({ at }) => at > AT - 5 * HOUR || at < AT - 600 * HOUR) },
      "5 d 4 h of its past are known",
    ],
    [
      "there are only some steps",
      { ...inputOf(hours(23, 0.5)), stepMs: HOUR },
      "23 h of its past are known, and 7 d 12 h",
    ],
    ["steps are too short", { ...calm, stepMs: 1_000, points: calm.points.slice(-1) }, "1 s of its past are known"],
  ])("where %s", (_title, input, reason) => {
    expect(reasonOf(input)).toContain(reason);
  });

  it("where steps are too short to look so far ahead", () => {
    const twoWeeks = inputOf(hours(336, 0.5), { window: rollingWindow(14 * DAY) });
    const points = Array.from({ length: 6_000 }, (_, index) => ({
      at: AT - (5_999 - index) * 60_000,
      good: 1,
      total: 1,
    }));
    expect(reasonOf({ ...twoWeeks, points, stepMs: 60_000 })).toBe("steps of 1 min are too short to look 14 d ahead");
    expect(forecastBudget({ ...twoWeeks, points, stepMs: 60_000 }, { horizonMs: 6 * DAY }).byTrend.kind).toBe(
      "forecast",
    );
  });

  it("but a shorter look ahead needs less of the past", () => {
    const young = inputOf(hours(100, 0.5));
    expect(reasonOf(young)).toContain("7 d 12 h are needed");
    expect(forecastBudget(young, { horizonMs: 16 * DAY }).byTrend.kind).toBe("forecast");
  });

  it("has no present pace where nothing was measured", () => {
    const forecast = forecastBudget({ ...calm, status: unmeasured(0) });
    expect(forecast.atPresentPace).toEqual({ kind: "unknown" });
    expect(forecast.text).toContain("; there is no present pace to tell it from");
  });

  it("does not take idle hours for blind ones", () => {
    const idle = calm.points.map((point, index) => (index < 700 ? point : { ...point, good: 0, total: 0 }));
    expect(forecastBudget({ ...calm, points: idle }).byTrend.kind).toBe("forecast");
  });
});

function unmeasured(total: number): BudgetStatus {
  const subject = { id: "b", objective: Objective.parse("99%"), window: ROLLING, minimumEvents: 10 };
  return assessBudget(subject, { window: { good: total, total, coverage: total === 0 ? 0 : 1 }, lookBacks: [] }, AT);
}

describe("whatever was counted", () => {
  it("has no NaN, moments in order within the horizon, and a chance that is one", () => {
    const pace = fc.oneof(fc.constantFrom(0, 0.5, 100), fc.double({ min: 0, max: 5, noNaN: true }));
    const counted = fc.record({
      paces: fc.array(pace, { minLength: 1, maxLength: 60 }),
      total: fc.constantFrom(0, 1, 7, 10_000),
      window: fc.constantFrom<Window>(rollingWindow(2 * DAY), MONTH, calendarWindow("week"), rollingWindow(36_000_001)),
    });
    fc.assert(
      fc.property(counted, ({ paces, total, window }) => {
        const input = inputOf(paces, { window, total });
        const { byTrend, text, horizonAt } = forecastBudget(input, { paths: 100 });
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
        if (byTrend.kind !== "forecast") return;
        const times = [byTrend.earliest, byTrend.expected, byTrend.latest].map((one) =>
          one.kind === "in" ? one.at : Infinity,
        );
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const time of times) expect(time === Infinity || (time >= AT && time <= horizonAt)).toBe(true);
        expect(byTrend.probability).toBeGreaterThanOrEqual(0);
        expect(byTrend.probability).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what cannot be used is refused", () => {
  const fine = inputOf(hours(720, 0.5));
  const point = { at: AT, good: 1, total: 1 };

  it.each<[Partial<Record<keyof ForecastInput, unknown>>, unknown, string]>([
    [{ stepMs: 0 }, {}, "stepMs: 0 is not a length of time above 0"],
    [{ stepMs: NaN }, {}, "stepMs"],
    [{ points: undefined }, {}, "points: undefined is not a list of at most 10000 points"],
    [{ points: Array.from({ length: 10_001 }, () => point) }, {}, "points: a list of 10001"],
    [{ points: [{ ...point, good: 2 }] }, {}, "points[0].good: 2 is not a count from 0 to total (1)"],
    [{ points: [{ ...point, total: NaN }] }, {}, "points[0].total: NaN is not a count of events"],
    [{ points: [point, point] }, {}, "points[1].at"],
    [{ points: [{ ...point, at: AT + 1 }] }, {}, "points[0].at"],
    [{ points: [{ ...point, at: AT / 1_000 }] }, {}, "points[0].at: 1781222400 is 1970-01-21T14:47:02.400Z in milli"],
    [{ points: [null] }, {}, "points[0]: null is no point"],
    [{ status: undefined }, {}, "status: undefined is not how a budget stands"],
    [{ status: { ...fine.status, at: NaN } }, {}, "status.at: NaN is not a time"],
    [{ exclusions: {} }, {}, "exclusions: a mapping is no list of { start, end, reason }"],
    [{ exclusions: [null] }, {}, "exclusions[0]: null is no exclusion; write { start, end, reason }"],
    [{ exclusions: [{ start: AT, end: AT, reason: "x" }] }, {}, "exclusions[0]: from 1781222400000 to 1781222400000"],
    [{ exclusions: [{ start: AT, end: AT + 1, reason: "" }] }, {}, "exclusions[0].reason: say why this time does not"],
    [{ subject: undefined }, {}, "subject: undefined is no mapping; write { objective, window }"],
    [{ subject: { window: "30d" } }, {}, "subject.objective: undefined is not an objective"],
    [{}, { level: 1 }, "level: 1 is not a level"],
    [{}, { level: "0.8" }, 'level: "0.8" is not a level'],
    [{}, { horizonMs: Infinity }, "horizonMs"],
    [{}, { horizonMs: 0 }, "horizonMs: 0 is not a length of time above 0"],
    [{}, { paths: 99 }, "paths: 99 is not a whole number from 100 to 2000"],
    [{}, { random: {} }, "random: a mapping has no method next()"],
    [{}, { seed: 1 }, "seed: is no option of forecastBudget"],
  ])("%j with %j", (input, options, message) => {
    expect(() => forecastBudget({ ...fine, ...input } as ForecastInput, options as ForecastOptions)).toThrow(message);
  });

  it("nothing at all, and what is asked for by another name", () => {
    const misspelt = { ...fine, step: HOUR };
    expect(() => forecastBudget(misspelt)).toThrow(
      'step: is no option of forecastBudget; did you mean "stepMs"? allowed: subject, status, points, stepMs, exclusions',
    );
    expect(() => forecastBudget(undefined as never)).toThrow(
      "forecastBudget takes an object of options, not undefined",
    );
  });

  it("but not what a manager takes as text", () => {
    const subject = { id: fine.subject.id, objective: "99%", window: "30d" };
    expect(forecastBudget({ ...fine, subject }, { paths: 100 })).toEqual(forecastBudget(fine, { paths: 100 }));
  });
});
