import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { OnCallLayer } from "../../src/response/on-call/layer.ts";
import { flattenOverrides } from "../../src/response/on-call/overrides.ts";
import { type OnCall, OnCallSchedule, type OnCallScheduleOptions } from "../../src/response/on-call/on-call.ts";

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString() : String(time));
const hours = ({ from, until }: OnCall): number => (until - from) / HOUR_MS;

function weeks(changes: Partial<OnCallLayer> = {}): OnCallLayer {
  return {
    name: "weeks",
    people: ["ann", "bob", "cy"],
    handover: { every: "week", at: "09:00", zone: "Europe/Berlin" },
    startsAt: "2026-01-05",
    ...changes,
  };
}

function daily(zone: string, time: string, startsAt: string): OnCallSchedule {
  const handover = { every: "day", at: time, zone };
  return new OnCallSchedule({ name: "daily", layers: [weeks({ handover, startsAt })] });
}

describe("a rotation", () => {
  const primary = new OnCallSchedule({ name: "primary", layers: [weeks()] });

  test.each([
    ["before the first turn", "2026-01-05T07:59:59.999Z", undefined],
    ["at its first instant", "2026-01-05T08:00:00Z", "ann"],
    ["at its last", "2026-01-12T07:59:59.999Z", "ann"],
    ["at the first hand-over", "2026-01-12T08:00:00Z", "bob"],
    ["after a round", "2026-01-26T08:00:00Z", "ann"],
    ["in summer, an hour earlier", "2026-06-29T07:00:00Z", "bob"],
    ["in summer, a moment before", "2026-06-29T06:59:59.999Z", "ann"],
    ["a year on", "2027-01-04T08:00:00Z", "bob"],
    ["fifty years on, 2,609 weeks", "2076-01-06T08:00:00Z", "cy"],
  ])("%s (%s) has %s on call", (_, time, person) => {
    expect(primary.whoIsOnCall(at(time)).person).toBe(person);
  });

  test("says since when and until when, and that nobody was before", () => {
    const shift = primary.whoIsOnCall(at("2026-01-14T00:00:00Z"));
    expect(shift).toEqual({
      state: "on_call",
      person: "bob",
      from: at("2026-01-12T08:00:00Z"),
      until: at("2026-01-19T08:00:00Z"),
      layer: "weeks",
      override: false,
    });
    expect(primary.whoIsOnCall(0)).toEqual({
      state: "nobody",
      person: undefined,
      from: -Infinity,
      until: at("2026-01-05T08:00:00Z"),
    });
  });

  test("has a shift of an hour less in spring and of an hour more in autumn", () => {
    expect(hours(primary.whoIsOnCall(at("2026-03-29T12:00:00Z")))).toBe(7 * 24 - 1);
    expect(hours(primary.whoIsOnCall(at("2026-10-25T12:00:00Z")))).toBe(7 * 24 + 1);
  });

  test.each([
    [
      "an hour that there is not, at the leap",
      "Europe/Berlin",
      "02:30",
      "2026-03-29",
      "2026-03-29T01:00:00.000Z",
      23.5,
    ],
    [
      "an hour that is there twice, at the first",
      "Europe/Berlin",
      "02:30",
      "2026-10-25",
      "2026-10-25T00:30:00.000Z",
      25,
    ],
    ["after half an hour's leap", "Australia/Lord_Howe", "02:15", "2024-10-06", "2024-10-05T15:30:00.000Z", 23.75],
    [
      "in half an hour that comes twice",
      "Australia/Lord_Howe",
      "01:45",
      "2024-04-07",
      "2024-04-06T14:45:00.000Z",
      24.5,
    ],
    ["at a midnight that there is not", "America/Santiago", "00:00", "2024-09-08", "2024-09-08T04:00:00.000Z", 23],
    ["at a midnight that there is not", "Asia/Beirut", "00:00", "2022-03-27", "2022-03-26T22:00:00.000Z", 23],
  ])("is handed over %s (%s %s)", (_, zone, time, date, expected, lengthHours) => {
    const schedule = daily(zone, time, date.replace(/-\d\d$/, "-01"));
    const shift = schedule.whoIsOnCall(at(expected));
    expect(iso(shift.from)).toBe(expected);
    expect(hours(shift)).toBe(lengthHours);
    expect(schedule.whoIsOnCall(at(expected) - 1).person).not.toBe(shift.person);
  });

  test("counts the day that Samoa left out: its turn is short, and the next one's is as it would have been", () => {
    const samoa = daily("Pacific/Apia", "09:00", "2011-12-28");
    const range = { start: at("2011-12-28T19:00:00Z"), end: at("2012-01-01T19:00:00Z") };
    expect(samoa.shifts(range).map((shift) => [shift.person, iso(shift.from), hours(shift)])).toEqual([
      ["ann", "2011-12-28T19:00:00.000Z", 24],
      ["bob", "2011-12-29T19:00:00.000Z", 15],
      ["cy", "2011-12-30T10:00:00.000Z", 9],
      ["ann", "2011-12-30T19:00:00.000Z", 24],
      ["bob", "2011-12-31T19:00:00.000Z", 24],
    ]);
  });

  test("on a weekday begins with a shorter turn of the first one", () => {
    const handover = { every: "2w", on: "mon", at: "09:00", zone: "UTC" } as const;
    const schedule = new OnCallSchedule({ name: "p", layers: [weeks({ handover, startsAt: "2026-01-08" })] });
    const shifts = schedule.shifts({ start: at("2026-01-08T09:00:00Z"), end: at("2026-02-16T09:00:00Z") });
    expect(shifts.map((shift) => [shift.person, iso(shift.from).slice(0, 10)])).toEqual([
      ["ann", "2026-01-08"],
      ["bob", "2026-01-19"],
      ["cy", "2026-02-02"],
    ]);
  });

  test("of twelve hours is handed over at the same two times all year", () => {
    const handover = { every: "12h", at: "08:00", zone: "Europe/Berlin" };
    const schedule = new OnCallSchedule({ name: "p", layers: [weeks({ people: ["day", "night"], handover })] });
    for (const date of ["2026-01-05", "2026-03-29", "2026-07-01", "2026-10-25", "2076-07-01"]) {
      const noon = schedule.whoIsOnCall(at(`${date}T10:00:00Z`));
      expect([noon.person, hours(noon)], date).toEqual(["day", 12]);
    }
  });
});

describe("a schedule", () => {
  const office = {
    zone: "America/New_York",
    hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "17:00" }],
  } as const;
  const base = weeks({ name: "base", people: ["ann"] });
  const day = weeks({ name: "office", people: ["dee", "eve"], during: office, startsAt: "2026-01-07" });

  test("has the highest layer on call where it is in force, and the one below elsewhere", () => {
    const schedule = new OnCallSchedule({ name: "primary", layers: [base, day] });
    const range = { start: at("2026-01-09T00:00:00Z"), end: at("2026-01-13T00:00:00Z") };
    expect(schedule.shifts(range).map((shift) => [shift.person, iso(shift.from)])).toEqual([
      ["ann", "2026-01-09T00:00:00.000Z"],
      ["dee", "2026-01-09T14:00:00.000Z"],
      ["ann", "2026-01-09T22:00:00.000Z"],
      ["ann", "2026-01-12T08:00:00.000Z"],
      ["dee", "2026-01-12T14:00:00.000Z"],
      ["ann", "2026-01-12T22:00:00.000Z"],
    ]);
  });

  test("lists the gaps of a layer of business hours alone", () => {
    const schedule = new OnCallSchedule({ name: "office", layers: [day] });
    const gaps = schedule.gaps({ start: at("2026-01-01T00:00:00Z"), end: at("2026-01-12T15:00:00Z") });
    expect(gaps.map(({ from, until }) => [iso(from), iso(until)])).toEqual([
      ["2026-01-01T00:00:00.000Z", "2026-01-07T14:00:00.000Z"],
      ["2026-01-07T22:00:00.000Z", "2026-01-08T14:00:00.000Z"],
      ["2026-01-08T22:00:00.000Z", "2026-01-09T14:00:00.000Z"],
      ["2026-01-09T22:00:00.000Z", "2026-01-12T14:00:00.000Z"],
    ]);
    expect(schedule.whoIsOnCall(at("2026-01-07T12:00:00Z"))).toMatchObject({ state: "nobody", from: -Infinity });
  });

  test("lets the last override win, and gives back what is left of the others", () => {
    const schedule = new OnCallSchedule({ name: "primary", layers: [base] });
    schedule.addOverride({ person: "fay", from: at("2026-01-10T00:00:00Z"), until: at("2026-01-12T00:00:00Z") });
    schedule.addOverride({ person: "gus", from: at("2026-01-11T00:00:00Z"), until: at("2026-01-11T02:00:00Z") });
    const range = { start: at("2026-01-09T00:00:00Z"), end: at("2026-01-12T08:00:00Z") };
    expect(schedule.shifts(range).map((shift) => [shift.person, iso(shift.from).slice(0, 13)])).toEqual([
      ["ann", "2026-01-09T00"],
      ["fay", "2026-01-10T00"],
      ["gus", "2026-01-11T00"],
      ["fay", "2026-01-11T02"],
      ["ann", "2026-01-12T00"],
    ]);
    expect(schedule.whoIsOnCall(at("2026-01-11T01:00:00Z"))).toMatchObject({ override: true, layer: undefined });
    expect(schedule.overrides.map(({ person }) => person)).toEqual(["fay", "gus"]);
  });

  test("can be asked about the year 9999 with a turn that changes each hour", () => {
    const handover = { every: "1h", at: "00:00", zone: "Europe/Berlin" };
    const schedule = new OnCallSchedule({ name: "hours", layers: [weeks({ handover })] });
    expect(hours(schedule.whoIsOnCall(at("9999-06-01T12:30:00Z")))).toBe(1);
  });

  test("does not list without end", () => {
    const handover = { every: "1h", at: "00:00", zone: "UTC" };
    const schedule = new OnCallSchedule({ name: "hours", layers: [weeks({ handover })] });
    expect(() => schedule.shifts({ start: 0, end: at("2126-01-01T00:00:00Z") })).toThrow("more than 20000 shifts");
    expect(() => schedule.shifts({ start: 1, end: 1 })).toThrow("range: 1 to 1 is not a stretch of time");
    expect(() => schedule.whoIsOnCall(NaN)).toThrow("at: NaN is not a time");
  });

  test.each<[string, unknown, string]>([
    ["no layers", { name: "p", layers: [] }, "layers: a list of 0 is not allowed; write a list of 1 to 50 layers"],
    ["nobody", { name: "p", layers: [weeks({ people: [] })] }, "layers[0].people: a list of 0 is not allowed"],
    ["twins", { name: "p", layers: [weeks(), weeks()] }, 'layers[1].name: "weeks" is another layer'],
    [
      "turns of no length",
      { name: "p", layers: [weeks({ handover: { every: "0d", at: "09:00", zone: "UTC" } })] },
      'layers[0].handover.every: "0d" is no length of turns; write day, week, or 1 to 1000 of h, d, w, such as 12h',
    ],
    [
      "a weekday for days",
      { name: "p", layers: [weeks({ handover: { every: "day", on: "mon", at: "09:00", zone: "UTC" } })] },
      'layers[0].handover.on: is for turns of weeks, and these are of "day"',
    ],
    [
      "a zone that there is not",
      { name: "p", layers: [weeks({ handover: { every: "day", at: "09:00", zone: "Berlin" } })] },
      'layers[0].handover.zone: "Berlin" is not a time zone',
    ],
    ["a date that there is not", { name: "p", layers: [weeks({ startsAt: "5.1.2026" })] }, "layers[0].startsAt:"],
    [
      "hours that are none",
      { name: "p", layers: [weeks({ during: { zone: "UTC", hours: [] } })] },
      "layers[0].during.hours: a list of 0",
    ],
    [
      "an override that ends before it begins",
      { name: "p", layers: [weeks()], overrides: [{ person: "ann", from: 2, until: 2 }] },
      "overrides[0].until: 2 is not after from, 2",
    ],
    [
      "a slip",
      { name: "p", layers: [{ ...weeks(), startAt: "2026-01-05" }] },
      "layers[0].startAt: is not known here; did",
    ],
  ])("refuses %s", (_, options, message) => {
    expect(() => new OnCallSchedule(options as OnCallScheduleOptions)).toThrow(message);
  });
});

test("a schedule is refused with all of its faults", () => {
  const layer = { ...weeks(), people: [], startsAt: "soon" };
  const overrides = [{ person: "", from: NaN, until: 5 }];
  expect(() => new OnCallSchedule({ name: "p", layers: [layer], overrides })).toThrow(
    expect.objectContaining({
      issues: ["layers[0].people", "layers[0].startsAt", "overrides[0].person", "overrides[0].from"].map((path) =>
        expect.objectContaining({ path: path.split(/[.[\]]+/).map((key) => (/^\d$/.test(key) ? Number(key) : key)) }),
      ),
    }),
  );
});

describe("times in seconds", () => {
  const now = at("2026-11-29T00:00:00Z");
  const seconds = now / 1_000;
  const said = "is 1970-01-21T18:51:50.400Z in milliseconds; was it meant in seconds?";
  const schedule = new OnCallSchedule({ name: "p", layers: [weeks()] });

  test.each<[string, () => unknown, string]>([
    ["of a question", () => schedule.whoIsOnCall(seconds), "at"],
    ["of an override", () => schedule.addOverride({ person: "cy", from: seconds, until: seconds + 3_600 }), "from"],
    ["of an override's end", () => schedule.addOverride({ person: "cy", from: now, until: seconds }), "until"],
    ["of an override's begin", () => schedule.addOverride({ person: "cy", from: seconds, until: now }), "from"],
    [
      "of an override of the options",
      () =>
        new OnCallSchedule({ name: "p", layers: [weeks()], overrides: [{ person: "cy", from: now, until: seconds }] }),
      "overrides[0].until",
    ],
    ["of gaps", () => schedule.gaps({ start: seconds, end: seconds + 86_400 }), "range.start"],
    ["of shifts, the begin alone", () => schedule.shifts({ start: seconds, end: now }), "range.start"],
    ["of a question beside a clock", () => schedule.whoIsOnCall(seconds, now), "at"],
  ])("%s are refused by name, and nothing is added", (_, ask, path) => {
    expect(ask).toThrow(`${path}: ${String(seconds)} ${said}`);
    expect(schedule.overrides).toEqual([]);
  });

  test("are meant as days of 1970 in what begins at 0, and beside a clock that stands there", () => {
    const day = 86_400_000;
    const overrides = [{ person: "cy", from: 0, until: 14 * day }];
    const early = new OnCallSchedule({ name: "p", layers: [weeks()], overrides });
    expect(early.whoIsOnCall(13 * day, 13 * day).person).toBe("cy");
    expect(early.shifts({ start: 0, end: 15 * day }).map(({ person }) => person)).toEqual(["cy", undefined]);
    early.addOverride({ person: "dee", from: 1, until: 20 * day });
    expect(early.whoIsOnCall(19 * day, 0).person).toBe("dee");
  });

  test("are no matter of a stretch that begins before them and ends after", () => {
    expect(schedule.gaps({ start: 0, end: at("2026-01-06T00:00:00Z") })).toHaveLength(1);
  });
});

describe("overrides laid flat", () => {
  const override = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }))
    .map(([from, length]) => ({ from, until: from + length }));

  test("are in order, do not overlap, and have the last one at each instant", () => {
    fc.assert(
      fc.property(fc.array(override, { maxLength: 12 }), (drawn) => {
        const overrides = drawn.map((stretch, index) => ({ person: String(index), ...stretch }));
        const flat = flattenOverrides(overrides);
        flat.slice(1).forEach((stretch, index) => {
          expect(stretch.from).toBeGreaterThanOrEqual(flat[index]!.until);
          expect(stretch.from > flat[index]!.until || stretch.index !== flat[index]!.index).toBe(true);
        });
        for (let time = 0; time < 60; time += 1) {
          const holds = ({ from, until }: { from: number; until: number }): boolean => from <= time && time < until;
          expect(flat.find(holds)?.person).toBe(overrides.findLast(holds)?.person);
        }
      }),
    );
  });
});
