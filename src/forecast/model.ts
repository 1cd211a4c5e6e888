/** When an error budget runs out. */
import type { CountedPoint } from "../budget/history.ts";
import type { BudgetStatus, BudgetSubject, Exhaustion } from "../budget/status.ts";

/** A moment that may never come. */
export type Moment =
  { readonly kind: "in"; readonly at: number; readonly durationMs: number } | { readonly kind: "never" };

/** When the budget runs out by what its course so far leads to. */
export type TrendExhaustion =
  | {
      readonly kind: "forecast";
      /** The middle of the futures that were looked at; `never`: in at least half of them it lasts to the horizon. */
      readonly expected: Moment;
      /** The sooner end of the interval. */
      readonly earliest: Moment;
      /** The later end of the interval. */
      readonly latest: Moment;
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
  readonly subject: BudgetSubject;
  /** How the budget stands at `at`. */
  readonly status: BudgetStatus;
  /** What was counted in equal steps over the window's past (for a calendar period: at least a month before `at`, if it is known), in order; steps that nobody watched are missing. */
  readonly points: readonly CountedPoint[];
  /** Length of one step, in milliseconds. */
  readonly stepMs: number;
}
