/** A policy that was written down as rules. */
import { formatDuration } from "../core/time/duration.ts";
import type { PolicyDecision } from "../ports/policy-actions.ts";

import { holds, type RuleConditions } from "./conditions.ts";
import { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import { judgeUnmeasured, type WhenIdle } from "./unmeasured.ts";
import { type PolicyInput, type PolicyReason, type PolicyVerdict, stricter, unique } from "./verdict.ts";

/** If `when` holds, then `decision`. */
export interface PolicyRule {
  /** All of it must hold; a rule without it always holds. */
  readonly when?: RuleConditions;
  readonly decision: "allow" | "warn" | "halt";
  /** Names of what is to be done when the decision is entered through this rule. */
  readonly actions: readonly string[];
  /** What people should do. */
  readonly recommendations: readonly string[];
}

/**
 * Rules from a document. All of them are read, and the strictest decision of those that hold wins; so their order means
 * nothing, and one rule more can never make a policy milder. Where none holds, releases are allowed. A budget that was not
 * measured is judged before the rules.
 */
export class DeclaredPolicy extends ErrorBudgetPolicy {
  readonly name: string;
  /** As they were written. */
  readonly rules: readonly PolicyRule[];
  readonly #whenIdle: WhenIdle;

  constructor(options: { name: string; rules: readonly PolicyRule[]; whenIdle: WhenIdle }) {
    super();
    this.name = options.name;
    this.rules = options.rules;
    this.#whenIdle = options.whenIdle;
  }

  override evaluate(input: PolicyInput): PolicyVerdict {
    const { id } = input.slo;
    if (input.status.state !== "measured") return judgeUnmeasured(id, input.status, this.#whenIdle);
    const findings = this.rules.flatMap((rule, index) => this.#find(rule, index, input));
    const decision = findings.map((finding) => finding.decision).reduce<PolicyDecision>(stricter, "allow");
    const leading = findings.filter((finding) => finding.decision === decision);
    const none = { code: "within_budget", message: `${id}: no rule of ${this.name} holds` };
    // What asks for less is told as well, after what decides.
    const others = findings.filter((finding) => finding.decision !== decision && finding.decision !== "allow");
    return {
      decision,
      reasons: findings.length === 0 ? [none] : [...leading, ...others].map(({ reason }) => reason),
      recommendations: unique(leading.flatMap(({ recommendations }) => recommendations)),
      actions: unique(leading.flatMap(({ actions }) => actions)),
    };
  }

  override lookBacksMs(): readonly number[] {
    const all = this.rules.flatMap(({ when }) => when?.burn_rate?.map(({ over }) => over) ?? []);
    return [...new Set(all)].sort((a, b) => a - b);
  }

  #find(rule: PolicyRule, index: number, input: PolicyInput): Finding[] {
    const answer = holds(rule.when ?? {}, input);
    if (answer.kind === "no") return [];
    const place = `rule ${String(index + 1)} of ${this.name}`;
    if (answer.kind === "unmeasured") {
      const over = formatDuration(answer.windowMs);
      const message = `${input.slo.id}: ${place} asks for the burn rate over ${over}, which was not measured`;
      const recommendations = [`Measure the burn rate over ${over}.`];
      return [{ decision: "unknown", reason: { code: "look_back_missing", message }, actions: [], recommendations }];
    }
    const why = answer.figures.length === 0 ? `${place} holds` : `${answer.figures.join(" and ")}; ${place}`;
    return [{ ...rule, reason: { code: `rule_${rule.decision}`, message: `${input.slo.id}: ${why}` } }];
  }
}

interface Finding {
  readonly decision: PolicyDecision;
  readonly reason: PolicyReason;
  readonly actions: readonly string[];
  readonly recommendations: readonly string[];
}
