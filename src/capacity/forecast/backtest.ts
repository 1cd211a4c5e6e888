/** How wrong each model would have been: forecasts from moments of the past, judged by what came (rolling origin). */
import { LEAST_KNOWN, type Model, type ModelName, MODELS } from "../models/catalog.ts";
import { knownOf, type Series, type Values } from "../models/types.ts";

/** What {@link backtest} is to do. */
export interface BacktestOptions {
  /** Steps ahead that matter; fewer are judged where the history is short. */
  readonly horizon: number;
  /** Moments to forecast from, at most. */
  readonly origins?: number;
  /** Values that have to follow a shift before it is known of. */
  readonly shiftDelay?: number;
  /** Names of those to try; all that apply without it. */
  readonly models?: readonly ModelName[] | undefined;
}

/** What a model forecast at each origin. */
export interface Trial {
  readonly model: Model;
  /** A forecast for each origin, as long as the horizon. */
  readonly forecasts: readonly Values[];
  /** Mean absolute error; Infinity where there was nothing to judge by. */
  readonly meanAbsoluteError: number;
}

/** What came of a {@link backtest}. */
export interface Backtest {
  /** Lengths of the histories that were forecast from, the latest first. */
  readonly origins: readonly number[];
  /** Steps ahead that were judged. */
  readonly horizon: number;
  /** One for each model that applies, the best first. */
  readonly trials: readonly Trial[];
}

const USUAL_ORIGINS = 6;
/** What is forecast from fewer values, or from less than a third of what there is now, says nothing of how a model does now. */
const FEWEST = 6;
/** Histories of so many values are enough to search for weights once, and use them at every later origin. */
const SEARCH_ONCE = 60;

/** Forecasts from moments of the past, and compares. No forecast sees a value that came after it. */
export function backtest(series: Series, options: BacktestOptions): Backtest {
  const { origins: most = USUAL_ORIGINS, shiftDelay = 0, models } = options;
  const { origins, horizon } = originsOf(series, options.horizon, most);
  const tried = MODELS.filter(({ name }) => models === undefined || models.includes(name));
  const pasts = origins.map((length) => series.until(length, shiftDelay));
  const trials: Trial[] = [];
  for (const model of tried) {
    // What needs a shift is tried from before it was known, too: then it is the line, or the mean, of all.
    const possible = (past: Series): boolean =>
      model.applies(past) || model.onlyAlone === true || past.shifts.length < series.shifts.length;
    if (!model.applies(series) || !pasts.every(possible)) continue;
    const forecasts = forecastsOf(model, pasts, horizon);
    trials.push({ model, forecasts, meanAbsoluteError: errorOf(series.values, origins, forecasts) });
  }
  trials.sort((a, b) => a.meanAbsoluteError - b.meanAbsoluteError);
  return { origins, horizon, trials };
}

/** Mean absolute error of forecasts from `origins`, over the values that there are. */
export function errorOf(values: Values, origins: readonly number[], forecasts: readonly Values[]): number {
  let [total, count] = [0, 0];
  for (const [place, origin] of origins.entries()) {
    const forecast = forecasts[place] as Values;
    for (let step = 0; step < forecast.length; step += 1) {
      const error = Math.abs((values[origin + step] as number) - (forecast[step] as number));
      if (Number.isNaN(error)) continue;
      total += error;
      count += 1;
    }
  }
  return count === 0 ? Infinity : total / count;
}

function forecastsOf(model: Model, pasts: readonly Series[], horizon: number): readonly Values[] {
  let weights: readonly number[] | undefined;
  // The earliest history is the shortest: what is searched for in it has seen nothing of what it is judged by.
  const forecasts = [...pasts].reverse().map((past) => {
    const fitted = model.fit(past, weights);
    if (past.values.length >= SEARCH_ONCE) weights ??= fitted.weights;
    return fitted.forecast(horizon);
  });
  return forecasts.reverse();
}

function originsOf(series: Series, wanted: number, most: number): { origins: readonly number[]; horizon: number } {
  const { length } = series.values;
  const shortest = Math.max(
    FEWEST,
    Math.floor(length / 3),
    series.seasons.length > 0 ? 2 * (series.seasons[0] as number) + 2 : 0,
  );
  const horizon = Math.max(1, Math.min(wanted, Math.floor((length - shortest) / 2)));
  const room = length - horizon - shortest;
  const gap = Math.max(1, Math.min(horizon, Math.floor(room / Math.max(1, most - 1))));
  const origins: number[] = [];
  for (let origin = length - horizon; origin >= shortest && origins.length < most; origin -= gap) {
    // From next to nothing nobody can forecast, and with nothing to compare nobody can judge.
    const [before, after] = [series.values.subarray(0, origin), series.values.subarray(origin, origin + horizon)];
    if (knownOf(before) >= LEAST_KNOWN && knownOf(after) > 0) origins.push(origin);
  }
  return { origins, horizon };
}
