import { describe, expect, test } from "vitest";

import { ErrorBudgetManager, type ErrorBudgetOptions } from "../../src/budget/manager.ts";
import { burnTiersFor } from "../../src/budget/tiers.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { calendarWindow, rollingWindow } from "../../src/core/time/window.ts";

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function make(options: Partial<ErrorBudgetOptions> = {}): { budget: ErrorBudgetManager; clock: ManualClock } {
  const clock = new ManualClock(START);
  return { budget: new ErrorBudgetManager({ objective: "99.9%", window: "30d", clock, ...options }), clock };
}

describe("events", () => {
  test("count in the millisecond in which they are recorded, even if the clock ticks on", () => {
    let now = START;
    const ticking = { now: () => (now += 1), monotonic: () => 0, schedule: () => () => undefined };
    const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d", clock: ticking });
    for (let look = 1; look <= 100; look += 1) {
      budget.recordEvents({ good: 1, total: 1 });
      expect(budget.status().total).toBe(look);
    }
  });

  test("belong to the period that their instant is in", () => {
    const { budget, clock } = make({ window: calendarWindow("day") });
    budget.recordEvents({ good: 1, total: 1, at: START - 1 });
    budget.recordEvents({ good: 2, total: 2, at: START });
    expect([budget.status(START - 1).total, budget.status().total]).toEqual([1, 2]);
    clock.advance(DAY);
    expect(budget.status()).toMatchObject({ state: "no_traffic", total: 0 });
  });

  test("of fractions, as from increase(), never have more good than all", () => {
    const { budget } = make();
    for (let index = 0; index < 1_000; index += 1) {
      const at = START - index * HOUR;
      const total = 0.1 + index / 3;
      budget.recordEvents({ good: index % 7 === 0 ? total / 3 : total, total, at });
      expect(() => budget.status()).not.toThrow();
    }
  });

  test("that are excluded do not count, from the first instant to before the last", () => {
    const { budget, clock } = make({ spentIn: "events" });
    for (const at of [10, 20, 30]) budget.recordEvents({ good: 0, total: 1, at: START + at });
    clock.advance(30);
    budget.exclude({ start: START + 10, end: START + 20, reason: "maintenance" });
    expect(budget.status().total).toBe(2);
    budget.exclude({ start: START + 30, end: START + HOUR, reason: "announced" });
    expect(budget.status().total).toBe(1);
    budget.exclude({ start: START + 15, end: START + HOUR, reason: "overlaps" });
    expect(budget.status()).toMatchObject({ state: "no_traffic", total: 0 });
    expect(budget.exclusions.map(({ reason }) => reason)).toEqual(["maintenance", "announced", "overlaps"]);
  });

  test("that a document excludes do not count, and are no part of the state: it may say otherwise tomorrow", () => {
    const written = { start: START, end: START + HOUR, reason: "in the document" };
    const { budget } = make({ spentIn: "events", exclusions: [written] });
    budget.recordEvents({ good: 0, total: 1, at: START });
    expect(budget.status().total).toBe(0);
    const by = { start: START + DAY, end: START + DAY + HOUR, reason: "by hand" };
    budget.exclude(by);
    budget.exclude(written);
    expect(budget.exclusions).toEqual([written, by]);
    expect(budget.exportState().exclusions).toEqual([by]);
    expect(() => make({ exclusions: [{ ...written, reason: "" }] })).toThrow("exclusions[0].reason: say why");
  });

  test("are watched since the manager was made", () => {
    const { budget, clock } = make({ window: "10h", spentIn: "events" });
    clock.advance(HOUR);
    expect(budget.status().coverage).toBeCloseTo(0.1, 6);
    expect(budget.status().state).toBe("no_traffic");
  });
});

test("a manager that was told nothing, of nothing, has no data", () => {
  const { budget, clock } = make();
  clock.advance(DAY);
  expect(budget.status()).toMatchObject({ state: "no_data", reason: "nothing was measured in this window" });
  expect(budget.shouldHaltReleases()).toBeUndefined();
  expect(budget.timeToExhaustion()).toEqual({ kind: "unknown" });
  expect(budget.burnRate("1h")).toMatchObject({ rate: undefined, bad: 0, total: 0 });
});

test("the burn rate of any look-back can be asked for", () => {
  const { budget, clock } = make();
  budget.recordEvents({ good: 0, total: 10 });
  clock.advance(HOUR);
  budget.recordEvents({ good: 990, total: 1_000 });
  expect(budget.burnRate("30m").rate).toBe(10);
  expect(budget.burnRate(2 * HOUR).rate).toBeCloseTo(20_000 / 1_010, 12);
  expect(() => budget.burnRate("0s")).toThrow('window: "0s" is not a length of time');
  expect(() => budget.burnRate(Infinity)).toThrow("window: Infinity is not a length of time");
});

test("releases are halted when nothing is left, or by a share that is asked for", () => {
  const { budget } = make();
  budget.recordEvents({ good: 9_995, total: 10_000 });
  expect(budget.shouldHaltReleases()).toBe(false);
  expect(budget.shouldHaltReleases({ consumedRatio: 0.5 })).toBe(false);
  expect(budget.shouldHaltReleases({ consumedRatio: 0.4 })).toBe(true);
  expect(() => budget.shouldHaltReleases({ consumedRatio: NaN })).toThrow("consumedRatio: NaN is not a ratio");
  budget.recordEvents({ good: 9_985, total: 10_000 });
  expect(budget.shouldHaltReleases()).toBe(true);
});

test.each<[string, Partial<Record<keyof ErrorBudgetOptions, unknown>>, string]>([
  ["an objective of 100%", { objective: "100%" }, "objective: 100% leaves no error budget"],
  ["a window of nothing", { window: "0s" }, "window: 0 is not a window"],
  ["a window that is a word", { window: "soon" }, 'window: "soon" is not a duration'],
  ["no window", { window: undefined }, "window: undefined is not a window; write a duration such as 30d"],
  [
    "a window in no zone",
    { window: { kind: "calendar", unit: "day", zone: "Mars" } },
    'zone: "Mars" is not a time zone',
  ],
  ["half an event", { minimumEvents: 0.5 }, "minimumEvents: 0.5 is not a whole number from 0"],
  ["negative failures", { minimumFailures: -1 }, "minimumFailures: -1 is not a whole number from 0"],
  ["a look-back of nothing", { lookBacksMs: [1, 0] }, "lookBacksMs[1]: 0 is not a positive number"],
  [
    "a tier without a factor",
    { tiers: [{ longMs: 2, shortMs: 1, factor: 0 }] },
    "tiers[0].factor: 0 is not a positive number",
  ],
  ["a short window that is longer", { tiers: [{ longMs: 2, shortMs: 3, factor: 1 }] }, "tiers[0].shortMs: 3 is not"],
])("%s is refused by name", (_, options, message) => {
  expect(() => make(options as never)).toThrow(
    expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
  );
});

test.each<[string, (budget: ErrorBudgetManager) => unknown, string]>([
  [
    "more good than all",
    (budget) => budget.recordEvents({ good: 2, total: 1 }),
    "good: 2 is not a count from 0 to total (1)",
  ],
  ["NaN", (budget) => budget.recordEvents({ good: NaN, total: 1 }), "good: NaN is not a count"],
  ["an endless total", (budget) => budget.recordEvents({ good: 1, total: Infinity }), "total: Infinity is not a count"],
  ["an event at no time", (budget) => budget.recordEvents({ good: 1, total: 1, at: NaN }), "at: NaN is not a time"],
  [
    "violations beside events",
    (budget) => {
      budget.recordEvents({ good: 1, total: 1 });
      budget.addViolation({ timestamp: 0, minutes: 1 });
    },
    "addViolation: this budget holds events",
  ],
  [
    "events beside violations",
    (budget) => {
      budget.addViolation({ timestamp: 0, minutes: 1 });
      budget.recordEvents({ good: 1, total: 1 });
    },
    "recordEvents: this budget holds violations",
  ],
  [
    "an exclusion that ends first",
    (budget) => budget.exclude({ start: 5, end: 5, reason: "x" }),
    "exclusion: from 5 to 5 is not a stretch of time",
  ],
  [
    "an exclusion without a reason",
    (budget) => budget.exclude({ start: 1, end: 5, reason: " " }),
    "reason: say why this time does not count",
  ],
  ["a status at no time", (budget) => budget.status(NaN), "at: NaN is not a time in epoch milliseconds"],
])("%s cannot be told", (_, tell, message) => {
  expect(() => tell(make().budget)).toThrow(message);
});

describe("the usual tiers", () => {
  test.each([
    ["30d", rollingWindow(30 * DAY), [14.4, 6, 3, 1], [HOUR, 6 * HOUR, DAY, 3 * DAY]],
    ["28d", rollingWindow(28 * DAY), [13.44, 5.6, 2.8, 0.933333333333], [HOUR, 6 * HOUR, DAY, 3 * DAY]],
    ["7d", rollingWindow(7 * DAY), [14.4, 6, 3, 1], [840_000, 5_040_000, 20_160_000, 60_480_000]],
    ["a month", calendarWindow("month"), [14.4, 6, 3, 1], [HOUR, 6 * HOUR, DAY, 3 * DAY]],
    ["a quarter", calendarWindow("quarter"), [43.2, 18, 9, 3], [HOUR, 6 * HOUR, DAY, 3 * DAY]],
  ])("of %s spend 2, 5, 10 and 10 %% of the budget", (_, window, factors, longMs) => {
    const tiers = burnTiersFor(window);
    expect(tiers.map(({ factor }) => factor)).toEqual(factors);
    expect(tiers.map((tier) => tier.longMs)).toEqual(longMs);
    expect(tiers.map((tier) => Math.round(tier.longMs / tier.shortMs))).toEqual([12, 12, 12, 12]);
    expect(tiers.map(({ severity }) => severity)).toEqual(["page", "page", "ticket", "ticket"]);
  });

  test("of minutes leave out what would see single requests", () => {
    expect(burnTiersFor(rollingWindow(60_000)).map(({ shortMs }) => shortMs)).toEqual([167, 500]);
  });
});
