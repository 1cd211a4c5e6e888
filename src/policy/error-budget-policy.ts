/** What every policy is, built in or of the user's own. */
import type { Window } from "../core/time/window.ts";

import type { PolicyInput, PolicyVerdict } from "./verdict.ts";

/**
 * Decides from the error budget of one SLO whether releases may go on. Extend it for a policy of your own.
 *
 * @example
 * ```ts
 * import { ErrorBudgetPolicy, PolicyEngine } from "nines";
 * import type { PolicyInput, PolicyVerdict } from "nines";
 *
 * class NoReleasesOnceBroken extends ErrorBudgetPolicy {
 *   readonly name = "no releases once broken";
 *   evaluate({ slo, status }: PolicyInput): PolicyVerdict {
 *     const rest = { recommendations: [], actions: [] };
 *     if (status.state !== "measured") {
 *       return { decision: "unknown", reasons: [{ code: status.state, message: status.reason }], ...rest };
 *     }
 *     const decision = status.verdict === "exceeded" ? "halt" : "allow";
 *     return { decision, reasons: [{ code: status.verdict, message: `${slo.id} is ${status.verdict}` }], ...rest };
 *   }
 * }
 * new PolicyEngine({ default: new NoReleasesOnceBroken() });
 * ```
 */
export abstract class ErrorBudgetPolicy {
  /** For people and logs. */
  abstract readonly name: string;

  /**
   * The verdict on one SLO. Pure: the same input gives the same verdict, and nothing else happens. The engine also asks
   * it about slightly worse figures than the real ones, to see whether they are clear of a threshold.
   */
  abstract evaluate(input: PolicyInput): PolicyVerdict;

  /** The burn-rate look-backs that it reads for an SLO over `window`, in milliseconds: measure at least these. */
  lookBacksMs(_window: Window): readonly number[] {
    return [];
  }
}
