/** How wrong forecasts were, by the measures of the M4 competition (Makridakis, Spiliotis, Assimakopoulos 2020). */
import type { NumberList } from "../../src/capacity/math/statistics.ts";

/** Mean of 200·|y-f| / (|y|+|f|) over the known values; 0 where both are 0. */
export function smapeOf(actual: NumberList, forecast: NumberList): number {
  return meanOver(actual, (value, place) => {
    const guess = forecast[place] as number;
    const size = Math.abs(value) + Math.abs(guess);
    return size === 0 ? 0 : (200 * Math.abs(value - guess)) / size;
  });
}

/** Mean absolute error over the known values, in units of `scale`. */
export function maseOf(actual: NumberList, forecast: NumberList, scale: number): number {
  return meanOver(actual, (value, place) => Math.abs(value - (forecast[place] as number))) / scale;
}

/**
 * What a MASE is in units of: the mean difference of a value from that of a season before, over the values trained on.
 * Where there is no such pair, or all are alike, from the value before; NaN where these are all alike too.
 */
export function scaleOf(training: NumberList, season: number): number {
  const scale = meanDifference(training, season);
  if (scale > 0) return scale;
  const plain = meanDifference(training, 1);
  return plain > 0 ? plain : NaN;
}

/** Mean of an interval's width and of what missed it, by 2/alpha, in units of `scale` (M4's MSIS). */
export function msisOf(actual: NumberList, lower: NumberList, upper: NumberList, alpha: number, scale: number): number {
  const missed = (by: number): number => (2 / alpha) * Math.max(0, by);
  const score = meanOver(actual, (value, place) => {
    const [low, high] = [lower[place] as number, upper[place] as number];
    return high - low + missed(low - value) + missed(value - high);
  });
  return score / scale;
}

/** Share of the known values that are within. */
export function coverageOf(actual: NumberList, lower: NumberList, upper: NumberList): number {
  return meanOver(actual, (value, place) =>
    value >= (lower[place] as number) && value <= (upper[place] as number) ? 1 : 0,
  );
}

/** Overall weighted average: mean of sMAPE and MASE, each in units of Naive2's. */
export function owaOf(own: Errors, naive2: Errors): number {
  return (ratio(own.smape, naive2.smape) + ratio(own.mase, naive2.mase)) / 2;
}

/** The two errors that an OWA is of. */
export interface Errors {
  readonly smape: number;
  readonly mase: number;
}

function ratio(own: number, other: number): number {
  return own === other ? 1 : own / other;
}

function meanDifference(values: NumberList, lag: number): number {
  let [total, count] = [0, 0];
  for (let place = lag; place < values.length; place += 1) {
    const difference = Math.abs((values[place] as number) - (values[place - lag] as number));
    if (Number.isNaN(difference)) continue;
    total += difference;
    count += 1;
  }
  return count === 0 ? NaN : total / count;
}

function meanOver(actual: NumberList, term: (value: number, place: number) => number): number {
  let [total, count] = [0, 0];
  for (let place = 0; place < actual.length; place += 1) {
    const value = actual[place] as number;
    if (Number.isNaN(value)) continue;
    total += term(value, place);
    count += 1;
  }
  return count === 0 ? NaN : total / count;
}
