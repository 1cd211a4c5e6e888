/** When an error budget runs out: what is asked, and what is answered. */
import type { Exclusion } from "../budget/exclusions.ts";
import type { CountedPoint } from "../budget/history.ts";
import type { BudgetStatus, Exhaustion } from "../budget/status.ts";
import type { BudgetSubjectInput } from "../budget/subject.ts";
import type { Random } from "../core/random.ts";

/** A moment that may never come, or not before the horizon. */
export type ExhaustionTime =
  { readonly kind: "in"; readonly at: number; readonly durationMs: number } | { readonly kind: "never" };

/** When the budget runs out by what its course so far leads to. */
export type TrendExhaustion =
  | {
      readonly kind: "forecast";
      /** The middle of the futures that were looked at; `never`: in at least half of them it lasts to the horizon. */
      readonly expected: ExhaustionTime;
      /** The sooner end of the interval. */
      readonly earliest: ExhaustionTime;
      /** The later end of the interval. */
      readonly latest: ExhaustionTime;
      /** Share of those futures in which it runs out before the horizon, from 0 to 1. */
      readonly probability: number;
    }
  | { readonly kind: "exhausted" }
  /** Too little is known; `reason` says in a sentence of what. */
  | { readonly kind: "unknown"; readonly reason: string };

/** When the budget runs out. */
export interface BudgetForecast {
  readonly id: string;
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** How far the forecast looks, in epoch milliseconds: a window ahead, or to the end of the calendar period. */
  readonly horizonAt: number;
  /** If the pace stays what it is now; rather too early than too late. */
  readonly atPresentPace: Exhaustion;
  readonly byTrend: TrendExhaustion;
  /** How much of the truth the interval of `byTrend` is to hold, such as 0.8. */
  readonly level: number;
  /** Both in one sentence. */
  readonly text: string;
}

/** What a forecast is made of. */
export interface ForecastInput {
  readonly subject: BudgetSubjectInput;
  /** How the budget stands at the end of the points. */
  readonly status: BudgetStatus;
  /**
   * What was counted in equal steps before that, in order: over the window's past and, where it is known, over more; for a
   * calendar period over at least the length of one. Steps that nobody watched are missing. At most 10,000.
   */
  readonly points: readonly CountedPoint[];
  /** Length of one step, in milliseconds. An hour or another part of a day is best. */
  readonly stepMs: number;
  /**
   * Time that does not count, as for the status; none unless told. Points whose step touches some of it are not looked at, and of
   * the time ahead nothing is expected of it.
   */
  readonly exclusions?: readonly Exclusion[] | undefined;
}

/** How a forecast is made. */
export interface ForecastOptions {
  /** How much of the truth the interval is to hold, above 0 and below 1; 0.8 unless told. */
  readonly level?: number | undefined;
  /** How far to look, in milliseconds; as far as the window is long, or to the end of the calendar period, unless told and at most. */
  readonly horizonMs?: number | undefined;
  /** How many futures are looked at, from 100 to 2,000; 500 unless told. */
  readonly paths?: number | undefined;
  /** Chance; the same for each forecast unless told. */
  readonly random?: Random | undefined;
}
