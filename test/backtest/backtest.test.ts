import { describe, expect, test } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import type { AlertEpisode, BacktestCandidate, CandidateReport } from "../../src/backtest/model.ts";
import type { SloTier } from "../../src/budget/slo-tiers.ts";
import { Objective } from "../../src/core/objective.ts";
import { calendarWindow, rollingWindow } from "../../src/core/time/window.ts";
import { candidateOf, DAY, HOUR, MINUTE, only, outage, START, steady, withGap } from "./pasts.ts";

/** Minutes from `since` to the start and the end of each tier's only episode. */
function minutes(report: CandidateReport, since: number): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    report.episodes.map(({ tier, start, end }) => [
      tier,
      [(start - START) / MINUTE - since, (end - START) / MINUTE - since] as const,
    ]),
  );
}

function tier(changes: Partial<SloTier> = {}): SloTier {
  const usual = {
    name: "page",
    severity: "page",
    longMs: 10 * MINUTE,
    shortMs: MINUTE,
    factor: 2,
    budgetShare: 0.02,
  } as const;
  return { ...usual, ...changes };
}

function custom(
  tiers: readonly SloTier[],
  changes: { objective?: string; minimumFailures?: number; minimumEvents?: number } = {},
): BacktestCandidate {
  const { objective = "99%", minimumFailures = 1, minimumEvents = 1 } = changes;
  const subject = { id: "a/b", objective: Objective.parse(objective), window: rollingWindow(DAY), minimumEvents };
  return { name: "custom", subject, tiers, minimumFailures };
}

describe("ten minutes in which everything fails, once in 60 days of steady traffic at 99.9 % over 30 d", () => {
  const AT = 45 * 1_440;
  const report = only(candidateOf("99.9%", "30d"), steady(60 * 1_440, { bad: outage(AT, AT + 10) }));

  test("page_fast fires after one minute, for 1.44 % of an hour are 52 s, and is over when five minutes are clean", () => {
    expect(minutes(report, AT).page_fast).toEqual([1, 15]);
  });

  test.each([
    ["page_slow", "0.6 % of 6 h are 2 min 10 s", 3, 40],
    ["ticket_fast", "0.3 % of a day are 4 min 19 s", 5, 130],
    ["ticket_slow", "0.1 % of 3 days are 4 min 19 s", 5, 370],
  ])("%s waits for its own share (%s), and for its own short look-back", (name, _why, from, until) => {
    expect(minutes(report, AT)[name]).toEqual([from, until]);
  });

  test("is one page, since page tiers that fire together are one, and one ticket", () => {
    expect(report).toMatchObject({ pages: 1, pagingMs: 39 * MINUTE, tickets: 1, ticketMs: 365 * MINUTE });
  });

  test("has spent a minute of 43.2 when the first page comes, and ten at its worst", () => {
    expect(report.consumedAtFirstPage).toBeCloseTo(1 / 43.2, 12);
    expect(report.leastRemaining).toBeCloseTo(33.2 / 43.2, 12);
    expect(report).toMatchObject({ judgedFrom: START + 30 * DAY, exhaustedMs: 0, coverage: 1 });
    expect(report.sliRatio).toBe(1 - 10 / 86_400);
  });

  test("is one fault from its first step to its last, told of by page_fast", () => {
    const [start, end] = [START + AT * MINUTE, START + (AT + 10) * MINUTE];
    expect(report.faults).toEqual([
      {
        start,
        end,
        cost: expect.closeTo((10 - 0.01) / 43.2, 9) as number,
        detectedBy: "page_fast",
        detectedAt: start + MINUTE,
      },
    ]);
    expect(report.missed).toBe(0);
  });

  test("detection and reset are told from the fault's start and end, and nothing of it is noise", () => {
    const [first] = report.episodes;
    expect(first).toMatchObject({
      tier: "page_fast",
      ongoing: false,
      detectionMs: MINUTE,
      resetMs: 5 * MINUTE,
      isNoise: false,
    });
    expect(first?.spentDuring).toBeCloseTo(10 / 43.2, 12);
    expect(
      report.tiers.map(({ tier: { name }, medianDetectionMs, medianResetMs }) => [
        name,
        medianDetectionMs,
        medianResetMs,
      ]),
    ).toEqual([
      ["page_fast", MINUTE, 5 * MINUTE],
      ["page_slow", 3 * MINUTE, 30 * MINUTE],
      ["ticket_fast", 5 * MINUTE, 2 * HOUR],
      ["ticket_slow", 5 * MINUTE, 6 * HOUR],
    ]);
  });
});

describe("what an alert asks", () => {
  test.each([
    ["exactly at the factor", "99%", 2, 100, 2, false],
    ["above it", "99%", 3, 100, 2, true],
    ["exactly at 14.4, which no double is", "99.9%", 144, 10_000, 14.4, false],
    ["one failure above 14.4", "99.9%", 145, 10_000, 14.4, true],
    [
      "exactly at it where products beyond 2^53 would round to above",
      "99.9998464%",
      4_680_000_027,
      1_015_625_005_859_375,
      3,
      false,
    ],
    ["one failure above it in such numbers", "99.9998464%", 4_680_000_028, 1_015_625_005_859_375, 3, true],
  ])("a burn %s", (_what, objective, bad, each, factor, fires) => {
    const report = only(custom([tier({ factor })], { objective }), steady(1, { each, bad: () => bad }));
    expect(report.pages).toBe(fires ? 1 : 0);
  });

  test("both look-backs have to be above: a burn that is over is not told of", () => {
    // Ten failures in the first minute; the long look-back sees them for ten.
    const report = only(custom([tier({ shortMs: 2 * MINUTE })]), steady(20, { each: 10, bad: outage(0, 1, 10) }));
    expect(minutes(report, 0)).toEqual({ page: [1, 3] });
  });

  test("one failure in three at night pages nobody, for five are needed", () => {
    const night = steady(3 * 1_440, { each: 0 });
    const total = Array.from(night.total, (_, minute) => (minute === 4_000 ? 3 : 0));
    const good = total.map((all) => (all === 3 ? 2 : 0));
    const data = { ...night, total, good };
    expect(only(candidateOf("99.9%", "30d"), data)).toMatchObject({ pages: 0, tickets: 0 });
    // Without a least number all four tiers would have told.
    expect(only(candidateOf("99.9%", "30d", { minimumFailures: 1 }), data)).toMatchObject({ pages: 1, tickets: 1 });
  });

  test("five failures are enough, and 4.6 are taken for five: rules ask for half a failure less", () => {
    const failing = (bad: number): number =>
      only(custom([tier()], { minimumFailures: 5 }), steady(1, { each: 100, bad: () => bad })).pages;
    expect([4, 4.4, 4.6, 5].map(failing)).toEqual([0, 0, 1, 1]);
  });

  test("as many events as the SLO asks for have to be in its window", () => {
    const data = steady(10, { each: 1, bad: () => 1 });
    const since = (minimumEvents: number): number | undefined =>
      only(custom([tier()], { minimumEvents }), data).episodes[0]?.start;
    expect([1, 2, 10, 11].map(since)).toEqual([START + MINUTE, START + 2 * MINUTE, START + 10 * MINUTE, undefined]);
  });

  test("of time there is no least number, of failures or of events", () => {
    const data = steady(10, { each: 0.1, bad: () => 0.1 });
    const time = custom([tier()], { minimumFailures: 0, minimumEvents: 1_000 });
    expect(only(time, data).pages).toBe(1);
  });

  test("of a step that a look-back has a part of, that part is counted", () => {
    // 140 s are two steps and a third of one: at the third minute 10 / 3 failures of 700 / 3 events, a pace of 1.43.
    const data = steady(4, { bad: (step) => (step === 0 ? 10 : 0) });
    const endAt = (factor: number): number | undefined => {
      const { episodes } = only(custom([tier({ longMs: 140_000, shortMs: 140_000, factor })]), data);
      return ((episodes[0]?.end ?? NaN) - START) / MINUTE;
    };
    expect([1.42, 1.44].map(endAt)).toEqual([4, 3]);
  });

  test("the fault behind an alert may begin with the step that its look-back has a part of", () => {
    // The alert waits for 250 events; at the third minute its 90 s still see half of the second, in which all failed.
    const data = steady(4, { bad: outage(1, 2) });
    const candidate = custom([tier({ longMs: 90_000, shortMs: 90_000 })], { minimumEvents: 250 });
    expect(only(candidate, data).episodes).toMatchObject([{ start: START + 3 * MINUTE, detectionMs: 2 * MINUTE }]);
  });

  test("an alert whose fault goes on when it ends has no reset time", () => {
    // 40 of 100 fail in the last minute: a faster burn than before, and fewer failures than are asked for.
    const report = only(custom([tier({ longMs: MINUTE })], { minimumFailures: 50 }), {
      start: START,
      stepMs: MINUTE,
      total: [1_000, 1_000, 100],
      good: [1_000, 900, 60],
    });
    expect(report.episodes).toMatchObject([{ end: START + 3 * MINUTE, resetMs: undefined }]);
  });
});

describe("noise", () => {
  const QUIET = tier({ name: "quiet", longMs: HOUR, shortMs: 5 * MINUTE, factor: 2.4, budgetShare: 0.1 });
  // A day with a thousand requests a minute, and an hour of it with ten.
  const each = (step: number): number => (step >= 1_000 && step < 1_060 ? 10 : 1_000);
  const day = (bad: (step: number) => number) => {
    const total = Array.from({ length: 2_880 }, (_, step) => each(step));
    return { start: START, stepMs: MINUTE, total, good: total.map((all, step) => all - bad(step)) };
  };

  test("is an alert in which less of the budget was spent than its tier is to tell of", () => {
    const atNight = only(
      custom([QUIET]),
      day((step) => (step >= 1_050 && step < 1_060 ? 10 : 0)),
    );
    expect(atNight.tiers).toMatchObject([{ episodes: 1, noisy: 1, isNoise: true }]);
    const byDay = only(
      custom([QUIET]),
      day((step) => (step >= 600 && step < 610 ? 1_000 : 0)),
    );
    expect(byDay.tiers).toMatchObject([{ episodes: 1, noisy: 0, isNoise: false }]);
  });

  test("at steady traffic no alert is noise, however short: the share is spent when it fires", () => {
    // 1,450 of 60,000 are a pace of 2.42, and 10.07 % of the 14,400 that a day allows.
    const data = steady(2_880, {
      each: 1_000,
      bad: (step) => (step === 2_000 ? 1_000 : step === 2_001 ? 450 : 0),
    });
    const { tiers } = only(custom([QUIET]), data);
    expect(tiers).toMatchObject([{ episodes: 1, noisy: 0 }]);
  });

  test("is no alert in which just the share was spent, to whichever side that is rounded", () => {
    const sensitive = { ...QUIET, factor: 2 };
    // 1.44 minutes of failures are a tenth of the 14.4 that a day allows.
    const noisyAt = (each: number, less: number): number | undefined => {
      const bad = (step: number): number => (step === 2_000 ? each : step === 2_001 ? 0.44 * each - less : 0);
      return only(custom([sensitive]), steady(2_880, { each, bad })).tiers[0]?.noisy;
    };
    const traffic = Array.from({ length: 80 }, (_, index) => 25 * (index + 1));
    expect(traffic.filter((each) => noisyAt(each, 0) !== 0)).toEqual([]);
    expect(traffic.filter((each) => noisyAt(each, 1) !== 1)).toEqual([]);
  });

  test("is what a tier is if most of its alerts are, not half of them", () => {
    const byDay = (step: number): number => (step >= 600 && step < 610 ? 1_000 : 0);
    const atNight = (step: number): number => (step >= 1_050 && step < 1_060 ? 10 : 0);
    const { tiers } = only(
      custom([QUIET]),
      day((step) => byDay(step) + atNight(step)),
    );
    expect(tiers).toMatchObject([{ episodes: 2, noisy: 1, isNoise: false }]);
  });

  test("is none if a graver alert that is none joined it", () => {
    const grave = { ...QUIET, name: "grave", factor: 10, budgetShare: 0.0001 };
    const bad = (step: number): number => (step >= 1_050 && step < 1_060 ? 10 : 0);
    const { episodes } = only(custom([QUIET, grave]), day(bad));
    const noise = (list: readonly AlertEpisode[]) => list.map((one) => [one.tier, one.isNoise]);
    expect(noise(episodes)).toEqual([
      ["quiet", false],
      ["grave", false],
    ]);
    const alsoNoise = { ...grave, budgetShare: 0.1 };
    expect(noise(only(custom([QUIET, alsoNoise]), day(bad)).episodes)).toEqual([
      ["quiet", true],
      ["grave", true],
    ]);
  });
});

describe("what nobody watched", () => {
  const tiers = [tier({ longMs: HOUR, shortMs: 5 * MINUTE })];
  const broken = steady(300, { bad: outage(100, 300) });

  test("is neither good nor bad: an alert resolves once its short look-back has seen nothing, as in Prometheus", () => {
    const { episodes, coverage } = only(custom(tiers), withGap(broken, 110, 200));
    const times = episodes.map(({ start, end }) => [(start - START) / MINUTE, (end - START) / MINUTE]);
    expect(times).toEqual([
      [102, 115],
      [201, 300],
    ]);
    expect(coverage).toBe(0.7);
    // The fault behind it was last seen when watching ended.
    expect(episodes[0]).toMatchObject({ detectionMs: 2 * MINUTE, resetMs: 5 * MINUTE });
    expect(episodes[1]).toMatchObject({ ongoing: true, resetMs: undefined });
  });

  test("at all is an answer: no figure that could be mistaken for one", () => {
    const nothing = withGap(broken, 0, 300);
    expect(only(candidateOf("99.9%", "30d"), nothing)).toMatchObject({
      coverage: 0,
      total: 0,
      good: 0,
      sliRatio: undefined,
      judgedFrom: undefined,
      leastRemaining: undefined,
      lastRemaining: undefined,
      consumedAtFirstPage: undefined,
      pages: 0,
      tickets: 0,
      exhaustedMs: 0,
      episodes: [],
      faults: [],
      suggestion: { objective: undefined, usual: undefined, windows: 0, keptRatio: 0 },
    });
  });

  test("before the first step that was watched is no part of a window", () => {
    const late = withGap(steady(3 * 1_440), 0, 1_440);
    expect(only(custom([]), late).judgedFrom).toBe(START + 2 * DAY);
  });

  test("how a fault began that may be older than the past is not known", () => {
    const { episodes } = only(custom(tiers), steady(60, { bad: outage(0, 10) }));
    expect(episodes).toMatchObject([{ detectionMs: undefined }]);
  });
});

describe("a budget", () => {
  test("is judged from the first whole window on; before, what is known of it is weighed", () => {
    const candidate = custom([tier()]);
    const report = only(candidate, steady(1_440, { bad: outage(720, 721) }));
    expect(report.judgedFrom).toBe(START + DAY);
    // A minute of the day's 14.4, though half of the day is all that is known.
    expect(report.consumedAtFirstPage).toBeCloseTo(1 / 14.4, 12);
    expect(report.leastRemaining).toBe(report.lastRemaining);
    expect(only(candidate, steady(1_439)).judgedFrom).toBeUndefined();
  });

  test("that is exactly spent is spent, to the failure", () => {
    const exact = only(custom([]), steady(2 * 1_440, { bad: (step) => (step % 1_440 < 144 ? 10 : 0) }));
    expect(exact).toMatchObject({ leastRemaining: 0, exhaustedMs: 1_441 * MINUTE });
    const less = only(custom([]), steady(2 * 1_440, { bad: (step) => (step % 1_440 < 144 && step !== 3 ? 10 : 0) }));
    expect(less.exhaustedMs).toBe((1_441 - 4) * MINUTE);
  });

  test("over a window that is no whole number of steps takes its part of a step", () => {
    const subject = { id: "a/b", objective: Objective.parse("90%"), window: rollingWindow(90_000), minimumEvents: 1 };
    const report = only(
      { name: "odd", subject, tiers: [], minimumFailures: 1 },
      steady(3, { bad: (step) => step * 10 }),
    );
    // A minute and a half: 10 of 150, then 25 of 150.
    expect(report.judgedFrom).toBe(START + 2 * MINUTE);
    expect(report.leastRemaining).toBeCloseTo(1 - 25 / 15, 12);
    expect(report).toMatchObject({ exhaustedMs: MINUTE, suggestion: { windows: 2, objective: "83%" } });
  });

  test("with too few events in its window is not judged", () => {
    const report = only(custom([], { minimumEvents: 1_000_000 }), steady(1_440, { bad: () => 50 }));
    expect(report).toMatchObject({ leastRemaining: undefined, lastRemaining: undefined, exhaustedMs: 0 });
    const enough = only(custom([], { minimumEvents: 144_000 }), steady(1_440, { bad: () => 50 }));
    expect(enough).toMatchObject({ leastRemaining: -49, lastRemaining: -49, exhaustedMs: MINUTE });
  });

  test.each([
    ["has 23 hours when the clocks go forward", Date.UTC(2026, 2, 26, 23), 23],
    ["has 25 hours when they go back", Date.UTC(2026, 9, 22, 22), 25],
  ])("of a calendar day %s", (_what, start, hours) => {
    // Three days of Berlin, the last of them that one: all of its last hour fails.
    const steps = (48 + hours) * 4;
    const data = steady(steps, { start, stepMs: 15 * MINUTE, bad: outage(steps - 4, steps) });
    const window = calendarWindow("day", "Europe/Berlin");
    const subject = { id: "a/b", objective: Objective.parse("90%"), window, minimumEvents: 1 };
    const candidate = { name: "day", subject, tiers: [], minimumFailures: 1 };
    const report = only(candidate, data);
    expect(report.judgedFrom).toBe(start);
    expect(report.lastRemaining).toBeCloseTo(1 - 1 / (hours * 0.1), 12);
    expect(report.suggestion.windows).toBe(3);
    // A quarter of an hour later the first day is no whole one any more, and the last is not over.
    const later = only(candidate, { ...data, start: start + 15 * MINUTE });
    expect(later).toMatchObject({ judgedFrom: start + DAY, suggestion: { windows: 2 } });
  });

  test("of a calendar period is weighed by the share of it that has passed", () => {
    const subject = { id: "a/b", objective: Objective.parse("99%"), window: calendarWindow("month"), minimumEvents: 1 };
    const may = steady(15 * 24, { start: Date.UTC(2026, 3, 30), stepMs: HOUR, bad: () => 2 });
    const report = only({ name: "month", subject, tiers: [], minimumFailures: 1 }, may);
    // Twice too fast for 14 of 31 days.
    expect(report.lastRemaining).toBeCloseTo(1 - 28 / 31, 12);
    expect(report).toMatchObject({ judgedFrom: Date.UTC(2026, 4, 1), suggestion: { windows: 0 } });
  });
});

describe("one step", () => {
  test("is enough for an alert, and too little for a budget", () => {
    const report = only(candidateOf("99.9%", "30d"), steady(1, { bad: () => 100 }));
    expect(report).toMatchObject({ pages: 1, pagingMs: 0, tickets: 1, judgedFrom: undefined });
    expect(report.episodes[0]).toMatchObject({ start: START + MINUTE, end: START + MINUTE, ongoing: true });
  });
});

describe("candidates side by side", () => {
  test("may have counts of their own, by their names", () => {
    const [slow, fast] = [
      candidateOf("99%", "1d", { name: "under 200 ms" }),
      candidateOf("99%", "1d", { name: "under 1 s" }),
    ];
    const [many, few] = [steady(1_440, { bad: () => 3 }), steady(1_440)];
    const data = new Map([
      ["under 200 ms", many],
      ["under 1 s", few],
    ]);
    const { candidates, range, stepMs } = backtest([slow, fast], data);
    expect(candidates.map(({ name, lastRemaining }) => [name, lastRemaining])).toEqual([
      ["under 200 ms", -2],
      ["under 1 s", 1],
    ]);
    expect([range, stepMs]).toEqual([{ start: START, end: START + DAY }, MINUTE]);
  });

  test("are in the order in which they were given, tiers by gravity, and episodes by time", () => {
    const tiers = [
      tier({ name: "t", severity: "ticket", factor: 50 }),
      tier({ name: "slow", factor: 3 }),
      tier({ name: "fast", factor: 9 }),
    ];
    const data = steady(100, { bad: outage(50, 60) });
    const [one, other] = [{ ...custom(tiers), name: "one" }, custom([])];
    const { candidates } = backtest([one, other], data);
    expect(candidates.map(({ name }) => name)).toEqual(["one", "custom"]);
    expect(candidates[0]?.tiers.map((report) => report.tier.name)).toEqual(["fast", "slow", "t"]);
    expect(candidates[0]?.episodes.map((episode) => episode.tier)).toEqual(["fast", "slow", "t"]);
  });
});
