import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  CALENDAR_UNITS,
  calendarWindow,
  checkWindow,
  parseWindow,
  rollingWindow,
  windowAt,
  windowText,
} from "../../src/core/time/window.ts";
import { periodByTemporal, ZONES } from "../proofs/support/calendar.ts";

const iso = (time: number): string => new Date(time).toISOString().slice(0, 16);

describe("a period of the calendar", () => {
  test.each([
    ["a leap February", "month", "UTC", "2024-02-29T12:00Z", "2024-02-01T00:00", "2024-03-01T00:00"],
    ["an ordinary February", "month", "UTC", "2026-02-28T23:59Z", "2026-02-01T00:00", "2026-03-01T00:00"],
    [
      "the March that is an hour short",
      "month",
      "Europe/Berlin",
      "2026-03-15T00:00Z",
      "2026-02-28T23:00",
      "2026-03-31T22:00",
    ],
    [
      "the October that is an hour long",
      "month",
      "Europe/Berlin",
      "2026-10-15T00:00Z",
      "2026-09-30T22:00",
      "2026-10-31T23:00",
    ],
    [
      "a day that begins at one",
      "day",
      "America/Sao_Paulo",
      "2017-10-15T12:00Z",
      "2017-10-15T03:00",
      "2017-10-16T02:00",
    ],
    ["a midnight that is skipped", "day", "Asia/Beirut", "2022-03-27T12:00Z", "2022-03-26T22:00", "2022-03-27T21:00"],
    [
      "the day before the one that never was",
      "day",
      "Pacific/Apia",
      "2011-12-30T09:59Z",
      "2011-12-29T10:00",
      "2011-12-30T10:00",
    ],
    [
      "the day after the one that never was",
      "day",
      "Pacific/Apia",
      "2011-12-30T10:00Z",
      "2011-12-30T10:00",
      "2011-12-31T10:00",
    ],
    [
      "the year of the day that never was",
      "year",
      "Pacific/Apia",
      "2011-06-01T00:00Z",
      "2011-01-01T10:00",
      "2011-12-31T10:00",
    ],
    [
      "half an hour of change",
      "day",
      "Australia/Lord_Howe",
      "2024-04-06T15:00Z",
      "2024-04-06T13:00",
      "2024-04-07T13:30",
    ],
    [
      "a midnight that strikes twice, after the first",
      "day",
      "America/Havana",
      "2015-11-01T04:30Z",
      "2015-11-01T04:00",
      "2015-11-02T05:00",
    ],
    [
      "a midnight that strikes twice, after the second",
      "month",
      "America/Havana",
      "2015-11-09T00:00Z",
      "2015-11-01T04:00",
      "2015-12-01T05:00",
    ],
    [
      "a midnight that strikes twice east of Greenwich, between the two",
      "day",
      "Asia/Amman",
      "2014-10-30T21:30Z",
      "2014-10-30T21:00",
      "2014-10-31T22:00",
    ],
    [
      "a midnight that strikes twice east of Greenwich, after the second",
      "day",
      "Asia/Gaza",
      "2015-10-23T12:00Z",
      "2015-10-22T21:00",
      "2015-10-23T22:00",
    ],
    [
      "the day before a midnight that strikes twice",
      "day",
      "Asia/Amman",
      "2014-10-30T12:00Z",
      "2014-10-29T21:00",
      "2014-10-30T21:00",
    ],
    [
      "a day whose midnight comes an hour late, as the clocks went back at it",
      "day",
      "America/Santiago",
      "2024-04-07T12:00Z",
      "2024-04-07T04:00",
      "2024-04-08T04:00",
    ],
    [
      "the day before it, in its last hour",
      "day",
      "America/Santiago",
      "2024-04-07T03:30Z",
      "2024-04-06T03:00",
      "2024-04-07T04:00",
    ],
    [
      "a day that had begun, though the clocks went back before it",
      "day",
      "America/St_Johns",
      "2009-11-01T03:00Z",
      "2009-11-01T02:30",
      "2009-11-02T03:30",
    ],
    [
      "a quarter of an hour from the others",
      "quarter",
      "Asia/Kathmandu",
      "2026-05-05T00:00Z",
      "2026-03-31T18:15",
      "2026-06-30T18:15",
    ],
    ["a week, from Monday", "week", "America/New_York", "2026-03-08T12:00Z", "2026-03-02T05:00", "2026-03-09T04:00"],
    ["a week over the new year", "week", "UTC", "2027-01-01T00:00Z", "2026-12-28T00:00", "2027-01-04T00:00"],
    ["beyond the end of 32 bits", "year", "UTC", "2038-01-19T03:14:08Z", "2038-01-01T00:00", "2039-01-01T00:00"],
    ["before 1970", "quarter", "UTC", "1969-12-31T23:59Z", "1969-10-01T00:00", "1970-01-01T00:00"],
  ] as const)("%s", (_, unit, zone, at, start, end) => {
    const range = windowAt(calendarWindow(unit, zone), Date.parse(at));
    expect([iso(range.start), iso(range.end)]).toEqual([start, end]);
  });

  test("is Temporal's, contains its instant, and touches its neighbours", () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...CALENDAR_UNITS), fc.constantFrom(...ZONES), instant, (unit, zone, at) => {
        const window = calendarWindow(unit, zone);
        const range = windowAt(window, at);
        expect(range).toEqual(periodByTemporal(unit, zone, at));
        expect(range.start <= at && at < range.end).toBe(true);
        expect(windowAt(window, range.end).start).toBe(range.end);
        expect(windowAt(window, range.start - 1).end).toBe(range.start);
      }),
      { numRuns: 500 },
    );
  });

  test("contains instants between two milliseconds", () => {
    const { end } = windowAt(calendarWindow("day"), 0);
    expect(windowAt(calendarWindow("day"), end - 0.25).end).toBe(end);
    expect(windowAt(calendarWindow("day"), -0.25).end).toBe(0);
  });
});

test("a rolling window is the time before", () => {
  expect(windowAt(rollingWindow(1_000), 5_000)).toEqual({ start: 4_000, end: 5_000 });
});

test.each([
  ["7d", undefined, rollingWindow(7 * 86_400_000)],
  ["30d", "Europe/Berlin", rollingWindow(30 * 86_400_000)],
  ["month", undefined, calendarWindow("month")],
  ["month", "Europe/Berlin", calendarWindow("month", "Europe/Berlin")],
  [calendarWindow("week", "Asia/Tokyo"), "Europe/Berlin", calendarWindow("week", "Asia/Tokyo")],
] as const)("%j in %s is read as people write it", (text, zone, window) => {
  expect(parseWindow(text, zone)).toEqual(window);
  const at = Date.UTC(2026, 2, 15);
  expect(windowAt(parseWindow(text, zone), at)).toEqual(windowAt(window, at));
});

test("a length may be text wherever a window is made", () => {
  expect(rollingWindow("1h30m")).toEqual(rollingWindow(5_400_000));
  expect(windowAt("1h", Date.UTC(2026, 0, 1)).start).toBe(Date.UTC(2025, 11, 31, 23));
  expect(windowAt("year", Date.UTC(2026, 5, 1)).start).toBe(Date.UTC(2026, 0, 1));
});

test("a window has a text", () => {
  expect(windowText(rollingWindow(30 * 86_400_000))).toBe("30d");
  expect(windowText(calendarWindow("month", "Europe/Berlin"))).toBe("month (Europe/Berlin)");
});

test.each<[string, () => unknown, string]>([
  ["a length of nothing", () => rollingWindow(0), "durationMs: 0 is not a window"],
  ["half a millisecond", () => rollingWindow(0.5), "durationMs: 0.5 is not a window"],
  [
    "a fortnight",
    () => calendarWindow("fortnight" as never),
    'unit: "fortnight" is not a calendar period; allowed: day, week, month, quarter, year',
  ],
  [
    "an unknown zone",
    () => calendarWindow("day", "Mars/Base"),
    'zone: "Mars/Base" is not a time zone; write an IANA name',
  ],
  ["an empty zone", () => calendarWindow("day", ""), 'zone: "" is not a time zone'],
  ["a list of zones", () => calendarWindow("day", ["UTC"] as never), "zone: a list of 1 is not a time zone"],
  ["a null zone", () => calendarWindow("day", null as never), "zone: null is not a time zone"],
  [
    "a misspelt period",
    () => parseWindow("monthly"),
    'window: "monthly" is not a duration; write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms; for a period of the calendar one of day, week, month, quarter, year; did you mean "month"?',
  ],
  [
    "a zone under another name, which would be UTC",
    () => windowAt({ kind: "calendar", unit: "month", timeZone: "Europe/Berlin" } as never, 0),
    'window.timeZone: is no option of a calendar window; did you mean "zone"? allowed: kind, unit, zone',
  ],
  [
    "a length under another name",
    () => checkWindow({ kind: "rolling", duration: 5 }),
    'window.duration: is no option of a rolling window; did you mean "durationMs"?',
  ],
  [
    "a zone, which a rolling window has not",
    () => checkWindow({ kind: "rolling", durationMs: 5, tz: "UTC" }),
    "window.tz: is no option of a rolling window; allowed: kind, durationMs",
  ],
  ["a length without its unit", () => checkWindow({ kind: "rolling", days: 30 }), "window.days: is no option of a"],
  ["a window without a length", () => windowAt({ kind: "rolling" } as never, 0), "window: undefined is not a window"],
  [
    "a time in seconds",
    () => windowAt(rollingWindow(1), 1_795_962_217),
    "at: 1795962217 is 1970-01-21T18:52:42.217Z in milliseconds; was it meant in seconds?",
  ],
  [
    "a Date",
    () => windowAt("30d", new Date(0) as never),
    "at: is a Date; write its epoch milliseconds, date.getTime()",
  ],
  ["a month without an end", () => windowAt(calendarWindow("month"), 8.64e15), "at: 8640000000000000 is too far away"],
  ["no time", () => windowAt(rollingWindow(1), NaN), "at: NaN is not a time in epoch milliseconds"],
  ["a time that no Date holds", () => windowAt(calendarWindow("day"), 1e17), "at: 100000000000000000 is not a time"],
  ["a window of no kind", () => checkWindow({}), "window: a mapping is not a window; write a duration such as 30d"],
  ["no window", () => checkWindow(undefined), "window: undefined is not a window"],
  ["a calendar window of no zone", () => checkWindow({ kind: "calendar", unit: "day", zone: 5 }), "zone: 5 is not"],
])("%s is refused", (_, make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
});
