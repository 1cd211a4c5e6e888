/** How an SLO and its alerts would have done over the past. */
import type { SloTier } from "../budget/slo-tiers.ts";
import type { BudgetSubject } from "../budget/status.ts";
import type { TimeRange } from "../core/window.ts";
import type { BurnSeverity } from "../slo/alerting.ts";

/** What is tried: an objective over a window, with its alerts. */
export interface Candidate {
  /** Names it in the report. */
  readonly name: string;
  readonly subject: BudgetSubject;
  readonly tiers: readonly SloTier[];
  /** Fewer failures than this in a tier's long look-back are no alert. */
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

/** One time that an alert would have fired. */
export interface AlertEpisode extends TimeRange {
  readonly tier: string;
  readonly severity: BurnSeverity;
  /** Whether it was still firing when the past ended. */
  readonly ongoing: boolean;
  /** Share of the budget that was gone at its start, from 0. */
  readonly consumedAtStart: number;
  /** Share of a whole budget that was spent from the start of the fault behind it to its end. */
  readonly spentDuring: number;
  /** From the start of the fault behind it to its start, in milliseconds. Undefined where no fault is seen behind it. */
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
export interface Fault extends TimeRange {
  /** Share of a whole budget that it cost. */
  readonly cost: number;
  /** The tier that told of it first, and when. */
  readonly detectedBy: string | undefined;
  readonly detectedAt: number | undefined;
}

/** How a candidate did. */
export interface CandidateReport {
  readonly name: string;
  /** What was looked at; the budget is judged from the first full window on, `judged`. */
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
  readonly tiers: readonly TierReport[];
  readonly episodes: readonly AlertEpisode[];
  readonly faults: readonly Fault[];
  /** Faults that cost more than a page tier's share, and nobody was told. */
  readonly missed: number;
}

/** An objective that the past supports. */
export interface ObjectiveSuggestion {
  /** As it would be written, such as `"99.95%"`; undefined if the past supports none. */
  readonly objective: string | undefined;
  /** Share of the whole windows in which it would have been kept, from 0 to 1. */
  readonly keptRatio: number;
  /** What it rests on, in a sentence. */
  readonly reason: string;
}

/** Candidates side by side, over the same past. */
export interface BacktestReport {
  readonly range: TimeRange;
  readonly candidates: readonly CandidateReport[];
  readonly suggestion: ObjectiveSuggestion;
}
