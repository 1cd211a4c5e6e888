/** Whether a new version does worse than the old. */

/** What was counted of one version. */
export interface VersionCounts {
  readonly good: number;
  readonly total: number;
}

/** One SLI of both versions, over the same time. */
export interface CanaryComparison {
  /** Names it: an SLO's id as a rule. */
  readonly name: string;
  readonly baseline: VersionCounts;
  readonly canary: VersionCounts;
}

/** From best to worst. */
export const CANARY_VERDICTS = ["promote", "hold", "not_enough_data", "roll_back"] as const;

/**
 * `promote`: shown to be no worse than is tolerated. `roll_back`: shown to be worse. `hold`: neither, though enough was counted
 * to see a difference that matters. `not_enough_data`: too little was counted for that.
 */
export type CanaryVerdict = (typeof CANARY_VERDICTS)[number];

/** How one SLI compares. */
export interface CanaryFinding {
  readonly name: string;
  readonly verdict: CanaryVerdict;
  readonly baselineErrorRatio: number | undefined;
  readonly canaryErrorRatio: number | undefined;
  /** Canary less baseline. */
  readonly difference: number | undefined;
  /** Confidence interval of the difference, at the level of both tests together. */
  readonly interval: readonly [low: number, high: number] | undefined;
  /** Chance of such a difference or a greater one if the canary were no worse. */
  readonly pWorse: number | undefined;
  /** Chance of such a difference or a smaller one if the canary were worse by the margin. */
  readonly pNotWorse: number | undefined;
  /** How it was computed: exactly, or by the normal approximation. */
  readonly method: "exact" | "approximate" | undefined;
  /** Events of the canary that are needed to see a difference of the margin with the stated error rates. */
  readonly neededEvents: number | undefined;
  /** One sentence with the figures. */
  readonly reason: string;
}

/** How the versions compare. */
export interface CanaryReport {
  /** The strictest of the findings: one that is worse rolls back, all have to be shown to be no worse to promote. */
  readonly verdict: CanaryVerdict;
  readonly reasons: readonly string[];
  readonly findings: readonly CanaryFinding[];
  /** The error rates of the verdict as a whole, all SLIs and looks together. */
  readonly errorRates: {
    /** Chance at most of rolling back a version that is no worse. */
    readonly falseRollBack: number;
    /** Chance at most of promoting one that is worse by the margin or more. */
    readonly falsePromote: number;
  };
}
