/** What a policy is asked, and what it answers. */
import type { BudgetStatus } from "../budget/status.ts";
import { POLICY_DECISIONS, type PolicyDecision } from "../ports/policy-actions.ts";
import type { Slo } from "../slo/model.ts";

/** What a policy needs to know about an SLO; every {@link Slo} is one. Its `alerting` says how many failures make a burn, 5 without it. */
export type PolicySubject = Pick<Slo, "id" | "service" | "name" | "kind"> & Partial<Pick<Slo, "slices" | "alerting">>;

/** One SLO and how its error budget stands. */
export interface PolicyInput {
  /** Whose budget. */
  readonly slo: PolicySubject;
  /** How it stands. */
  readonly status: BudgetStatus;
}

/** Why something was decided. */
export interface PolicyReason {
  /** For machines; stable. Policies of the user's own may have codes of their own. */
  readonly code: string;
  /** For people: one sentence with the figures. */
  readonly message: string;
}

/** What a policy says about one SLO, from its figures alone: no memory, no clock. */
export interface PolicyVerdict {
  readonly decision: PolicyDecision;
  /** At least one. */
  readonly reasons: readonly PolicyReason[];
  /** What people should do now. */
  readonly recommendations: readonly string[];
  /** Names of what is to be done when this decision is entered. */
  readonly actions: readonly string[];
}

/** How strict a decision is; halt > unknown > warn > allow. */
export function strictness(decision: PolicyDecision): number {
  return POLICY_DECISIONS.indexOf(decision);
}

/** The stricter of two. */
export function stricter<D extends PolicyDecision>(a: D, b: D): D {
  return strictness(a) >= strictness(b) ? a : b;
}

/** Each of `items` once, in order. */
export function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
