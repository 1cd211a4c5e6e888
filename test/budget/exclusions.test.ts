import { describe, expect, test } from "vitest";
import { Exclusions, LONGEST_EXCLUSION_MS } from "../../src/budget/exclusions.ts";
import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const HOUR = 3_600_000;
const AT = Date.UTC(2026, 5, 11);

describe("exclusions", () => {
  const reason = "maintenance";

  test("are cut out of a stretch, in any order, overlapping or not", () => {
    const exclusions = new Exclusions();
    expect(exclusions.subtractFrom({ start: AT, end: AT + 100 })).toEqual([{ start: AT, end: AT + 100 }]);
    for (const [start, end] of [
      [50, 60],
      [10, 20],
      [15, 30],
      [-20, -10],
      [200, 300],
      [60, 65],
    ] as const) {
      exclusions.add({ start: AT + start, end: AT + end, reason });
    }
    const left = (start: number, end: number): number[][] =>
      exclusions.subtractFrom({ start: AT + start, end: AT + end }).map((one) => [one.start - AT, one.end - AT]);
    expect(left(0, 100)).toEqual([
      [0, 10],
      [30, 50],
      [65, 100],
    ]);
    expect(left(10, 50)).toEqual([[30, 50]]);
    expect(left(20, 55)).toEqual([[30, 50]]);
    expect(left(12, 28)).toEqual([]);
    expect(left(30, 50)).toEqual([[30, 50]]);
    expect(left(65, 200)).toEqual([[65, 200]]);
  });

  test("are taken back by their start and end, whatever their reasons", () => {
    const budget = new ErrorBudgetManager({ id: "b", objective: "99%", window: "1d", clock: new ManualClock(AT) });
    const range = { start: AT - HOUR, end: AT };
    for (const reason of ["a", "b"]) budget.exclude({ ...range, reason });
    budget.exclude({ start: AT - 2 * HOUR, end: AT, reason });
    budget.exclude({ start: AT - HOUR, end: AT - 1, reason });
    expect(budget.removeExclusion({ start: AT - HOUR, end: AT + 1 })).toBe(false);
    expect(budget.removeExclusion(range)).toBe(true);
    expect(budget.removeExclusion(range)).toBe(false);
    expect(budget.exclusions.map(({ start, end }) => [start - AT, end - AT])).toEqual([
      [-2 * HOUR, 0],
      [-HOUR, -1],
    ]);
  });

  test.each([
    [{ start: AT, end: AT, reason }, "exclusion: from "],
    [{ start: NaN, end: AT, reason }, "start must be before end"],
    [{ start: AT, end: Infinity, reason }, "is not a stretch of time"],
    [{ start: AT, end: AT + LONGEST_EXCLUSION_MS + 1, reason }, "is longer than 366 days; times are in milliseconds"],
    [{ start: AT, end: AT + 1, reason: " " }, "reason: say why this time does not count"],
    [{ start: AT, end: AT + 1, reason: 5 as never }, "reason: say why this time does not count"],
  ])("are refused as %j", (exclusion, message) => {
    const exclusions = new Exclusions();
    expect(() => {
      exclusions.add(exclusion);
    }).toThrow(message);
    expect(() => {
      exclusions.add(exclusion, ["exclusions", 3]);
    }).toThrow("exclusions[3]");
  });

  test("leave a stretch that ends with one no piece behind it, and an empty one at its edges as it is", () => {
    const exclusions = new Exclusions();
    const untouched = { start: AT, end: AT + 100 };
    expect(exclusions.subtractFrom(untouched)[0]).toBe(untouched);
    exclusions.add({ start: AT + 10, end: AT + 20, reason });
    const left = (start: number, end: number): number[][] =>
      exclusions.subtractFrom({ start: AT + start, end: AT + end }).map((one) => [one.start - AT, one.end - AT]);
    expect(left(0, 20)).toEqual([[0, 10]]);
    expect([left(10, 10), left(15, 15), left(20, 20)]).toEqual([[[10, 10]], [], [[20, 20]]]);
  });

  test("of which only the end is in seconds are refused by their end", () => {
    const exclusion = { start: 999_999_999, end: 1_767_225_600, reason };
    const exclusions = new Exclusions();
    expect(() => {
      exclusions.add(exclusion);
    }).toThrow(/^end: 1767225600 is .*; was it meant in seconds\?$/);
    expect(() => {
      exclusions.add(exclusion, ["exclusions", 2]);
    }).toThrow(/^exclusions\[2\]\.end: /);
  });

  test("may be a year and a day long", () => {
    const exclusions = new Exclusions();
    exclusions.add({ start: AT, end: AT + LONGEST_EXCLUSION_MS, reason });
    expect(exclusions.all).toHaveLength(1);
  });
});

describe("a violation", () => {
  const refused = (violation: object) => () => {
    new ErrorBudgetManager({
      id: "b",
      objective: "99%",
      window: "30d",
      spentIn: "violations",
      clock: new ManualClock(AT),
    }).addViolation({ timestamp: AT - HOUR, minutes: 5, ...violation });
  };

  test.each([
    [{ impact: 50 }, "impact: 50 is not a share from 0 to 1; write 0.5 for 50 %"],
    [{ impact: 100 }, "impact: 100 is not a share from 0 to 1; write 1 for 100 %"],
    [{ impact: 101 }, /^impact: 101 is not a share from 0 to 1$/],
    [{ impact: -1 }, /^impact: -1 is not a share from 0 to 1$/],
    [{ impact: "all" }, /^impact: "all" is not a share from 0 to 1$/],
    [{ minutes: -1 }, "minutes: -1 is not a length in minutes"],
    [{ minutes: NaN }, "minutes: NaN is not a length in minutes"],
  ])("is refused as %j", (violation, message) => {
    expect(refused(violation)).toThrow(message);
  });

  test("may have all of an impact, none of it, and no length", () => {
    for (const violation of [{ impact: 1 }, { impact: 0 }, { minutes: 0 }]) expect(refused(violation)).not.toThrow();
  });
});
