/** Where a budget manager keeps what it was told. */
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";

/** Answers what was good and what was all in a stretch of time. */
export interface BudgetLedger {
  /** Over `range`, which lies in the past. */
  measure(range: TimeRange): Measurement;
  /** Told of fixed instants (epoch milliseconds) that will be asked for again and again: the edges of exclusions. */
  keep?(instants: readonly number[]): void;
  /** How far beyond an instant ranges have to reach to include it: events have an instant, stretches end at one. */
  readonly instantMs: 0 | 1;
}
