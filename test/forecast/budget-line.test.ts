import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import { Exclusions } from "../../src/budget/exclusions.ts";
import { budgetQuestions } from "../../src/budget/questions.ts";
import type { BudgetSubject, MeasuredBudget } from "../../src/budget/status.ts";
import { Objective } from "../../src/core/objective.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { calendarWindow, rollingWindow, type TimeRange } from "../../src/core/time/window.ts";
import { budgetLine, countingMs, spentInMs, type Steps } from "../../src/forecast/budget-line.ts";
import { pastOf } from "../../src/forecast/past.ts";

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 2, 1);

interface Hour {
  readonly bad: number;
  readonly total: number;
}

/** A future that is known. */
class Known implements Steps {
  bad = 0;
  total = 0;
  readonly #hours: readonly Hour[];
  constructor(hours: readonly Hour[]) {
    this.#hours = hours;
  }
  begin(): void {
    this.bad = 0;
  }
  draw(step: number): void {
    ({ bad: this.bad, total: this.total } = this.#hours[step] as Hour);
  }
}

function draw(random: Random, count: number, share: number): Hour[] {
  return Array.from({ length: count }, () => {
    const total = random.next() < 0.2 ? 0 : random.integer(1, 200);
    return { total, bad: Math.min(total, random.next() < share ? random.integer(0, 30) : 0) };
  });
}

/** How it stands after `count` hours, without what is excluded. */
function statusAfter(subject: BudgetSubject, hours: readonly Hour[], count: number, exclusions = new Exclusions()) {
  const at = BEGIN + count * HOUR;
  const { ranges, fold } = budgetQuestions(subject.window, [], exclusions, at);
  const measured = ranges.map(({ start, end }: TimeRange) => {
    const seen = hours.slice(Math.max(0, (start - BEGIN) / HOUR), Math.max(0, (end - BEGIN) / HOUR));
    const sum = (of: (hour: Hour) => number): number => seen.reduce((all, hour) => all + of(hour), 0);
    const total = sum((hour) => hour.total);
    return { good: total - sum((hour) => hour.bad), total, coverage: 1 };
  });
  return assessBudget(subject, fold(measured), at);
}

/** Some stretches of whole hours. */
function drawExclusions(random: Random): Exclusions {
  const exclusions = new Exclusions();
  for (let index = 0; index < 6; index += 1) {
    const start = BEGIN + random.integer(0, 240) * HOUR;
    exclusions.add({ start, end: start + random.integer(1, 30) * HOUR, reason: "maintenance" });
  }
  return exclusions;
}

const rolling = { id: "b", objective: Objective.parse("97%"), window: rollingWindow(72 * HOUR), minimumEvents: 1 };
const calendar = { ...rolling, window: calendarWindow("week") };

describe("the moment at which a budget is spent, if the future is known", () => {
  it.each([
    ["rolling window", rolling, 300, () => new Exclusions()],
    ["calendar period", calendar, 60, () => new Exclusions()],
    ["rolling window of which hours are excluded", rolling, 300, drawExclusions],
    ["calendar period of which hours are excluded", calendar, 300, drawExclusions],
  ])("is the hour in which its status says so, of a %s", (_title, subject, trials, excluded) => {
    const random = seededRandom("lines");
    const kinds = { spent: 0, lasts: 0 };
    for (let trial = 0; trial < trials; trial += 1) {
      const now = random.integer(30, 150);
      const share = random.next() * 0.6;
      const hours = [...draw(random, now, share * 0.5), ...draw(random, 300, share)];
      const exclusions = excluded(random);
      const status = statusAfter(subject, hours, now, exclusions);
      if (status.state !== "measured" || status.verdict !== "within") continue;
      const horizon = subject === rolling ? 72 : (status.range.end - status.at) / HOUR;
      const points = hours
        .slice(0, now)
        .map(({ bad, total }, index) => ({ at: BEGIN + (index + 1) * HOUR, good: total - bad, total }))
        .filter(({ at }) => countingMs(exclusions, { start: at - HOUR, end: at }) > 0);
      const past = pastOf(points, status.at, HOUR);
      const line = budgetLine(subject, status, { past, horizonMs: horizon * HOUR, exclusions });
      const told = spentInMs(line, new Known(hours.slice(now))) / HOUR;
      let truth = Infinity;
      // At the period's very end the next one has begun.
      for (let ahead = 1; ahead <= (subject === rolling ? horizon : horizon - 1) && truth === Infinity; ahead += 1) {
        const then = statusAfter(subject, hours, now + ahead, exclusions);
        if (then.state === "measured" && then.verdict !== "within") truth = ahead;
      }
      if (truth === Infinity) {
        kinds.lasts += 1;
        expect(told).toBeGreaterThan(subject === rolling ? horizon : horizon - 1);
      } else {
        kinds.spent += 1;
        expect(told).toBeGreaterThan(truth - 1);
        expect(told).toBeLessThanOrEqual(truth + 1e-9);
      }
    }
    expect(Math.min(kinds.spent, kinds.lasts)).toBeGreaterThan(trials / 12);
  });
});

describe("what leaves a rolling window", () => {
  const status = {
    ...(statusAfter(rolling, [{ bad: 0, total: 1 }], 1) as MeasuredBudget),
    good: 90,
    total: 100,
    bad: 10,
    at: BEGIN,
  };
  const leavingOf = (points: { at: number; good: number; total: number }[]) =>
    budgetLine(rolling, status, {
      ...{ past: pastOf(points, BEGIN, HOUR), horizonMs: 72 * HOUR, exclusions: new Exclusions() },
    }).leaving;
  const sum = (counts: Float64Array): number => counts.reduce((all, count) => all + count, 0);

  it("is what was counted, when it was 72 hours ago", () => {
    const { bad, total } = leavingOf([
      { at: BEGIN - 80 * HOUR, good: 0, total: 5 },
      { at: BEGIN - 71 * HOUR, good: 50, total: 60 },
      { at: BEGIN, good: 40, total: 40 },
    ]);
    expect([total[0], total[71], sum(total)]).toEqual([60, 40, 100]);
    expect([bad[0], sum(bad)]).toEqual([10, 10]);
  });

  it("is spread evenly, as far as the points do not show what the status knows", () => {
    const { bad, total } = leavingOf([{ at: BEGIN, good: 25, total: 28 }]);
    expect([total[0], total[71]]).toEqual([1, 29]);
    expect(sum(total)).toBeCloseTo(100, 9);
    expect(sum(bad)).toBeCloseTo(10, 9);
  });

  it("is no more than the status knows, which leaves out what is excluded", () => {
    const { bad, total } = leavingOf([
      { at: BEGIN - HOUR, good: 100, total: 150 },
      { at: BEGIN, good: 50, total: 50 },
    ]);
    expect([total[70], total[71], bad[70], bad[71]]).toEqual([75, 25, 10, 0]);
  });
});
