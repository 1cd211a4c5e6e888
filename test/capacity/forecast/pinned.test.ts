/**
 * Forecasts stay what they are: whoever means to change them looks at what becomes of these, and makes the file anew by
 * `npx vitest run FILE -u`. How good they are is measured elsewhere.
 */
import { describe, expect, test } from "vitest";

import { forecastSeries } from "../../../src/capacity/forecast/forecast.ts";
import { forecastValues, type ValuesForecastOptions } from "../../../src/capacity/forecast/values.ts";
import type { SeriesForecastOptions } from "../../../src/capacity/forecast/types.ts";
import { MODELS } from "../../../src/capacity/models/catalog.ts";
import { Series } from "../../../src/capacity/models/types.ts";
import { type Course, HOUR, noise, points, values, wave } from "../series/made-up.ts";

const random = noise("pinned");
const errors = Array.from({ length: 400 }, () => random());
const error = (place: number): number => errors[place % errors.length] ?? 0;
let level = 50;
const walk = values(120, (place) => (level += error(place + 200)));

const COURSES: Readonly<Record<string, readonly [length: number, course: Course]>> = {
  line: [80, (place) => 100 + 0.7 * place + 2 * error(place)],
  falling: [60, (place) => 500 - 4 * place + 3 * error(place + 40)],
  constant: [40, () => 7],
  level: [70, (place) => 20 + error(place + 10)],
  walk: [120, (place) => walk[place] ?? NaN],
  season: [96, (place) => 100 + 12 * wave(place, 12) + place / 5 + error(place + 20)],
  growing: [96, (place) => (60 + place) * (1 + 0.4 * wave(place, 12)) + error(place + 60)],
  shifted: [90, (place) => (place < 50 ? 40 : 65 + (place - 50) * 0.3) + error(place + 90)],
  spikes: [96, (place) => 30 + error(place + 5) + (place % 31 === 17 ? 90 : 0)],
  gaps: [90, (place) => (place % 9 < 2 || (place > 40 && place < 50) ? NaN : 10 + 0.5 * place + error(place))],
  counts: [80, (place) => Math.max(0, Math.round(1.5 + 2 * error(place)))],
  negative: [60, (place) => -30 + 0.2 * place + error(place + 70)],
  short: [9, (place) => 5 + place + error(place) / 4],
  two: [2, (place) => 4 + place],
};

/** Six digits: the last ones are those of the engine's own functions. */
function rounded(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
const some = (list: Iterable<number>): string =>
  [...list]
    .filter((_, step) => step < 3 || step === 11 || step === 23)
    .map((value) => String(rounded(value)))
    .join(" ");
const written = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => rounded(one), 1);

describe("what is foretold", () => {
  test("of bare values, and what is believed of each model", async () => {
    const told = Object.entries(COURSES).flatMap(([name, [length, course]]) => {
      const options: ValuesForecastOptions = { steps: 24, seasons: [12], ...(name === "counts" ? { floor: 0 } : {}) };
      const forecast = forecastValues(values(length, course), options);
      return [
        `${name}: seasons ${forecast.seasons.join() || "none"}`,
        `  mean ${some(forecast.mean)}`,
        `  lower ${some(forecast.lower)}`,
        `  upper ${some(forecast.upper)}`,
        ...forecast.models.map(
          (model) =>
            `  ${model.name}: ${String(rounded(model.weight))} of it, off by ${String(rounded(model.meanAbsoluteError))}: ${some(model.forecast())}`,
        ),
      ];
    });
    await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../data/capacity/forecasts-of-values.txt");
  });

  test("by each model, of values and of what is left of them", async () => {
    const told = Object.entries(COURSES).flatMap(([name, [length, course]]) => {
      const series = new Series(values(length, course), { seasons: [12], shifts: name === "shifted" ? [50] : [] });
      return MODELS.filter((model) => model.applies(series)).map(
        (model) => `${name} ${model.name}: ${some(model.fit(series).forecast(24))}`,
      );
    });
    await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../data/capacity/forecasts-by-model.txt");
  });

  test.each<[string, keyof typeof COURSES, SeriesForecastOptions]>([
    ["a line towards its limit", "line", { horizonMs: 48 * HOUR, limit: 180 }],
    ["a line past its limit", "line", { horizonMs: 12 * HOUR, limit: 120 }],
    ["a line away from its limit", "falling", { horizonMs: 24 * HOUR, limit: 900 }],
    ["a line down to its limit", "falling", { horizonMs: 48 * HOUR, limit: { value: 100, side: "below" } }],
    ["a season near its limit", "season", { horizonMs: 48 * HOUR, limit: 140, confidence: 0.8 }],
    ["a growing season", "growing", { horizonMs: 24 * HOUR, limit: 250 }],
    ["a walk that may meet its limit", "walk", { horizonMs: 48 * HOUR, limit: 75 }],
    ["a shift", "shifted", { horizonMs: 24 * HOUR, limit: 90 }],
    ["spikes", "spikes", { horizonMs: 24 * HOUR, limit: 60 }],
    ["gaps", "gaps", { horizonMs: 24 * HOUR, limit: 70 }],
    ["a level", "level", { horizonMs: 24 * HOUR, limit: 40 }],
    ["few values", "short", { horizonMs: 12 * HOUR, limit: 20, confidence: 0.5 }],
  ])("of %s", async (name, course, options) => {
    const [length, of] = COURSES[course] ?? [0, () => 0];
    const forecast = forecastSeries(points(length, HOUR, of), options);
    const { points: future, history, ...rest } = forecast as Extract<typeof forecast, { state: "forecast" }>;
    const kept = (list: readonly unknown[]): readonly unknown[] =>
      list.filter((_, step) => step < 2 || step % 12 === 11);
    await expect(`${written({ ...rest, points: kept(future), history: kept(history) })}\n`).toMatchFileSnapshot(
      `../../data/capacity/forecasts/${name.replaceAll(" ", "-")}.json`,
    );
  });
});
