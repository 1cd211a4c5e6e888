import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cleanPoints, LARGEST_VALUE } from "../../../src/capacity/series/clean.ts";
import { gridOf, MOST_VALUES } from "../../../src/capacity/series/grid.ts";
import type { SeriesPoint } from "../../../src/capacity/series/samples.ts";
import { timeOf } from "../../../src/capacity/series/times.ts";
import { DAY, HOUR, MINUTE, points, START } from "./made-up.ts";
import { refusal } from "../../support/refusal.ts";

const gauge = { kind: "gauge", floor: undefined, cap: Infinity } as const;
const counter = { ...gauge, kind: "counter" } as const;
const clean = (given: readonly SeriesPoint[], range: Parameters<typeof cleanPoints>[1] = gauge) => {
  const { times, values, floor, remarks } = cleanPoints(given, range);
  return { times: [...times], values: [...values], floor, said: remarks.map(({ text }) => text) };
};
const grid = (given: readonly SeriesPoint[], stepMs?: number, statistic: "mean" | "max" = "mean") =>
  gridOf(cleanPoints(given, gauge), { stepMs, statistic });
const said = ({ remarks }: { remarks: readonly { code: string }[] }): readonly string[] =>
  remarks.map(({ code }) => code);

describe("points are cleaned, and it is said", () => {
  test("nothing is said of points that are in order", () => {
    expect(clean(points(3, MINUTE, (place) => place))).toEqual({
      times: [START, START + MINUTE, START + 2 * MINUTE],
      values: [0, 1, 2],
      floor: 0,
      said: [],
    });
  });

  test("values that are not known are left out", () => {
    const given = [1, NaN, Infinity, -Infinity, 1e300, -1e151, 5].map((value, at) => ({ at, value }));
    expect(clean(given)).toEqual({
      times: [0, 6],
      values: [1, 5],
      floor: 0,
      said: [`5 values not known (NaN, infinite, or beyond ${String(LARGEST_VALUE)}), left out`],
    });
  });

  test("a time that comes again is averaged, however often", () => {
    const given = [1, 3, 8, 10].map((value, place) => ({ at: place < 3 ? 100 : 200, value }));
    expect(clean(given)).toMatchObject({ times: [100, 200], values: [4, 10] });
    expect(clean(given).said[0]).toContain("2 values at a time that had one already");
  });

  test("what is out of order is sorted", () => {
    const given = [3, 1, 2].map((value) => ({ at: value * 10, value }));
    expect(clean(given)).toMatchObject({ times: [10, 20, 30], values: [1, 2, 3] });
    expect(clean(given).said).toEqual(["the points were not in the order of their times, and have been sorted"]);
  });

  test("a counter is its increase a second, and counts on from zero after a reset", () => {
    const given = [100, 160, 220, 30, 90].map((value, place) => ({ at: place * MINUTE, value }));
    expect(clean(given, counter)).toEqual({
      times: [MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE],
      values: [1, 1, 0.5, 1],
      floor: 0,
      said: ["1 counter reset, counted on from zero"],
    });
    expect(clean(given.slice(0, 1), counter)).toMatchObject({ times: [], values: [] });
    expect(clean([], counter)).toMatchObject({ times: [], values: [], said: [] });
  });

  test("values beyond what the metric can be are taken as the nearest that it can", () => {
    const given = [-2, 0.5, 1.5].map((value, at) => ({ at, value }));
    const { values, said: texts } = clean(given, { kind: "gauge", floor: 0, cap: 1 });
    expect(values).toEqual([0, 0.5, 1]);
    expect(texts).toEqual(["2 values beyond what the metric can be (0 to 1), taken as the nearest that it can"]);
  });

  test.each<[string, number[], number | undefined, number, string]>([
    [
      "above a cap",
      [-2, 3],
      undefined,
      1,
      "1 value beyond what the metric can be (at most 1), taken as the nearest that it can",
    ],
    [
      "below a floor",
      [-2, -3, 3],
      0,
      Infinity,
      "2 values beyond what the metric can be (at least 0), taken as the nearest that it can",
    ],
    [
      "on either side",
      [-2, 0, 1, 3],
      0,
      1,
      "2 values beyond what the metric can be (0 to 1), taken as the nearest that it can",
    ],
  ])("that are %s are said to be", (_, list, floor, cap, text) => {
    const given = list.map((value, at) => ({ at, value }));
    expect(clean(given, { kind: "gauge", floor, cap }).said).toEqual([text]);
  });

  test("as large as squares can be are known", () => {
    const given = [1e150, -1e150, 1.01e150].map((value, at) => ({ at, value }));
    expect(clean(given)).toMatchObject({
      values: [1e150, -1e150],
      said: ["1 value not known (NaN, infinite, or beyond 1e+150), left out"],
    });
  });

  test("that come twice among others out of order are averaged in their order", () => {
    const given = [
      [30, 5],
      [10, 1],
      [30, 7],
      [10, 2],
      [30, 9],
      [20, 4],
    ].map(([at, value]) => ({ at: at!, value: value! }));
    expect(clean(given)).toEqual({
      times: [10, 20, 30],
      values: [1.5, 4, 7],
      floor: 0,
      said: [
        "the points were not in the order of their times, and have been sorted",
        "3 values at a time that had one already, averaged; clocks that are put back leave such times",
      ],
    });
    expect(clean([...given].slice(0, 1).concat({ at: 30, value: 6 })).said).toEqual([
      "1 value at a time that had one already, averaged; clocks that are put back leave such times",
    ]);
  });

  test("have remarks by which programs know them", () => {
    const given = [
      [3, 7],
      [1, 9],
      [1, 9],
      [2, NaN],
      [4, 1],
    ].map(([at, value]) => ({ at: at!, value: value! }));
    const codes = cleanPoints(given, { kind: "counter", floor: 0, cap: 1 }).remarks.map(({ code }) => code);
    expect(codes).toEqual(["unknown_values", "out_of_order", "duplicates", "counter_resets", "out_of_range"]);
  });

  test("of a counter that is reset twice are counted on", () => {
    const given = [5, 9, 2, 2, 1].map((value, place) => ({ at: place * 2_000, value }));
    expect(clean(given, counter)).toMatchObject({
      values: [2, 1, 0, 0.5],
      said: ["2 counter resets, counted on from zero"],
    });
  });

  test.each([
    ["0 where no value is below it", [0, 3], Infinity, 0],
    ["none where one is", [-1, 3], Infinity, -Infinity],
    ["none where the cap is not above 0", [0, 0], -5, -Infinity],
    ["none where the cap is 0", [0, 0], 0, -Infinity],
    ["0 where the cap is above it", [0, 0], 0.1, 0],
  ])("the floor is %s", (_, list, cap, floor) => {
    expect(
      clean(
        list.map((value, at) => ({ at, value })),
        { ...gauge, cap },
      ).floor,
    ).toBe(floor);
  });

  test.each([
    ["no time", [{ at: NaN, value: 1 }], "points[0].at: NaN is no time in epoch milliseconds"],
    ["a time as text", [{ at: "2026-01-01", value: 1 }], 'points[0].at: "2026-01-01" is no time'],
    [
      "a value as text",
      [
        { at: 1, value: 1 },
        { at: 2, value: "7" },
      ],
      'points[1].value: "7" is no number',
    ],
    ["no value", [{ at: 1 }], "points[0].value: undefined is no number; NaN says that it is not known"],
    ["no point at all", [null], "points[0]: null is no point; write { at, value }"],
    ["a bare number", [7], "points[0]: 7 is no point"],
  ])("%s is refused by its place", (_, given, message) => {
    expect(refusal(() => cleanPoints(given as SeriesPoint[], gauge))).toContain(message);
  });

  test("law: any order of the same points gives the same", () => {
    const given = fc.uniqueArray(fc.record({ at: fc.integer(), value: fc.integer() }), { selector: ({ at }) => at });
    fc.assert(
      fc.property(given, fc.constantFrom(gauge, counter), (list, range) => {
        const sorted = list.toSorted((a, b) => a.at - b.at);
        const { times, values } = clean(sorted, range);
        expect(clean(list, range)).toMatchObject({ times, values });
        expect(times.every((at, place) => place === 0 || at > times[place - 1]!)).toBe(true);
      }),
    );
  });
});

describe("points are put on steps of the clock", () => {
  test.each([
    ["15 seconds", 15_000, 15_000],
    ["a minute", MINUTE, MINUTE],
    ["nearly a minute", 59_700, MINUTE],
    ["3 minutes", 3 * MINUTE, 5 * MINUTE],
    ["an hour", HOUR, HOUR],
    ["a day", DAY, DAY],
    ["a month", 30 * DAY, 35 * DAY],
  ])("points %s apart", (_, apart, stepMs) => {
    expect(grid(points(40, apart, () => 1)).stepMs).toBe(stepMs);
  });

  test("a step begins at a whole number of steps since 1970", () => {
    const { startMs, values } = grid(points(3, HOUR, (place) => place, START + 7 * MINUTE));
    expect(startMs).toBe(START);
    expect([...values]).toEqual([0, 1, 2]);
  });

  test("before 1970 as after", () => {
    const { startMs, values } = grid(points(3, HOUR, (place) => place, -2 * HOUR));
    expect([startMs, ...values]).toEqual([-2 * HOUR, 0, 1, 2]);
  });

  test("what comes more often than a step is averaged, and it is said", () => {
    const often = grid(points(40, 250, (place) => place % 4));
    expect([...often.values]).toEqual(Array(10).fill(1.5));
    expect(said(often)).toEqual(["averaged"]);
    const asked = grid(
      points(120, MINUTE, (place) => place % 60),
      HOUR,
    );
    expect([asked.stepMs, ...asked.values]).toEqual([HOUR, 29.5, 29.5]);
    expect(asked.remarks[0]!.text).toBe("each step is the mean of what came in 1 h");
    expect(said(grid(points(40, 4 * HOUR, () => 1)))).toContain("averaged");
  });

  test("with max a step is the highest of what came in it", () => {
    const { values, remarks } = grid(
      points(120, MINUTE, (place) => -(place % 60) - 1),
      HOUR,
      "max",
    );
    expect([...values]).toEqual([-1, -1]);
    expect(remarks[0]!.text).toBe("each step is the highest of what came in 1 h");
  });

  test("a gap stays a gap", () => {
    const given = points(20, MINUTE, (place) => place).filter((_, place) => place < 3 || place > 5);
    const { values, remarks } = grid(given);
    expect([...values].slice(0, 8)).toEqual([0, 1, 2, NaN, NaN, NaN, 6, 7]);
    expect(remarks).toEqual([{ code: "gaps", text: "1 gap without values, of 3 min" }]);
  });

  test("irregular times are said", () => {
    const given = points(60, HOUR, (place) => place).map(({ at, value }) => ({
      at: at + (value % 2) * 15 * MINUTE * (value % 5),
      value,
    }));
    expect(said(grid(given))).toContain("irregular");
    expect(said(grid(points(60, HOUR, () => 1)))).toEqual([]);
  });

  test("a step is as long as the points are apart up to two thousand four hundred of them", () => {
    expect(grid(points(2_401, MINUTE, () => 1)).stepMs).toBe(MINUTE);
    expect(grid(points(2_402, MINUTE, () => 1)).stepMs).toBe(5 * MINUTE);
    // Two minutes are no step that many values are put on.
    expect(grid(points(2_401, 2 * MINUTE, () => 1)).stepMs).toBe(2 * MINUTE);
    expect(grid(points(2_402, 2 * MINUTE, () => 1)).stepMs).toBe(5 * MINUTE);
    expect(grid(points(12_001, MINUTE, () => 1)).stepMs).toBe(5 * MINUTE);
    expect(grid(points(12_002, MINUTE, () => 1)).stepMs).toBe(HOUR);
  });

  test("a step that was asked for is averaged where it is longer than the points are apart", () => {
    const texts = (stepMs?: number, apart = MINUTE): readonly string[] =>
      grid(
        points(60, apart, () => 1),
        stepMs,
      ).remarks.map(({ text }) => text);
    expect(texts(MINUTE)).toEqual([]);
    expect(texts(70_000)).toEqual(["each step is the mean of what came in 1 min 10 s"]);
    // A minute is 1.2 times as long.
    expect(texts(undefined, 50_000)).toEqual([]);
    expect(texts(undefined, 49_000)).toEqual(["each step is the mean of what came in 1 min"]);
  });

  test("times are irregular where more than one in ten is a fifth off", () => {
    const off = (minutes: number, every: number): readonly string[] => {
      let at = START;
      const given = Array.from({ length: 40 }, (_, place) => {
        const turn = place % every;
        at += (60 + (turn === 1 ? minutes : turn === 2 ? -minutes : 0)) * MINUTE;
        return { at, value: 1 };
      });
      return grid(given)
        .remarks.filter(({ code }) => code === "irregular")
        .map(({ text }) => text);
    };
    const irregular = "the points come at irregular times; they were put on steps of 1 h";
    expect(off(13, 5)).toEqual([irregular]);
    expect(off(12, 5)).toEqual([]);
    // Four of forty are off, and six.
    expect(off(13, 20)).toEqual([]);
    expect(off(13, 14)).toEqual([irregular]);
  });

  test("gaps are told with the longest, and what clocks may have to do with it", () => {
    const without = (...missing: number[]): readonly string[] =>
      grid(points(60, HOUR, () => 1).filter((_, place) => !missing.includes(place))).remarks.map(({ text }) => text);
    const clocks = "; an hour is what clocks that are put forward leave";
    expect(without(10)).toEqual([`1 gap without values, of 1 h${clocks}`]);
    expect(without(10, 30)).toEqual([`2 gaps without values, the longest of 1 h${clocks}`]);
    expect(without(10, 30, 50)).toEqual(["3 gaps without values, the longest of 1 h"]);
    expect(without(10, 11)).toEqual(["1 gap without values, of 2 h"]);
    expect(without(10, 30, 31)).toEqual(["2 gaps without values, the longest of 2 h"]);
  });

  test("an hour that clocks leave out is a gap, and one that comes twice is averaged", () => {
    const spring = points(48, HOUR, (place) => place).filter((_, place) => place !== 26);
    expect(grid(spring).remarks[0]!.text).toContain(
      "1 gap without values, of 1 h; an hour is what clocks that are put forward leave",
    );
    const autumn = points(48, HOUR, (place) => place).map(({ at, value }) => ({
      at: value > 26 ? at - HOUR : at,
      value,
    }));
    const { values, remarks } = grid(autumn);
    expect([...values.slice(25, 28)]).toEqual([25, 26.5, 28]);
    expect(remarks[0]!.text).toContain("clocks that are put back leave such times");
  });

  test.each([
    ["minutes", 10_000, MINUTE, 5 * MINUTE],
    ["more minutes", 100_000, MINUTE, HOUR],
    ["hours", 5_000, HOUR, 6 * HOUR],
    ["days", 10_000, DAY, 7 * DAY],
  ])("more %s than fit become longer steps", (_, count, apart, stepMs) => {
    const { values, remarks, ...rest } = grid(points(count, apart, () => 1));
    expect(rest.stepMs).toBe(stepMs);
    expect(values.length).toBeLessThanOrEqual(MOST_VALUES + 1);
    expect(said({ remarks })).toEqual(["averaged"]);
  });

  test("of steps that were asked for only the latest are looked at", () => {
    const { values, remarks, startMs } = grid(
      points(5_000, MINUTE, (place) => place),
      MINUTE,
    );
    expect([values.length, values.at(-1), startMs]).toEqual([MOST_VALUES, 4_999, START + 2_600 * MINUTE]);
    expect(remarks).toEqual([
      { code: "cut", text: "only the latest 2,400 steps are looked at; 2,600 values before them left out" },
    ]);
  });

  test("law: the mean of all steps by what is in them is the mean of all points", () => {
    const given = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 1e8 }), value: fc.integer() }), {
      selector: ({ at }) => at,
      minLength: 1,
    });
    fc.assert(
      fc.property(given, fc.integer({ min: 100_000, max: 1e8 }), (list, stepMs) => {
        const counts = new Map<number, number>();
        for (const { at } of list) counts.set(Math.floor(at / stepMs), (counts.get(Math.floor(at / stepMs)) ?? 0) + 1);
        const { startMs, values } = grid(list, stepMs);
        let total = 0;
        for (const [step, count] of counts) total += values[step - startMs / stepMs]! * count;
        expect(total).toBeCloseTo(
          list.reduce((sum, { value }) => sum + value, 0),
          0,
        );
        expect(values.filter((value) => !Number.isNaN(value)).length).toBe(counts.size);
      }),
    );
  });
});

describe("times", () => {
  test.each([
    [1_790_000_000_000, 1_790_000_000_000],
    [new Date(5), 5],
    [8.64e15, 8.64e15],
    [-8.64e15, -8.64e15],
    [" 2026-11-28\n", Date.UTC(2026, 10, 28)],
    ["2026-11-28", Date.UTC(2026, 10, 28)],
    ["2026-11-28 14:00", Date.UTC(2026, 10, 28, 14)],
    ["2026-11-28T14:00:05.250", Date.UTC(2026, 10, 28, 14, 0, 5, 250)],
    ["2026-11-28T14:00:00Z", Date.UTC(2026, 10, 28, 14)],
    ["2026-11-28T14:00:00+01:00", Date.UTC(2026, 10, 28, 13)],
    ["2026-11-28 14:00:00 -0530", Date.UTC(2026, 10, 28, 19, 30)],
    ["2028-02-29", Date.UTC(2028, 1, 29)],
  ])("%s", (text, at) => {
    expect(timeOf(text, [])).toBe(at);
  });

  test.each([
    ["28.11.2026"],
    ["2026-02-30"],
    ["2026-02-29T10:00:00Z"],
    ["2026-13-01"],
    ["2026-11-28T25:00:00Z"],
    ["yesterday"],
    [""],
    [NaN],
    [Infinity],
    [8.64e15 + 1],
    [new Date(NaN)],
    [null],
    [undefined],
    [{}],
  ])("%s is none", (text) => {
    expect(refusal(() => timeOf(text, ["samples", 3, "timestamp"]))).toMatch(
      /^samples\[3\]\.timestamp: .* is no time; write epoch milliseconds, a Date, or text such as/,
    );
  });
});
