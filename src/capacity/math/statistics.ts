/** The home of simple-statistics: what is known of a handful of values, without a word of capacity. */
import {
  mean as meanOf,
  median as medianOf,
  medianAbsoluteDeviation,
  quantileSorted as quantileOfSorted,
  sampleKurtosis,
  sampleSkewness,
  sum as sumOf,
} from "simple-statistics";

/** Any list of numbers. */
export type Numbers = ArrayLike<number>;

/** A list as simple-statistics takes it, which only reads it. */
function list(values: Numbers): number[] {
  return values as number[];
}

/** Sum with the rounding errors of the additions put back (Neumaier 1974). */
export function sum(values: Numbers): number {
  return sumOf(list(values));
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: Numbers): number {
  return values.length === 0 ? NaN : meanOf(list(values));
}

/** The middle; NaN of nothing. */
export function median(values: Numbers): number {
  return values.length === 0 ? NaN : medianOf(Array.from(values));
}

/** A standard deviation that outliers do not move: 1.4826 times the median distance from the median. NaN of nothing. */
export function robustDeviation(values: Numbers): number {
  return values.length === 0 ? NaN : 1.482602218505602 * medianAbsoluteDeviation(Array.from(values));
}

/** The value that a share of `sorted` is below; NaN of nothing. */
export function quantileSorted(sorted: Numbers, share: number): number {
  if (sorted.length === 0) return NaN;
  return quantileOfSorted(list(sorted), Math.min(1, Math.max(0, share)));
}

/** Third standardised moment, corrected for the size; 0 where it cannot be told. */
export function skewness(values: Numbers): number {
  return values.length < 3 ? 0 : finiteOrZero(sampleSkewness(list(values)));
}

/** Excess of the fourth standardised moment over a normal distribution's; 0 where it cannot be told. */
export function excessKurtosis(values: Numbers): number {
  return values.length < 4 ? 0 : finiteOrZero(sampleKurtosis(list(values)));
}

function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
