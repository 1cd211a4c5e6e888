/** Moments at which the level moved at once and stayed. */
import { median, robustDeviation } from "../math/statistics.ts";
import type { Values } from "../models/types.ts";

/** A shift of the level. */
export interface LevelShift {
  /** First place at the new level. */
  readonly place: number;
  /** Level before and after, each the median of a window. */
  readonly before: number;
  readonly after: number;
}

/** A difference is a shift if it is so many usual differences, and so many usual distances from the median. */
const UNUSUAL = 6;
const LARGE = 3;
const MOST_SHIFTS = 10;

/**
 * Where the medians of the `window` values before and after a place differ as nowhere else in `adjusted`, values without seasons.
 * A steady trend differs everywhere alike, and is no shift; nor is a spike shorter than half of the window.
 */
export function findShifts(adjusted: Values, window: number): readonly LevelShift[] {
  const { length } = adjusted;
  if (window < 3 || length < 4 * window) return [];
  const medians = movingMedians(adjusted, window);
  const places = length - 2 * window + 1;
  const jumps = Float64Array.from(
    { length: places },
    (_, place) => (medians[place + window] as number) - (medians[place] as number),
  );
  const usual = median(jumps.filter((jump) => !Number.isNaN(jump)));
  const spread = robustDeviation(jumps.filter((jump) => !Number.isNaN(jump)));
  // On a trend fewer spikes than half of a window move its median by less than the trend does in that time.
  const least = Math.max(UNUSUAL * spread, LARGE * noiseOf(adjusted, medians, window), Math.abs(usual) / 2);
  const shifts: LevelShift[] = [];
  const taken = new Uint8Array(places);
  while (shifts.length < MOST_SHIFTS) {
    let best = -1;
    for (let place = 0; place < places; place += 1) {
      const size = Math.abs((jumps[place] as number) - usual);
      if (taken[place] === 1 || Number.isNaN(size)) continue;
      if (best === -1 || size > Math.abs((jumps[best] as number) - usual)) best = place;
    }
    if (best === -1) break;
    const size = Math.abs((jumps[best] as number) - usual);
    if (!(size > least)) break;
    shifts.push({ place: best + window, before: medians[best] as number, after: medians[best + window] as number });
    taken.fill(1, Math.max(0, best - window), Math.min(places, best + window + 1));
  }
  return shifts.map((shift) => ({ ...shift, place: edge(adjusted, shift, window) })).sort((a, b) => a.place - b.place);
}

/** The median of the window that begins at each place; NaN where less than half of it is known. */
function movingMedians(values: Values, window: number): Float64Array {
  return Float64Array.from({ length: values.length - window + 1 }, (_, place) => {
    const known = values
      .slice(place, place + window)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const { length } = known;
    if (2 * length < window) return NaN;
    return ((known[(length - 1) >> 1] as number) + (known[length >> 1] as number)) / 2;
  });
}

/** How far values usually are from the median around them. */
function noiseOf(values: Values, medians: Float64Array, window: number): number {
  const half = window >> 1;
  const distances = values
    .map((value, place) => value - (medians[Math.max(0, Math.min(medians.length - 1, place - half))] as number))
    .filter((distance) => !Number.isNaN(distance));
  return robustDeviation(distances);
}

/** The place within half a window at which values are first nearer to the new level and stay so. */
function edge(values: Values, { place, before, after }: LevelShift, window: number): number {
  const middle = (before + after) / 2;
  const beyond = (value: number): boolean => (after > before ? value > middle : value < middle);
  let [best, score] = [place, -Infinity];
  let balance = 0;
  // The cut that has the most on its right side on both sides.
  for (let at = place - window; at < place + window; at += 1) {
    if (balance > score) [best, score] = [at, balance];
    const value = values[at] as number;
    if (!Number.isNaN(value)) balance += beyond(value) ? -1 : 1;
  }
  return best;
}
