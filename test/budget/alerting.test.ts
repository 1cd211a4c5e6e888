import { describe, expect, test } from "vitest";

import type { BudgetEvents } from "../../src/budget/alerting.ts";
import { ErrorBudgetManager, type ErrorBudgetOptions } from "../../src/budget/manager.ts";
import { NOTHING_MEASURED } from "../../src/core/measurement.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const MINUTE = 60_000;
const NAMES = ["burnStarted", "burnCleared", "exhausted", "recovered"] as const;

/** A budget of 99.9 % over 30 days whose changes are written down, and traffic for it. */
function make(options: Partial<ErrorBudgetOptions> = {}) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const budget = new ErrorBudgetManager({ id: "shop", objective: "99.9%", window: "30d", clock, ...options });
  const told: string[] = [];
  for (const name of NAMES) {
    budget.on(name, (payload: BudgetEvents[typeof name]) => {
      told.push("tier" in payload ? `${name} ${String(payload.tier.factor)}` : name);
    });
  }
  /** Minutes of 10,000 requests each, with that share of failures; a look after each. */
  const serve = (minutes: number, errorRatio: number): string[] => {
    told.length = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(MINUTE);
      budget.recordEvents({ good: 10_000 - Math.round(10_000 * errorRatio), total: 10_000 });
      budget.evaluate();
    }
    return [...told];
  };
  return { clock, budget, told, serve };
}

describe("the tiers of 14.4, 6, 3 and 1", () => {
  // The last minutes before the long window is full of errors are enough; a tier above is never crossed.
  test.each([
    [14.4, 0.015, 60, ["burnStarted 14.4"]],
    [6, 0.0063, 6 * 60, ["burnStarted 6"]],
    [3, 0.0032, 24 * 60, ["burnStarted 3"]],
    [1, 0.0011, 3 * 24 * 60, ["burnStarted 1"]],
  ] as const)("are crossed and cleared: %s", (factor, errorRatio, minutes, started) => {
    const { serve } = make();
    expect(serve(3 * 24 * 60, 0)).toEqual([]);
    const during = serve(minutes, errorRatio);
    expect(during.filter((name) => !name.endsWith(" 1") || factor === 1)).toEqual(started);
    // Below the factor over the short window ends it, long before the long one has forgotten.
    const after = serve(minutes / 12 + 1, 0);
    expect(after).toContain(`burnCleared ${String(factor)}`);
    expect(serve(60, 0).filter((name) => name.startsWith("burnStarted"))).toEqual([]);
  });

  test("are crossed just above the factor, and not at it", () => {
    for (const [failures, crossed] of [
      [144, false],
      [145, true],
    ] as const) {
      const { clock, budget, told } = make();
      for (let minute = 0; minute < 60; minute += 1) {
        clock.advance(MINUTE);
        budget.recordEvents({ good: 10_000 - failures, total: 10_000 });
      }
      budget.evaluate();
      expect(told.includes("burnStarted 14.4")).toBe(crossed);
    }
  });

  test("need both windows: what is over does not page, and what has only begun neither", () => {
    const { clock, budget, told, serve } = make();
    serve(24 * 60, 0);
    for (let minute = 0; minute < 60; minute += 1) {
      clock.advance(MINUTE);
      budget.recordEvents({ good: minute < 50 ? 9_000 : 10_000, total: 10_000 });
    }
    budget.evaluate();
    expect(told).not.toContain("burnStarted 14.4");
  });

  test("are told once, however often one looks", () => {
    const { budget, told, serve } = make();
    serve(60, 0.05);
    const count = told.length;
    for (let look = 0; look < 5; look += 1) budget.evaluate();
    expect(told.length).toBe(count);
    expect(new Set(told).size).toBe(count);
  });
});

test("a burn is noticed in the very first millisecond", () => {
  const { budget, told } = make();
  budget.recordEvents({ good: 0, total: 100 });
  budget.evaluate();
  expect(told).toContain("burnStarted 14.4");
});

describe("an alert is not cleared by going blind", () => {
  const answers = (budget: ErrorBudgetManager, measurement: { good: number; total: number; coverage: number }) => {
    const at = Date.UTC(2026, 0, 2);
    const questions = budget.questions(at);
    return budget.observe(
      questions,
      questions.ranges.map(() => measurement),
      at,
    );
  };

  test("but by traffic that is good, or by none", () => {
    for (const calm of [
      { good: 9_999, total: 9_999, coverage: 1 },
      { good: 0, total: 0, coverage: 1 },
    ]) {
      const { budget, told } = make();
      answers(budget, { good: 900, total: 1_000, coverage: 1 });
      expect(told.filter((name) => name.startsWith("burnStarted"))).toHaveLength(4);
      told.length = 0;
      expect(answers(budget, NOTHING_MEASURED).state).toBe("no_data");
      expect(told).toEqual([]);
      answers(budget, calm);
      expect(told.filter((name) => name.startsWith("burnCleared"))).toHaveLength(4);
    }
  });

  test("and neither is an exhausted budget recovered", () => {
    const { budget, told } = make();
    answers(budget, { good: 900, total: 1_000, coverage: 1 });
    expect(told).toContain("exhausted");
    told.length = 0;
    answers(budget, NOTHING_MEASURED);
    answers(budget, { good: 0, total: 0, coverage: 1 });
    expect(told).not.toContain("recovered");
    answers(budget, { good: 1_000, total: 1_000, coverage: 1 });
    expect(told).toContain("recovered");
  });

  test("answers that are not one for each range are refused", () => {
    const { budget } = make();
    const questions = budget.questions(0);
    expect(() => budget.observe(questions, [NOTHING_MEASURED], 0)).toThrow("answers: 1 came for");
  });
});

describe("low traffic", () => {
  test("does not page for 1 failure in 3 requests", () => {
    const { clock, budget, told } = make();
    clock.advance(MINUTE);
    budget.recordEvents({ good: 2, total: 3 });
    budget.evaluate();
    expect(told.filter((name) => name.startsWith("burn"))).toEqual([]);
  });

  test("pages from the minimum of failures that was asked for", () => {
    const { budget, told } = make({ minimumFailures: 1 });
    budget.recordEvents({ good: 2, total: 3 });
    budget.evaluate();
    expect(told).toContain("burnStarted 14.4");
  });

  test("does not exhaust a budget that asks for more events to judge", () => {
    const { budget, told } = make({ minimumEvents: 100 });
    budget.recordEvents({ good: 2, total: 3 });
    expect(budget.evaluate()).toMatchObject({
      state: "too_little_traffic",
      reason: "3 of the 100 events that are needed to judge",
    });
    expect(told).toEqual([]);
  });
});

test("a listener that throws stops nobody, and is reported", () => {
  const failures: unknown[] = [];
  const { budget, told } = make({ onListenerError: ({ error }) => failures.push(error) });
  budget.on("exhausted", () => {
    throw new Error("bad");
  });
  budget.on("exhausted", () => told.push("and the next"));
  budget.recordEvents({ good: 0, total: 10 });
  expect(() => budget.evaluate()).not.toThrow();
  expect(told).toContain("and the next");
  expect(failures).toEqual([new Error("bad")]);
});

test("an exhausted budget recovers when its window has forgotten", () => {
  const { clock, budget, told, serve } = make({ window: "1h" });
  expect(serve(1, 0.5)).toContain("exhausted");
  clock.advance(61 * MINUTE);
  told.length = 0;
  budget.recordEvents({ good: 10, total: 10 });
  budget.evaluate();
  expect(told).toContain("recovered");
});
