/**
 * Hysteresis of one SLO: a decision gets stricter at once and milder only when the figures are clear of the threshold.
 *
 * It is a Schmitt trigger of several levels. Of the last level, the verdict on the figures, and the verdict on figures
 * that are worse by the margin, the new level is `stricter(verdict, milder(level, cautious verdict))`.
 */
import type { PolicyDecision } from "../ports/policy-actions.ts";

import { stricter, strictness, type PolicyVerdict } from "./verdict.ts";

/** What is remembered of an SLO from one judgement to the next; plain JSON. */
export interface SloMemory {
  /** `service/name`. */
  readonly id: string;
  /** The decision, held ones included. */
  readonly decision: PolicyDecision;
  /** The last decision that came from figures; without one there never were any. */
  readonly level?: Exclude<PolicyDecision, "unknown">;
  /** Since when the decision is what it is, in epoch milliseconds. */
  readonly since: number;
  /** What was to be done when the decision was entered. */
  readonly actions: readonly string[];
  /** What people should do while it lasts. */
  readonly recommendations: readonly string[];
}

/** A policy's verdicts on one SLO: on its figures, and on slightly worse ones. */
export interface Judgement {
  readonly id: string;
  readonly verdict: PolicyVerdict;
  readonly cautious: PolicyVerdict;
}

/** Why a decision is stricter than the verdict. */
export type HeldBecause = "margin" | "unknown" | "time";

/**
 * The next memory of an SLO. An `unknown` does not lift a halt, since missing figures are not clear of anything; nor does
 * it wipe out the level, so that a budget next to a threshold cannot slip past the margin through a gap in the data.
 */
export function hold(
  before: SloMemory | undefined,
  judgement: Judgement,
  options: { readonly at: number; readonly minimumHoldMs: number },
): { readonly memory: SloMemory; readonly held?: HeldBecause } {
  const { at, minimumHoldMs } = options;
  const { id, verdict, cautious } = judgement;
  const level = levelOf(before, judgement);
  const decision =
    verdict.decision === "unknown" ? (level === "halt" ? "halt" : "unknown") : (level ?? verdict.decision);

  // A clock that was set back must not prolong what it has counted.
  const since = before === undefined ? at : Math.min(before.since, at);
  if (before !== undefined && strictness(decision) < strictness(before.decision) && at - since < minimumHoldMs) {
    return { memory: { ...before, since }, held: "time" };
  }
  const source = decision === verdict.decision ? verdict : decision === before?.decision ? before : cautious;
  const memory: SloMemory = {
    id,
    decision,
    ...(level === undefined ? {} : { level }),
    since: decision === before?.decision ? since : at,
    actions: source.actions,
    recommendations: source.recommendations,
  };
  if (strictness(decision) <= strictness(verdict.decision)) return { memory };
  return { memory, held: verdict.decision === "unknown" ? "unknown" : "margin" };
}

function levelOf(before: SloMemory | undefined, { verdict, cautious }: Judgement): SloMemory["level"] {
  const level = before?.level;
  if (verdict.decision === "unknown") return level;
  if (level === undefined) return verdict.decision;
  const worse = cautious.decision === "unknown" ? verdict.decision : cautious.decision;
  const milder = strictness(worse) < strictness(level) ? worse : level;
  return stricter(verdict.decision, milder);
}
