/** What an engine answers, with its reasons. */
import type { PolicyDecision } from "../ports/policy-actions.ts";

import type { PolicyActionResult } from "./action-queue.ts";
import type { HeldBecause, Judgement } from "./hold.ts";
import type { PolicyOverride } from "./override.ts";
import { percentText } from "./sentences.ts";
import type { PolicyState } from "./state.ts";
import { overrideText, type PolicyStep } from "./transition.ts";
import { type PolicyReason, type PolicyVerdict, unique } from "./verdict.ts";

/** What is decided about one SLO. */
export interface SloDecision {
  /** `service/name`. */
  readonly id: string;
  readonly decision: PolicyDecision;
  /** Since when, in epoch milliseconds. */
  readonly since: number;
  /** Whether the decision is stricter than the figures alone ask for. */
  readonly held: boolean;
  readonly reasons: readonly PolicyReason[];
  readonly recommendations: readonly string[];
  /** What the policy says of the figures alone. */
  readonly verdict: PolicyVerdict;
}

/** How a service stands. */
export interface PolicyStanding {
  readonly service: string;
  /** What is in force. */
  readonly decision: PolicyDecision;
  /** Since when, in epoch milliseconds. */
  readonly since: number;
  /** What the policy says, whether or not it is overridden. */
  readonly policyDecision: PolicyDecision;
  /** Who has overridden the policy, if anybody. */
  readonly override?: PolicyOverride;
}

/** What is decided about a service, and why. */
export interface PolicyOutcome extends PolicyStanding {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** Name of the policy. */
  readonly policy: string;
  /** The decision before this call. */
  readonly from: PolicyDecision;
  /** Whether this call changed it. */
  readonly changed: boolean;
  /** Of the override, if there is one, and of the SLOs that the policy's decision is due to. */
  readonly reasons: readonly PolicyReason[];
  /** What people should do, from the same SLOs. */
  readonly recommendations: readonly string[];
  /** Each SLO, in the order in which they were given. */
  readonly slos: readonly SloDecision[];
  /** What this call ran. */
  readonly actions: readonly PolicyActionResult[];
}

/** What would be decided about a service, and why: nothing was run. */
export type PolicyPreview = Omit<PolicyOutcome, "actions">;

/** The part of `state` that is for showing. */
export function standingOf({ service, decision, since, policyDecision, override }: PolicyState): PolicyStanding {
  return { service, decision, since, policyDecision, ...(override === undefined ? {} : { override }) };
}

/** What the step says, before its actions have run. */
export function outcomeOf(
  { state, held }: PolicyStep,
  context: {
    readonly at: number;
    readonly policy: string;
    readonly before: PolicyState;
    readonly judgements: readonly Judgement[];
    readonly marginRatio: number;
    readonly minimumHoldMs: number;
  },
): PolicyPreview {
  const slos = context.judgements.map(({ id, verdict }): SloDecision => {
    const memory = state.slos.find((slo) => slo.id === id);
    const { decision, since, recommendations } = memory ?? { ...verdict, since: context.at };
    const because = held.get(id);
    const reasons =
      because === undefined ? verdict.reasons : [heldReason(id, decision, because, context), ...verdict.reasons];
    return { id, decision, since, held: because !== undefined, reasons, recommendations, verdict };
  });
  const leading = slos.filter(({ decision }) => decision === state.policyDecision);
  return {
    ...standingOf(state),
    at: context.at,
    policy: context.policy,
    from: context.before.decision,
    changed: state.changes !== context.before.changes,
    reasons: [...serviceReasons(state, slos.length), ...leading.flatMap(({ reasons }) => reasons)],
    recommendations: unique(leading.flatMap(({ recommendations }) => recommendations)),
    slos,
  };
}

function serviceReasons({ service, override }: PolicyState, sloCount: number): PolicyReason[] {
  const reasons: PolicyReason[] = [];
  if (override !== undefined) reasons.push({ code: "override", message: overrideText(override) });
  if (sloCount === 0) reasons.push({ code: "no_slos", message: `no SLO of ${service} was judged` });
  return reasons;
}

function heldReason(
  id: string,
  decision: PolicyDecision,
  because: HeldBecause,
  { marginRatio, minimumHoldMs }: { marginRatio: number; minimumHoldMs: number },
): PolicyReason {
  const why = {
    margin: `the figures are not clear of it by ${percentText(marginRatio)} of the budget yet`,
    unknown: "missing figures do not lift it",
    time: `a decision stays for at least ${String(minimumHoldMs)} ms`,
  }[because];
  return { code: `held_by_${because}`, message: `${id}: ${decision} is kept, since ${why}` };
}
