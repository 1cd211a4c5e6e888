/** The home of simple-statistics: what is known of a handful of values, without a word of capacity. */
import {
  mean as meanOf,
  median as medianOf,
  medianAbsoluteDeviation,
  quantileSorted as quantileOfSorted,
  sum as sumOf,
} from "simple-statistics";

import { invalid, show } from "../../core/errors.ts";

/** Any list of numbers. */
export type NumberList = ArrayLike<number>;

/** A list as simple-statistics takes it, which only reads it. */
function list(values: NumberList): number[] {
  return values as number[];
}

/** Sum with the rounding errors of the additions put back (Neumaier 1974). */
export function sum(values: NumberList): number {
  return sumOf(list(values));
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: NumberList): number {
  return values.length === 0 ? NaN : meanOf(list(values));
}

/** The middle; NaN of nothing. */
export function median(values: NumberList): number {
  return values.length === 0 ? NaN : medianOf(Array.from(values));
}

/** A standard deviation that outliers do not move: 1.4826 times the median distance from the median. NaN of nothing. */
export function robustDeviation(values: NumberList): number {
  return values.length === 0 ? NaN : 1.482602218505602 * medianAbsoluteDeviation(Array.from(values));
}

/** The value that a share of `sorted` is below; NaN of nothing. */
export function quantileSorted(sorted: NumberList, share: number): number {
  if (sorted.length === 0) return NaN;
  return quantileOfSorted(list(sorted), Math.min(1, Math.max(0, share)));
}

/** Third standardised moment of the values themselves, not corrected for how few they are; 0 where all are one value. */
export function skewness(values: NumberList): number {
  return standardisedMoment(values, 3, 0);
}

/** Excess of their fourth standardised moment over a normal distribution's, not corrected; 0 where all are one value. */
export function excessKurtosis(values: NumberList): number {
  return standardisedMoment(values, 4, 3) - 3;
}

function standardisedMoment(values: NumberList, power: number, none: number): number {
  const centre = mean(values);
  let [squares, powers] = [0, 0];
  for (const value of Array.from(values)) {
    const distance = value - centre;
    squares += distance * distance;
    powers += distance ** power;
  }
  const moment = powers / values.length / (squares / values.length) ** (power / 2);
  return Number.isFinite(moment) ? moment : none;
}

/** Refuses what is no list of finite numbers; one that holds other values is named by its place. */
export function checkNumbers(path: readonly (string | number)[], values: unknown): asserts values is NumberList {
  if (typeof values !== "object" || values === null || !Number.isSafeInteger(Reflect.get(values, "length"))) {
    throw invalid(path, `${show(values)} is not a list of numbers`);
  }
  // A million doubles are looked at by subtraction, which leaves 0 of each that is finite.
  if (values instanceof Float64Array && leavesNothing(values)) return;
  const list = values as ArrayLike<unknown>;
  for (let place = 0; place < list.length; place += 1) {
    if (!Number.isFinite(list[place])) throw invalid([...path, place], `${show(list[place])} is no finite number`);
  }
}

function leavesNothing(values: Float64Array): boolean {
  let [even, odd] = [0, 0];
  const { length } = values;
  for (let place = 0; place + 1 < length; place += 2) {
    even += (values[place] as number) - (values[place] as number);
    odd += (values[place + 1] as number) - (values[place + 1] as number);
  }
  const last = length % 2 === 1 ? (values[length - 1] as number) : 0;
  return even + odd + (last - last) === 0;
}
