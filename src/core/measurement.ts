/** What was counted in a stretch of time: the one currency between sources, budgets and policies. */

/** Good and total of a stretch of time, in one unit: requests, time slices or milliseconds. */
export interface Measurement {
  /** What went well; from 0 to `total`. */
  readonly good: number;
  /** All that counts. */
  readonly total: number;
  /** Share of the stretch's past that was watched at all, from 0 to 1: it tells "no requests came" from "nobody looked". */
  readonly coverage: number;
  /**
   * Up to when it was counted, in epoch milliseconds, where that is before the end of the stretch: recorded sums lag behind.
   */
  readonly until?: number;
}

/** Nothing was counted, and nobody looked. */
export const NOTHING_MEASURED: Measurement = { good: 0, total: 0, coverage: 0 };
