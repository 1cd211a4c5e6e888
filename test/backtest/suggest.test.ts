import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { CountedSteps, ObjectiveSuggestion } from "../../src/backtest/model.ts";
import { suggestObjective } from "../../src/backtest/suggest.ts";
import { calendarWindow } from "../../src/core/time/window.ts";
import { DAY, HOUR, START, steady, withGap } from "./pasts.ts";

/** Days with so many failures of 10,000. */
function days(...bad: readonly number[]): CountedSteps {
  return steady(bad.length, { stepMs: DAY, each: 10_000, bad: (day) => bad[day] ?? 0 });
}

function daily(data: CountedSteps, changes: { keptRatio?: number; minimumEvents?: number } = {}): ObjectiveSuggestion {
  return suggestObjective(data, { window: "1d", ...changes });
}

describe("the strictest objective that the past supports", () => {
  test.each([
    [[7, 5, 1], "99.93%", "99.9%"],
    [[10], "99.9%", "99.9%"],
    [[11], "99.89%", "99.5%"],
    [[99], "99.01%", "99%"],
    [[100], "99%", "99%"],
    [[101], "98.9%", "95%"],
    [[500], "95%", "95%"],
    [[1_000], "90%", "90%"],
    [[1_001], "89%", undefined],
    [[5_000], "50%", undefined],
  ])("of days with %j failures of 10,000 is %s, and of the usual ones %s", (bad, objective, usual) => {
    expect(daily(days(...bad))).toMatchObject({ objective, usual, keptRatio: 1, windows: bad.length });
  });

  test("is none where half of it failed, and more", () => {
    expect(daily(days(5_001, 0))).toEqual({
      objective: undefined,
      usual: undefined,
      keptRatio: 0,
      windows: 2,
      reason: "not even 50% would have been kept in 100 % of 2 windows of 1d",
    });
  });

  test("is not stricter than what its events can show: a failure has to be allowed", () => {
    expect(daily(days(0, 0))).toMatchObject({ objective: "99.99%", usual: "99.99%" });
    expect(daily(steady(1, { stepMs: DAY, each: 3 }))).toMatchObject({ objective: "66%" });
    expect(daily(steady(1, { stepMs: DAY, each: 1 }))).toMatchObject({ objective: undefined });
    expect(daily(steady(1, { stepMs: DAY, each: 1e12 }))).toMatchObject({ objective: "99.9999999%" });
  });

  test("may pass over some windows, if that is said", () => {
    const bad = [...new Array<number>(19).fill(3), 4_000];
    expect(daily(days(...bad))).toMatchObject({ objective: "60%", keptRatio: 1 });
    expect(daily(days(...bad), { keptRatio: 0.95 })).toMatchObject({
      objective: "99.97%",
      keptRatio: 0.95,
      reason: "99.97% would have been kept in 95 % of 20 windows of 1d; of the usual objectives 99.95%",
    });
    expect(daily(days(...bad), { keptRatio: 0.951 })).toMatchObject({ objective: "60%" });
  });

  test("judges no window with fewer events than are needed", () => {
    const total = [10_000, 10, 10_000];
    const data = { start: START, stepMs: DAY, total, good: [9_990, 0, 9_999] };
    expect(daily(data)).toMatchObject({ objective: undefined, windows: 3 });
    expect(daily(data, { minimumEvents: 11 })).toMatchObject({ objective: "99.9%", windows: 2 });
    expect(daily(data, { minimumEvents: 20_000 })).toMatchObject({
      windows: 0,
      reason: "of 3 windows of 1d none had the 20,000 events that are needed to judge",
    });
  });
});

describe("whole windows", () => {
  test("are needed: less than one supports nothing", () => {
    const hours = steady(23, { stepMs: HOUR });
    expect(daily(hours)).toMatchObject({
      objective: undefined,
      windows: 0,
      reason: "the past has no whole window of 1d: it is known for 23h",
    });
    expect(daily(withGap(steady(24, { stepMs: HOUR }), 0, 1)).windows).toBe(0);
    expect(daily(withGap(steady(24, { stepMs: HOUR }), 0, 24)).reason).toBe(
      "the past has no whole window of 1d: nobody watched",
    );
  });

  test("of a rolling window are as many as steps that end one", () => {
    expect(daily(steady(24, { stepMs: HOUR }))).toMatchObject({
      windows: 1,
      reason: expect.stringContaining("kept in all of one window of 1d;") as string,
    });
    expect(daily(steady(30, { stepMs: HOUR })).windows).toBe(7);
  });

  test("of a calendar window are the periods that are over, each with its own length", () => {
    // February, March with the clocks forward, and most of April, in Berlin.
    const start = Date.UTC(2026, 0, 31, 23);
    const hours = (28 + 31 + 29) * 24 - 1;
    const march = 28 * 24;
    const data = steady(hours, {
      start,
      stepMs: HOUR,
      bad: (hour) => (hour === march || hour === march + 743 ? 100 : 0),
    });
    const window = calendarWindow("month", "Europe/Berlin");
    const { windows, objective } = suggestObjective(data, { window });
    // The 743rd hour after the first of March is the first of April: only one hour of March's 743 failed.
    expect([windows, objective]).toEqual([2, "99.86%"]);
  });
});

test("a stricter demand is never a stricter objective, and what is suggested is kept as often as is asked", () => {
  const past = fc.array(fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.nat(1_000)), { minLength: 1, maxLength: 40 });
  const ratio = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(past, ratio, ratio, (list, one, other) => {
      const total = list.map(([all]) => all);
      const good = list.map(([all, bad]) => Math.max(0, all - bad));
      const ask = (percent: number): ObjectiveSuggestion =>
        daily({ start: START, stepMs: DAY, good, total }, { keptRatio: percent / 100 });
      const [loose, strict] = [ask(Math.min(one, other)), ask(Math.max(one, other))];
      if (strict.objective !== undefined) {
        expect(parseFloat(strict.objective)).toBeLessThanOrEqual(parseFloat(loose.objective ?? ""));
        const budget = 1 - parseFloat(strict.objective) / 100;
        const kept = list.filter(([all], day) => all - (good[day] ?? 0) <= all * budget + 1e-9).length;
        expect(strict.keptRatio).toBeCloseTo(kept / list.length, 9);
        expect(strict.keptRatio).toBeGreaterThanOrEqual(Math.max(one, other) / 100 - 1e-9);
      }
    }),
  );
});
