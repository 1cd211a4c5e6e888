/** Asks a policy about each SLO of a service, whatever the policy does. */
import { invalid, show } from "../core/errors.ts";
import { atOnce } from "../core/thenable.ts";
import { kindOfThrown } from "../core/thrown.ts";
import type { Window } from "../core/time/window.ts";
import { POLICY_DECISIONS } from "../ports/policy-actions.ts";

import { worsened } from "./caution.ts";
import type { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import type { Judgement } from "./hold.ts";
import type { PolicyInput, PolicyVerdict } from "./verdict.ts";

/** One judgement an input, in their order; a policy that fails gives an `unknown`. */
export function judge(
  policy: ErrorBudgetPolicy,
  inputs: readonly PolicyInput[],
  options: { readonly service: string; readonly marginRatio: number },
): Judgement[] {
  checkInputs(inputs, options.service);
  return inputs.map((input) => {
    const verdict = ask(policy, input);
    const cautious = ask(policy, { ...input, status: worsened(input.status, options.marginRatio) });
    return { id: input.slo.id, verdict, cautious };
  });
}

/** The look-backs that `policy` reads, in milliseconds. @throws {@link ConfigurationError} if it cannot tell */
export function lookBacksOf(policy: ErrorBudgetPolicy, window: Window): readonly number[] {
  try {
    const lookBacks: unknown = atOnce(policy.lookBacksMs(window));
    if (Array.isArray(lookBacks) && lookBacks.every((one) => typeof one === "number")) return lookBacks;
    throw new TypeError("it answered with no list of milliseconds");
  } catch (error) {
    throw invalid(
      "policies",
      `${show(policy.name)} cannot tell its look-backs: lookBacksMs failed with ${kindOfThrown(error)}`,
    );
  }
}

function ask(policy: ErrorBudgetPolicy, input: PolicyInput): PolicyVerdict {
  let problem: string;
  try {
    const verdict: unknown = atOnce(policy.evaluate(input));
    if (isVerdict(verdict)) return verdict;
    const halt = haltIn(verdict);
    if (halt !== undefined) return halt;
    problem = `answered ${show(verdict)}, which is no verdict`;
  } catch (error) {
    problem = `threw ${kindOfThrown(error)}`;
  }
  const message = `${input.slo.id} cannot be judged: the policy ${show(policy.name)} ${problem}`;
  const recommendations = ["Repair the policy: it could not judge."];
  return { decision: "unknown", reasons: [{ code: "policy_failed", message }], recommendations, actions: [] };
}

function isVerdict(value: unknown): value is PolicyVerdict {
  const { decision, reasons, recommendations, actions } = partsOf(value);
  const isListOf = (list: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(list) && list.every(is);
  const isKnown = (POLICY_DECISIONS as readonly unknown[]).includes(decision);
  return isKnown && isListOf(reasons, isReason) && isListOf(recommendations, isText) && isListOf(actions, isText);
}

/** A halt is not lifted by how it is put: of its words those stay that are some. Undefined for anything else. */
function haltIn(value: unknown): PolicyVerdict | undefined {
  const { decision, reasons, recommendations, actions } = partsOf(value);
  if (decision !== "halt" || ![reasons, recommendations, actions].every(Array.isArray)) return undefined;
  return {
    decision,
    reasons: (reasons as readonly unknown[]).filter(isReason),
    recommendations: (recommendations as readonly unknown[]).filter(isText),
    actions: (actions as readonly unknown[]).filter(isText),
  };
}

function partsOf(value: unknown): Partial<Record<keyof PolicyVerdict, unknown>> {
  return typeof value === "object" && value !== null ? value : {};
}

function isText(item: unknown): item is string {
  return typeof item === "string";
}

function isReason(item: unknown): item is PolicyVerdict["reasons"][number] {
  const { code, message } = (item ?? {}) as Readonly<Record<string, unknown>>;
  return isText(code) && isText(message);
}

function checkInputs(inputs: readonly PolicyInput[], service: string): void {
  const seen = new Set<string>();
  inputs.forEach(({ slo, status }, index) => {
    if (slo.service !== service) {
      throw invalid(
        ["inputs", index, "slo"],
        `${show(slo.id)} is of ${show(slo.service)}; allowed are those of ${show(service)}`,
      );
    }
    if (status.id !== slo.id) {
      throw invalid(
        ["inputs", index, "status"],
        `is of ${show(status.id)}; it must be of the SLO beside it, ${show(slo.id)}`,
      );
    }
    if (seen.has(slo.id)) throw invalid(["inputs", index, "slo"], `${show(slo.id)} is there twice; give each SLO once`);
    seen.add(slo.id);
  });
}
