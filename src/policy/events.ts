/** What a policy engine tells its listeners, and how that reads in the audit log. */
import type { ReliabilityError } from "../core/errors.ts";
import type { PolicyActionRequest, PolicyDecision } from "../ports/policy-actions.ts";
import type { PolicyAuditEntry } from "../ports/policy-audit.ts";

import type { PolicyOverride } from "./override.ts";
import type { PolicyEffect } from "./transition.ts";

/** The events of a {@link PolicyEngine}. */
export interface PolicyEvents {
  /** The decision in force changed. */
  decisionChanged: {
    readonly service: string;
    readonly at: number;
    readonly from: PolicyDecision;
    readonly to: PolicyDecision;
    readonly reasons: readonly string[];
  };
  /** Somebody overrode the policy. */
  overrideSet: {
    readonly service: string;
    readonly at: number;
    readonly override: PolicyOverride;
    readonly replaced: PolicyOverride | undefined;
  };
  /** An override was found to be over. */
  overrideExpired: { readonly service: string; readonly at: number; readonly override: PolicyOverride };
  /** Somebody took an override away before its time. */
  overrideRemoved: {
    readonly service: string;
    readonly at: number;
    readonly override: PolicyOverride;
    readonly by: string;
    readonly reason: string;
  };
  /** An action was not done. */
  actionFailed: { readonly at: number; readonly request: PolicyActionRequest; readonly error: ReliabilityError };
  /** The audit log did not take an entry. */
  auditFailed: { readonly entry: PolicyAuditEntry; readonly error: ReliabilityError };
}

/** Names of the {@link PolicyEvents}. */
export const POLICY_EVENTS: readonly (keyof PolicyEvents)[] = [
  "decisionChanged",
  "overrideSet",
  "overrideExpired",
  "overrideRemoved",
  "actionFailed",
  "auditFailed",
];

/** The event that tells of `effect`. */
export function eventOf(
  effect: PolicyEffect,
  place: { readonly service: string; readonly at: number },
): { [Name in keyof PolicyEvents]: readonly [Name, PolicyEvents[Name]] }[keyof PolicyEvents] {
  switch (effect.type) {
    case "decision_changed":
      return ["decisionChanged", { ...place, from: effect.from, to: effect.to, reasons: effect.reasons }];
    case "override_set":
      return ["overrideSet", { ...place, override: effect.override, replaced: effect.replaced }];
    case "override_expired":
      return ["overrideExpired", { ...place, override: effect.override }];
    case "override_removed":
      return ["overrideRemoved", { ...place, override: effect.override, by: effect.by, reason: effect.reason }];
  }
}

/** The audit entry that tells of `effect`. */
export function entryOf(effect: PolicyEffect, { service, at }: { service: string; at: number }): PolicyAuditEntry {
  const base = { at, service, what: effect.type };
  if (effect.type === "decision_changed") {
    return { ...base, why: effect.reasons.join("; "), from: effect.from, to: effect.to };
  }
  const { decision: to, by: author, reason: theirs, expiresAt } = effect.override;
  const { by, reason } = effect.type === "override_removed" ? effect : { by: author, reason: theirs };
  return { ...base, why: reason, by, to, expiresAt };
}

/** The audit entry for an action that has run. */
export function actionEntry(
  request: PolicyActionRequest,
  at: number,
  error: ReliabilityError | undefined,
): PolicyAuditEntry {
  const { service, action, idempotencyKey, decision, from } = request;
  const why = error?.message ?? `${service} went from ${from} to ${decision}`;
  const what = error === undefined ? "action_done" : "action_failed";
  return { at, service, what, why, from, to: decision, action, idempotencyKey };
}
