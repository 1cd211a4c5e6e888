import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { assessBudget, burnRateText } from "../../src/budget/assess.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import { Objective } from "../../src/core/objective.ts";
import { calendarWindow, rollingWindow, windowAt } from "../../src/core/time/window.ts";

const AT = Date.UTC(2026, 5, 11);
const DAY = 86_400_000;
const objective = Objective.parse("99%");
const rolling = { id: "b", objective, window: rollingWindow(30 * DAY), minimumEvents: 1 };
const june = { ...rolling, window: calendarWindow("month") };
const all = (good: number, total: number, coverage = 1): Measurement => ({ good, total, coverage });

function measured(status: BudgetStatus) {
  if (status.state !== "measured") throw new Error(status.reason);
  return status;
}

describe("no traffic, too little traffic and no data are three answers", () => {
  test.each<[Measurement, number, string, string]>([
    [all(0, 0, 1), 1, "no_traffic", "watched, and nothing came"],
    [all(0, 0, 1), 0, "no_traffic", "watched, and nothing came"],
    [all(0, 0, 0), 1, "no_data", "nothing was measured in this window"],
    [all(9, 9, 1), 10, "too_little_traffic", "9 of the 10 events that are needed to judge"],
  ])("%j of at least %i is %s", (window, minimumEvents, state, reason) => {
    expect(assessBudget({ ...rolling, minimumEvents }, { window, lookBacks: [] }, AT)).toMatchObject({ state, reason });
  });
});

describe("the budget of a calendar period", () => {
  test("belongs to the whole period: a third of the month with 1 % of errors has spent a third", () => {
    const status = measured(assessBudget(june, { window: all(9_900, 10_000), lookBacks: [] }, AT));
    expect(status).toMatchObject({ consumedRatio: 1 / 3, remainingRatio: 2 / 3, remainingEvents: 200 });
    expect(status.remainingMinutes).toBe(288);
  });

  test("does not recover by steady traffic that comes in", () => {
    let last = 0;
    const { start } = windowAt(june.window, AT);
    for (let day = 1; day <= 30; day += 1) {
      const window = all(day * 1_000 - 50, day * 1_000);
      const { consumedRatio } = measured(assessBudget(june, { window, lookBacks: [] }, start + day * DAY - 1));
      expect(consumedRatio).toBeGreaterThan(last - 1e-9);
      last = consumedRatio;
    }
    expect(last).toBeCloseTo(50 / 300, 6);
  });

  test("is told from its first millisecond on", () => {
    const { start } = windowAt(june.window, AT);
    const status = measured(assessBudget(june, { window: all(0, 1), lookBacks: [] }, start));
    expect(status.consumedRatio).toBeCloseTo(100 / (30 * DAY), 15);
  });
});

describe("the time to exhaustion", () => {
  const pace = (rate: number): Measurement => all(100_000 - rate * 1_000, 100_000);
  const ask = (subject: typeof rolling | typeof june, window: Measurement, rate: number | undefined) => {
    const lookBacks = rate === undefined ? [] : [{ windowMs: 3_600_000, measurement: pace(rate) }];
    return measured(assessBudget(subject, { window, lookBacks }, AT)).exhaustion;
  };

  test.each([
    ["is never without errors", rolling, all(995, 1_000), 0, { kind: "never" }],
    ["is over when nothing is left", rolling, all(99, 100), 0, { kind: "exhausted" }],
    ["is unknown without a pace", rolling, all(995, 1_000), undefined, { kind: "unknown" }],
    [
      "is half of the window at pace 1",
      rolling,
      all(995, 1_000),
      1,
      { kind: "in", durationMs: 15 * DAY, at: AT + 15 * DAY },
    ],
    ["is never at less than is forgotten", rolling, all(995, 1_000), 0.5, { kind: "never" }],
    [
      "is hours when only hours were watched",
      rolling,
      all(995, 1_000, 1 / 720),
      2,
      { kind: "in", durationMs: DAY / 48, at: AT + DAY / 48 },
    ],
    ["is never if the month ends first", june, all(9_900, 10_000), 1, { kind: "never" }],
    [
      "is ten days at twice the pace",
      june,
      all(9_900, 10_000),
      2,
      { kind: "in", durationMs: 10 * DAY, at: AT + 10 * DAY },
    ],
  ] as const)("%s", (_, subject, window, rate, expected) => {
    const told = ask(subject, window, rate);
    if (expected.kind !== "in") expect(told).toEqual(expected);
    else if (told.kind !== "in") expect(told).toEqual(expected);
    else expect(told.durationMs / expected.durationMs).toBeCloseTo(1, 9);
  });

  test("is told from the pace of an hour in 30 days, and of the shortest look-back if all are longer", () => {
    const of = (...windowsMs: number[]) => {
      const lookBacks = windowsMs.map((windowMs) => ({ windowMs, measurement: pace(windowMs === 3_600_000 ? 1 : 0) }));
      return measured(assessBudget(rolling, { window: all(995, 1_000), lookBacks }, AT)).exhaustion.kind;
    };
    expect([of(300_000, 3_600_000, DAY), of(3_600_001, DAY), of(300_000, DAY)]).toEqual(["in", "never", "never"]);
  });
});

describe("whatever was measured", () => {
  const amount = fc.oneof(
    fc.constantFrom(0, -0, 1, Number.MIN_VALUE, 2 ** 53, Number.MAX_VALUE),
    fc.nat(),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  );
  const measurement = fc
    .record({
      one: amount,
      other: amount,
      coverage: fc.oneof(fc.constant(-0), fc.double({ min: 0, max: 1, noNaN: true })),
    })
    .map(({ one, other, coverage }) => ({ good: Math.min(one, other), total: Math.max(one, other), coverage }));
  const period = fc.option(
    fc.record({
      passedMs: fc.double({ min: 0, max: 1e11, noNaN: true }),
      wholeMs: fc.double({ min: 0, max: 1e11, noNaN: true }),
    }),
    { nil: undefined },
  );

  test("no number of a status is NaN or -0, and its signs agree with its verdict", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999 }).map((parts) => Objective.fromPartsPerBillion(parts)),
        fc.constantFrom(rollingWindow(1), rollingWindow(30 * DAY), calendarWindow("month"), calendarWindow("year")),
        measurement,
        fc.array(measurement, { maxLength: 4 }),
        period,
        fc.constantFrom(AT, AT + 0.5, Date.UTC(2026, 0, 1)),
        (promised, window, counted, backs, share, at) => {
          const lookBacks = backs.map((each, index) => ({ windowMs: 10 ** index, measurement: each }));
          const measurements = { window: counted, lookBacks, ...(share === undefined ? {} : { period: share }) };
          const status = assessBudget({ id: "b", objective: promised, window, minimumEvents: 0 }, measurements, at);
          for (const [path, value] of numbersIn(status)) {
            if (Number.isNaN(value) || Object.is(value, -0))
              throw new Error(`${path} is ${Object.is(value, -0) ? "-0" : "NaN"}`);
          }
          // Less than a billionth of an event may be too little for a double, once it is divided.
          if (status.state !== "measured" || counted.total < 1e-9) return;
          const sign = { within: 1, spent: 0, exceeded: -1 }[status.verdict];
          expect([Math.sign(status.remainingRatio), Math.sign(status.remainingEvents)]).toEqual([sign, sign]);
          expect(status.exhaustion.kind === "exhausted").toBe(sign <= 0);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

function numbersIn(value: unknown, path = "status"): Array<[string, number]> {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

test.each([
  ["more good than all", { good: 2, total: 1, coverage: 1 }],
  ["a negative count", { good: -1, total: 1, coverage: 1 }],
  ["NaN", { good: NaN, total: 1, coverage: 1 }],
  ["an endless total", { good: 1, total: Infinity, coverage: 1 }],
  ["coverage above 1", { good: 1, total: 1, coverage: 1.1 }],
  ["coverage of NaN", { good: 1, total: 1, coverage: NaN }],
])("%s is refused as a measurement", (_, window) => {
  expect(() => assessBudget(rolling, { window, lookBacks: [] }, AT)).toThrow(
    /^window: good .* is not a measurement; 0 <= good/,
  );
  const lookBacks = [{ windowMs: 1, measurement: window }];
  expect(() => assessBudget(rolling, { window: all(1, 1), lookBacks }, AT)).toThrow(/^lookBacks: /);
});

test("a burn rate has a text", () => {
  const rate = { windowMs: 3_600_000, bad: 1, total: 1, coverage: 1 };
  expect(burnRateText({ ...rate, rate: 14.4004 })).toBe("14.4x burn over 1h");
  expect(burnRateText({ ...rate, rate: undefined })).toBe("no burn over 1h");
});
