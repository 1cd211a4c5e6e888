/** Forecasts from one moment by everyone who is compared: what nines chose, each of its models alone, and Naive2. */
import { MOST_VALUES } from "../../src/capacity/series/grid.ts";
import { forecastValues } from "../../src/capacity/forecast/values.ts";
import { MODEL_NAMES, type ModelName } from "../../src/capacity/models/catalog.ts";
import { naive2 } from "./naive2.ts";

/** Who is compared. */
export type Contestant = "chosen" | ModelName | "naive2";

/** All who are compared, in the order of the report. */
export const CONTESTANTS: readonly Contestant[] = [...MODEL_NAMES, "naive2", "chosen"];

/** What all of them are asked for. */
export interface Asked {
  readonly steps: number;
  /** Lengths of the seasons that nines may look for. */
  readonly seasons: readonly number[];
  /** Length of the season of Naive2; 1 without. */
  readonly period: number;
}

/** Bounds of what was chosen. */
export interface Interval {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What they said. */
export interface Contest {
  readonly forecasts: Readonly<Record<Contestant, Float64Array>>;
  /** Models that do not apply to these values, and said what their plain counterpart does. */
  readonly replaced: ReadonlySet<Contestant>;
  readonly interval95: Interval;
  /** The interval of another confidence, which takes some work. */
  interval(confidence: number): Interval;
}

/** Who speaks for a model where there is nothing for it: no seasons, no shift, no outliers. */
const PLAIN: Partial<Record<ModelName, ModelName>> = {
  "linear-seasons": "linear",
  "linear-robust": "linear",
  "linear-since-shift": "linear",
};

/** Lets everyone forecast what comes after the values, of which none is shown to them but these. */
export function hold(training: Float64Array, { steps, seasons, period }: Asked): Contest {
  const values = training.subarray(Math.max(0, training.length - MOST_VALUES));
  const told = { steps, seasons: seasons.filter((season) => season >= 2) };
  const { mean, lower, upper, models } = forecastValues(values, told);
  const own = new Map(models.map((model) => [model.name, model.forecast()]));
  const replaced = new Set<Contestant>();
  const forecasts: Partial<Record<Contestant, Float64Array>> = {
    chosen: mean,
    naive2: naive2(training, period, steps),
  };
  for (const name of MODEL_NAMES) {
    const plain = own.get(PLAIN[name] ?? "naive") ?? own.get("naive");
    const forecast = own.get(name) ?? plain;
    if (!own.has(name)) replaced.add(name);
    if (forecast === undefined) throw new Error(`nobody spoke for ${name}`);
    forecasts[name] = forecast;
  }
  return {
    forecasts: forecasts as Record<Contestant, Float64Array>,
    replaced,
    interval95: { lower, upper },
    interval: (confidence) => forecastValues(values, { ...told, confidence }),
  };
}
