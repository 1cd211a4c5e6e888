import { describe, expect, test } from "vitest";

import { examine, type Findings, SEASONS, seasonSteps } from "../../../src/capacity/series/examine.ts";
import { type Course, DAY, HOUR, MINUTE, noise, values, wave } from "./made-up.ts";

const look = (list: Iterable<number>, cap = Infinity, candidates: readonly number[] = []): Findings =>
  examine({ values: Float64Array.from(list), stepMs: HOUR }, cap, candidates);
const course = (length: number, of: Course, candidates: readonly number[] = []): Findings =>
  look(values(length, of), Infinity, candidates);
const repeated = (...runs: readonly (readonly [count: number, value: number])[]): number[] =>
  runs.flatMap(([count, value]) => Array.from({ length: count }, () => value));
const texts = ({ remarks }: Findings): readonly string[] => remarks.map(({ text }) => text);
const top = (share: string, value: number): string =>
  `${share} % of the values are at the top (${String(value)}): demand above it is not seen, and forecasts of it are too low`;

describe("seasons that are looked for", () => {
  test("are an hour, a day and a week, of four steps and more", () => {
    expect(SEASONS).toEqual([
      { name: "hour", ms: HOUR },
      { name: "day", ms: DAY },
      { name: "week", ms: 7 * DAY },
    ]);
    expect(seasonSteps(MINUTE)).toEqual([60, 1_440, 10_080]);
    expect(seasonSteps(15 * MINUTE)).toEqual([4, 96, 672]);
    expect(seasonSteps(20 * MINUTE)).toEqual([72, 504]);
    expect(seasonSteps(7 * MINUTE)).toEqual([1_440]);
    expect(seasonSteps(HOUR)).toEqual([24, 168]);
    expect(seasonSteps(DAY)).toEqual([7]);
    expect(seasonSteps(7 * DAY)).toEqual([]);
  });

  test("are those of the steps unless told", () => {
    const daily = values(240, (place) => 50 + wave(place, 24) + (place % 5) / 100);
    expect(examine({ values: daily, stepMs: HOUR }, Infinity).series.seasons).toEqual([24]);
    expect(examine({ values: daily, stepMs: DAY }, Infinity).series.seasons).toEqual([]);
    expect(examine({ values: daily, stepMs: HOUR }, Infinity, []).series.seasons).toEqual([]);
  });
});

describe("values that are all the same", () => {
  test("are said to be, where there are two of them", () => {
    const same = { code: "constant", text: "all values are the same; nothing tells how far others could be" };
    const { series, ...rest } = look([4, NaN, 4]);
    expect(rest).toEqual({ shiftWindow: 0, shifts: [], saturatedShare: 0, known: 2, constant: true, remarks: [same] });
    expect([...series.values]).toEqual([4, NaN, 4]);
    expect(look([4])).toMatchObject({ known: 1, constant: true, remarks: [] });
    expect(look([NaN, NaN])).toMatchObject({ known: 0, constant: true, saturatedShare: 0, remarks: [] });
    expect(look([4, 4.0001])).toMatchObject({ known: 2, constant: false });
  });

  test("at the cap are at the top, where there are five of them", () => {
    expect(look(repeated([5, 1]), 1)).toMatchObject({ saturatedShare: 1 });
    expect(texts(look(repeated([5, 1]), 1))).toEqual([
      "all values are the same; nothing tells how far others could be",
      top("100", 1),
    ]);
    expect(look(repeated([4, 1]), 1).saturatedShare).toBe(0);
    expect(look(repeated([5, 0.999]), 1).saturatedShare).toBe(0);
  });
});

describe("how many values after a shift it takes to see it", () => {
  test.each<[string, number, readonly number[], number]>([
    ["six without a season", 400, [], 6],
    ["the shortest season", 400, [24], 24],
    ["forty-eight of a longer one", 400, [60], 48],
    ["an eighth of the values", 100, [24], 12],
    ["an eighth, rounded down", 103, [24], 12],
    ["six of few values", 47, [7], 6],
    ["a season of seven", 70, [7], 7],
  ])("%s", (_, length, seasons, window) => {
    const error = noise("window");
    const found = course(length, (place) => 100 + 20 * wave(place, seasons[0] ?? 1e9) + error(), seasons);
    expect(found.series.seasons).toEqual(seasons);
    expect(found.shiftWindow).toBe(window);
  });
});

describe("seasons are shares of the level", () => {
  const growing: Course = (place) => (100 + 5 * place) * (1 + 0.5 * wave(place, 24));
  const isShared = (of: Course, length = 240): boolean => {
    const { series } = course(length, of, [24]);
    expect(series.seasons).toEqual([24]);
    return series.multiplicative;
  };

  test("where they grow with it, and are added where they do not", () => {
    expect(isShared(growing)).toBe(true);
    expect(isShared((place) => (place === 17 ? NaN : growing(place)))).toBe(true);
    expect(isShared((place) => 100 + 5 * place + 50 * wave(place, 24))).toBe(false);
    expect(isShared((place) => 1_300 - 5 * place + 90 * wave(place, 24))).toBe(false);
    expect(isShared((place) => 1_500 - 5 * place + 200 * wave(place, 24), 288)).toBe(false);
  });

  test("but not of a level of which there is nothing, or next to nothing", () => {
    expect(isShared((place) => (place === 100 ? 0 : growing(place)))).toBe(false);
    expect(isShared((place) => (place === 100 ? -growing(place) : growing(place)))).toBe(false);
    expect(isShared((place) => (place === 100 ? 0.01 : growing(place)))).toBe(false);
    expect(isShared((place) => -growing(place))).toBe(false);
  });

  test("of half of which there is nothing are added", () => {
    expect(isShared((place) => (place < 130 ? 0 : growing(place)))).toBe(false);
    expect(isShared((place) => (place % 24 < 13 ? 0 : growing(place)))).toBe(false);
  });

  test("of which the least value is a fiftieth of the median", () => {
    const least = (value: number): Course => {
      const list = values(240, growing);
      const sorted = list.toSorted();
      const median = ((sorted[119] as number) + (sorted[120] as number)) / 2;
      const place = list.indexOf(sorted[0] as number);
      return (at) => (at === place ? value * 0.02 * median : (list[at] as number));
    };
    expect(isShared(least(1))).toBe(true);
    expect(isShared(least(0.999))).toBe(false);
  });

  test("of none there are none", () => {
    const { series } = course(240, (place) => 100 * 1.02 ** place, []);
    expect([series.seasons, series.multiplicative]).toEqual([[], false]);
  });
});

describe("what is found is said", () => {
  test("of outliers and shifts, in words for one and for several", () => {
    const error = noise("said");
    const jitter = Array.from({ length: 200 }, () => error());
    // Each step is far from the value before.
    const found = course(200, (place) => (place < 120 ? 100 : 160) + jitter[place]!);
    expect(found.remarks).toEqual([
      { code: "outliers", text: "1 outlier; lines by the median of slopes are tried too" },
      { code: "shifts", text: "the level shifted 1 time; a line since the last shift is tried too" },
    ]);
    expect(found).toMatchObject({ constant: false, known: 200, saturatedShare: 0, shiftWindow: 6 });
    expect(found.shifts).toHaveLength(1);
    expect(found.series.outliers).toBe(true);
    expect(found.series.shifts).toEqual([found.shifts[0]!.place]);

    const stairs = course(200, (place) => Math.floor(place / 60) * 40 + jitter[place]!);
    expect(stairs.remarks).toEqual([
      { code: "outliers", text: "3 outliers; lines by the median of slopes are tried too" },
      { code: "shifts", text: "the level shifted 3 times; a line since the last shift is tried too" },
    ]);
    expect(stairs.series.outliers).toBe(true);
    expect(stairs.series.shifts).toEqual([60, 120, 180]);

    const quiet = course(200, (place) => 100 + jitter[place]!);
    expect([quiet.remarks, quiet.series.outliers, quiet.series.shifts]).toEqual([[], false, []]);
  });
});

describe("a flat top", () => {
  // Below the top no value comes twice.
  const rising = (count: number, below: number): number[] =>
    Array.from({ length: count }, (_, place) => below - 1 - place);

  test.each<[string, number[], number, number]>([
    ["at the cap, of one value in fifty", [...rising(245, 10), ...repeated([5, 10])], 10, 5 / 250],
    ["of fewer", [...rising(246, 10), ...repeated([5, 10])], 10, 0],
    ["of five values", [...rising(5, 10), ...repeated([5, 10])], 10, 0.5],
    ["of four", [...rising(5, 10), ...repeated([4, 10])], 10, 0],
    ["above the cap", [...rising(5, 10), ...repeated([3, 10], [2, 11])], 10, 0.5],
    ["at a cap beneath which there are as many", repeated([20, 9], [20, 10]), 10, 0.5],
    ["at nearly all times at the cap", repeated([1, 9], [99, 10]), 10, 0.99],
    ["beneath the cap, of five", [...rising(5, 10), ...repeated([5, 10])], 10.001, 0.5],
    ["beneath it, of four", [...rising(5, 10), ...repeated([4, 10])], 11, 0],
    ["of three times as many as next to it", repeated([2, 8], [5, 9], [15, 10]), 11, 15 / 22],
    ["of one more than twice as many", repeated([2, 8], [5, 9], [11, 10]), 11, 11 / 18],
    ["of twice as many", repeated([2, 8], [5, 9], [10, 10]), 11, 0],
    ["of nine in ten", [...rising(10, 10), ...repeated([90, 10])], 11, 0],
    ["of nearly nine in ten", [...rising(11, 10), ...repeated([89, 10])], 11, 0.89],
    // A thousandth of 1000 is 1.
    ["of values that are nearly alike", [0, 500, ...repeated([3, 1_000], [3, 999])], 2_000, 6 / 8],
    ["of values that are not", [0, 500, ...repeated([3, 1_000], [3, 998.9])], 2_000, 0],
    ["of values whose height is no matter", [5_000, 5_500, ...repeated([3, 6_000], [3, 5_998.9])], 9_000, 0],
    ["nearly at the cap", [0, 500, ...repeated([1, 1_000], [4, 999])], 1_000, 5 / 7],
    ["above values that are nearly alike", [0, ...repeated([2, 500], [2, 499], [9, 1_000])], 2_000, 9 / 14],
    ["above as many that are nearly alike", [0, ...repeated([2, 500], [3, 499], [10, 1_000])], 2_000, 0],
    ["above others that are not", [0, ...repeated([2, 500], [3, 498.9], [10, 1_000])], 2_000, 10 / 16],
  ])("%s", (_, list, cap, share) => {
    expect(look(list, cap).saturatedShare).toBe(share);
  });

  test("is said with its share to one digit, and where it is", () => {
    const said = (list: number[], cap: number): readonly string[] =>
      look(list, cap)
        .remarks.filter(({ code }) => code === "saturated")
        .map(({ text }) => text);
    expect(said([...rising(10, 10), ...repeated([5, 10])], 10)).toEqual([top("33.3", 10)]);
    expect(said([...rising(10, 10), ...repeated([5, 10])], 90)).toEqual([top("33.3", 10)]);
    expect(said([...rising(5, 10), ...repeated([3, 10], [7, 11])], 10)).toEqual([top("66.7", 10)]);
    expect(said([...rising(15, 10), ...repeated([4, 10])], 10)).toEqual([]);
  });
});
