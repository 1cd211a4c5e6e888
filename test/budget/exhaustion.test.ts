/** The time to exhaustion, worked out from the pace so far and the present one. */
import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import type { Exhaustion } from "../../src/budget/status.ts";
import { AT, DAY, HOUR } from "./failing.ts";

interface Asked {
  readonly window: "30d" | "month";
  /** The pace over what was watched. */
  readonly average: number;
  readonly pace: number;
  readonly coverage?: number;
  readonly period?: { readonly passedMs: number; readonly wholeMs: number };
}

/** At 99 %, on the 11th of June: a third of the month has passed. */
function exhaustion({ window, average, pace, coverage = 1, period }: Asked): Exhaustion {
  const failing = (share: number) => ({ good: 1e6 - share * 1e4, total: 1e6 });
  const status = assessBudget(
    { objective: "99%", window },
    {
      window: { ...failing(average), coverage },
      lookBacks: [{ windowMs: HOUR, measurement: { ...failing(pace), coverage: 1 } }],
      period,
    },
    AT,
  );
  if (status.state !== "measured") throw new Error(status.reason);
  return status.exhaustion;
}

/** The milliseconds of one that tells a time. */
function durationOf(asked: Asked): number {
  const told = exhaustion(asked);
  if (told.kind !== "in") throw new Error(told.kind);
  expect(told.at).toBe(AT + told.durationMs);
  return told.durationMs;
}

const days = (asked: Asked): number => durationOf(asked) / DAY;

describe("the time to exhaustion of a rolling window", () => {
  it("is when average pace 1 is reached, as long as less than the window was watched", () => {
    expect(days({ window: "30d", average: 0.5, pace: 3, coverage: 0.5 })).toBeCloseTo(3.75, 9);
    expect(days({ window: "30d", average: 0, pace: 3, coverage: 0.5 })).toBeCloseTo(7.5, 9);
  });

  it("is what is left of the window's budget at the present pace, where the window is full by then", () => {
    expect(days({ window: "30d", average: 0.5, pace: 3 })).toBeCloseTo(5, 9);
    expect(days({ window: "30d", average: 0.8, pace: 1, coverage: 0.5 })).toBeCloseTo(18, 9);
  });

  it("counts the whole window, not what exclusions have left of it", () => {
    const period = { passedMs: 10 * DAY, wholeMs: 10 * DAY };
    expect(days({ window: "30d", average: 0.5, pace: 2, period })).toBeCloseTo(5, 9);
  });
});

describe("the time to exhaustion of a calendar period", () => {
  it("counts what exclusions have left of the period", () => {
    const period = { passedMs: 10 * DAY, wholeMs: 20 * DAY };
    expect(days({ window: "month", average: 1, pace: 2, period })).toBeCloseTo(5, 9);
  });

  it("is how long the present pace would take where nothing was watched", () => {
    expect(days({ window: "month", average: 1, pace: 2, coverage: 0 })).toBeCloseTo(5, 9);
    for (const pace of [3, 4]) expect(durationOf({ window: "month", average: 1, pace, coverage: 0 })).toBe(0);
  });

  it("is told to the last digits where a high pace outweighs the little that was watched at once", () => {
    // One millisecond in 10 days, at 90 times what the objective allows; the equation's first terms decide.
    const told = durationOf({ window: "month", average: 1, pace: 90, coverage: 1 / (10 * DAY) });
    const [passed, whole] = [10 * DAY, 30 * DAY];
    const slope = 1 + 90 * passed - whole;
    const constant = passed - whole;
    const first = -constant / slope;
    const exact = first - (90 * first * first) / slope;
    expect(told / exact).toBeCloseTo(1, 12);
  });

  it("is when the average of all that has passed is the period's budget", () => {
    // Over 5 of 10 days at pace 0.5, and t more at pace 6: (2.5 + 6 t) / (5 + t) x (10 + t) = 30.
    const t = durationOf({ window: "month", average: 0.5, pace: 6, coverage: 0.5 }) / DAY;
    expect(((2.5 + 6 * t) / (5 + t)) * (10 + t)).toBeCloseTo(30, 9);
    expect(t).toBeGreaterThan(0);
  });
});

it("a budget of which less is left than a double can tell lasts at a pace of 0", () => {
  // 99 of 100 may fail: 99 x total is 100 x bad, and one more.
  const total = 9_007_199_254_740_899;
  const bad = (99n * BigInt(total) - 1n) / 100n;
  const status = assessBudget(
    { objective: "1%", window: "30d" },
    {
      window: { good: total - Number(bad), total, coverage: 1 },
      lookBacks: [{ windowMs: HOUR, measurement: { good: 1, total: 1, coverage: 1 } }],
    },
    AT,
  );
  expect(status).toMatchObject({ verdict: "within", exhaustion: { kind: "never" } });
});
