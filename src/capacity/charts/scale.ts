/** How far the axes of a chart go: everything that matters is seen, and nothing is made flat by what matters less. */
import { niceRange } from "../../core/picture/axis.ts";

import type { CapacityChart } from "./model.ts";

/** From the least to the greatest. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** The axis of values. */
export interface ValueExtent extends Extent {
  /** Whether the limit is on it; else it is too far away. */
  readonly isLimitShown: boolean;
}

/** Nothing that is measured is larger. */
const MOST = 1e100;
/** History and forecast have at least this part of the axis, or the limit is not on it. */
const LIMIT_PART = 5;
/** How far the mean may go on beyond the rest, and the interval beyond that: in their lengths. */
const ROOM = { mean: 3, interval: 1 };
/** What is behind the limit matters less. */
const ROOM_BEHIND_LIMIT = { mean: 0.5, interval: 0.5 };
const HALF_HOUR = 1_800_000;

/** A value that can be reckoned with. */
export function bounded(value: number): number {
  return Math.min(MOST, Math.max(-MOST, value));
}

/** First and last time of the chart; undefined if it has none. */
export function timeExtent({ history, forecast }: CapacityChart): Extent | undefined {
  const ends = [history[0], history.at(-1), forecast[0], forecast.at(-1)];
  const whole = extentOf(ends.flatMap((point) => (point === undefined ? [] : [point.at])));
  if (whole === undefined || whole.high > whole.low) return whole;
  return { low: whole.low - HALF_HOUR, high: whole.high + HALF_HOUR };
}

/** The axis of values, of at most `steps` ticks; undefined if there is nothing that could be on it. */
export function valueExtent(chart: CapacityChart, steps: number): ValueExtent | undefined {
  const { history, forecast, limit } = chart;
  const measured = extentOf(history.flatMap(({ value }) => (typeof value === "number" ? [value] : [])));
  const means = extentOf(forecast.map(({ mean }) => mean));
  const seen = measured ?? means ?? extentOf(limit === undefined ? [] : [limit]);
  if (seen === undefined) return undefined;
  const isLimitShown = limit !== undefined && Math.abs(limit) <= MOST && isNear(limit, hull(seen, means));
  const base = hull(seen, isLimitShown ? extentOf([limit]) : undefined);
  const bounds = extentOf(forecast.flatMap(({ lower, upper }) => [lower, upper]));
  const room = isLimitShown ? ROOM_BEHIND_LIMIT : ROOM;
  const whole = stretched(stretched(base, means, room.mean), bounds, room.interval);
  // What never is below zero cannot be there because a formula says so.
  const isPositive = hull(base, means).low >= 0;
  const [low, high] = withLength({ low: isPositive ? Math.max(0, whole.low) : whole.low, high: whole.high });
  const [first, last] = niceRange(low, high, steps);
  return { low: first, high: last, isLimitShown };
}

/** Of the numbers among `values`; there may be very many. */
function extentOf(values: readonly number[]): Extent | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? undefined : { low: bounded(low), high: bounded(high) };
}

function hull(one: Extent, other: Extent | undefined): Extent {
  if (other === undefined) return one;
  return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
}

/** Seen on its own, or from zero. */
function isNear(limit: number, range: Extent): boolean {
  const far = hull(range, { low: limit, high: limit });
  const zero = { low: 0, high: 0 };
  return [0, 1].some((which) => {
    const [whole, part] = which === 0 ? [far, range] : [hull(far, zero), hull(range, zero)];
    return whole.high - whole.low <= LIMIT_PART * (part.high - part.low);
  });
}

/** `base` and of `more` what is no further away than so many of its lengths. */
function stretched(base: Extent, more: Extent | undefined, lengths: number): Extent {
  const length = Math.max(base.high - base.low, Math.abs(base.low), Math.abs(base.high));
  const room = length === 0 ? Infinity : length * lengths;
  if (more === undefined) return base;
  return {
    low: Math.min(base.low, Math.max(more.low, base.low - room)),
    high: Math.max(base.high, Math.min(more.high, base.high + room)),
  };
}

/** With zero where it is near, and long enough that noise of the last digits is none. */
function withLength({ low, high }: Extent): readonly [low: number, high: number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-11) return [Math.min(0, low), 1];
  if (high - low < size * 1e-3) return [low - size * 0.1, high + size * 0.1];
  if (low > 0 && low <= high - low) return [0, high];
  if (high < 0 && -high <= high - low) return [low, 0];
  return [low, high];
}
