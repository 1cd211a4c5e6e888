/** Which model is believed: the few that did best on the series itself, each by as much as it did. */
import { checkResiduals } from "../math/residuals.ts";
import { type Backtest, type BacktestOptions, backtest, errorOf, type Trial } from "./backtest.ts";
import { type Model, type ModelName, MODELS } from "../models/catalog.ts";
import type { Fitted, Ripple, Series, Values } from "../models/types.ts";

/** A model and how much it is believed. */
export interface Share {
  readonly model: Model;
  /** From 0 to 1; together 1. */
  readonly weight: number;
}

/** What was chosen. */
export interface Choice {
  readonly shares: readonly Share[];
  /** How it was found. */
  readonly backtest: Backtest;
  /** Mean absolute error of the choice in the backtest; Infinity if there was none. */
  readonly meanAbsoluteError: number;
  /** Its forecasts at the origins of the backtest. */
  readonly forecasts: readonly Values[];
}

/** How much faster belief falls than the error rises: with 7 % more error it is half. */
const SHARPNESS = 10;
/** Those believed less than this share of the best are left out. */
const LEAST = 0.1;
const MOST_MODELS = 3;
const LINES: readonly ModelName[] = ["linear", "linear-seasons"];
/** An error of so many times the best is nearly as good. */
const NEARLY = 1.05;

/**
 * Tries all models on the series, and believes the best few, weighted by their errors: their mistakes differ, and cancel in part
 * (Bates and Granger 1969). Where that was worse than the last value repeated, or there is too little to try, the last value it is.
 */
export function choose(series: Series, options: BacktestOptions): Choice {
  const tried = backtest(series, options);
  const { trials, origins } = tried;
  const best = trials[0];
  if (best === undefined || origins.length === 0 || !Number.isFinite(best.meanAbsoluteError)) {
    return {
      shares: [{ model: MODELS[0] as Model, weight: 1 }],
      backtest: tried,
      meanAbsoluteError: Infinity,
      forecasts: [],
    };
  }
  const naive = trials.find(({ model }) => model.name === "naive");
  const line = plainLine(series, trials, best.meanAbsoluteError);
  if (line !== undefined && !(naive !== undefined && line.meanAbsoluteError > naive.meanAbsoluteError))
    return alone(line, tried);
  const belief = (error: number): number =>
    error <= best.meanAbsoluteError ? 1 : (best.meanAbsoluteError / error) ** SHARPNESS;
  const kept = trials.slice(0, MOST_MODELS).filter(({ meanAbsoluteError }) => belief(meanAbsoluteError) >= LEAST);
  const total = kept.reduce((sum, { meanAbsoluteError }) => sum + belief(meanAbsoluteError), 0);
  const shares = kept.map(({ model, meanAbsoluteError }) => ({ model, weight: belief(meanAbsoluteError) / total }));
  const forecasts = origins.map((_, place) =>
    mix(
      kept.map((trial) => trial.forecasts[place] as Values),
      shares,
    ),
  );
  const error = errorOf(series.values, origins, forecasts);
  if (naive !== undefined && error > naive.meanAbsoluteError) return alone(naive, tried);
  return { shares, backtest: tried, meanAbsoluteError: error, forecasts };
}

function alone({ model, meanAbsoluteError, forecasts }: Trial, tried: Backtest): Choice {
  return { shares: [{ model, weight: 1 }], backtest: tried, meanAbsoluteError, forecasts };
}

/**
 * A line, with seasons or without, that is nearly as good as the best and leaves nothing but chance: nothing is gained by
 * believing others beside it, and what a line says of its own uncertainty is exact.
 */
function plainLine(series: Series, trials: readonly Trial[], best: number): Trial | undefined {
  return trials.find(
    ({ model, meanAbsoluteError }) =>
      LINES.includes(model.name) &&
      meanAbsoluteError <= NEARLY * best &&
      checkResiduals(model.fit(series).residuals).independent,
  );
}

/** The chosen models, fitted to all values, as one. */
export function fitChoice(series: Series, shares: readonly Share[]): Fitted {
  const fits = shares.map(({ model }) => model.fit(series));
  const [only] = fits;
  if (fits.length === 1 && only !== undefined) return only;
  const share = (place: number): number => (shares[place] as Share).weight;
  return {
    forecast: (steps) =>
      mix(
        fits.map((fit) => fit.forecast(steps)),
        shares,
      ),
    residuals: mix(
      fits.map(({ residuals }) => residuals),
      shares,
    ),
    parameters: fits.reduce((sum, fit, place) => sum + share(place) * fit.parameters, 0),
    ripple() {
      const ripples = fits.map((fit) => fit.ripple());
      const weights = shares.map(({ weight }) => weight);
      return {
        // Millions of these are what walking to a limit spends its time in.
        step(error) {
          let moved = 0;
          for (let place = 0; place < ripples.length; place += 1)
            moved += (weights[place] as number) * (ripples[place] as Ripple).step(error);
          return moved;
        },
      };
    },
    // Their uncertainties come from the same values, and add up as if they were one.
    parameterVariance: (ahead) =>
      fits.reduce((sum, fit, place) => sum + share(place) * Math.sqrt(fit.parameterVariance(ahead)), 0) ** 2,
  };
}

function mix(lists: readonly Values[], shares: readonly Share[]): Values {
  const mixed = new Float64Array(lists[0]?.length ?? 0);
  for (const [place, list] of lists.entries()) {
    const { weight } = shares[place] as Share;
    for (let step = 0; step < mixed.length; step += 1)
      mixed[step] = (mixed[step] as number) + weight * (list[step] as number);
  }
  return mixed;
}
