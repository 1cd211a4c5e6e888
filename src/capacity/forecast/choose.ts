/** Which model is believed: the few that did best on the series itself, each by as much as it did. */
import { deviationOf, variancesOf } from "./variances.ts";
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
  /** The same without what each origin itself had to say about the choice: what its intervals are judged by. */
  readonly blind: readonly Values[];
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
      blind: [],
    };
  }
  const naive = trials.find(({ model }) => model.name === "naive");
  const line = plainLine(series, trials, best.meanAbsoluteError);
  if (line !== undefined && !(naive !== undefined && line.meanAbsoluteError > naive.meanAbsoluteError))
    return alone(line, tried);
  const shares = believed(trials);
  const forecasts = origins.map((_, place) => middleOf(shares, trials, place));
  const error = errorOf(series.values, origins, forecasts);
  if (naive !== undefined && error > naive.meanAbsoluteError) return alone(naive, tried);
  const blind = origins.length < 2 ? forecasts : origins.map((_, place) => blindForecast(series.values, tried, place));
  return { shares, backtest: tried, meanAbsoluteError: error, forecasts, blind };
}

/** The best few of trials in their order, by their errors. */
function believed(all: readonly Trial[]): readonly Share[] {
  const trials = all.filter(({ model }) => model.onlyAlone !== true);
  const best = trials[0]?.meanAbsoluteError ?? 0;
  const belief = ({ meanAbsoluteError: error }: Trial): number => (error <= best ? 1 : (best / error) ** SHARPNESS);
  const kept = trials.slice(0, MOST_MODELS).filter((trial) => belief(trial) >= LEAST);
  const total = kept.reduce((sum, trial) => sum + belief(trial), 0);
  return kept.map((trial) => ({ model: trial.model, weight: belief(trial) / total }));
}

/** What is forecast from an origin by models that were chosen by the other origins: what was chosen by itself looks too good. */
function blindForecast(values: Values, { trials, origins }: Backtest, place: number): Values {
  const others = <Item>(items: readonly Item[]): readonly Item[] => items.filter((_, other) => other !== place);
  const judged = trials.map((trial) => ({
    ...trial,
    meanAbsoluteError: errorOf(values, others(origins), others(trial.forecasts)),
  }));
  judged.sort((a, b) => a.meanAbsoluteError - b.meanAbsoluteError);
  return middleOf(believed(judged), trials, place);
}

/** What `shares` forecast together from the origin at `place`. */
function middleOf(shares: readonly Share[], trials: readonly Trial[], place: number): Values {
  const lists = shares.map(({ model }) => trials.find((trial) => trial.model === model)?.forecasts[place] as Values);
  return middle(lists, shares);
}

function alone({ model, meanAbsoluteError, forecasts }: Trial, tried: Backtest): Choice {
  return { shares: [{ model, weight: 1 }], backtest: tried, meanAbsoluteError, forecasts, blind: forecasts };
}

/**
 * A line, with seasons or without, that is nearly as good as the best, or a mean that is the best, and leaves nothing but chance:
 * nothing is gained by believing others beside it, and what it says of its own uncertainty is exact.
 */
function plainLine(series: Series, trials: readonly Trial[], best: number): Trial | undefined {
  return trials.find(
    ({ model, meanAbsoluteError }) =>
      (LINES.includes(model.name)
        ? meanAbsoluteError <= NEARLY * best
        : model.onlyAlone && meanAbsoluteError <= best) && checkResiduals(model.fit(series).residuals).independent,
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
      middle(
        fits.map((fit) => fit.forecast(steps)),
        shares,
      ),
    residuals: middle(
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
    // Each by its own errors: a line through a walk is wrong by more than it says, but it knows how wrong it was.
    deviations: (steps) =>
      middle(
        fits.map((fit) => {
          const deviation = deviationOf(fit.residuals, fit.parameters);
          return variancesOf(fit, steps).total.map((variance) => deviation * Math.sqrt(variance));
        }),
        shares,
      ),
    // Their uncertainties come from the same values, and add up as if they were one.
    parameterVariance: (ahead) =>
      fits.reduce((sum, fit, place) => sum + share(place) * Math.sqrt(fit.parameterVariance(ahead)), 0) ** 2,
  };
}

/**
 * Step by step the weighted median of the lists: of three models the middle one, drawn to a neighbour by as much as that is
 * believed more. One that runs away takes nobody with it, as it would a mean.
 */
function middle(lists: readonly Values[], shares: readonly Share[]): Values {
  const items = lists.map((list, place) => ({ list, weight: (shares[place] as Share).weight, value: 0 }));
  return Float64Array.from({ length: lists[0]?.length ?? 0 }, (_, step) => {
    for (const item of items) item.value = item.list[step] as number;
    items.sort((a, b) => a.value - b.value);
    let [below, lastCentre, lastValue] = [0, -Infinity, NaN];
    for (const { value, weight } of items) {
      const centre = below + weight / 2;
      if (Number.isNaN(value)) return NaN;
      if (centre >= 0.5) {
        return lastCentre === -Infinity
          ? value
          : lastValue + ((value - lastValue) * (0.5 - lastCentre)) / (centre - lastCentre);
      }
      below += weight;
      [lastCentre, lastValue] = [centre, value];
    }
    return lastValue;
  });
}
