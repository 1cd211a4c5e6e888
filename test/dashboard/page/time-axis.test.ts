import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { rowsOf, marksOn, type Stretch } from "../../../src/dashboard/page/charts/marks.ts";
import { timesOf } from "../../../src/dashboard/page/charts/times.ts";
import {
  ALL,
  firstView,
  moved,
  spanOf,
  viewBetween,
  zoomed,
  type Axis,
  type View,
} from "../../../src/dashboard/page/charts/view.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const axis: Axis = { from: 0, until: 12 * DAY, at: 10 * DAY, window: [0, 10 * DAY], leastMs: 20 * MINUTE };
const times = timesOf({ zone: "Europe/Berlin", locale: "en-GB" });
/** ICU writes a narrow space in some versions. */
const plain = (text: string): string => text.replaceAll(/[\u2009\u202f]/g, " ");

describe("what is in sight of the time axis", () => {
  test("is all, the window, the last hour before now, or a part", () => {
    expect(spanOf(ALL, axis)).toEqual([0, 12 * DAY]);
    expect(spanOf({ kind: "window" }, axis)).toEqual([0, 10 * DAY]);
    expect(spanOf({ kind: "last", durationMs: HOUR }, axis)).toEqual([10 * DAY - HOUR, 10 * DAY]);
    expect(spanOf({ kind: "last", durationMs: HOUR }, { ...axis, at: 11 * DAY })).toEqual([11 * DAY - HOUR, 11 * DAY]);
    expect(spanOf(viewBetween(axis, 4 * DAY, 3 * DAY), axis)).toEqual([3 * DAY, 4 * DAY]);
  });

  test.each([
    ["all, if all of it is watched", 0, ALL],
    ["all, if nothing is", undefined, ALL],
    ["the last hour, if only that is watched", 10 * DAY - HOUR, { kind: "last", durationMs: HOUR }],
    ["the last day, if a little more is", 10 * DAY - HOUR - 1, { kind: "last", durationMs: DAY }],
    ["all, if there is enough to see", 9 * DAY - 1, ALL],
  ])("is at first %s", (_, watchedFrom, view) => {
    expect(firstView(axis, watchedFrom)).toEqual(view);
    // A window of minutes has no last hour.
    expect(firstView({ ...axis, from: 10 * DAY - 10 * MINUTE }, 10 * DAY - MINUTE / 2)).toEqual(ALL);
  });

  test("zooms around what is pointed at, moves by shares, and is all again once it holds all", () => {
    const day = viewBetween(axis, 4 * DAY, 5 * DAY);
    expect(spanOf(zoomed(day, axis, 0.5, 4 * DAY), axis)).toEqual([4 * DAY, 4.5 * DAY]);
    expect(spanOf(zoomed(day, axis, 2), axis)).toEqual([3.5 * DAY, 5.5 * DAY]);
    expect(spanOf(moved(day, axis, 0.25), axis)).toEqual([4.25 * DAY, 5.25 * DAY]);
    expect(spanOf(moved(day, axis, -99), axis)).toEqual([0, DAY]);
    expect(zoomed(day, axis, 99)).toBe(ALL);
  });

  test("never leaves the axis and is never too short, whatever is asked", () => {
    const instant = fc.double({ min: -20 * DAY, max: 40 * DAY, noNaN: true });
    const view = fc.oneof(
      fc.constant<View>(ALL),
      fc.record({ kind: fc.constant("last" as const), durationMs: fc.double({ min: 0, max: 99 * DAY, noNaN: true }) }),
      fc.tuple(instant, instant).map(([one, other]) => viewBetween(axis, one, other)),
    );
    const steps = fc.array(
      fc.tuple(fc.constantFrom("zoom", "move"), fc.double({ min: -3, max: 3, noNaN: true }), instant),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(view, steps, (first, all) => {
        const last = all.reduce<View>(
          (shown, [what, by, around]) =>
            what === "zoom" ? zoomed(shown, axis, Math.abs(by) + 0.01, around) : moved(shown, axis, by),
          first,
        );
        const [from, until] = spanOf(last, axis);
        expect(from).toBeGreaterThanOrEqual(axis.from);
        expect(until).toBeLessThanOrEqual(axis.until + 1e-6);
        expect(until - from).toBeGreaterThanOrEqual(axis.leastMs - 1e-6);
      }),
    );
  });
});

describe("times beside the axis", () => {
  const told = (from: string, stepMs: number, count: number): string[] =>
    times
      .ticks(
        Array.from({ length: count }, (_, index) => Date.parse(from) + index * stepMs),
        stepMs,
      )
      .map(plain);

  test("tell the day below the first hour and below the first one of each other day", () => {
    expect(told("2026-11-23T17:00:00Z", 3 * HOUR, 4)).toEqual(["18:00\n23 Nov", "21:00", "00:00\n24 Nov", "03:00"]);
  });

  test("tell seconds, days and months where these are what is between the marks", () => {
    expect(told("2026-11-23T17:00:00Z", 30_000, 2)).toEqual(["18:00:00\n23 Nov", "18:00:30"]);
    expect(told("2026-12-31T12:00:00Z", DAY, 3)).toEqual(["31 Dec", "1 Jan\n2027", "2 Jan"]);
    expect(told("2026-11-15T12:00:00Z", 30 * DAY, 3)).toEqual(["Nov\n2026", "Dec", "Jan\n2027"]);
  });

  test("are nothing where no calendar knows them", () => {
    expect([times.full(NaN), times.full(1e300), times.range(0, Infinity), times.range(2, 1)]).toEqual(
      Array.from({ length: 4 }, () => "–"),
    );
  });

  test("are by the reader's clocks, summer time included", () => {
    expect(plain(times.full(Date.parse("2026-07-01T12:00:00Z")))).toBe("1 Jul 2026, 14:00");
    expect(plain(times.full(Date.parse("2026-12-01T12:00:00Z")))).toBe("1 Dec 2026, 13:00");
    expect(plain(times.range(Date.parse("2026-12-01T12:00:00Z"), Date.parse("2026-12-01T13:30:00Z")))).toMatch(
      /1 Dec 2026, 13:00 ?– ?14:30/,
    );
  });
});

describe("marks on the time axis", () => {
  const at = Date.parse("2026-11-24T13:00:00Z");
  const mark = { kind: "incident", id: "INC-1", text: "checkout fails", from: at - HOUR, services: [] } as const;

  test("last until now while nobody has told their end, and tell all of themselves", () => {
    const [placed] = marksOn([{ ...mark, state: "open" }], [0, at], at, times);
    expect(placed).toMatchObject({
      from: at - HOUR,
      until: at,
      isInstant: false,
      title: "Incident INC-1: checkout fails (open)",
    });
    expect(plain(placed?.when ?? "")).toBe("24 Nov 2026, 13:00, until now");
  });

  test("are left out where they end before the axis, begin after it, or have no time", () => {
    const before = { ...mark, id: "a", from: at - 9 * HOUR, until: at - 8 * HOUR };
    const within = { ...mark, id: "b", from: at - 9 * HOUR, until: at - 2 * HOUR };
    const after = { ...mark, id: "c", from: at + HOUR };
    const never = { ...mark, id: "d", from: NaN };
    expect(marksOn([before, within, after, never], [at - 3 * HOUR, at], at, times).map(({ key }) => key)).toEqual([
      "incident b",
    ]);
  });

  test("are the latest two hundred of very many", () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...mark,
      id: String(index),
      from: at - index * MINUTE,
      until: at,
    }));
    const placed = marksOn(many, [0, at], at, times);
    expect([placed.length, placed[0]?.key, placed.at(-1)?.key]).toEqual([200, "incident 0", "incident 199"]);
  });

  test("lie in rows in which none covers another, as long as there are rows", () => {
    const stretch = fc
      .tuple(fc.nat(500), fc.integer({ min: 1, max: 60 }))
      .map(([left, width]): Stretch => [left, left + width]);
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 30 }), (all) => {
        const rows = rowsOf(all, 99);
        const most = Math.max(
          0,
          ...all.map(([left]) => all.filter((other) => other[0] <= left && left < other[1]).length),
        );
        // As few rows as there are marks at one place.
        expect(new Set(rows).size).toBe(most);
        for (const [index, [left, right]] of all.entries()) {
          for (const [other, [start, end]] of all.entries()) {
            if (index !== other && rows[index] === rows[other]) expect(left >= end || start >= right).toBe(true);
          }
        }
        expect(Math.max(0, ...rowsOf(all, 4))).toBeLessThan(4);
      }),
    );
  });
});
