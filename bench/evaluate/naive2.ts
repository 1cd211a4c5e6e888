/** Naive2, what M4 compares with: the last value without its season, with the seasons to come, where there are seasons. */
import type { NumberList } from "../../src/capacity/math/statistics.ts";

/** Of a normal distribution, 90 % two-sided. */
const CRITICAL = 1.645;

/** Forecasts of the next `steps`; gaps are bridged by lines first, as the method knows none. */
export function naive2(training: NumberList, period: number, steps: number): Float64Array {
  const values = bridged(training);
  const last = values.at(-1) as number;
  const shares = isSeasonal(values, period) ? seasonalShares(values, period) : undefined;
  if (shares === undefined) return new Float64Array(steps).fill(last);
  const shareAt = (place: number): number => shares[place % period] as number;
  const bare = last / shareAt(values.length - 1);
  return Float64Array.from({ length: steps }, (_, step) => bare * shareAt(values.length + step));
}

/**
 * Whether the values are like those of a season before: their autocorrelation beyond the 90 % limit of Bartlett's formula.
 * M4's code in R looks no further back than 10·log10(n) values, `acf`'s default; its code in Python, and this, does.
 * None of the 100,000 series is short enough for a difference.
 */
export function isSeasonal(values: NumberList, period: number): boolean {
  if (period < 2 || values.length < 3 * period) return false;
  const correlations = autocorrelations(values, period);
  const squares = correlations.slice(0, -1).reduce((sum, correlation) => sum + correlation ** 2, 0);
  const limit = CRITICAL * Math.sqrt((1 + 2 * squares) / values.length);
  // Of values all alike it is NaN, and above nothing.
  return Math.abs(correlations[period - 1] as number) > limit;
}

/**
 * Each place's share of the level (classical multiplicative decomposition), with mean 1; undefined where values are below 0,
 * which are no shares of anything, or next to all are 0.
 */
function seasonalShares(values: Float64Array, period: number): Float64Array | undefined {
  if (!values.every((value) => value >= 0)) return undefined;
  const totals = new Float64Array(period);
  const counts = new Uint32Array(period);
  const half = period >> 1;
  for (let place = half; place + half < values.length; place += 1) {
    const level = centred(values, place, period);
    if (level === 0) continue;
    const at = place % period;
    totals[at] = (totals[at] as number) + (values[place] as number) / level;
    counts[at] = (counts[at] as number) + 1;
  }
  const shares = totals.map((total, place) => total / (counts[place] as number));
  const mean = shares.reduce((sum, share) => sum + share, 0) / period;
  return Number.isFinite(mean) && (shares[(values.length - 1) % period] as number) > 0
    ? shares.map((share) => share / mean)
    : undefined;
}

/** Mean over one period around a place; of an even one the two ends count half. */
function centred(values: Float64Array, place: number, period: number): number {
  const half = period >> 1;
  let total = 0;
  for (let near = place - half; near <= place + half; near += 1) total += values[near] as number;
  if (period % 2 === 0) total -= ((values[place - half] as number) + (values[place + half] as number)) / 2;
  return total / period;
}

/** Autocorrelations at the lags 1 to `most`. */
function autocorrelations(values: NumberList, most: number): Float64Array {
  const { length } = values;
  const whole = Float64Array.from(values);
  const mean = whole.reduce((sum, value) => sum + value, 0) / length;
  const around = whole.map((value) => value - mean);
  const product = (lag: number): number => {
    let total = 0;
    for (let place = lag; place < length; place += 1)
      total += (around[place] as number) * (around[place - lag] as number);
    return total;
  };
  const variance = product(0);
  return Float64Array.from({ length: most }, (_, lag) => product(lag + 1) / variance);
}

/** The values with lines across the gaps; those before the first known value are left out. */
export function bridged(values: NumberList): Float64Array {
  const whole: number[] = [];
  let gap = 0;
  for (const value of Array.from(values)) {
    const before = whole.at(-1);
    if (Number.isNaN(value)) gap += 1;
    else {
      for (let step = 1; before !== undefined && step <= gap; step += 1)
        whole.push(before + ((value - before) * step) / (gap + 1));
      whole.push(value);
      gap = 0;
    }
  }
  // What is missing at the end is as the last: the forecast begins after it.
  const last = whole.at(-1) ?? NaN;
  for (let step = 0; step < gap; step += 1) whole.push(last);
  return Float64Array.from(whole);
}
