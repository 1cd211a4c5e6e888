/** Where a budget manager keeps what it was told. */
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/window.ts";

/** Answers what was good and what was all in a stretch of time. */
export interface BudgetLedger {
  /** Over `range`, which lies in the past; `withEnd` counts what happened at its very end, too. */
  measure(range: TimeRange, withEnd?: boolean): Measurement;
}
