import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { theilSen } from "../../../src/capacity/math/theil-sen.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { CARS } from "./r.ts";

describe("Theil and Sen's line", () => {
  it("is the median of all slopes of R's cars", () => {
    // s <- outer(dist, dist, "-") / outer(speed, speed, "-"); b <- median(s[lower.tri(s) & is.finite(s)]); median(dist - b * speed)
    const { slope, intercept } = theilSen(CARS);
    expect(slope).toBeCloseTo(3.6666666666666665, 14);
    expect(intercept).toBeCloseTo(-15.666666666666664, 12);
  });

  it("is what sorting all the slopes gives", () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -100, max: 100 }));
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 2, maxLength: 25 }).filter((all) => new Set(all.map(([x]) => x)).size > 1),
        (points) => {
          const slopes = points
            .flatMap(([x, y], place) => points.slice(place + 1).map(([a, b]) => (b - y) / (a - x)))
            .filter(Number.isFinite)
            .sort((a, b) => a - b);
          const middle = ((slopes[(slopes.length - 1) >> 1] as number) + (slopes[slopes.length >> 1] as number)) / 2;
          const line = theilSen({ x: points.map(([x]) => x), y: points.map(([, y]) => y) });
          expect(line.slope).toBeCloseTo(middle, 12);
          const above = points.filter(([x, y]) => y > line.intercept + line.slope * x + 1e-9).length;
          const below = points.filter(([x, y]) => y < line.intercept + line.slope * x - 1e-9).length;
          expect(Math.max(above, below)).toBeLessThanOrEqual(points.length / 2);
        },
      ),
    );
  });

  test.each([7, 60, 300, 301, 2_000])("of %d points is not bent by a quarter that are far off", (count) => {
    const random = seededRandom(count);
    const x = Array.from({ length: count }, (_, place) => place);
    const y = x.map((at) => 5 + 2 * at);
    for (let bad = 0; bad < count / 4 - 1; bad += 1) y[random.integer(0, count - 1)] = 1e9 * random.next();
    const { slope, intercept } = theilSen({ x, y });
    expect(slope).toBeCloseTo(2, 9);
    expect(intercept).toBeCloseTo(5, 6);
  });

  it("of many points is near what all the pairs give", () => {
    const random = seededRandom("pairs");
    const x = Array.from({ length: 600 }, (_, place) => place);
    const y = x.map((at) => 0.01 * at + random.next() + random.next() + random.next());
    const all = x.flatMap((at) =>
      x.slice(at + 1).map((other) => ((y[other] as number) - (y[at] as number)) / (other - at)),
    );
    const exact = all.sort((a, b) => a - b)[all.length >> 1] as number;
    expect(Math.abs(theilSen({ x, y }).slope / exact - 1)).toBeLessThan(0.01);
  });

  it("looks at every pair of three hundred points, and of one more at forty for each", () => {
    const made = (count: number): { x: number[]; y: number[] } => {
      const random = seededRandom(count);
      const x = Array.from({ length: count }, (_, place) => place);
      return { x, y: x.map((at) => 0.01 * at + random.next() ** 3) };
    };
    const middle = (slopes: number[]): number => {
      slopes.sort((a, b) => a - b);
      return ((slopes[(slopes.length - 1) >> 1] as number) + (slopes[slopes.length >> 1] as number)) / 2;
    };
    const slopeOf = ({ y }: { y: number[] }, first: number, second: number): number =>
      ((y[second] as number) - (y[first] as number)) / (second - first);
    const pairs = (given: { x: number[]; y: number[] }): number =>
      middle(given.x.flatMap((first) => given.x.slice(first + 1).map((second) => slopeOf(given, first, second))));
    const partners = (given: { x: number[]; y: number[] }): number =>
      middle(
        given.x.flatMap((first) =>
          Array.from({ length: 40 }, (_, place) => {
            const away = Math.round(((place + 1) * given.x.length) / 41);
            return slopeOf(given, first, (first + away) % given.x.length);
          }),
        ),
      );
    const [most, more] = [made(300), made(301)];
    expect(theilSen(most).slope).toBeCloseTo(pairs(most), 14);
    expect(Math.abs(partners(most) - pairs(most))).toBeGreaterThan(1e-7);
    expect(theilSen(more).slope).toBeCloseTo(partners(more), 14);
    expect(Math.abs(partners(more) - pairs(more))).toBeGreaterThan(1e-7);
  });

  it("takes times in any order, and twice the same", () => {
    expect(theilSen({ x: [3, 1, 2, 2], y: [6, 2, 4, 4] })).toEqual({ slope: 2, intercept: 0 });
    expect(theilSen({ x: Float64Array.of(1, 2), y: [3, 3] })).toEqual({ slope: 0, intercept: 3 });
  });

  test.each<[string, () => unknown, string]>([
    ["no points", () => theilSen({ x: [], y: [] }), "x: all points are at one place; a line needs two"],
    ["one place", () => theilSen({ x: [2, 2], y: [1, 2] }), "x: all points are at one place; a line needs two"],
    ["a missing value", () => theilSen({ x: [1, 2, 3], y: [1, NaN, 3] }), "y[1]: NaN is no finite number"],
    ["an endless time", () => theilSen({ x: [1, Infinity], y: [1, 3] }), "x[1]: Infinity is no finite number"],
    ["a y too few", () => theilSen({ x: [1, 2, 3], y: [1, 2] }), "y: has 2 values and x 3; each needs the other"],
    ["no x", () => theilSen({ y: [1, 2] } as never), "x: undefined is not a list of numbers"],
    ["nothing", () => theilSen(null as never), "theilSen takes points as { x, y }, not null"],
  ])("is refused of %s", (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
  });
});
