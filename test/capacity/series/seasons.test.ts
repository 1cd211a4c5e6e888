import { describe, expect, test } from "vitest";

import { fitLine } from "../../../src/capacity/math/line.ts";
import { findSeasons } from "../../../src/capacity/series/seasons.ts";
import { noise, values, wave } from "./made-up.ts";

const jitterOf = (seed: string): number[] => {
  const error = noise(seed);
  return Array.from({ length: 2_000 }, () => error());
};
const jitter = jitterOf("seasons");
const weekday = (place: number): number => (Math.floor(place / 24) % 7 < 5 ? 3 : 0);

describe("seasons", () => {
  test("are told from the shortest on, however they are asked for", () => {
    const both = values(1_200, (place) => 50 + 3 * wave(place, 24) + weekday(place) + jitter[place]!);
    expect(findSeasons(both, [24, 168])).toEqual([24, 168]);
    expect(findSeasons(both, [168, 24])).toEqual([24, 168]);
    expect(findSeasons(both, [24])).toEqual([24]);
    expect(findSeasons(both, [])).toEqual([]);
  });

  test("leave the list of candidates as it is", () => {
    const candidates = Object.freeze([168, 24]);
    findSeasons(
      values(400, (place) => wave(place, 24) + jitter[place]! / 10),
      candidates,
    );
    expect(candidates).toEqual([168, 24]);
  });

  test("take two whole rounds", () => {
    const daily = (length: number): Float64Array =>
      values(length, (place) => 20 * wave(place, 24) + jitter[place]! / 10);
    expect(findSeasons(daily(48), [24])).toEqual([24]);
    expect(findSeasons(daily(47), [24])).toEqual([]);
  });

  test("take three values more than they have steps", () => {
    const odd = (length: number): Float64Array => values(length, (place) => (place % 2) * 10 + jitter[place]! / 1e6);
    expect(findSeasons(odd(5), [2])).toEqual([2]);
    expect(findSeasons(odd(4), [2])).toEqual([]);
    expect(findSeasons(odd(40), [1])).toEqual([]);
  });

  test("of few rounds show in how their phases differ, but only the shortest", () => {
    // A walk within the round leaves no echo that is beyond chance, and differs from phase to phase.
    const few = values(3 * 24, (place) => wave(place, 24) * 2 + jitter[place]!);
    expect(findSeasons(few, [24])).toEqual([24]);
    const weak = values(100, (place) => jitter[place]!);
    expect(findSeasons(weak, [24])).toEqual([]);
    expect(findSeasons(few, [12, 24])).toEqual([]);
  });

  test.each([
    // The F of R's qf(0.999, season - 1, length - season).
    [4, 11, 18.77],
    [5, 13, 14.39],
  ])("of %d steps in %d values are believed from the F of one in a thousand on", (season, length, critical) => {
    const found = { below: 0, above: 0 };
    for (let size = 1.6; size < 4; size += 0.05) {
      const series = values(length, (place) => size * wave(place, season) + jitter[place]!);
      const line = fitLine({ x: Array.from(series, (_, place) => place), y: [...series] });
      const left = Array.from(series, (value, place) => value - line.at(place));
      const phases = Array.from({ length: season }, (_, phase) => left.filter((__, place) => place % season === phase));
      const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
      const between = phases.reduce((sum, phase) => sum + phase.length * mean(phase) ** 2, 0);
      const within = phases.reduce((sum, phase) => sum + phase.reduce((all, x) => all + (x - mean(phase)) ** 2, 0), 0);
      const ratio = between / (season - 1) / (within / (length - season));
      const side = ratio > critical * 1.001 ? "above" : "below";
      expect(findSeasons(series, [season]), `F ${String(ratio)}`).toEqual(side === "above" ? [season] : []);
      found[side] += 1;
    }
    expect(found.below).toBeGreaterThan(5);
    expect(found.above).toBeGreaterThan(5);
  });

  test("are seen past missing values", () => {
    const holed = values(400, (place) => (place % 3 === 1 ? NaN : 3 * wave(place, 24) + jitter[place]!));
    expect(findSeasons(holed, [24])).toEqual([24]);
    const short = values(72, (place) => (place % 3 === 1 ? NaN : 9 * wave(place, 24) + jitter[place]!));
    expect(findSeasons(short, [24])).toEqual([24]);
    // Of half of the phases nothing is known.
    const half = values(96, (place) => (place % 24 < 12 ? NaN : 9 * wave(place, 24) + jitter[place]!));
    expect(findSeasons(half, [24])).toEqual([24]);
  });

  test("are seen on a line, and are none of it", () => {
    expect(
      findSeasons(
        values(400, (place) => 7 * place),
        [24],
      ),
    ).toEqual([]);
    expect(
      findSeasons(
        values(100, (place) => 7 * place),
        [24],
      ),
    ).toEqual([]);
    const lined = values(400, (place) => 50 * place + 3 * wave(place, 24) + jitter[place]!);
    expect(findSeasons(lined, [24])).toEqual([24]);
  });

  test("are none of a level that wanders", () => {
    let level = 0;
    const walk = values(1_000, (place) => (level += jitter[place]!));
    expect(findSeasons(walk, [24, 168])).toEqual([]);
  });
});
