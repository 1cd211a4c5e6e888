import { describe, expect, test } from "vitest";

import { examine } from "../../../src/capacity/series/examine.ts";
import { findSeasons } from "../../../src/capacity/series/seasons.ts";
import { findShifts } from "../../../src/capacity/series/shifts.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { type Course, DAY, HOUR, MINUTE, noise, values, wave } from "./made-up.ts";

const look = (length: number, stepMs: number, course: Course, cap = Infinity) =>
  examine({ values: values(length, course), stepMs }, cap);
/** How many of a hundred series of each seed are so. */
const ofHundred = (isSo: (seed: number) => boolean): number =>
  Array.from({ length: 100 }, (_, seed) => isSo(seed)).filter(Boolean).length;

describe("seasons that are in a series are found", () => {
  const weekday = (place: number): number => (Math.floor(place / 24) % 7 < 5 ? 3 : 0);
  test.each<[string, number, number, (seed: number) => Course, number[]]>([
    ["an hour in minutes", 400, MINUTE, (seed) => plus(seed, (place) => 2 * wave(place, 60)), [60]],
    ["a day in hours", 240, HOUR, (seed) => plus(seed, (place) => 2 * wave(place, 24)), [24]],
    ["a week in days", 90, DAY, (seed) => plus(seed, (place) => (place % 7 < 5 ? 4 : 0)), [7]],
    [
      "a day and a week in hours",
      1_200,
      HOUR,
      (seed) => plus(seed, (place) => 3 * wave(place, 24) + weekday(place)),
      [24, 168],
    ],
    ["a day on a trend", 240, HOUR, (seed) => plus(seed, (place) => 3 * wave(place, 24) + place), [24]],
    ["a day on a level that wanders", 600, HOUR, wandering, [24]],
    ["a day with a third of the values missing", 400, HOUR, gappy, [24]],
    ["three days are enough", 72, HOUR, (seed) => plus(seed, (place) => 4 * wave(place, 24)), [24]],
  ])("%s", (_, length, stepMs, course, seasons) => {
    const found = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => look(length, stepMs, course(seed)).series.seasons);
    expect(found).toEqual(found.map(() => seasons));
  });

  function plus(seed: number, course: Course): Course {
    const error = noise(seed);
    return (place) => 50 + course(place) + error();
  }
  function wandering(seed: number): Course {
    const error = noise(seed);
    let level = 0;
    return (place) => (level += error()) + 5 * wave(place, 24);
  }
  function gappy(seed: number): Course {
    const [course, random] = [plus(seed, (place) => 3 * wave(place, 24)), seededRandom(seed)];
    return (place) => (random.next() < 1 / 3 ? NaN : course(place));
  }
});

describe("seasons that are not there are found no more often than chance would have it", () => {
  test.each([
    ["a day and a week in hours", 1_000, [24, 168]],
    ["a day in hours, a few days", 100, [24]],
    ["a week in days", 90, [7]],
    ["an hour in minutes", 400, [60]],
  ])("%s", (_, length, candidates) => {
    const white = ofHundred(
      (seed) => findSeasons(values(length, noise(`white ${String(seed)}`)), candidates).length > 0,
    );
    const walk = ofHundred((seed) => {
      const step = noise(`walk ${String(seed)}`);
      let level = 0;
      return (
        findSeasons(
          values(length, () => (level += step())),
          candidates,
        ).length > 0
      );
    });
    // One in twenty for each candidate, and a little for the hundred being few.
    expect(white).toBeLessThanOrEqual(5 * candidates.length + 5);
    expect(walk).toBeLessThanOrEqual(5 * candidates.length + 5);
  });

  test.each<[string, Float64Array]>([
    ["a line", values(200, (place) => place)],
    ["a constant", values(200, () => 3)],
    ["nothing known", values(200, () => NaN)],
    ["fewer than two rounds", values(40, (place) => wave(place, 24))],
  ])("%s has none", (_, list) => {
    if (list.some((value) => value !== list[0] && !Number.isNaN(value)) || list[0] === 3)
      expect(findSeasons(list, [24])).toEqual([]);
    expect(examine({ values: list.map((value) => value), stepMs: HOUR }, Infinity).series.seasons).toEqual([]);
  });
});

describe("shifts of the level", () => {
  const shiftsOf = (length: number, course: Course) => look(length, HOUR, course).shifts;

  test.each([60, 200, 1_000])("are found where they are, in %i values", (length) => {
    const at = Math.floor(length * 0.6);
    for (let seed = 0; seed < 20; seed += 1) {
      const error = noise(seed);
      const [shift, ...others] = shiftsOf(length, (place) => (place < at ? 100 : 120) + error());
      expect(others).toEqual([]);
      expect(Math.abs(shift!.place - at)).toBeLessThanOrEqual(1);
      expect(Math.abs(shift!.before - 100)).toBeLessThan(3);
      expect(Math.abs(shift!.after - 120)).toBeLessThan(3);
    }
  });

  test("are found up and down, one after the other", () => {
    const error = noise("stairs");
    const found = shiftsOf(400, (place) => (place < 100 ? 10 : place < 250 ? 40 : 20) + error());
    expect(found.map(({ place }) => place)).toEqual([100, 250]);
    expect(found.map(({ before, after }) => Math.sign(after - before))).toEqual([1, -1]);
  });

  test("are found beneath a season and over a gap", () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const error = noise(seed);
      const course = (place: number): number => 5 * wave(place, 24) + (place < 300 ? 0 : 25) + error();
      const [shift, ...others] = shiftsOf(500, (place) => (place > 400 && place < 404 ? NaN : course(place)));
      expect(others).toEqual([]);
      expect(Math.abs(shift!.place - 300)).toBeLessThanOrEqual(3);
    }
  });

  test.each<[string, (seed: number) => Course]>([
    ["noise", (seed) => noise(seed)],
    ["a trend", (seed) => added(seed, (place) => place / 2)],
    ["a season", (seed) => added(seed, (place) => 10 * wave(place, 24))],
    ["a walk", walk],
    [
      "a spike now and then, of one value or two",
      (seed) => added(seed, (place) => (place % 41 < 2 - (seed % 2) ? 60 : 0)),
    ],
  ])("are not found in %s", (_, course) => {
    expect(ofHundred((seed) => shiftsOf(200, course(seed)).length > 0)).toBeLessThanOrEqual(2);
  });

  test("are said", () => {
    const { remarks } = look(100, HOUR, (place) => (place < 50 ? 10 : 20) + (place % 3));
    expect(remarks).toContainEqual({
      code: "shifts",
      text: "the level shifted 1 time; a line since the last shift is tried too",
    });
  });

  test.each([
    ["few values", 10, 6],
    ["a window of two", 100, 2],
  ])("are not looked for in %s", (_, length, window) => {
    expect(
      findShifts(
        values(length, (place) => (place < length / 2 ? 0 : 9)),
        window,
      ),
    ).toEqual([]);
  });

  function added(seed: number, course: Course): Course {
    const error = noise(seed);
    return (place) => course(place) + error();
  }
  function walk(seed: number): Course {
    const error = noise(seed);
    let level = 0;
    return () => (level += error());
  }
});

describe("saturation", () => {
  const busy = (place: number): number => 0.8 + 0.4 * wave(place, 24);

  test.each<[string, Course, number, number]>([
    ["at the cap", (place) => Math.min(1, busy(place)), 1, 10 / 24],
    ["at a top that nobody has told", (place) => Math.min(0.9, busy(place)), Infinity, 12 / 24],
    ["nearly always", (place) => (place % 20 === 0 ? 0.5 : 1), 1, 0.95],
    ["always", () => 1, 1, 1],
  ])("%s is said with its share", (_, course, cap, share) => {
    const { saturatedShare, remarks } = look(240, HOUR, course, cap);
    expect(Math.abs(saturatedShare - share)).toBeLessThan(0.05);
    const text = remarks.find(({ code }) => code === "saturated")?.text;
    expect(text).toContain("demand above it is not seen, and forecasts of it are too low");
    expect(text).toContain(`at the top (${String(Math.max(...values(240, course)))})`);
  });

  test.each<[string, Course, number]>([
    ["below the cap", (place) => 0.5 + 0.2 * wave(place, 24), 1],
    ["whole numbers of which one has to be the highest", (place) => (place * 7) % 4, Infinity],
    ["a flag", (place) => Number(place % 3 === 0), Infinity],
    ["one highest value", (place) => place, Infinity],
    ["a level that is nearly always the same", (place) => (place % 50 === 0 ? 0 : 3), Infinity],
    ["a constant below the cap", () => 0.5, 1],
  ])("%s is none", (_, course, cap) => {
    const { saturatedShare, remarks } = look(240, HOUR, course, cap);
    expect(saturatedShare).toBe(0);
    expect(remarks.map(({ code }) => code)).not.toContain("saturated");
  });

  test("outliers and constants are said as well", () => {
    const error = noise("outliers");
    expect(look(200, HOUR, (place) => (place === 77 ? 900 : 10 + error())).remarks).toContainEqual({
      code: "outliers",
      text: expect.stringContaining("lines by the median of slopes are tried too"),
    });
    expect(look(10, HOUR, () => 4).remarks).toEqual([
      { code: "constant", text: "all values are the same; nothing tells how far others could be" },
    ]);
    expect(look(1, HOUR, () => 4).remarks).toEqual([]);
  });
});
