/** Where the counts behind an SLI come from: this process, or a monitoring system. */
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/window.ts";
import type { CallOptions } from "./store.ts";

/**
 * Answers what was good and what was all in each of several stretches of time. `Subject` is what it is asked about,
 * an SLO as a rule.
 */
export interface SliSource<Subject> {
  /**
   * One measurement for each of `ranges`, in their order. Rejects with an `AdapterError` when it cannot tell; that it
   * watched and saw nothing is an answer, not an error.
   */
  measure(subject: Subject, ranges: readonly TimeRange[], options?: CallOptions): Promise<readonly Measurement[]>;
}
