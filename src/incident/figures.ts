/** What many durations come to. */

/**
 * Durations in whole milliseconds. The mean of durations like these is led by the few longest; the median and the
 * percentiles say what is usual, and how bad it gets.
 */
export interface DurationFigures {
  /** How many durations. */
  readonly count: number;
  readonly meanMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** The figures of `durationsMs`, which are finite; undefined of none. */
export function durationFigures(durationsMs: readonly number[]): DurationFigures | undefined {
  if (durationsMs.length === 0) return undefined;
  const sorted = Float64Array.from(durationsMs).sort();
  let sum = 0;
  for (const duration of sorted) sum += duration;
  return {
    count: sorted.length,
    meanMs: Math.round(sum / sorted.length),
    medianMs: percentile(sorted, 50),
    p90Ms: percentile(sorted, 90),
    p95Ms: percentile(sorted, 95),
    p99Ms: percentile(sorted, 99),
    minMs: Math.round(sorted[0] as number),
    maxMs: Math.round(sorted.at(-1) as number),
  };
}

/**
 * Type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), the default of R and NumPy: linear
 * between the two values around (n - 1) p. The place is found in whole numbers.
 */
function percentile(sorted: Float64Array, percent: number): number {
  const place = (sorted.length - 1) * percent;
  const rest = place % 100;
  const index = (place - rest) / 100;
  const lower = sorted[index] as number;
  const upper = sorted[index + 1] ?? lower;
  return Math.round(lower + ((upper - lower) * rest) / 100);
}
