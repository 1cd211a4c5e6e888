/** One SLO on its way from a question to a status. */
import { assessed, type BudgetMeasurements } from "../budget/assess.ts";
import type { Exclusions } from "../budget/exclusions.ts";
import { budgetQuestions } from "../budget/questions.ts";
import type { SloTier } from "../budget/slo-tiers.ts";
import type { BudgetStatus, BudgetSubject } from "../budget/status.ts";
import { NOTHING_MEASURED } from "../core/measurement.ts";
import { publicReason } from "../core/public-reason.ts";
import type { SliAnswer, SliQuestion } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";

import type { SloStatus } from "./model.ts";
import { judgeBudget } from "./verdict.ts";

/** What is asked about one SLO. */
export interface AskedSlo {
  readonly slo: Slo;
  /** What is judged: the SLO, over another window perhaps. */
  readonly subject: BudgetSubject;
  readonly tiers: readonly SloTier[];
  /** All look-backs that are asked about, in milliseconds, shortest first. */
  readonly lookBacksMs: readonly number[];
  readonly question: SliQuestion<Slo>;
  /** What the answer says; undefined if it is an error. */
  readonly measured: (answer: SliAnswer | undefined) => BudgetMeasurements | undefined;
}

/** What is to be measured to judge `subject`, which is counted as `slo` is, at `at`. */
export function askAbout(
  slo: Slo,
  given: {
    readonly subject: BudgetSubject;
    readonly tiers: readonly SloTier[];
    /** Beside those of the tiers. */
    readonly lookBacksMs: readonly number[];
    readonly exclusions: Exclusions;
    readonly at: number;
  },
): AskedSlo {
  const { subject, tiers, exclusions, at } = given;
  const ofTiers = tiers.flatMap(({ longMs, shortMs }) => [shortMs, longMs]);
  const lookBacksMs = [...new Set([...ofTiers, ...given.lookBacksMs])].sort((a, b) => a - b);
  const { ranges, fold } = budgetQuestions(subject.window, lookBacksMs, exclusions, at);
  return {
    slo,
    subject,
    tiers,
    lookBacksMs,
    question: { subject: slo, ranges },
    measured: (answer) => (answer === undefined || "error" in answer ? undefined : fold(answer.measurements)),
  };
}

/** How the SLO stands by the answer. */
export function statusOf(
  { slo, subject, tiers, lookBacksMs, measured }: AskedSlo,
  answer: SliAnswer | undefined,
  rules: { readonly at: number; readonly minimumFailures: number; readonly warnBelowRatio: number },
): SloStatus {
  const { at, minimumFailures, warnBelowRatio } = rules;
  const measurements = measured(answer);
  const window = measurements?.window;
  const budget = measurements === undefined ? blind() : assessed(subject, measurements, at);
  const judged = judgeBudget(budget, { tiers, minimumFailures, warnBelowRatio });
  return { slo, at, countedUntil: Math.min(at, window?.until ?? at), window: subject.window, budget, ...judged, tiers };

  function blind(): BudgetStatus {
    const lookBacks = lookBacksMs.map((windowMs) => ({ windowMs, measurement: NOTHING_MEASURED }));
    const status = assessed(subject, { window: NOTHING_MEASURED, lookBacks }, at);
    return status.state === "measured" ? status : { ...status, reason: `its source could not tell: ${whyNot(answer)}` };
  }
}

function whyNot(answer: SliAnswer | undefined): string {
  return answer !== undefined && "error" in answer ? publicReason(answer.error) : "it did not answer";
}
