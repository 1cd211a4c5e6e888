/** What was counted, on equal steps that end now, and cut into blocks. */
import { MILLISECONDS } from "../core/time/duration.ts";
import type { CountedPoint } from "../budget/history.ts";

/** Counts of equal steps; where nobody watched both are NaN. */
export interface Past {
  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly stepMs: number;
  /** How many steps were watched. */
  readonly watched: number;
}

/** The points before `at`, each at the step that it is nearest to; the last step ends at `at`. */
export function pastOf(points: readonly CountedPoint[], at: number, stepMs: number): Past {
  const placeOf = (point: CountedPoint): number => Math.round((at - point.at) / stepMs);
  const length = points.length === 0 ? 0 : placeOf(points[0] as CountedPoint) + 1;
  const bad = new Float64Array(length).fill(Number.NaN);
  const total = new Float64Array(length).fill(Number.NaN);
  let watched = 0;
  for (const point of points) {
    const place = length - 1 - placeOf(point);
    if (Number.isNaN(total[place])) watched += 1;
    bad[place] = point.total - point.good;
    total[place] = point.total;
  }
  return { bad, total, stepMs, watched };
}

/** Stretches of the past of equal length, the latest first; it ends now, and each earlier one where the next begins. */
export interface Blocks {
  /** In steps. */
  readonly length: number;
  /** Place of the first step of each block of which half and more was watched. */
  readonly starts: readonly number[];
  /** How many blocks each of them is back: 1 is the latest. */
  readonly ages: readonly number[];
  /** What was counted in each of them. */
  readonly bad: readonly number[];
  readonly total: readonly number[];
}

/** So many days make blocks of a day. */
const FEWEST_DAYS = 4;

/**
 * Days, counted back from now, so that a block has the traffic of a day and the time of day of what it stands for; of a shorter
 * past, blocks as long as the square root of it.
 */
export function blocksOf(past: Past): Blocks {
  const steps = past.total.length;
  const day = MILLISECONDS.d / past.stepMs;
  const length = Number.isInteger(day) && steps >= FEWEST_DAYS * day ? day : Math.max(1, Math.round(Math.sqrt(steps)));
  const ages = Array.from({ length: Math.floor(steps / length) }, (_, index) => index + 1).filter((age) => {
    const block = past.total.subarray(steps - age * length, steps - (age - 1) * length);
    return 2 * block.filter((count) => !Number.isNaN(count)).length >= length;
  });
  const starts = ages.map((age) => steps - age * length);
  const sums = (counts: Float64Array): number[] =>
    starts.map((start) => counts.subarray(start, start + length).reduce((sum, count) => sum + (count || 0), 0));
  return { length, starts, ages, bad: sums(past.bad), total: sums(past.total) };
}
