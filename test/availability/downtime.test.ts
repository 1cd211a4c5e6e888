import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AvailabilityCalculator } from "../../src/availability/calculator.ts";
import { calendarWindow, rollingWindow, windowAt } from "../../src/core/time/window.ts";
import { Objective } from "../../src/core/objective.ts";
import { isNearest, minus, rational, relativeError } from "./rational.ts";

const fixed = new AvailabilityCalculator();
const gregorian = new AvailabilityCalculator({ periods: "gregorian" });

describe("the table of the SRE book, appendix A", () => {
  // In minutes, with its roundings; the book's quarter is 90 days.
  const TABLE = {
    "90%": { year: 36.5 * 1440, quarter: 9 * 1440, month: 3 * 1440, week: 16.8 * 60, day: 144 },
    "95%": { year: 18.25 * 1440, quarter: 4.5 * 1440, month: 1.5 * 1440, week: 8.4 * 60, day: 72 },
    "99%": { year: 3.65 * 1440, quarter: 21.6 * 60, month: 7.2 * 60, week: 1.68 * 60, day: 14.4 },
    "99.5%": { year: 1.825 * 1440, quarter: 10.8 * 60, month: 3.6 * 60, week: 50.4, day: 7.2 },
    "99.9%": { year: 8.76 * 60, quarter: 2.16 * 60, month: 43.2, week: 10.08, day: 1.44 },
    "99.95%": { year: 4.38 * 60, quarter: 1.08 * 60, month: 21.6, week: 5.04, day: 0.72 },
    "99.99%": { year: 52.56, quarter: 12.96, month: 4.32, week: 1.008, day: 0.144 },
    "99.999%": { year: 5.256, quarter: 1.296, month: 25.92 / 60, week: 6.048 / 60, day: 0.864 / 60 },
  } as const;

  for (const [target, row] of Object.entries(TABLE)) {
    test(`of ${target}`, () => {
      const downtime = fixed.downtime(target);
      for (const unit of ["year", "quarter", "month", "week", "day"] as const) {
        expect(downtime[unit].allowedMinutes).toBeCloseTo(row[unit], 10);
      }
    });
  }
});

test.each([
  ["99.9% of 30 days is exactly 43.2 minutes", fixed.errorBudget("99.9%", "30d").allowedMinutes, 43.2],
  ["99.9% of a year is exactly 8.76 hours", fixed.errorBudget("99.9%", "year").allowedHours, 8.76],
  ["99.99% of a month is exactly 4.32 minutes", fixed.errorBudget("99.99%").allowedMinutes, 4.32],
  ["five nines of a year are 5.256 minutes", fixed.errorBudget("99.999%", "year").allowedMinutes, 5.256],
  ["a budget of 100% is nothing", fixed.errorBudget("100%", "year").allowedMs, 0],
  ["99.9% of an average month is 43.8291 minutes", gregorian.errorBudget("99.9%").allowedMinutes, 43.8291],
  ["99.9% of an average year is 8.76582 hours", gregorian.errorBudget("99.9%", "year").allowedHours, 8.76582],
  ["an average quarter is three average months", gregorian.errorBudget("50%", "quarter").periodMs, 3 * 2_629_746_000],
  [
    "nine nines of a day are 86.4 microseconds",
    fixed.errorBudget({ unavailabilityRatio: 1e-9 }, "day").allowedMs,
    0.0864,
  ],
])("%s", (_, actual, expected) => {
  expect(actual).toBe(expected);
});

test("five nines are 5.26 minutes a year under either convention", () => {
  for (const calculator of [fixed, gregorian]) {
    expect(calculator.errorBudget("99.999%", "year").allowedMinutes.toFixed(2)).toBe("5.26");
  }
});

test("the month that is meant can be one real month, with its change of clocks", () => {
  const march = windowAt(calendarWindow("month", "Europe/Berlin"), Date.UTC(2026, 2, 15));
  expect(fixed.errorBudget("99.9%", march).allowedMinutes).toBe((31 * 24 - 1) * 0.06);
});

test("the period can be an SLO's window, which is as long as its unit under the convention", () => {
  const month = calendarWindow("month", "Europe/Berlin");
  for (const calculator of [fixed, gregorian]) {
    expect(calculator.errorBudget("99.9%", month)).toEqual(calculator.errorBudget("99.9%", "month"));
    expect(calculator.errorBudget("99.9%", rollingWindow("28d"))).toEqual(calculator.errorBudget("99.9%", "28d"));
  }
  const asked = { target: "99.9%", period: month, downtimeMinutes: 43.2 };
  expect(fixed.remainingBudget(asked).verdict).toBe("spent");
  expect(() => fixed.errorBudget("99%", { kind: "calendar", unit: "decade" } as never)).toThrow(
    'unit: "decade" is not a calendar period',
  );
});

test("a month is meant where no period is named, by either convention", () => {
  for (const calculator of [new AvailabilityCalculator(), new AvailabilityCalculator({ periods: "gregorian" })]) {
    expect(calculator.errorBudget("99.9%")).toEqual(calculator.errorBudget("99.9%", "month"));
  }
  expect(() => fixed.errorBudget("99%", { kind: "rolling", durationMs: -1 })).toThrow(
    expect.objectContaining({
      issues: [expect.objectContaining({ path: expect.arrayContaining(["period"]) as unknown })],
    }),
  );
});

test("an availability may be told by either of its numbers", () => {
  expect(fixed.downtime({ availabilityRatio: 0.75 })).toEqual(fixed.downtime({ unavailabilityRatio: 0.25 }));
  expect(fixed.downtime({ availabilityRatio: 0.75, unavailabilityRatio: 0.25 })).toEqual(fixed.downtime("75%"));
});

test("the text is for people", () => {
  expect(fixed.downtime("99.9%").year.text).toBe("8h45m36s");
});

test("a budget in time is the double nearest to the true one, in each unit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.integer({ min: 1, max: 3_000_000_000_000 }),
      (partsPerBillion, periodMs) => {
        const target = Objective.fromPartsPerBillion(partsPerBillion);
        const budget = fixed.errorBudget(target, { start: 0, end: periodMs });
        const exactMs = BigInt(periodMs) * BigInt(1_000_000_000 - partsPerBillion);
        expect(isNearest(budget.allowedMs, rational(exactMs, 1_000_000_000n))).toBe(true);
        expect(isNearest(budget.allowedSeconds, rational(exactMs, 10n ** 12n))).toBe(true);
        expect(isNearest(budget.allowedMinutes, rational(exactMs, 60n * 10n ** 12n))).toBe(true);
        expect(isNearest(budget.allowedHours, rational(exactMs, 3600n * 10n ** 12n))).toBe(true);
      },
    ),
  );
});

describe("the remaining budget", () => {
  test.each([
    [0, 43.2, 0, "within"],
    [10.8, 32.4, 0.25, "within"],
    [43.2, 0, 1, "spent"],
    [54, -10.8, 1.25, "exceeded"],
  ])("of 99.9%% of 30 days after %s minutes is %s minutes", (downtimeMinutes, remaining, consumed, verdict) => {
    const left = fixed.remainingBudget({ target: "99.9%", period: "30d", downtimeMinutes });
    expect(left).toMatchObject({ remainingMinutes: remaining, consumedRatio: consumed, verdict, allowedMinutes: 43.2 });
    expect(left.remainingRatio).toBe(1 - consumed);
  });

  test("is decided by the millisecond, without rounding", () => {
    const after = (downtimeMs: number): string =>
      fixed.remainingBudget({ target: "99.9%", downtimeMinutes: downtimeMs / 60_000 }).verdict;
    expect([2_591_999, 2_592_000, 2_592_001].map(after)).toEqual(["within", "spent", "exceeded"]);
  });

  test("is the true one to the last bit", () => {
    const usual = fc.constantFrom("99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%");
    fc.assert(
      fc.property(
        usual,
        fc.integer({ min: 1, max: 366 * 86_400_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (target, periodMs, share) => {
          const downMs = Math.round(periodMs * share);
          const left = fixed.remainingBudget({
            target,
            period: { start: 0, end: periodMs },
            downtimeMinutes: downMs / 60_000,
          });
          const budget = BigInt(Objective.parse(target).budgetPartsPerBillion);
          const allowed = rational(BigInt(periodMs) * budget, 10n ** 9n);
          const remaining = minus(allowed, rational(downMs));
          expect(isNearest(left.remainingMinutes, { n: remaining.n, d: remaining.d * 60_000n })).toBe(true);
          expect(isNearest(left.remainingRatio, { n: remaining.n * allowed.d, d: remaining.d * allowed.n })).toBe(true);
          expect(Math.sign(left.remainingMinutes)).toBe({ within: 1, spent: 0, exceeded: -1 }[left.verdict]);
        },
      ),
    );
  });

  test("is right to the 15th digit for nine odd decimals over a century", () => {
    const target = Objective.fromPartsPerBillion(123_456_789);
    const period = { start: 0, end: 3_155_695_200_001 };
    const { remainingMinutes } = fixed.remainingBudget({ target, period, downtimeMinutes: 7 });
    const exact = rational(3_155_695_200_001n * 876_543_211n - 420_000n * 10n ** 9n, 6n * 10n ** 13n);
    expect(relativeError(remainingMinutes, exact)).toBeLessThan(3e-16);
  });
});

test("downtime becomes the availability that it left", () => {
  expect(fixed.fromDowntime({ downtimeMinutes: 43.2, period: "30d" })).toEqual({
    availabilityRatio: 0.999,
    unavailabilityRatio: 0.001,
  });
});

test("of a target with more than nine decimals, the downtime has all of them, in each unit", () => {
  const twelve = fixed.errorBudget({ unavailabilityRatio: 2.5e-12 }, "year");
  expect(twelve.allowedMs / 0.07884).toBeCloseTo(1, 14);
  expect(twelve.allowedSeconds / 0.00007884).toBeCloseTo(1, 14);
  expect(twelve.allowedHours / (0.07884 / 3_600_000)).toBeCloseTo(1, 14);
});

test("what is said of the downtime that there was is in minutes, and a month where no period is named", () => {
  const left = fixed.remainingBudget({ target: "99.9%", downtimeMinutes: 10.8 });
  expect(left).toMatchObject({ incurredMinutes: 10.8, periodMs: 30 * 86_400_000 });
  expect(fixed.fromDowntime({ downtimeMinutes: 43.2 })).toEqual(
    fixed.fromDowntime({ downtimeMinutes: 43.2, period: "30d" }),
  );
});

test("up all of the time is 100%", () => {
  expect(fixed.fromUptime({ up: 5, total: 5 })).toEqual({ availabilityRatio: 1, unavailabilityRatio: 0 });
});

test("up of total is the availability", () => {
  expect(fixed.fromUptime({ up: 999_999, total: 1_000_000 })).toEqual({
    availabilityRatio: 0.999999,
    unavailabilityRatio: 0.000001,
  });
  expect(fixed.fromUptime({ up: 0, total: 5 }).availabilityRatio).toBe(0);
});

describe("what cannot be meant is refused by name, value and what is allowed", () => {
  const REFUSED: Array<[string, () => unknown, string]> = [
    [
      "a target above 100%",
      () => fixed.errorBudget("100.1%"),
      'target: "100.1%" is out of range; an objective is above 0%',
    ],
    ["a word", () => fixed.errorBudget("most"), 'target: "most" is not an objective; write a percentage'],
    ["NaN", () => fixed.errorBudget(NaN), "target: NaN is not an objective"],
    ["null", () => fixed.errorBudget(null as never), "target: null is not an objective"],
    ["an empty mapping", () => fixed.errorBudget({}), "target: has neither availabilityRatio nor unavailabilityRatio"],
    [
      "a ratio above 1",
      () => fixed.nines({ availabilityRatio: 1.5 }),
      "availability.availabilityRatio: 1.5 is not a ratio",
    ],
    [
      "a pair that disagrees",
      () => fixed.nines({ availabilityRatio: 0.9, unavailabilityRatio: 0.2 }),
      "do not add up to 1",
    ],
    [
      "an unknown period",
      () => fixed.errorBudget("99%", "fortnight"),
      '"fortnight" is not a period; a period is one of day',
    ],
    ["a period of nothing", () => fixed.errorBudget("99%", "0s"), 'period: "0s" has no length'],
    [
      "a range that ends first",
      () => fixed.errorBudget("99%", { start: 5, end: 5 }),
      "period: is not a stretch of time",
    ],
    [
      "an unknown convention",
      () => new AvailabilityCalculator({ periods: "lunar" as never }),
      'periods: "lunar" is not a convention; allowed: fixed, gregorian',
    ],
    [
      "shares of no budget",
      () => fixed.remainingBudget({ target: "100%", downtimeMinutes: 0 }),
      "target: 100% leaves no error budget",
    ],
    [
      "negative downtime",
      () => fixed.remainingBudget({ target: "99%", downtimeMinutes: -1 }),
      "downtimeMinutes: -1 is not an amount of minutes",
    ],
    [
      "more downtime than time",
      () => fixed.fromDowntime({ downtimeMinutes: 1441, period: "day" }),
      "downtimeMinutes: 1441 is longer than the period; at most 1440",
    ],
    ["a total of nothing", () => fixed.fromUptime({ up: 0, total: 0 }), "total: 0 leaves nothing to divide by"],
    ["more up than there was", () => fixed.fromUptime({ up: 2, total: 1 }), "up: 2 is more than the total of 1"],
    ["endless time", () => fixed.fromUptime({ up: 1, total: Infinity }), "total: Infinity is not an amount"],
    ["two halves of less than one", () => fixed.nines({ availabilityRatio: 0.9, unavailabilityRatio: 0.05 }), "do not"],
    [
      "an unavailability above 1",
      () => fixed.nines({ unavailabilityRatio: 2 }),
      "availability.unavailabilityRatio: 2 is not a ratio",
    ],
    [
      "an unavailability in words",
      () => fixed.nines({ unavailabilityRatio: "0.1" as never }),
      'availability.unavailabilityRatio: "0.1" is not a ratio; write a number from 0 to 1',
    ],
    [
      "a negative ratio",
      () => fixed.nines({ availabilityRatio: -0.5 }),
      "availability.availabilityRatio: -0.5 is not a ratio",
    ],
    ["no period at all", () => fixed.errorBudget("99%", null as never), "period: null is not a period"],
    [
      "up in words",
      () => fixed.fromUptime({ up: "1" as never, total: 2 }),
      'up: "1" is not an amount of the unit of total',
    ],
    [
      "a total below nothing",
      () => fixed.fromUptime({ up: 0, total: -1 }),
      "total: -1 is not an amount of the unit of up",
    ],
    ["nines in words", () => fixed.fromNines("3" as never), 'nines: "3" is not a number of nines'],
    ["301 nines", () => fixed.fromNines(301), "nines: 301 is not a number of nines"],
    [
      "a bad target of what is left",
      () => fixed.remainingBudget({ target: 0, downtimeMinutes: 0 }),
      "target: 0 is out",
    ],
    [
      "a bad target of dependencies",
      () => fixed.dependencyTarget({ target: "much", dependencies: 2 }),
      'target: "much" is not an objective',
    ],
    [
      "a stretch of time in seconds",
      () => fixed.errorBudget("99.9%", { start: 1_793_370_217, end: 1_795_962_217 }),
      "period.start: 1793370217 is 1970-01-21T18:09:30.217Z in milliseconds; was it meant in seconds?",
    ],
    ["a bad downtime", () => fixed.downtime("much"), 'availability: "much" is not an objective'],
    [
      "a window without a unit",
      () => fixed.errorBudget("99%", { kind: "calendar", unit: "decade", timeZone: "UTC" } as never),
      "period",
    ],
    [
      "a bad availability beside a repair",
      () => fixed.mtbfHours({ availability: "much", mttrHours: 1 }),
      'availability: "much" is not an objective',
    ],
    [
      "a bad availability beside an MTBF",
      () => fixed.mttrHours({ availability: "much", mtbfHours: 1 }),
      'availability: "much" is not an objective',
    ],
    ["negative nines", () => fixed.fromNines(-1), "nines: -1 is not a number of nines; write one from 0 to 300"],
  ];
  test.each(REFUSED)("%s", (_, attempt, message) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
    );
  });

  test("and a period that cannot be read says what was wrong with it as a duration", () => {
    expect(() => fixed.errorBudget("99%", "fortnight")).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: ["period"] })],
        cause: expect.objectContaining({ code: "configuration" }),
        message: expect.stringContaining("one of day, week, month, quarter, year or a duration such as 28d"),
      }),
    );
  });
});
