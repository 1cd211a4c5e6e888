import { describe, expect, test } from "vitest";

import { findShifts } from "../../../src/capacity/series/shifts.ts";
import { type Course, values } from "./made-up.ts";

const found = (length: number, window: number, course: Course): readonly unknown[] =>
  findShifts(values(length, course), window);
const step =
  (at: number, before = 0, after = 9): Course =>
  (place) =>
    place < at ? before : after;

describe("a shift of the level", () => {
  test("is seen in windows of three, of which there are four", () => {
    expect(found(12, 3, step(6))).toEqual([{ place: 6, before: 0, after: 9 }]);
    expect(found(11, 3, step(6))).toEqual([]);
    expect(found(12, 2, step(6))).toEqual([]);
    expect(found(12, 3, step(3))).toEqual([{ place: 3, before: 0, after: 9 }]);
    expect(found(11, 3, step(3))).toEqual([]);
  });

  test("is seen from one window after the beginning to one before the end", () => {
    for (const at of [3, 4, 5, 9, 10, 14, 15, 16, 17]) {
      expect(found(20, 3, step(at)), String(at)).toEqual([{ place: at, before: 0, after: 9 }]);
      expect(found(20, 3, step(at, 9, 0)), String(at)).toEqual([{ place: at, before: 9, after: 0 }]);
    }
    // Shorter than half of a window, at either end.
    expect(found(20, 3, step(1))).toEqual([]);
    expect(found(20, 3, step(19))).toEqual([]);
  });

  test("that comes in two steps is where it is largest", () => {
    const course = (place: number): number => (place < 4 ? 0 : place === 4 ? 8 : 9);
    expect(found(20, 3, course)).toEqual([{ place: 4, before: 0, after: 9 }]);
  });

  test.each([
    ["one spike", [45]],
    ["two beside each other", [30, 31]],
    ["two in one window", [20, 23]],
    ["one up and one down", [-12, 40]],
  ])("is none of %s on a trend without noise", (_, spikes) => {
    const course = (place: number): number =>
      place + (spikes.includes(place) ? 1_000 : 0) - (spikes.includes(-place) ? 1_000 : 0);
    expect(found(50, 6, course)).toEqual([]);
    expect(found(50, 6, (place) => 9 - course(place))).toEqual([]);
  });

  test("against a trend is one by how far it is from the trend", () => {
    // In six places the trend goes up by six, and where it shifts by twelve less.
    const course = (place: number): number => place - (place < 30 ? 0 : 12);
    const [shift, ...others] = findShifts(values(60, course), 6);
    expect(others).toEqual([]);
    // Medians of 24 to 29, and of 18 to 23.
    expect(shift).toEqual({ place: 30, before: 26.5, after: 20.5 });
  });

  test("that leaves the level of a trend as it was is one", () => {
    const course = (place: number): number => place - (place < 30 ? 0 : 6);
    // No value is nearer to one level than to the other: it is told a window before.
    expect(found(60, 6, course)).toEqual([{ place: 24, before: 26.5, after: 26.5 }]);
    expect(found(60, 6, (place) => place)).toEqual([]);
  });

  test("of the first of those that are as large", () => {
    // One more each place; half of the windows of five are nine, and the medians are one more at each.
    const course = (place: number): number => Math.floor(place / 20) * 9;
    expect(found(60, 5, course)).toEqual([
      { place: 20, before: 0, after: 9 },
      { place: 40, before: 9, after: 18 },
    ]);
  });

  test("is one of ten at most, the largest, in the order of time", () => {
    // Steps that grow from 1 to 12, every ten places.
    const level = (at: number): number => (at * (at + 1)) / 2;
    const stairs = found(130, 3, (place) => level(Math.floor(place / 10)));
    expect(stairs).toEqual(
      Array.from({ length: 10 }, (_, place) => ({
        place: 10 * (place + 3),
        before: level(place + 2),
        after: level(place + 3),
      })),
    );
    const falling = found(130, 3, (place) => level(12 - Math.floor(place / 10)));
    expect(falling.map((shift) => (shift as { place: number }).place)).toEqual(
      Array.from({ length: 10 }, (_, place) => 10 * (place + 1)),
    );
  });

  test("may be as near to a larger one as a window", () => {
    const course = (place: number): number => (place < 20 ? 0 : place < 26 ? 9 : 12);
    expect(found(60, 6, course)).toEqual([
      { place: 20, before: 0, after: 9 },
      { place: 26, before: 9, after: 12 },
    ]);
  });

  test("is none where values are usually as far from the level, though its median is steady", () => {
    const swinging =
      (size: number): Course =>
      (place) =>
        (place % 2 === 0 ? 10 : -10) + (place < 30 ? 0 : size);
    expect(found(60, 6, swinging(20))).toEqual([]);
    expect(found(60, 6, swinging(40))).toEqual([]);
    expect(found(60, 6, swinging(60))).toEqual([{ place: 30, before: 0, after: 60 }]);
  });

  test("is none of what goes up and down", () => {
    expect(found(200, 6, (place) => Math.abs((place % 40) - 20))).toEqual([]);
    expect(found(200, 6, (place) => Math.abs((place % 40) - 20) + (place < 100 ? 0 : 300))).toEqual([
      { place: 100, before: expect.any(Number), after: expect.any(Number) },
    ]);
  });

  test("is none where the level usually moves as far", () => {
    const waves =
      (size: number): Course =>
      (place) =>
        ((place * 7) % 40) / 10 + (place < 100 ? 0 : size);
    expect(found(200, 6, waves(3))).toEqual([]);
    expect(found(200, 6, waves(60)).length).toBe(1);
  });
});

describe("the place of a shift", () => {
  const of = (list: readonly number[], window = 6): readonly number[] =>
    findShifts(Float64Array.from(list), window).map(({ place }) => place);
  const lead = Array.from({ length: 30 }, () => 0);
  const rest = Array.from({ length: 30 }, () => 10);

  test("is after a value in the middle of the two levels, from whichever side", () => {
    expect(of([...lead, 5, ...rest])).toEqual([31]);
    expect(of([...lead, 5.1, ...rest])).toEqual([30]);
    expect(of([...rest, 5, ...lead])).toEqual([31]);
    expect(of([...rest, 4.9, ...lead])).toEqual([30]);
  });

  test("is the first of two that are as good", () => {
    expect(of([...lead, 10, 0, ...rest])).toEqual([30]);
    expect(of([...lead, 10, 0, 0, ...rest])).toEqual([33]);
  });

  test("is before values that are missing", () => {
    expect(of([...lead, NaN, NaN, ...rest])).toEqual([30]);
    expect(of([...rest, NaN, NaN, ...lead])).toEqual([30]);
  });
});

describe("missing values", () => {
  test("leave a median of half a window", () => {
    const half = (place: number): number => (place % 2 === 0 ? step(30)(place) : NaN);
    expect(found(60, 6, half)).toEqual([{ place: expect.any(Number), before: 0, after: 9 }]);
    const third = (place: number): number => (place % 3 === 0 ? step(30)(place) : NaN);
    expect(found(60, 6, third)).toEqual([]);
    expect(found(60, 5, third)).toEqual([]);
    expect(found(60, 6, () => NaN)).toEqual([]);
  });

  test("at the beginning hide no shift", () => {
    expect(found(60, 6, (place) => (place < 12 ? NaN : step(40)(place)))).toEqual([{ place: 40, before: 0, after: 9 }]);
  });

  test("that are more than the others hide none", () => {
    expect(found(100, 6, (place) => (place > 40 ? NaN : step(20)(place)))).toEqual([
      { place: 20, before: 0, after: 9 },
    ]);
  });

  test("are not taken for values", () => {
    const course = (place: number): number => (place % 6 < 2 ? NaN : step(30, 1, 9)(place) + (place % 6) / 100);
    const [shift, ...others] = findShifts(values(60, course), 6);
    expect(others).toEqual([]);
    // 0.02 to 0.05 above the level, of which the median is 0.035.
    expect(shift).toEqual({
      place: expect.any(Number),
      before: expect.closeTo(1.035, 9),
      after: expect.closeTo(9.035, 9),
    });
  });
});
