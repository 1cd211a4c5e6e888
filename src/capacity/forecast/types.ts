/** What a forecast of one metric is, for those who read it. */
import type { SeriesRemark } from "../series/clean.ts";
import type { SeasonName } from "../series/examine.ts";
import type { CapacityLimit, CapacityExhaustion } from "./exhaustion.ts";
import type { StepStatistic } from "../series/grid.ts";
import type { ModelName } from "../models/catalog.ts";
import type { ResidualChecks } from "../math/residuals.ts";
import type { SeriesPoint } from "../series/samples.ts";

/** What a metric is, beside its points. */
export interface GrowthTrendOptions {
  /** Of the intervals; 0.95 unless told. */
  readonly confidence?: number | undefined;
  /** A counter is turned into its increase a second; `gauge` unless told. */
  readonly kind?: "gauge" | "counter" | undefined;
  /** The least that the metric can be; 0 unless told, where no value is below it. */
  readonly floor?: number | undefined;
  /** The most that it can be, such as 1 for a share; nothing unless told. */
  readonly cap?: number | undefined;
  /** What must not be reached; a number is a limit from below. */
  readonly limit?: number | CapacityLimit | undefined;
  /** Length of a step; without it as long as the points are apart, or longer where there are many. */
  readonly stepMs?: number | undefined;
  /** What a step's value is where several points are in it; `mean` unless told. Peaks are planned for with `max`. */
  readonly statistic?: StepStatistic | undefined;
}

/** What {@link forecastSeries} is told beside the points. */
export interface SeriesForecastOptions extends GrowthTrendOptions {
  /** How far ahead, in milliseconds; at most ten times as long as the history. */
  readonly horizonMs: number;
  /** Which models to try; all without it. */
  readonly models?: readonly ModelName[] | undefined;
}

/** One step of the future. */
export interface ForecastPoint {
  /** Beginning of the step, in epoch milliseconds. */
  readonly at: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** How a model did on the series itself. */
export interface ModelScore {
  readonly name: ModelName;
  readonly title: string;
  /** Mean absolute error of its forecasts in the backtest, in the metric's unit. */
  readonly meanAbsoluteError: number;
  /** How much of the forecast is its own, from 0 to 1. */
  readonly weight: number;
}

/** How the model was chosen: forecasts from moments of the past, compared with what came. */
export interface BacktestReport {
  /** Moments that were forecast from; 0 if the history is too short. */
  readonly origins: number;
  /** How far ahead was judged, in milliseconds. */
  readonly horizonMs: number;
  /** The best first. One that is nearly as good may be believed alone: see `weight`. */
  readonly models: readonly ModelScore[];
  /** Mean absolute error of what was chosen; undefined where nothing could be judged. */
  readonly meanAbsoluteError: number | undefined;
}

/** A moment at which the level moved and stayed. */
export interface FoundShift {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** What is said of the data, whatever comes of it. */
export interface SeriesFacts {
  /** How many points were given. */
  readonly samples: number;
  /** What had to be done with them, and what was found in them. */
  readonly remarks: readonly SeriesRemark[];
}

/** A forecast that can be made. */
export interface KnownForecast extends SeriesFacts {
  readonly state: "forecast";
  readonly confidence: number;
  readonly stepMs: number;
  /** The values that models were fitted to, one for each step; NaN where there is none. */
  readonly history: readonly SeriesPoint[];
  readonly points: readonly ForecastPoint[];
  /** What the forecast is made of, in words: "a line with seasons", or several. */
  readonly model: string;
  readonly backtest: BacktestReport;
  readonly seasons: readonly SeasonName[];
  readonly shifts: readonly FoundShift[];
  /** Share of the values that are at the top: demand beyond it is not seen. */
  readonly saturatedShare: number;
  /** Of what the model leaves. */
  readonly checks: ResidualChecks;
  /** Undefined without a limit. */
  readonly exhaustion: CapacityExhaustion | undefined;
}

/** What cannot be forecast, and why. */
export interface UnknownForecast extends SeriesFacts {
  readonly state: "unknown";
  readonly reason: string;
}

/** What {@link forecastSeries} answers. */
export type SeriesForecast = KnownForecast | UnknownForecast;
