import { describe, expect, test } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import { countedHistory } from "../../src/budget/history.ts";
import { ErrorBudgetManager, type ErrorBudgetOptions } from "../../src/budget/manager.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Objective } from "../../src/core/objective.ts";
import { calendarWindow, rollingWindow } from "../../src/core/time/window.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const SECONDS = NOW / 1_000;
const DAY = 86_400_000;
const ASKED = "was it meant in seconds?";

function make(options: Partial<ErrorBudgetOptions> = {}, now = NOW): ErrorBudgetManager {
  return new ErrorBudgetManager({ objective: "99.9%", window: "30d", clock: new ManualClock(now), ...options });
}

describe("seconds in place of milliseconds are refused", () => {
  test.each<[string, (budget: ErrorBudgetManager) => unknown, string]>([
    ["events", (budget) => budget.recordEvents({ good: 0, total: 1_000, at: SECONDS }), "at: "],
    ["a violation", (budget) => budget.addViolation({ timestamp: SECONDS, minutes: 5_000 }), "timestamp: "],
    [
      "the second of two violations",
      (budget) => budget.addViolations([NOW, SECONDS].map((timestamp) => ({ timestamp, minutes: 1 }))),
      "violations[1].timestamp: ",
    ],
    ["an exclusion", (budget) => budget.exclude({ start: SECONDS, end: SECONDS + 60, reason: "a" }), "start: "],
    ["a status", (budget) => budget.status(SECONDS), "at: "],
    ["an evaluation", (budget) => budget.evaluate(SECONDS), "at: "],
    ["a burn rate", (budget) => budget.burnRate("1h", SECONDS), "at: "],
    ["questions", (budget) => budget.questions(SECONDS), "at: "],
    ["a halt", (budget) => budget.shouldHaltReleases({ at: SECONDS }), "at: "],
  ])("of %s", (_, tell, path) => {
    const said = `${path}${String(SECONDS)} is 1970-01-21T18:49:40.800Z in milliseconds; ${ASKED}`;
    expect(() => tell(make())).toThrow(expect.objectContaining({ code: "configuration", message: said }));
    // Where the clock stands in 1970, as in a test, they are meant.
    expect(() => tell(make({}, 30 * DAY))).not.toThrow();
  });

  test("of exclusions that an option has, and of a history", async () => {
    const exclusions = [{ start: SECONDS, end: SECONDS + 60, reason: "a" }];
    expect(() => make({ exclusions })).toThrow(`exclusions[0].start: ${String(SECONDS)} is`);
    const range = { start: SECONDS - 3_600, end: SECONDS };
    const asked = { slos: [], points: 1, at: NOW, measure: () => Promise.resolve([]) };
    await expect(countedHistory(range, asked)).rejects.toThrow(ASKED);
  });

  test("but an exclusion that was saved once is no reason not to start", () => {
    const exclusions = [{ start: SECONDS, end: SECONDS + 60, reason: "a" }];
    const budget = make();
    budget.restoreState({ version: 1, exclusions, burning: [], exhausted: false });
    expect(budget.exclusions).toEqual(exclusions);
  });
});

describe("coverage", () => {
  test("goes back to an event before the window: it was watched since, and nothing came", () => {
    const budget = make();
    budget.recordEvents({ good: 1, total: 1, at: NOW - 40 * DAY });
    expect(budget.status()).toMatchObject({ state: "no_traffic", coverage: 1 });
  });

  test("goes back to what was told first", () => {
    const budget = make();
    for (const days of [40, 20]) budget.recordEvents({ good: 1, total: 1, at: NOW - days * DAY });
    expect(budget.status()).toMatchObject({ state: "measured", coverage: 1 });
    expect(budget.burnRate("1h")).toMatchObject({ rate: undefined, coverage: 1 });
    budget.exclude({ start: NOW - 25 * DAY, end: NOW - 15 * DAY, reason: "the only events in the window" });
    expect(budget.status()).toMatchObject({ state: "no_traffic", coverage: 1 });
  });
});

describe("keys that there are not are refused", () => {
  test.each<[string, (budget: ErrorBudgetManager) => unknown, string]>([
    [
      "an event's time",
      (budget) => budget.recordEvents({ good: 1, total: 2, timestamp: NOW } as never),
      'timestamp: is no option of recordEvents; did you mean "at"? allowed: at, good, total',
    ],
    [
      "a violation's impact",
      (budget) => budget.addViolation({ timestamp: NOW, minutes: 20, impct: 0.1 } as never),
      'impct: is no option of a violation; did you mean "impact"? allowed: timestamp, minutes, impact',
    ],
    [
      "one of several",
      (budget) => budget.addViolations([{ timestamp: NOW, minutes: 20, share: 0.1 } as never]),
      "violations[0].share: is no option of a violation; allowed: timestamp, minutes, impact",
    ],
    ["no event", (budget) => budget.recordEvents(undefined as never), "recordEvents takes an object"],
    ["no violation", (budget) => budget.addViolation(null as never), "a violation takes an object"],
    [
      "a threshold",
      (budget) => budget.shouldHaltReleases({ threshold: 0.8 } as never),
      'threshold: is no option of shouldHaltReleases; did you mean "consumedRatio"? allowed: consumedRatio, at',
    ],
    ["per cent", (budget) => budget.shouldHaltReleases({ consumedRatio: 80 }), "80 is not a ratio; write 0.8 for 80 %"],
    [
      "an impact in per cent",
      (budget) => budget.addViolation({ timestamp: NOW, minutes: 1, impact: 30 }),
      "impact: 30 is not a share from 0 to 1; write 0.3 for 30 %",
    ],
    [
      "counts of a database",
      (budget) => budget.recordEvents({ good: 1n, total: 2n } as never),
      "total: 2 is a bigint; write the number, Number(2)",
    ],
  ])("%s", (_, tell, message) => {
    expect(() => tell(make())).toThrow(message);
  });

  test("rows of a table that have a time and an impact may have more", () => {
    const events = make();
    const row = { good: 1, total: 2, at: NOW, service: "shop" };
    events.recordEvents(row);
    const violations = make();
    const outage = { timestamp: NOW - 60_000, minutes: 1, impact: 1, incident: "INC-1" };
    violations.addViolation(outage);
    expect([events.status().total, violations.status().state]).toEqual([2, "measured"]);
  });

  test("of options the options are offered, and what documents call them is known", () => {
    expect(() => make({ slo: "99.9%" } as never)).toThrow(
      /^slo: is no option of ErrorBudgetManager; allowed: objective, window, id, spentIn, (?!.*(objective|selector|service))/,
    );
    expect(() => make({ target: "99.9%" } as never)).toThrow('did you mean "objective"?');
    expect(() => make({ spentIn: "violation" as never })).toThrow(
      'spentIn: "violation" is not possible; did you mean "violations"? allowed: events, violations',
    );
    expect(make({ service: "shop", kind: "availability" } as never).subject.id).toBe("budget");
  });
});

describe("questions", () => {
  const good = { good: 999, total: 1_000, coverage: 1 };

  test("remember of when they are", () => {
    const budget = make({ window: calendarWindow("month") });
    const at = Date.UTC(2026, 2, 2);
    const questions = budget.questions(at);
    const answers = questions.ranges.map(() => good);
    expect(questions.at).toBe(at);
    expect(questions.range).toEqual({ start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 3, 1) });
    expect(budget.assess(questions, answers)).toEqual(budget.assess(questions, answers, at));
    expect(budget.observe(questions, answers).at).toBe(at);
    const said =
      "at: 2026-07-30T00:00:00.000Z is not when the questions are of, 2026-03-02T00:00:00.000Z; leave it out";
    for (const tell of ["assess", "observe"] as const) {
      expect(() => budget[tell](questions, answers, Date.UTC(2026, 6, 30))).toThrow(said);
    }
  });

  test("are answered by measurements", () => {
    const budget = make({ tiers: [] });
    const questions = budget.questions();
    expect(() => budget.assess(questions, undefined as never)).toThrow("answers: undefined is no list");
    expect(() => budget.assess(questions, [null as never])).toThrow("answers[0]: null is not a measurement");
  });
});

describe("the pure function takes what a manager takes", () => {
  const window = { good: 999, total: 1_000, coverage: 1 };
  const subject = { objective: "99.9%", window: "30d" };

  test("text, and no look-backs", () => {
    const status = assessBudget(subject, { window }, NOW);
    const made = { id: "budget", objective: Objective.parse("99.9%"), window: rollingWindow(30 * DAY) };
    expect(status).toEqual(assessBudget({ ...made, minimumEvents: 1 }, { window, lookBacks: [] }, NOW));
    expect(status).toMatchObject({ state: "measured", verdict: "spent", burnRates: [] });
    expect(assessBudget({ ...subject, window: "month" }, { window }, NOW).range.end).toBe(Date.UTC(2026, 11, 1));
  });

  test.each<[string, () => unknown, string]>([
    ["no subject", () => assessBudget(undefined as never, { window }, NOW), "subject: undefined is no mapping"],
    ["no objective", () => assessBudget({ window: "30d" } as never, { window }, NOW), "objective: undefined is not"],
    ["no window", () => assessBudget({ objective: "99%" } as never, { window }, NOW), "window: undefined is not a"],
    ["a Date", () => assessBudget(subject, { window }, new Date(NOW) as never), "at: is a Date"],
    ["seconds", () => assessBudget(subject, { window }, SECONDS), ASKED],
    ["nothing measured", () => assessBudget(subject, undefined as never, NOW), "measurements: undefined is no mapping"],
    ["no counts", () => assessBudget(subject, {} as never, NOW), "window: undefined is not a measurement"],
    ["bigints", () => assessBudget(subject, { window: { good: 1n, total: 2n, coverage: 1 } as never }, NOW), "bigint"],
    ["a look-back", () => assessBudget(subject, { window, lookBacks: [null as never] }, NOW), "lookBacks[0].windowMs"],
    [
      "a look-back's counts",
      () => assessBudget(subject, { window, lookBacks: [{ windowMs: 1 } as never] }, NOW),
      "lookBacks: undefined is not a measurement",
    ],
    [
      "an endless period",
      () => assessBudget({ ...subject, window: "month" }, { window, period: { passedMs: NaN, wholeMs: 1 } }, NOW),
      "period.passedMs: NaN is not a number of milliseconds",
    ],
    ["half an event", () => assessBudget({ ...subject, minimumEvents: 0.5 }, { window }, NOW), "minimumEvents: 0.5"],
  ])("but not %s", (_, tell, message) => {
    expect(tell).toThrow(expect.objectContaining({ code: "configuration" }));
    expect(tell).toThrow(message);
  });
});
