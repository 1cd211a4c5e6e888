/** How an error budget stands, as a value. */
import type { Objective } from "../core/objective.ts";
import type { TimeRange, Window } from "../core/time/window.ts";

/** What has a budget: any SLO is one. */
export interface BudgetSubject {
  /** Names it in events and messages. */
  readonly id: string;
  /** The promised share of good events; leaves a budget. */
  readonly objective: Objective;
  /** What it is judged over. */
  readonly window: Window;
  /** Fewer events than this in the window are too little to judge. */
  readonly minimumEvents: number;
}

/**
 * The pace at which the budget is spent, over the last `windowMs`: 1 spends it in exactly the SLO's window.
 * Error ratio / (1 - objective), as in the SRE Workbook, chapter 5.
 */
export interface BurnRate {
  /** The look-back, in milliseconds. */
  readonly windowMs: number;
  /** The pace; undefined where there were no events to tell it from. */
  readonly rate: number | undefined;
  /** Bad events in that time. */
  readonly bad: number;
  /** All events in that time. */
  readonly total: number;
  /** Share of that time that was watched, from 0 to 1. */
  readonly coverage: number;
}

/** When the budget runs out if things go on as now. */
export type Exhaustion =
  /** At this pace it lasts for a whole window, or to the end of the period. */
  | { readonly kind: "never" }
  /** Nothing is left now. */
  | { readonly kind: "exhausted" }
  /** In so many milliseconds, at the epoch millisecond `at`. */
  | { readonly kind: "in"; readonly durationMs: number; readonly at: number }
  /** There is no pace to tell it from. */
  | { readonly kind: "unknown" };

/** What every status says. */
export interface BudgetStatusBase {
  /** Whose budget. */
  readonly id: string;
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** The promise. */
  readonly objective: Objective;
  /** What it is judged over. */
  readonly window: Window;
  /** What `window` means at `at`; a calendar period's end may lie ahead. */
  readonly range: TimeRange;
  /** Share of the window's past that was watched, from 0 to 1. */
  readonly coverage: number;
  /** Events that were good. For a budget of violations: milliseconds. */
  readonly good: number;
  /** All events. For a budget of violations: milliseconds. */
  readonly total: number;
  /** The pace over each look-back that was asked for, shortest first. */
  readonly burnRates: readonly BurnRate[];
}

/** There was enough to judge. */
export interface MeasuredBudget extends BudgetStatusBase {
  readonly state: "measured";
  /** `total - good`. */
  readonly bad: number;
  /** `good / total`, from 0 to 1. */
  readonly sliRatio: number;
  /** Share of the budget that is spent: 0 is untouched, 1 exactly spent, above 1 overspent. */
  readonly consumedRatio: number;
  /** `1 - consumedRatio`, exact; negative when overspent. */
  readonly remainingRatio: number;
  /** How many more events may fail, given the traffic so far; negative when overspent. In the unit of `total`. */
  readonly remainingEvents: number;
  /** `remainingRatio` of the minutes that the objective allows in this window less exclusions (43.2 for 99.9 % of 30 d). */
  readonly remainingMinutes: number;
  /** Decided without rounding: `within` has budget left, `spent` has exactly none, `exceeded` breaks the objective. */
  readonly verdict: "within" | "spent" | "exceeded";
  /** When it runs out at the present pace. */
  readonly exhaustion: Exhaustion;
}

/** There was not enough to judge; that is an answer of its own and never a healthy one. */
export interface UnmeasuredBudget extends BudgetStatusBase {
  /** Watched and idle; watched and nearly idle; not watched. */
  readonly state: "no_traffic" | "too_little_traffic" | "no_data";
  /** Says the state in a sentence. */
  readonly reason: string;
}

/** How an error budget stands. */
export type BudgetStatus = MeasuredBudget | UnmeasuredBudget;
