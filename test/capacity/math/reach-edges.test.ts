import { describe, expect, it, test } from "vitest";

import { type LineBand, type LimitReach, reachOf } from "../../../src/capacity/math/reach.ts";

const band = (
  slope: number,
  centreVariance: number,
  slopeVariance: number,
  centre: readonly [number, number] = [0, 0],
) => ({ centreX: centre[0], centreY: centre[1], slope, centreVariance, slopeVariance }) satisfies LineBand;

/** The same by the school formula, and by trying what it gives on the edge itself. */
function bySchool({ slope, centreVariance: c, slopeVariance: s }: LineBand, limit: number, from: number): LimitReach {
  const first = (sign: number): number => {
    const edge = (u: number): number => slope * u + sign * Math.sqrt(c + s * u * u);
    if (edge(from) >= limit) return from;
    // (limit - slope * u)^2 = c + s * u^2
    const [a, b, rest] = [slope * slope - s, -2 * slope * limit, limit * limit - c];
    const root = Math.sqrt(b * b - 4 * a * rest);
    const roots = a === 0 ? [-rest / b] : [(-b - root) / (2 * a), (-b + root) / (2 * a)];
    const fitting = roots.filter((u) => u > from && Math.abs(edge(u) - limit) < 1e-9);
    return Math.min(Infinity, ...fitting);
  };
  const expected = slope * from >= limit ? from : slope > 0 ? limit / slope : Infinity;
  return { expected, earliest: first(1), latest: first(-1) };
}

const near = (x: number): unknown => (Number.isFinite(x) ? expect.closeTo(x, 9) : x);
const nearly = (reach: LimitReach): unknown => ({
  expected: near(reach.expected),
  earliest: near(reach.earliest),
  latest: near(reach.latest),
});

describe("where a band reaches a limit", () => {
  test.each([-2, -1, 0, 1, 2])("is what the school formula says of a slope of %d", (slope) => {
    for (const [c, s] of [
      [0, 0],
      [1, 1],
      [1, 4],
      [4, 1],
      [4, 4],
      [9, 0.25],
    ] as const)
      for (let limit = -5; limit <= 5; limit += 1)
        for (let from = -6; from <= 6; from += 1.5) {
          const told = `variances ${String(c)} and ${String(s)}, limit ${String(limit)}, from ${String(from)}`;
          const given = band(slope, c, s);
          const found = nearly(bySchool(given, limit, from));
          expect(reachOf(given, limit, from, true), told).toEqual(found);
          // Upside down, and moved.
          const turned = band(-slope, c, s, [0, 100]);
          expect(reachOf(turned, 100 - limit, from, false), `${told}, turned`).toEqual(found);
          const later = reachOf(band(slope, c, s, [1_000, -7]), limit - 7, from + 1_000, true);
          expect(
            { expected: later.expected - 1_000, earliest: later.earliest - 1_000, latest: later.latest - 1_000 },
            `${told}, moved`,
          ).toEqual(found);
        }
  });

  it("of a line without doubt is one place, also at its centre", () => {
    expect(reachOf(band(2, 0, 0), 10, 3, true)).toEqual({ expected: 5, earliest: 5, latest: 5 });
    expect(reachOf(band(2, 0, 0), 0, -3, true)).toEqual({ expected: 0, earliest: 0, latest: 0 });
    expect(reachOf(band(2, 0, 0, [7, 4]), 4, -3, true)).toEqual({ expected: 7, earliest: 7, latest: 7 });
    expect(reachOf(band(-2, 0, 0, [7, 4]), 4, -3, false)).toEqual({ expected: 7, earliest: 7, latest: 7 });
  });

  it("is never where the line is level beside it, from either side", () => {
    const never = { expected: Infinity, earliest: Infinity, latest: Infinity };
    expect(reachOf(band(0, 0, 0), 1, 0, true)).toEqual(never);
    expect(reachOf(band(0, 0, 0), -1, 0, false)).toEqual(never);
  });

  it("touches a limit at the height of the lower edge", () => {
    // -sqrt(4 + u^2) is -2 at 0, and less elsewhere.
    expect(reachOf(band(0, 4, 1), -2, -3, true)).toEqual({ expected: -3, earliest: -3, latest: 0 });
    expect(reachOf(band(0, 4, 1), -2, 0, true).latest).toBe(0);
    expect(reachOf(band(0, 4, 1), -2, 0.5, true).latest).toBe(Infinity);
    expect(reachOf(band(0, 4, 1), -1.999, -3, true).latest).toBe(Infinity);
    // The rest of a lower edge that has passed its height goes down for ever.
    expect(reachOf(band(0, 4, 1), -3, -3, true).latest).toBeCloseTo(-Math.sqrt(5), 12);
    expect(reachOf(band(0, 4, 1), -3, 3, true).latest).toBe(Infinity);
  });

  it("of an edge that becomes level is found on that edge alone", () => {
    // u + sqrt(1 + u^2) = 2 at 3/4; u - sqrt(1 + u^2) is below 0 for ever, and -1/2 at 3/4.
    expect(reachOf(band(1, 1, 1), 2, -5, true)).toEqual({ expected: 2, earliest: 0.75, latest: Infinity });
    expect(reachOf(band(1, 1, 1), -0.5, -5, true)).toEqual({ expected: -0.5, earliest: -5, latest: 0.75 });
    expect(reachOf(band(1, 1, 1), 0, -5, true)).toEqual({ expected: 0, earliest: -5, latest: Infinity });
    expect(reachOf(band(-1, 1, 1), 2, -0.5, true)).toEqual({
      expected: Infinity,
      earliest: Infinity,
      latest: Infinity,
    });
  });

  it("is where one begins if the upper edge is there already, though it falls before it rises again", () => {
    const wide = band(-0.5, 0.01, 1);
    expect(reachOf(wide, 12, -10, true)).toEqual({ expected: Infinity, earliest: -10, latest: Infinity });
    // -u / 2 + u = 12
    expect(reachOf(wide, 12, 0, true).earliest).toBeCloseTo(24, 3);
  });

  it("is where one begins, to the last bit, however the centre rounds", () => {
    let rounded = 0;
    for (let tenth = 1; tenth <= 99; tenth += 1) {
      const [from, centreX] = [0.1, tenth / 10];
      if (from - centreX + centreX > from) rounded += 1;
      const reach = reachOf(band(1, 0.01, 0.01, [centreX, 0]), -1_000, from, true);
      expect(reach).toEqual({ expected: from, earliest: from, latest: from });
    }
    expect(rounded).toBeGreaterThan(10);
  });

  it("keeps its digits where a limit is next to the edge at the centre", () => {
    // u + sqrt(1 + u^2 / 4) is about 1 + u, and u - sqrt(1 + u^2 / 4) about u - 1.
    const above = reachOf(band(1, 1, 0.25), 1 + 2 ** -36, -0.5, true);
    expect(Math.abs(above.earliest * 2 ** 36 - 1)).toBeLessThan(1e-11);
    const below = reachOf(band(1, 1, 0.25), -1 - 2 ** -36, -0.5, true);
    expect(Math.abs(below.latest * -(2 ** 36) - 1)).toBeLessThan(1e-11);
  });

  it("is anywhere where nothing is known of the band", () => {
    const unknown = band(1, NaN, NaN);
    expect(reachOf(unknown, 5, 1, true)).toEqual({ expected: 5, earliest: 1, latest: Infinity });
    expect(reachOf(unknown, 5, 9, true)).toEqual({ expected: 9, earliest: 9, latest: Infinity });
    expect(reachOf(unknown, -5, 1, false)).toEqual({ expected: Infinity, earliest: 1, latest: Infinity });
  });
});
