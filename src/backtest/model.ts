/** How an SLO and its alerts would have done over the past. */
import type { SloTier } from "../budget/slo-tiers.ts";
import type { BudgetSubject } from "../budget/status.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { BurnSeverity } from "../slo/alerting.ts";

/** What is tried: an objective over a window, with its alerts. */
export interface BacktestCandidate {
  /** Names it in the report; unique in it. */
  readonly name: string;
  readonly subject: BudgetSubject;
  readonly tiers: readonly SloTier[];
  /**
   * Fewer failures than this in a tier's long look-back are no alert. 0 where time is counted, of which there is no least
   * number; then an alert asks for no least number of events either.
   */
  readonly minimumFailures: number;
}

/** What was counted, in equal steps. */
export interface CountedSteps {
  /** Start of the first step, in epoch milliseconds. */
  readonly start: number;
  /** Length of one step, in milliseconds: alerts are judged at the end of each. */
  readonly stepMs: number;
  /** Good events of each step; NaN where nobody watched. */
  readonly good: ArrayLike<number>;
  /** All events of each step; NaN where nobody watched. */
  readonly total: ArrayLike<number>;
}

/** Counts of each candidate by its name, where their indicators differ; all over the same steps. */
export type ByCandidate = ReadonlyMap<string, CountedSteps>;

/** One time that an alert would have fired. Its start and its end are the instants at which it was judged so. */
export interface AlertEpisode extends TimeRange {
  readonly tier: string;
  readonly severity: BurnSeverity;
  /** Whether it was still firing when the past ended. */
  readonly ongoing: boolean;
  /** Share of the budget that was gone at its start, from 0. */
  readonly consumedAtStart: number;
  /** Share of a whole budget that was spent from the start of its long look-back to its end. */
  readonly spentDuring: number;
  /** Whether that is less than its tier is to tell of, and no graver alert that was none joined it. */
  readonly isNoise: boolean;
  /** From the start of the fault behind it to its start, in milliseconds. Undefined where that may have begun before the past did. */
  readonly detectionMs: number | undefined;
  /** From the end of that fault to its end, in milliseconds. Undefined where it or the fault was still going on. */
  readonly resetMs: number | undefined;
}

/** How one tier did. */
export interface TierReport {
  readonly tier: SloTier;
  readonly episodes: number;
  readonly firingMs: number;
  /** Episodes in which less of the budget was spent than the tier is to tell of, and which no graver tier joined. */
  readonly noisy: number;
  /** Whether most of its episodes were noise. */
  readonly isNoise: boolean;
  readonly medianDetectionMs: number | undefined;
  readonly medianResetMs: number | undefined;
}

/** A stretch in which the budget burned faster than it may. */
export interface BacktestFault extends TimeRange {
  /** Share of a whole budget that it cost beyond what may be spent in that time. */
  readonly cost: number;
  /** The tier that told of it first, and when. */
  readonly detectedBy: string | undefined;
  readonly detectedAt: number | undefined;
}

/** How a candidate did. */
export interface CandidateReport {
  readonly name: string;
  /** What was judged; its tiers are in `tiers`. */
  readonly subject: BudgetSubject;
  /** What was looked at; the budget is judged from the first full window on, `judgedFrom`. */
  readonly range: TimeRange;
  /** From when on whole windows lay within the past; undefined if there was none. */
  readonly judgedFrom: number | undefined;
  /** Share of the past that was watched, from 0 to 1. */
  readonly coverage: number;
  readonly good: number;
  readonly total: number;
  /** Over all of the past. */
  readonly sliRatio: number | undefined;
  /** Lowest and last share of the budget that was left in any window. */
  readonly leastRemaining: number | undefined;
  readonly lastRemaining: number | undefined;
  /** How long the budget was spent or overspent, in milliseconds. */
  readonly exhaustedMs: number;
  /** How often people would have been paged: page tiers that fire together are one page. */
  readonly pages: number;
  readonly pagingMs: number;
  readonly tickets: number;
  readonly ticketMs: number;
  /** Share of the budget that was gone when the first page came; undefined if none came. */
  readonly consumedAtFirstPage: number | undefined;
  /** The gravest first. */
  readonly tiers: readonly TierReport[];
  /** By their start; of those that began together the gravest first. */
  readonly episodes: readonly AlertEpisode[];
  readonly faults: readonly BacktestFault[];
  /** Faults that cost more than a page tier's share, and nobody was told. */
  readonly missed: number;
  /** What its counts would have supported over its window. */
  readonly suggestion: ObjectiveSuggestion;
}

/** An objective that the past supports. */
export interface ObjectiveSuggestion {
  /** As it would be written, such as `"99.93%"`; undefined if the past supports none. */
  readonly objective: string | undefined;
  /** The strictest of those that people use (99.9 %, 99.5 % and so on) that it supports. */
  readonly usual: string | undefined;
  /** Share of the whole windows in which `objective` would have been kept, from 0 to 1; 0 without one. */
  readonly keptRatio: number;
  /** How many windows that is of. */
  readonly windows: number;
  /** What it rests on, in a sentence. */
  readonly reason: string;
}

/** Candidates side by side, over the same past. */
export interface SloBacktestReport {
  readonly range: TimeRange;
  /** How far apart alerts were judged, in milliseconds. */
  readonly stepMs: number;
  readonly candidates: readonly CandidateReport[];
}
