/** One series, forecast from one moment of its past after the other, and compared with what came. */
import { CONTESTANTS, type Contestant, hold } from "./contest.ts";
import { coverageOf, maseOf, msisOf, scaleOf, smapeOf } from "./metrics.ts";
import { type OriginOptions, originsOf } from "./origins.ts";
import type { EvenSeries } from "./series.ts";

/** How a series is evaluated. */
export interface SeriesOptions extends OriginOptions {
  /** Lengths of the seasons to look for, in steps; the first is what errors are in units of. */
  readonly seasons: readonly number[];
}

/** Means over the moments that were forecast from. */
export interface Score {
  /** NaN where the values trained on were all alike, which is no unit. */
  readonly mase: number;
  readonly smape: number;
  /** Whether its plain counterpart spoke for it: never, at some of the moments, or at all. */
  readonly replaced: "never" | "some" | "all";
}

/** What came of a series. */
export interface SeriesResult {
  readonly name: string;
  readonly stepMs: number;
  readonly steps: number;
  readonly seasons: readonly number[];
  readonly origins: number;
  readonly possibleOrigins: number;
  readonly scores: Readonly<Record<Contestant, Score>>;
  /** Of the intervals of the choice: the share of the values within them, and the interval score. */
  readonly intervals: { readonly coverage95: number; readonly coverage80: number; readonly msis: number };
}

/** Evaluates a series; a text is the reason why that cannot be done. */
export function evaluateSeries(series: EvenSeries, options: SeriesOptions): SeriesResult | string {
  const { values, name, stepMs } = series;
  const { horizon, seasons } = options;
  const { places, possible } = originsOf(values.length, options);
  if (places.length === 0)
    return `${values.length} steps are too few to train on a share of ${options.from} of them and forecast ${horizon}`;
  const period = seasons[0] ?? 1;
  const sums = new Map(CONTESTANTS.map((who) => [who, { mase: new Mean(), smape: new Mean(), replaced: 0 }]));
  const [coverage95, coverage80, msis] = [new Mean(), new Mean(), new Mean()];
  let judged = 0;
  for (const origin of places) {
    const training = values.subarray(0, origin);
    const actual = values.subarray(origin, origin + horizon);
    // From nothing nobody can forecast, and with nothing to compare nobody can judge.
    if (!isKnown(training) || !isKnown(actual)) continue;
    judged += 1;
    const contest = hold(training, { steps: horizon, seasons, period });
    const scale = scaleOf(training, period);
    for (const [who, sum] of sums) {
      const forecast = contest.forecasts[who];
      sum.mase.add(maseOf(actual, forecast, scale));
      sum.smape.add(smapeOf(actual, forecast));
      if (contest.replaced.has(who)) sum.replaced += 1;
    }
    const wide = contest.interval95;
    const narrow = contest.interval(0.8);
    coverage95.add(coverageOf(actual, wide.lower, wide.upper));
    coverage80.add(coverageOf(actual, narrow.lower, narrow.upper));
    msis.add(msisOf(actual, wide.lower, wide.upper, 0.05, scale));
  }
  if (judged === 0) return "no moment has values before and after it";
  const scoreOf = (who: Contestant): Score => {
    const { mase, smape, replaced } = sums.get(who)!;
    return {
      mase: mase.value,
      smape: smape.value,
      replaced: replaced === 0 ? "never" : replaced < judged ? "some" : "all",
    };
  };
  return {
    name,
    stepMs,
    steps: values.length,
    seasons,
    origins: judged,
    possibleOrigins: possible,
    scores: Object.fromEntries(CONTESTANTS.map((who) => [who, scoreOf(who)])) as Record<Contestant, Score>,
    intervals: { coverage95: coverage95.value, coverage80: coverage80.value, msis: msis.value },
  };
}

/** The mean of what there is. */
export class Mean {
  #total: number = 0;
  #count: number = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#total += value;
    this.#count += 1;
  }

  get value(): number {
    return this.#count === 0 ? NaN : this.#total / this.#count;
  }
}

function isKnown(values: Float64Array): boolean {
  return values.some((value) => !Number.isNaN(value));
}
