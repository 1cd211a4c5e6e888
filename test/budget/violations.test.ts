import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ViolationLedger, type Violation } from "../../src/budget/violations.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 31);

function statusOf(objective: string, violations: readonly Violation[]) {
  const budget = new ErrorBudgetManager({
    objective,
    window: "30d",
    clock: new ManualClock(NOW),
    spentIn: "violations",
  });
  budget.addViolations(violations);
  const status = budget.status();
  if (status.state !== "measured") throw new Error(status.reason);
  return status;
}

const ago = (hours: number): number => NOW - hours * HOUR;

test.each<[string, string, Violation[], number, string]>([
  ["nothing is spent by nothing", "99.9%", [], 0, "within"],
  ["half of 43.2 minutes", "99.9%", [{ timestamp: ago(5), minutes: 21.6 }], 0.5, "within"],
  ["all of 4.32 minutes", "99.99%", [{ timestamp: ago(5), minutes: 4.32 }], 1, "spent"],
  ["all of 0.432 minutes", "99.999%", [{ timestamp: ago(5), minutes: 0.432 }], 1, "spent"],
  [
    "a millisecond more",
    "99.9%",
    [{ timestamp: ago(5), minutes: 43.2 + 1 / 60_000 }],
    2_592_001 / 2_592_000,
    "exceeded",
  ],
  ["10 % of 432 minutes", "99.9%", [{ timestamp: ago(20), minutes: 432, impact: 0.1 }], 1, "spent"],
  [
    "thrice 30 % of 48 minutes",
    "99.9%",
    [1, 2, 3].map((hour) => ({ timestamp: ago(hour), minutes: 48, impact: 0.3 })),
    1,
    "spent",
  ],
  [
    "an overlap counts once",
    "99.9%",
    [
      { timestamp: ago(2), minutes: 30 },
      { timestamp: ago(2), minutes: 43.2 },
    ],
    1,
    "spent",
  ],
  ["no impact spends nothing", "99.9%", [{ timestamp: ago(5), minutes: 60, impact: 0 }], 0, "within"],
  ["what began before the window is clipped", "99.9%", [{ timestamp: ago(721), minutes: 103.2 }], 1, "spent"],
  ["what goes on is clipped at now", "99.9%", [{ timestamp: NOW - 43.2 * 60_000, minutes: 10_000 }], 1, "spent"],
  ["what lies ahead is not spent yet", "99.9%", [{ timestamp: NOW + 1, minutes: 60 }], 0, "within"],
])("%s of %s", (_, objective, violations, consumed, verdict) => {
  const status = statusOf(objective, violations);
  expect(status.verdict).toBe(verdict);
  expect(status.consumedRatio).toBeCloseTo(consumed, 12);
});

describe("violations in any order, overlapping in any way", () => {
  const violation = fc.record({
    timestamp: fc.integer({ min: 0, max: 120 }),
    minutes: fc.integer({ min: 0, max: 80 }).map((ms) => ms / 60_000),
    impact: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
  });
  const range = fc.tuple(fc.integer({ min: -10, max: 200 }), fc.integer({ min: -10, max: 200 }));

  test("count each millisecond once, with the gravest of its impacts", () => {
    fc.assert(
      fc.property(fc.array(violation, { maxLength: 25 }), range, (violations, [one, other]) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const ledger = new ViolationLedger();
        for (const each of violations) ledger.add(each);
        let bad = 0;
        for (let ms = start; ms < end; ms += 1) {
          const on = violations.filter(
            ({ timestamp, minutes }) => timestamp <= ms && ms < timestamp + Math.round(minutes * 60_000),
          );
          bad += Math.max(0, ...on.map(({ impact }) => impact));
        }
        expect(ledger.measure({ start, end })).toMatchObject({ good: end - start - bad, total: end - start });
      }),
      { numRuns: 2_000 },
    );
  });

  test("give the same answer whatever was asked between", () => {
    fc.assert(
      fc.property(fc.array(violation, { minLength: 1, maxLength: 15 }), (violations) => {
        const [asked, quiet] = [new ViolationLedger(), new ViolationLedger()];
        for (const each of violations) {
          asked.add(each);
          asked.measure({ start: 0, end: 100 });
        }
        for (const each of [...violations].reverse()) quiet.add(each);
        expect(asked.measure({ start: 3, end: 150 })).toEqual(quiet.measure({ start: 3, end: 150 }));
      }),
    );
  });
});

test.each<[Partial<Violation>, string]>([
  [{ timestamp: NaN }, "timestamp: NaN is not a time in epoch milliseconds"],
  [{ timestamp: "2026-01-01" as never }, 'timestamp: "2026-01-01" is not a time'],
  [{ minutes: -1 }, "minutes: -1 is not a length in minutes"],
  [{ minutes: Infinity }, "minutes: Infinity is not a length"],
  [{ impact: 1.5 }, "impact: 1.5 is not a share from 0 to 1"],
  [{ impact: NaN }, "impact: NaN is not a share"],
])("%j is refused", (part, message) => {
  const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d" });
  expect(() => budget.addViolation({ timestamp: 0, minutes: 1, ...part })).toThrow(message);
});

test("time that is excluded neither spends nor allows", () => {
  const budget = new ErrorBudgetManager({ objective: "99%", window: "10h", clock: new ManualClock(NOW) });
  budget.addViolation({ timestamp: ago(6), minutes: 120 });
  budget.exclude({ start: ago(5), end: NOW, reason: "maintenance" });
  // 5 hours are left, of which 3 minutes may fail; one hour did.
  expect(budget.status()).toMatchObject({ bad: HOUR, total: 5 * HOUR, consumedRatio: 20, remainingMinutes: -57 });
});

test("a hundred thousand, each milder and longer than the last, are no slower than others", () => {
  const ledger = new ViolationLedger();
  const count = 100_000;
  for (let index = 0; index < count; index += 1) {
    ledger.add({ timestamp: index, minutes: 10 + index / 60_000, impact: 1 - index / count });
  }
  const started = performance.now();
  const { good, total } = ledger.measure({ start: 0, end: HOUR });
  // It took 6 s when the active ones were kept in a list.
  expect(performance.now() - started).toBeLessThan(3_000);
  // The gravest for ten minutes, then each of the others for the two milliseconds by which it ends later.
  const expected = 600_000 + (2 * (count - 1)) / 2;
  expect(total - good).toBeCloseTo(expected, 2);
});
