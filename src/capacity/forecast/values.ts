/** Forecasts of values at equal steps, without any times: for whoever has steps that no clock has. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { checkConfidence } from "../math/line.ts";
import type { NumberList } from "../math/statistics.ts";
import { MODEL_NAMES, type ModelName } from "../models/catalog.ts";
import { LARGEST_VALUE } from "../series/clean.ts";
import { examine, type Findings } from "../series/examine.ts";
import { checkRange } from "./options.ts";
import { project } from "./project.ts";

/** What {@link forecastValues} is told. */
export interface ValuesForecastOptions {
  /** How far ahead, in steps. */
  readonly steps: number;
  /** Lengths in steps of the seasons to look for, such as 24 and 168 for hours; none unless told. */
  readonly seasons?: readonly number[] | undefined;
  /** Of the interval; 0.95 unless told. */
  readonly confidence?: number | undefined;
  /** What the values can be; anything unless told. */
  readonly floor?: number | undefined;
  readonly cap?: number | undefined;
  /** Which models to try; all without it. */
  readonly models?: readonly ModelName[] | undefined;
}

/** A model's own forecast, and what is believed of it. */
export interface ModelForecast {
  readonly name: ModelName;
  /** Mean absolute error in the backtest; undefined where there was none. */
  readonly meanAbsoluteError: number | undefined;
  /** How much of the forecast is its own, from 0 to 1. */
  readonly weight: number;
  /** What it says by itself; worked out when it is asked for. */
  forecast(): Float64Array;
}

/** What comes after the values. Lists have an item for each step; of one value nobody can tell how far off it is, and the interval is all from floor to cap. */
export interface ValuesForecast {
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Seasons that were found, in steps. */
  readonly seasons: readonly number[];
  /** The best first. */
  readonly models: readonly ModelForecast[];
}

const OPTIONS = ["steps", "seasons", "confidence", "floor", "cap", "models"] as const;
const MOST_STEPS = 100_000;
/** More are averaged first by whoever has them: seconds become minutes. */
const MOST_VALUES = 200_000;

/**
 * Forecasts values at equal steps by the models that did best on them. NaN is a value that is missing.
 *
 * @throws {@link ConfigurationError} for an option that cannot be used, a value that is infinite, or if no value is known
 *
 * @example
 * ```ts
 * import { forecastValues } from "nines";
 *
 * const weekly = Array.from({ length: 70 }, (_, day) => 100 + day + (day % 7 < 5 ? 20 : 0));
 * const { mean, seasons } = forecastValues(weekly, { steps: 14, seasons: [7] });
 * if (seasons.join() !== "7" || Math.abs((mean[0] ?? 0) - 190) > 2) throw new Error(String(mean[0]));
 * ```
 */
export function forecastValues(values: NumberList, options: ValuesForecastOptions): ValuesForecast {
  checkOptions(options, "forecastValues", OPTIONS);
  const { steps, seasons = [], confidence = 0.95, floor = -Infinity, cap = Infinity, models } = options;
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > MOST_STEPS) {
    throw invalid("steps", `${show(steps)} is not a whole number from 1 to ${MOST_STEPS.toLocaleString("en")}`);
  }
  checkConfidence(confidence);
  checkModels(models);
  checkRange([], { floor, cap });
  for (const [place, season] of seasons.entries()) {
    if (!Number.isSafeInteger(season) || season < 2)
      throw invalid(["seasons", place], `${show(season)} is not a whole number of 2 or more steps`);
  }
  const found = findingsOf(values, seasons, cap);
  const { choice, band } = project(found, { steps, confidence, floor, cap, models });
  const judged = choice.backtest.origins.length > 0;
  return {
    ...band,
    seasons: found.series.seasons,
    models: choice.backtest.trials.map(({ model, meanAbsoluteError }) => ({
      name: model.name,
      meanAbsoluteError: judged ? meanAbsoluteError : undefined,
      weight: choice.shares.find((share) => share.model === model)?.weight ?? 0,
      forecast: () => model.fit(found.series).forecast(steps),
    })),
  };
}

function findingsOf(values: NumberList, seasons: readonly number[], cap: number): Findings {
  if (values.length > MOST_VALUES) {
    throw invalid(
      "values",
      `are ${values.length.toLocaleString("en")}; at most ${MOST_VALUES.toLocaleString("en")} are looked at, so average some of them`,
    );
  }
  let known = 0;
  const own = Float64Array.from(values, (value, place) => {
    if (typeof value !== "number" || Math.abs(value) > LARGEST_VALUE) {
      const range = `from -${String(LARGEST_VALUE)} to ${String(LARGEST_VALUE)}`;
      throw invalid(["values", place], `${show(value)} is no number ${range}; NaN says that it is not known`);
    }
    if (!Number.isNaN(value)) known += 1;
    return value;
  });
  if (known === 0) throw invalid("values", "none of them is known");
  return examine({ values: own, stepMs: 1 }, cap, seasons);
}

/** Refuses names of models that there are not. */
export function checkModels(models: readonly string[] | undefined): void {
  const names: readonly string[] = MODEL_NAMES;
  for (const [place, name] of (models ?? []).entries()) {
    if (!names.includes(name))
      throw invalid(["models", place], `${show(name)} is no model; there are ${names.join(", ")}`);
  }
}
