/** Whether a new version does worse than the old: what is asked, and what is answered. */
import type { ObjectiveInput } from "../core/objective.ts";

/**
 * What was counted of one version. Counts that are not whole, as `increase()` of Prometheus gives, are rounded against what is
 * to be shown.
 */
export interface VersionCounts {
  /** From 0 to `total`. */
  readonly good: number;
  readonly total: number;
}

/** One SLI of both versions, over the same time. */
export interface CanaryComparison {
  /** Names it: an SLO's id as a rule. */
  readonly name: string;
  readonly baseline: VersionCounts;
  readonly canary: VersionCounts;
  /** By how much the canary's error ratio must not be above the baseline's, above 0 and below 1; that of the options without it. */
  readonly margin?: number | undefined;
  /** What the SLO promises: without any margin, half of its error budget is tolerated, a burn rate that is higher by 0.5. */
  readonly objective?: ObjectiveInput | undefined;
}

/** How sure a comparison is to be. */
export interface CanaryOptions {
  /** The margin of every SLI that has none of its own, as a difference of error ratios such as 0.001. */
  readonly margin?: number | undefined;
  /** Chance at most, all SLIs and looks together, of rolling back a version that is no worse; 0.05 unless told. */
  readonly falseRollBack?: number | undefined;
  /** Chance at most, all looks together, of promoting a version that is worse by the margin or more in any SLI; 0.05 unless told. */
  readonly falsePromote?: number | undefined;
  /** How often one looks at most in the course of a roll-out, from 1 (unless told) to 10,000; each look has its share of both chances. */
  readonly looks?: number | undefined;
  /** With fewer events than this of either version nothing is decided; 1 unless told. */
  readonly minimumEvents?: number | undefined;
}

/** From best to worst. */
export const CANARY_VERDICTS = ["promote", "hold", "not_enough_data", "roll_back"] as const;

/**
 * `promote`: shown to be no worse than is tolerated, even if it is shown to be worse by less. `roll_back`: shown to be worse.
 * `hold`: neither, though enough was counted to see a difference that matters. `not_enough_data`: too little was counted for
 * that.
 */
export type CanaryVerdict = (typeof CANARY_VERDICTS)[number];

/** How one SLI compares. */
export interface CanaryFinding {
  readonly name: string;
  readonly verdict: CanaryVerdict;
  /** What is tolerated, as a difference of error ratios. */
  readonly margin: number;
  readonly baselineErrorRatio: number | undefined;
  readonly canaryErrorRatio: number | undefined;
  /** Canary less baseline. */
  readonly difference: number | undefined;
  /** Confidence interval of the difference, each end at the level of one test at one look. */
  readonly interval: readonly [low: number, high: number] | undefined;
  /** Chance of such a difference or a greater one if the canary were no worse. */
  readonly pWorse: number | undefined;
  /** Chance at most of such a difference or a smaller one if the canary were worse by the margin. */
  readonly pNotWorse: number | undefined;
  /** How `pNotWorse` was computed: exactly, or by the normal approximation. `pWorse` is always exact. */
  readonly method: "exact" | "approximate" | undefined;
  /** Events of the canary after which a difference of the margin is about as surely seen as the error rates say, and none too. */
  readonly neededEvents: number | undefined;
  /** One sentence with the figures. */
  readonly reason: string;
}

/** How the versions compare. */
export interface CanaryReport {
  /** The strictest of the findings: one that is worse rolls back, all have to be shown to be no worse to promote. */
  readonly verdict: CanaryVerdict;
  /** Of the findings that the verdict is due to. */
  readonly reasons: readonly string[];
  /** In the order of the comparisons. */
  readonly findings: readonly CanaryFinding[];
  /** The error rates of the verdict as a whole, all SLIs and looks together. */
  readonly errorRates: {
    /** Chance at most of rolling back a version that is no worse. */
    readonly falseRollBack: number;
    /** Chance at most of promoting one that is worse by the margin or more. */
    readonly falsePromote: number;
  };
}
