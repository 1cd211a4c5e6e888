import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type CapacityExhaustion, type CapacityLimit, told } from "../../../src/capacity/forecast/exhaustion.ts";
import { forecastSeries } from "../../../src/capacity/forecast/forecast.ts";
import type { SeriesForecastOptions } from "../../../src/capacity/forecast/types.ts";
import { growthTrend } from "../../../src/capacity/growth.ts";
import { type Course, DAY, HOUR, noise, points, START, wave } from "../series/made-up.ts";

function exhaustion(
  length: number,
  course: Course,
  limit: number | CapacityLimit,
  options: Partial<SeriesForecastOptions> = {},
): CapacityExhaustion {
  const forecast = forecastSeries(points(length, HOUR, course), { horizonMs: 48 * HOUR, limit, ...options });
  if (forecast.state === "unknown") throw new Error(forecast.reason);
  return forecast.exhaustion!;
}
const below = (value: number): CapacityLimit => ({ value, side: "below" });
const end = (length: number): number => START + length * HOUR;
const random = noise("exhaustion");
const jitter = Array.from({ length: 3_000 }, () => random());

describe("when a limit is reached", () => {
  test.each<[string, Course, number | CapacityLimit, string]>([
    ["reached, now", (place) => place, 199, "reached"],
    ["reached, from the other side", (place) => 300 - place, below(101), "reached"],
    ["a constant at its limit", () => 5, 5, "reached"],
    ["a constant at its limit from above", () => 5, below(5), "reached"],
    ["a constant beneath it", () => 5, 6, "unknown"],
    ["a line that comes to it", (place) => place + 3 * jitter[place]!, 300, "between"],
    ["a line that falls to it", (place) => 300 - place + 3 * jitter[place]!, below(0), "between"],
    ["a level far beneath it", (place) => 50 + jitter[place]!, 5_000, "not_within"],
    ["a level far above it", (place) => 50 + jitter[place]!, below(-5_000), "not_within"],
  ])("%s", (_, course, limit, state) => {
    const answer = exhaustion(200, course, limit);
    expect(answer.state).toBe(state);
    expect(answer.confidence).toBe(0.95);
  });

  test.each<[string, number, number | CapacityLimit]>([
    ["a rising line", 1, 198],
    ["a falling one", -1, below(-198)],
  ])("%s is past it, though its last value is not", (_, sign, limit) => {
    const answer = exhaustion(200, (place) => sign * (place === 199 ? 197 : place), limit, { models: ["linear"] });
    expect(answer).toEqual({ state: "reached", at: end(200), confidence: 0.95, text: "reached" });
  });

  test("a walk may reach it, or not: from, with the earliest alone", () => {
    let level = 100;
    const answer = exhaustion(400, (place) => (level += jitter[place]!), level + 200, { models: ["naive"] });
    expect(["from", "not_within"]).toContain(answer.state);
    level = 100;
    const walk = points(400, HOUR, (place) => (level += jitter[place]!));
    const near = forecastSeries(walk, { horizonMs: 48 * HOUR, limit: walk.at(-1)!.value + 30, models: ["naive"] });
    expect(near).toMatchObject({ exhaustion: { state: "from", method: "simulation", horizonMs: 2_160 * HOUR } });
    if (near.state === "forecast")
      expect(near.exhaustion!.text).toMatch(/^in .* at the earliest, perhaps not within 90 d \(at 95 %\)/);
  });

  test("a line that goes the other way never does", () => {
    const answer = exhaustion(200, (place) => 300 - place + jitter[place]!, 1_000, { models: ["linear"] });
    expect(answer).toMatchObject({ state: "never", method: "fieller", text: "never at 95 %, as it goes now" });
    const slow = exhaustion(200, (place) => 300 + place / 1e4 + jitter[place]! / 1e6, 1e6, { models: ["linear"] });
    expect(slow).toMatchObject({ state: "not_within", text: "not within 10 years at 95 %" });
  });

  test("what was reached within the last day of a daily season is told by its time", () => {
    const daily = (place: number): number => 50 + 20 * wave(place, 24) + jitter[place]! / 10;
    const answer = exhaustion(240, daily, 69);
    expect(answer).toMatchObject({
      state: "reached",
      text: expect.stringMatching(/^reached, last \d+ h before the end of the samples$/),
    });
    if (answer.state === "reached") expect(end(240) - answer.at).toBeLessThanOrEqual(DAY);
  });

  test("a daily peak crosses long before the mean does", () => {
    const course = (place: number): number => 50 + place / 24 + 20 * wave(place, 24) + jitter[place]!;
    const answer = exhaustion(24 * 20, course, 100);
    // Peaks are at hour 6: 70 + days + 0.25, and 100 is passed on the 30th day; the mean alone passes on the 50th.
    if (answer.state !== "between") throw new Error(answer.text);
    expect((answer.expected - START) / DAY).toBeGreaterThan(27);
    expect((answer.expected - START) / DAY).toBeLessThan(33);
    const hour = ((answer.expected - START) / HOUR) % 24;
    expect(hour).toBeGreaterThanOrEqual(3);
    expect(hour).toBeLessThanOrEqual(9);
  });

  test.each<[string, number, number | CapacityLimit]>([
    ["rising", 1, 500],
    ["falling", -1, below(-500)],
  ])("of a line with noise, %s, the interval holds the true time", (_, sign, limit) => {
    const held = Array.from({ length: 20 }, (_unused, seed) => {
      const error = noise(seed);
      const answer = exhaustion(200, (place) => sign * (place + 5 * error()), limit);
      return answer.state === "between" && answer.earliest <= START + 500 * HOUR && answer.latest >= START + 500 * HOUR;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(17);
  });

  test("more confidence is a wider interval", () => {
    const course: Course = (place) => place + 5 * jitter[place]!;
    const width = (confidence: number): number => {
      const answer = exhaustion(200, course, 500, { confidence, models: ["linear"] });
      if (answer.state !== "between") throw new Error(answer.text);
      return answer.latest - answer.earliest;
    };
    expect(width(0.5)).toBeLessThan(width(0.9));
    expect(width(0.9)).toBeLessThan(width(0.999));
  });

  test("texts", () => {
    expect(exhaustion(200, (place) => place + 3 * jitter[place]!, 500, { models: ["linear"] }).text).toMatch(
      /^between 12 and 13 days at 95 %, most likely in 12 d \d+ h$/,
    );
    expect(
      exhaustion(200, (place) => place + jitter[place]!, 220, { models: ["linear"], confidence: 0.9 }).text,
    ).toMatch(/^between \d+ h.* and .* at 90 %, most likely in 19 h 58 min$/);
    expect(exhaustion(200, () => 5, 6).text).toBe(
      "unknown: all values are the same, so nothing tells when they will change",
    );
  });

  test.each<[number, number | undefined, number | undefined, string]>([
    [0, 0, 0, "at once at 95 %"],
    [0, 1, 3, "within 3 h at 95 %, most likely in 1 h"],
    [0, 0, 50, "within 2 d 2 h at 95 %, most likely at once"],
    [5, 6, 30, "between 5 h and 1 d 6 h at 95 %, most likely in 6 h"],
    [48, 60, 84, "between 2 and 4 days at 95 %, most likely in 2 d 12 h"],
    [49, 80, 100, "between 2 and 5 days at 95 %, most likely in 3 d 8 h"],
    [0, 7, undefined, "at once at the earliest, perhaps not within 90 d (at 95 %), most likely in 7 h"],
    [3, undefined, undefined, "in 3 h at the earliest, perhaps not within 90 d (at 95 %)"],
  ])("after %i, %s and %s hours: %s", (earliest, expected, latest, text) => {
    const at = (hours: number | undefined): number | undefined =>
      hours === undefined ? undefined : START + hours * HOUR;
    const found = { earliest: START + earliest * HOUR, expected: at(expected), latest: at(latest) };
    const asked = { confidence: 0.95, endMs: START, horizonMs: 90 * DAY, method: "simulation" } as const;
    expect(told({ ...found, ...asked }).text).toBe(text);
  });

  test("law: times are in order and after the end, sides are mirrors, nothing is NaN, and twice the same", () => {
    const course = fc.record({
      slope: fc.double({ min: -2, max: 2, noNaN: true }),
      spread: fc.constantFrom(0, 0.01, 1, 20),
      season: fc.constantFrom(0, 10),
      limit: fc.integer({ min: -300, max: 300 }),
      shift: fc.nat(1_000),
      scale: fc.constantFrom(1e-9, 1, 1e12),
    });
    fc.assert(
      fc.property(course, ({ slope, spread, season, limit, shift, scale }) => {
        const at: Course = (place) =>
          scale * (slope * place + spread * jitter[place + shift]! + season * wave(place, 24));
        const answer = exhaustion(100, at, scale * limit);
        if (answer.state === "between")
          expect([
            end(100) <= answer.earliest,
            answer.earliest <= answer.expected,
            answer.expected <= answer.latest,
          ]).toEqual([true, true, true]);
        if (answer.state === "from")
          expect(end(100) <= answer.earliest && answer.earliest <= (answer.expected ?? Infinity)).toBe(true);
        expect(`${JSON.stringify(answer)} ${answer.text}`).not.toMatch(/NaN|null|undefined|Infinity/);
        expect(exhaustion(100, at, scale * limit)).toEqual(answer);
        // A season of shares has no mirror, nor has a floor.
        const symmetric = { floor: -1e100, models: ["naive", "drift", "linear", "linear-seasons"] } as const;
        const mirrored = exhaustion(100, (place) => -at(place), below(-scale * limit), symmetric);
        expect(mirrored).toEqual(exhaustion(100, at, scale * limit, symmetric));
      }),
      { numRuns: 15 },
    );
  });

  test("a trend and a forecast by a line tell the same", () => {
    const given = points(200, HOUR, (place) => place + 3 * jitter[place]!);
    const trend = growthTrend(given, { limit: 500 });
    const forecast = forecastSeries(given, { horizonMs: HOUR, limit: 500, models: ["linear"] });
    if (trend.state !== "trend" || forecast.state !== "forecast") throw new Error("unknown");
    expect(forecast.exhaustion).toEqual(trend.exhaustion);
  });
});
