import { describe, expect, test } from "vitest";

import { fitSmoothing, type SmoothingParts } from "../../../src/capacity/models/smoothing.ts";
import { seasonalProfile } from "../../../src/capacity/models/profile.ts";
import { noise, values, wave } from "../series/made-up.ts";

const random = noise("ripple");
const course = values(96, (place) => 50 + 6 * wave(place, 4) + 4 * wave(place, 6) + random());

/** Weights in the order in which they are searched for. */
const CASES: readonly (readonly [title: string, parts: SmoothingParts, weights: readonly number[]])[] = [
  ["a level", { trend: false, seasons: [], echo: false }, [0.3]],
  ["a trend that dies away", { trend: true, seasons: [], echo: false }, [0.3, 0.05, 0.9]],
  ["an echo", { trend: false, seasons: [], echo: true }, [0.3, 0.4]],
  ["one season", { trend: false, seasons: [4], echo: false }, [0.3, 0.2]],
  ["two seasons", { trend: false, seasons: [4, 6], echo: false }, [0.3, 0.2, 0.1]],
  ["all of them", { trend: true, seasons: [4, 6], echo: true }, [0.3, 0.05, 0.9, 0.4, 0.2, 0.1]],
];

describe("what one error leaves behind, by exponential smoothing with", () => {
  test.each(CASES)("%s, is what forecasts move by", (_, parts, weights) => {
    const profile = seasonalProfile(course, parts.seasons, false);
    // Small beside the noise, or it would be taken for a spike.
    const error = 0.01;
    const moved = course.with(course.length - 1, course.at(-1)! + error);
    const [before, after] = [course, moved].map((one) => fitSmoothing(one, parts, weights, profile).forecast(25));
    const ripple = fitSmoothing(course, parts, weights, profile).ripple();
    ripple.step(error);
    for (let step = 0; step < 25; step += 1) {
      expect(after![step]! - before![step]!, `step ${String(step)}`).toBeCloseTo(ripple.step(0), 9);
    }
  });

  // Hyndman and others, "Forecasting with Exponential Smoothing" (2008), table 6.1.
  test("two seasons, is their share at each multiple of theirs, and the level's at all steps", () => {
    const ripple = fitSmoothing(course, { trend: false, seasons: [4, 6], echo: false }, [0.3, 0.2, 0.1]).ripple();
    expect(ripple.step(1)).toBe(0);
    const left = Array.from({ length: 12 }, () => ripple.step(0));
    const told = left.map((_, step) => 0.3 + ((step + 1) % 4 === 0 ? 0.2 : 0) + ((step + 1) % 6 === 0 ? 0.1 : 0));
    expect(left.map((value) => value.toFixed(12))).toEqual(told.map((value) => value.toFixed(12)));
  });
});
