/** What an SLO says of its alerts: who is told, at which burn rates, and with which words. */

/** Who is told. */
export type BurnSeverity = "page" | "ticket";

/** One burn-rate alert, as far as it differs from the usual one of its name; a name of one's own needs all of it. */
export interface TierSettings {
  readonly severity?: BurnSeverity;
  /** Share of the budget, from 0 to 1, that is spent in the long look-back at the threshold. Not beside `factor`. */
  readonly budgetShare?: number;
  /** The burn rate above which it fires. Not beside `budgetShare`. */
  readonly factor?: number;
  /** The long look-back, in milliseconds. */
  readonly longMs?: number;
  /** The short look-back, in milliseconds; a twelfth of the long one without it. */
  readonly shortMs?: number;
}

/** What the alerts of one severity have beside those that all have. */
export interface AlertTexts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How an SLO's alerts differ from the usual ones. */
export interface SloAlerting extends AlertTexts {
  /** Name of its burn-rate alerts instead of `ErrorBudgetBurn`. */
  readonly name?: string;
  /** Where it is written what to do. */
  readonly runbookUrl?: string;
  /** Where it can be looked at. */
  readonly dashboardUrl?: string;
  /** Fewer failures than this in the long look-back are no alert. At least 1. */
  readonly minimumFailures?: number;
  /** Who is told when there are no data; `false` for nobody. */
  readonly noData?: false | BurnSeverity;
  /** What pages have of their own; `false`: nobody is paged. */
  readonly page?: false | AlertTexts;
  /** What tickets have of their own; `false`: there are none. */
  readonly ticket?: false | AlertTexts;
  /** By name: `page_fast`, `page_slow`, `ticket_fast`, `ticket_slow`, or one's own; `false`: not that one. */
  readonly tiers?: Readonly<Record<string, false | TierSettings>>;
}
