import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { minimise } from "../../../src/capacity/math/optimise.ts";

const square = (value: number): number => value * value;

describe("a search for the smallest value", () => {
  test.each<[string, (place: readonly number[]) => number, number[], number[]]>([
    ["a bowl", ([x = 0]) => 1 + square(x - 0.3), [0.9], [0.3]],
    ["two numbers", ([x = 0, y = 0]) => 1 + square(x - 0.3) + 4 * square(y - 0.7), [0.5, 0.5], [0.3, 0.7]],
    [
      "three",
      ([x = 0, y = 0, z = 0]) => 1 + square(x - 0.2) + square(y - x) + square(z - 0.9),
      [0.5, 0.1, 0.5],
      [0.2, 0.2, 0.9],
    ],
    ["a kink", ([x = 0, y = 0]) => 1 + Math.abs(x - 0.4) + Math.abs(y - 0.6), [0.1, 0.1], [0.4, 0.6]],
    ["a corner of the bounds", ([x = 0, y = 0]) => 5 + x - y, [0.5, 0.5], [0, 1]],
    ["a start on the bounds", ([x = 0, y = 0]) => 1 + square(x - 0.5) + 2 * square(y - 0.4), [1, 1], [0.5, 0.4]],
  ])("finds the bottom of %s", (_, cost, start, expected) => {
    const [lower, upper] = [start.map(() => 0), start.map(() => 1)];
    const found = minimise(cost, { start, lower, upper });
    for (const [place, value] of expected.entries()) expect(found[place]).toBeCloseTo(value, 1);
    expect(cost(found) - cost(expected)).toBeLessThan(2e-3);
  });

  it("follows a bent valley, given the calls", () => {
    // Rosenbrock's; its tolerance is relative to the value, so 1 is added.
    const cost = ([x = 0, y = 0]: readonly number[]): number => 1 + square(1 - x) + 100 * square(y - x * x);
    const found = minimise(cost, { start: [-1, 1], lower: [-2, -2], upper: [2, 2], most: 500 });
    expect(cost(found) - 1).toBeLessThan(1e-3);
  });

  it("takes what is no number for the worst, and walks around it", () => {
    const cost = ([x = 0]: readonly number[]): number => (x > 0.6 ? NaN : 2 - x);
    expect(minimise(cost, { start: [0.2], lower: [0], upper: [1] })[0]).toBeCloseTo(0.6, 1);
    expect(minimise(() => Infinity, { start: [0.2], lower: [0], upper: [1] })).toHaveLength(1);
  });

  it("stays within the bounds, never ends worse than it began, and ends in time", () => {
    const numbers = fc.double({ min: 0, max: 1, noNaN: true });
    const case_ = fc.record({
      start: fc.array(numbers, { minLength: 1, maxLength: 4 }),
      centre: fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 4, maxLength: 4 }),
      ripple: fc.double({ min: 0, max: 3, noNaN: true }),
      most: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(case_, ({ start, centre, ripple, most }) => {
        let calls = 0;
        const value = (place: readonly number[]): number =>
          place.reduce((sum, at, index) => sum + square(at - (centre[index] as number)) + ripple * Math.sin(9 * at), 4);
        const cost = (place: readonly number[]): number => {
          calls += 1;
          for (const at of place) expect(at >= 0 && at <= 1).toBe(true);
          return value(place);
        };
        const found = minimise(cost, { start, lower: start.map(() => 0), upper: start.map(() => 1), most });
        expect(value(found)).toBeLessThanOrEqual(value(start));
        // The first corners, or the step that was begun.
        expect(calls).toBeLessThanOrEqual(most + start.length + 2);
      }),
    );
  });

  it("finds the same each time, and calls once for a start that has no room", () => {
    const cost = ([x = 0]: readonly number[]): number => 3 + Math.cos(7 * x);
    const search = { start: [0.5], lower: [0], upper: [1] };
    expect(minimise(cost, search)).toEqual(minimise(cost, search));
    expect(minimise(cost, { start: [0.5], lower: [0.5], upper: [0.5] })).toEqual([0.5]);
  });
});
