/** Where the counts behind an SLI come from: this process, or a monitoring system. */
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { CallOptions } from "./store.ts";

/** What one subject is asked about. */
export interface SliQuestion<Subject> {
  readonly subject: Subject;
  /** Stretches of the past, half-open. */
  readonly ranges: readonly TimeRange[];
}

/** One measurement for each range of the question, or why there is none. */
export type SliAnswer = { readonly measurements: readonly Measurement[] } | { readonly error: Error };

/** What a source's counts of a subject are. */
export interface SliTraits {
  /** Events, or pieces of time: of these there is no least number that makes a failure. */
  readonly unit: "events" | "time";
  /** The shortest stretch that it can tell of, in milliseconds. */
  readonly resolutionMs: number;
}

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
  /**
   * The same of many subjects, for sources that have it cheaper together: one answer for each question, in their order.
   * What one of them lacks is in its answer; rejects for what concerns them all.
   */
  measureAll?(questions: readonly SliQuestion<Subject>[], options?: CallOptions): Promise<readonly SliAnswer[]>;
  /**
   * The latencies in milliseconds under which `quantile` (0 to 1) of each subject's events lay, interpolated within the buckets of
   * a histogram; undefined where one is not known. Rejects as `measure` does.
   */
  latenciesMs?(
    subjects: readonly Subject[],
    question: { readonly quantile: number; readonly range: TimeRange },
    options?: CallOptions,
  ): Promise<readonly (number | undefined)[]>;
  /** What its counts of a subject are; events, and as short stretches as one likes, without it. */
  traits?(subject: Subject): SliTraits;
}
