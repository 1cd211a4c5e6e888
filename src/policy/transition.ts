/** How a service's decision changes: pure, so that a history can be replayed. */
import { wellFormed } from "../core/well-formed.ts";
import type { PolicyActionRequest, PolicyDecision } from "../ports/policy-actions.ts";

import { hold, type HeldBecause, type Judgement } from "./hold.ts";
import type { PolicyOverride } from "./override.ts";
import { timeText } from "./sentences.ts";
import type { PolicyState } from "./state.ts";
import { stricter, unique } from "./verdict.ts";

/** What can happen to a service's state. */
export type PolicyEvent =
  /** All SLOs of the service were judged; those that are not among them are forgotten. */
  | { readonly type: "judged"; readonly judgements: readonly Judgement[] }
  | { readonly type: "override_set"; readonly override: PolicyOverride }
  | { readonly type: "override_removed"; readonly by: string; readonly reason: string }
  /** Time has passed. */
  | { readonly type: "looked" }
  /** An action has run, whatever came of it. */
  | { readonly type: "action_settled"; readonly idempotencyKey: string };

/** What follows from it and is to be told. */
export type PolicyEffect =
  | {
      readonly type: "decision_changed";
      readonly from: PolicyDecision;
      readonly to: PolicyDecision;
      readonly reasons: readonly string[];
    }
  | { readonly type: "override_set"; readonly override: PolicyOverride; readonly replaced: PolicyOverride | undefined }
  | { readonly type: "override_expired"; readonly override: PolicyOverride }
  | {
      readonly type: "override_removed";
      readonly override: PolicyOverride;
      readonly by: string;
      readonly reason: string;
    };

/** The next state, what is to be told, and why SLOs are held. */
export interface PolicyStep {
  readonly state: PolicyState;
  readonly effects: readonly PolicyEffect[];
  readonly held: ReadonlyMap<string, HeldBecause>;
}

/**
 * The step from `state` by `event` at `at` (epoch milliseconds). Pure: the same history gives the same state.
 *
 * An override that is over at `at` is taken away for good; a clock that is set back later does not bring it back. The
 * decision in force is the override's, else the strictest of the SLOs; actions are asked for when it changes.
 */
export function transition(
  state: PolicyState,
  event: PolicyEvent,
  options: { readonly at: number; readonly minimumHoldMs: number },
): PolicyStep {
  const effects: PolicyEffect[] = [];
  const reasons: string[] = [];
  const held = new Map<string, HeldBecause>();
  let { override, slos, policyDecision } = state;

  if (override !== undefined && options.at >= override.expiresAt) {
    effects.push({ type: "override_expired", override });
    reasons.push(`the override by ${override.by} expired at ${timeText(override.expiresAt)}`);
    override = undefined;
  }
  if (event.type === "judged") {
    const steps = event.judgements.map((judgement) => {
      const before = state.slos.find(({ id }) => id === judgement.id);
      const step = hold(before, judgement, options);
      if (step.held !== undefined) held.set(judgement.id, step.held);
      return step.memory;
    });
    slos = steps;
    policyDecision = steps
      .map((slo) => slo.decision)
      .reduce<PolicyDecision>(stricter, steps.length > 0 ? "allow" : "unknown");
    reasons.push(...judgedReasons(event.judgements, slos, policyDecision, held));
  } else if (event.type === "override_set") {
    effects.push({ type: "override_set", override: event.override, replaced: override });
    override = event.override;
    reasons.push(overrideText(override));
  } else if (event.type === "override_removed" && override !== undefined) {
    effects.push({ type: "override_removed", override, by: event.by, reason: event.reason });
    reasons.push(`${event.by} removed the override by ${override.by}: ${event.reason}`);
    override = undefined;
  }

  const settled = event.type === "action_settled" ? event.idempotencyKey : undefined;
  const next: PolicyState = {
    ...without(state),
    // It has begun by now, whatever a clock that has been set back said then.
    since: Math.min(state.since, options.at),
    slos,
    policyDecision,
    pending: state.pending.filter(({ idempotencyKey }) => idempotencyKey !== settled),
    ...(override === undefined ? {} : { override }),
  };
  const decision = override?.decision ?? policyDecision;
  if (decision === state.decision) return { state: next, effects, held };
  if (event.type !== "judged" && override === undefined) reasons.push(`the policy says ${policyDecision}`);
  effects.push({ type: "decision_changed", from: state.decision, to: decision, reasons });
  return { state: entered(next, decision, reasons, options.at), effects, held };
}

/** An override in a sentence. */
export function overrideText({ by, decision, expiresAt, reason }: PolicyOverride): string {
  const does = decision === "allow" ? "allows" : "halts";
  return `${by} ${does} releases until ${timeText(expiresAt)}: ${reason}`;
}

function keyPart(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

function entered(state: PolicyState, decision: PolicyDecision, reasons: readonly string[], at: number): PolicyState {
  const { service, override, slos, decision: from } = state;
  const changes = state.changes + 1;
  const actions = override?.actions ?? slos.filter((slo) => slo.decision === decision).flatMap((slo) => slo.actions);
  const requests = unique(actions).map((action): PolicyActionRequest => {
    // The number alone would repeat after a restart without state, the time alone within a millisecond.
    const idempotencyKey = [service, String(at), String(changes), action].map(keyPart).join("/");
    return { service, action, decision, from, at, reasons, idempotencyKey };
  });
  return { ...state, decision, since: at, changes, pending: [...state.pending, ...requests] };
}

function judgedReasons(
  judgements: readonly Judgement[],
  slos: PolicyState["slos"],
  decision: PolicyDecision,
  held: PolicyStep["held"],
): string[] {
  if (judgements.length === 0) return ["no SLO of the service was judged"];
  return judgements
    .filter(({ id }) => slos.find((slo) => slo.id === id)?.decision === decision)
    .flatMap(({ id, verdict }) => {
      const kept = held.has(id) ? [`${id}: ${decision} is kept from before`] : [];
      return [...kept, ...verdict.reasons.map(({ message }) => message)];
    });
}

function without({ override: _, ...state }: PolicyState): PolicyState {
  return state;
}
