/** How an SLO's events are counted in PromQL, over any window. */
import type { Grouping, Selector } from "../promql/expression.ts";

/** The look-back of a count. */
export interface CountWindow {
  /** As PromQL writes it, such as `"5m"`. */
  readonly text: string;
  /**
   * Whether the counts of windows that follow each other must add up to what the counter grew by: nothing between two of
   * them may be lost, and nothing guessed. Otherwise `increase()` will do.
   */
  readonly exact: boolean;
}

/** PromQL that counts what happened in the window: additive, an instant vector with the labels of the grouping alone. */
export type Count = (window: CountWindow) => string;

/** An SLO's indicator. */
export interface Indicator {
  /** What is counted: events, or pieces of time, of which there is no least number. */
  readonly unit: "events" | "time";
  readonly grouping: Grouping;
  /** All of them. Never empty without a grouping: nothing is then 0. */
  readonly total: Count;
  /** Those that failed, or those that did not; what there is no sample of is none. */
  readonly counted: "bad" | "good";
  readonly part: Count;
  /**
   * Whether a missing `part` is none at all (an error series that does not exist yet), or shows that the expression is
   * wrong (a bucket that the histogram does not have).
   */
  readonly missingPart: "none" | "mistake";
  /** Whether counting over hours is dear, as with subqueries: long windows are then made of short ones throughout. */
  readonly costly: boolean;
  /** What has to exist while data come in: the selectors behind `total`. */
  readonly totalSelectors: readonly Selector[];
  /** The selectors behind `part`. */
  readonly partSelectors: readonly Selector[];
  /** What the author should know of how the expression was understood. */
  readonly remarks: readonly string[];
}
