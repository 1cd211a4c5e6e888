/** Into which steps the past of a window is cut: pure. */
import type { TimeRange } from "../core/time/window.ts";

/** Steps through the window, and finer ones over its last part. */
const COARSE_STEPS = 120;
const FINE_STEPS = 72;
/** The finer ones are that part of the window. */
const FINE_SHARE = 1 / 120;
/** Nothing is finer. */
const FINEST_MS = 1_000;

/** Equal steps, one after the other. */
export interface PastRow {
  readonly start: number;
  readonly stepMs: number;
  readonly ranges: readonly TimeRange[];
}

/** Length of the finer steps: what is not older than one of them is new enough. */
export function finestMs({ start, end }: TimeRange): number {
  return Math.max(FINEST_MS, Math.round(((end - start) * FINE_SHARE) / FINE_STEPS));
}

/**
 * Coarse steps up to the last part of the window, and finer ones from there to now: to the millisecond for each step they begin where the
 * window begins, and a period that is only a few steps old begins at most one of them before itself.
 */
export function rowsOf(range: TimeRange, at: number): readonly PastRow[] {
  const fineMs = finestMs(range);
  const fine = Math.max(1, Math.min(FINE_STEPS, Math.ceil((at - range.start) / fineMs)));
  const fineFrom = at - fine * fineMs;
  const coarse = Math.max(0, Math.min(COARSE_STEPS, Math.floor((fineFrom - range.start) / fineMs)));
  const coarseMs = coarse === 0 ? fineMs : Math.round((fineFrom - range.start) / coarse);
  return [rowOf(fineFrom - coarse * coarseMs, coarseMs, coarse), rowOf(fineFrom, fineMs, fine)].filter(
    ({ ranges }) => ranges.length > 0,
  );
}

function rowOf(start: number, stepMs: number, count: number): PastRow {
  const ranges = Array.from({ length: count }, (_, index) => ({
    start: start + index * stepMs,
    end: start + (index + 1) * stepMs,
  }));
  return { start, stepMs, ranges };
}
