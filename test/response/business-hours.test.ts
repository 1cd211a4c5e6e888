import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { WEEKDAYS } from "../../src/response/business-hours/fields.ts";
import { BusinessHours, type BusinessHoursOptions } from "../../src/response/business-hours/business-hours.ts";

const WORKDAYS = ["mon", "tue", "wed", "thu", "fri"] as const;
const HOUR_MS = 3_600_000;
const berlin = new BusinessHours({
  zone: "Europe/Berlin",
  hours: [{ days: WORKDAYS, from: "09:00", until: "17:00" }],
  holidays: ["2026-12-25", "2026-01-01"],
});
const iso = (at: number): string => new Date(at).toISOString();

describe("business hours", () => {
  test.each([
    ["2026-11-20T07:59:59.999Z", false],
    ["2026-11-20T08:00:00Z", true],
    ["2026-11-20T15:59:59.999Z", true],
    ["2026-11-20T16:00:00Z", false],
    ["2026-11-21T10:00:00Z", false],
    ["2026-07-01T07:00:00Z", true],
    ["2026-12-25T10:00:00Z", false],
  ])("at %s are open: %s", (at, open) => {
    expect(berlin.isOpen(Date.parse(at))).toBe(open);
  });

  test.each([
    ["in them is now", "2026-11-20T10:00:00.123Z", "2026-11-20T10:00:00.123Z"],
    ["on a Friday evening is Monday", "2026-11-20T16:00:00Z", "2026-11-23T08:00:00.000Z"],
    ["before a holiday and a weekend is after them", "2026-12-24T20:00:00Z", "2026-12-28T08:00:00.000Z"],
    ["over a change of the clocks is by the new time", "2026-03-27T20:00:00Z", "2026-03-30T07:00:00.000Z"],
  ])("the next opening %s", (_, at, expected) => {
    expect(iso(berlin.nextOpening(Date.parse(at)))).toBe(expected);
  });

  test.each([
    ["nothing", "2026-11-21T10:00:00Z", 0, "2026-11-21T10:00:00.000Z"],
    ["a quarter of an hour at night", "2026-11-19T23:00:00Z", HOUR_MS / 4, "2026-11-20T08:15:00.000Z"],
    ["up to the closing time", "2026-11-20T15:00:00Z", HOUR_MS, "2026-11-20T16:00:00.000Z"],
    ["over a weekend", "2026-11-20T15:30:00Z", HOUR_MS, "2026-11-23T08:30:00.000Z"],
    ["a week of hours over a change of the clocks", "2026-03-27T08:00:00Z", 40 * HOUR_MS, "2026-04-02T15:00:00.000Z"],
  ])("%s of open time", (_, at, ms, expected) => {
    expect(iso(berlin.addOpenTime(Date.parse(at), ms))).toBe(expected);
  });

  test("over midnight belong to both days, and count the hours that pass", () => {
    const nights = new BusinessHours({
      zone: "Europe/Berlin",
      hours: [{ days: ["sat"], from: "22:00", until: "06:00" }],
    });
    const night = nights.stretchAt(Date.parse("2026-10-25T01:30:00Z"));
    expect([night.open, iso(night.from), iso(night.until)]).toEqual([
      true,
      "2026-10-24T20:00:00.000Z",
      "2026-10-25T05:00:00.000Z",
    ]);
    expect((night.until - night.from) / HOUR_MS).toBe(9);
  });

  test("that touch are one stretch, through midnight and through the end of the week", () => {
    const always = new BusinessHours({ zone: "UTC", hours: [{ days: WEEKDAYS, from: "00:00", until: "24:00" }] });
    expect(always.stretchAt(0)).toEqual({ open: true, from: -Infinity, until: Infinity });
    const weekend = new BusinessHours({
      zone: "UTC",
      hours: [{ days: ["sat", "sun", "mon"], from: "00:00", until: "24:00" }],
    });
    const { from, until } = weekend.stretchAt(Date.parse("2026-11-22T12:00:00Z"));
    expect([iso(from), iso(until)]).toEqual(["2026-11-21T00:00:00.000Z", "2026-11-24T00:00:00.000Z"]);
    expect(weekend.openMsPerWeek).toBe(72 * HOUR_MS);
  });

  test("on a holiday are closed from midnight to midnight, also those that began the day before", () => {
    const night = new BusinessHours({
      zone: "UTC",
      hours: [{ days: WEEKDAYS, from: "20:00", until: "08:00" }],
      holidays: ["2026-12-25", "2026-12-26"],
    });
    const { open, from, until } = night.stretchAt(Date.parse("2026-12-25T02:00:00Z"));
    expect([open, iso(from), iso(until)]).toEqual([false, "2026-12-25T00:00:00.000Z", "2026-12-27T00:00:00.000Z"]);
  });

  test("that the clocks leap over are not open on that day", () => {
    const small = new BusinessHours({
      zone: "Europe/Berlin",
      hours: [{ days: ["sun"], from: "02:00", until: "02:45" }],
    });
    expect(iso(small.nextOpening(Date.parse("2026-03-28T12:00:00Z")))).toBe("2026-04-05T00:00:00.000Z");
  });

  test("find the way over a thousand holidays", () => {
    const first = Date.parse("2026-01-05T00:00:00Z");
    const holidays = Array.from({ length: 1_000 }, (_, week) => iso(first + week * 7 * 24 * HOUR_MS).slice(0, 10));
    const mondays = new BusinessHours({
      zone: "UTC",
      hours: [{ days: ["mon"], from: "09:00", until: "10:00" }],
      holidays,
    });
    expect(iso(mondays.nextOpening(first))).toBe(iso(first + 1_000 * 7 * 24 * HOUR_MS + 9 * HOUR_MS));
  });

  test("take waits apart as they are put together", () => {
    const spread = fc.integer({ min: 0, max: 30 * HOUR_MS });
    const instant = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) });
    fc.assert(
      fc.property(instant, spread, spread, (at, first, second) => {
        const whole = berlin.addOpenTime(at, first + second);
        expect(berlin.addOpenTime(berlin.addOpenTime(at, first), second)).toBe(whole);
        expect(whole).toBeGreaterThanOrEqual(at + first + second);
      }),
    );
  });

  test.each<[string, unknown, string]>([
    ["no zone", { hours: [{ days: ["mon"], from: "09:00", until: "17:00" }] }, "zone: undefined is not a time zone"],
    [
      "no hours",
      { zone: "UTC", hours: [] },
      "hours: a list of 0 is not allowed; write a list of 1 to 50 opening hours",
    ],
    [
      "a weekday in full",
      { zone: "UTC", hours: [{ days: ["monday"], from: "09:00", until: "17:00" }] },
      'hours[0].days[0]: "monday" is not a weekday; allowed: mon, tue',
    ],
    [
      "an hour that there is not",
      { zone: "UTC", hours: [{ days: ["mon"], from: "9:00", until: "17:00" }] },
      'hours[0].from: "9:00" is not a time of day; write one such as "09:00"',
    ],
    [
      "no length",
      { zone: "UTC", hours: [{ days: ["mon"], from: "09:00", until: "09:00" }] },
      'hours[0].until: "09:00" is when they begin',
    ],
    [
      "a day that there is not",
      { zone: "UTC", hours: [{ days: ["mon"], from: "09:00", until: "24:00" }], holidays: ["2026-02-30"] },
      'holidays[0]: "2026-02-30" is not a date from 1980 on',
    ],
    ["a slip", { zone: "UTC", hours: [], holiday: [] }, "holiday: is no option of BusinessHours; did you mean"],
  ])("refuse %s", (_, options, message) => {
    expect(() => new BusinessHours(options as BusinessHoursOptions)).toThrow(message);
  });

  test("refuse waits that nobody can mean, and times that are none", () => {
    expect(() => berlin.addOpenTime(0, -1)).toThrow("ms: -1 is not a number of milliseconds from 0 to");
    expect(() => berlin.addOpenTime(0, 1e13)).toThrow("ten years of hours");
    expect(() => berlin.isOpen(NaN)).toThrow("at: NaN is not a time");
  });

  test("refuse times in seconds, whatever is asked, and lead through the days that such times would be", () => {
    const at = Date.UTC(2026, 10, 29) / 1_000;
    const said = /^at: \d+ is 1970-01-21T\S+ in milliseconds; was it meant in seconds\?$/;
    for (const ask of ["isOpen", "nextOpening", "stretchAt"] as const) {
      for (const now of [undefined, Date.UTC(2026, 10, 29)]) expect(() => berlin[ask](at, now)).toThrow(said);
    }
    expect(() => berlin.addOpenTime(at, 0)).toThrow(said);
    const rare = new BusinessHours({
      zone: "UTC",
      hours: [{ days: ["mon"], from: "09:00", until: "09:01" }],
    });
    expect(iso(rare.addOpenTime(0, 4 * 60_000))).toBe("1970-01-26T09:01:00.000Z");
    expect(rare.isOpen(0)).toBe(false);
  });

  test("take days of 1970 beside a clock that stands there", () => {
    // A Thursday, 09:00 in Berlin.
    const at = (14 * 24 + 8) * HOUR_MS;
    expect([berlin.isOpen(at, at), berlin.nextOpening(at, 0), berlin.addOpenTime(at, HOUR_MS, at)]).toEqual([
      true,
      at,
      at + HOUR_MS,
    ]);
    expect(berlin.stretchAt(at, at)).toEqual({ open: true, from: at, until: at + 8 * HOUR_MS });
  });
});
