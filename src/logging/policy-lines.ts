/** What policies decide, as lines. */
import { publicReason } from "../core/public-reason.ts";
import type { PolicyEvents } from "../policy/events.ts";
import type { PolicyOverride } from "../policy/override.ts";

import { instantText } from "./instants.ts";
import type { LineRules, LogFields } from "./model.ts";

/** A line for each event of a policy engine. */
export const POLICY_LINES: LineRules<PolicyEvents> = {
  decisionChanged: {
    event: "decision_changed",
    told: ({ service, at, from, to, reasons }) => ({
      level: to === "allow" ? "info" : "warn",
      message: `${service} went from ${from} to ${to}${because(reasons)}`,
      at,
      fields: { service, from, to, decision: to, reasons },
      // What is unknown has no bad request, and what is allowed has none that matters.
      trace: to === "warn" || to === "halt" ? { slos: slosIn(service, reasons) } : undefined,
    }),
  },
  overrideSet: {
    event: "override_set",
    told: ({ service, at, override, replaced }) => ({
      level: "warn",
      message: `${override.by} overrides the policy of ${service}: ${override.decision}, ${override.reason}`,
      at,
      fields: {
        service,
        ...overrideFields(override),
        replaced_by: replaced?.by,
        replaced_decision: replaced?.decision,
      },
    }),
  },
  overrideExpired: {
    event: "override_expired",
    told: ({ service, at, override }) => ({
      level: "info",
      message: `the override of ${service} by ${override.by} is over`,
      at,
      fields: { service, ...overrideFields(override) },
    }),
  },
  overrideRemoved: {
    event: "override_removed",
    told: ({ service, at, override, by, reason }) => ({
      level: "info",
      message: `${by} takes away the override of ${service} by ${override.by}: ${reason}`,
      at,
      fields: { service, ...overrideFields(override), override_by: override.by, by, reason },
    }),
  },
  actionFailed: {
    event: "action_failed",
    told: ({ at, request, error }) => {
      const { service, action, decision, from, idempotencyKey, reasons } = request;
      return {
        level: "error",
        message: `${action} for ${service} was not done: ${publicReason(error)}`,
        at,
        fields: {
          ...{ service, action, from, to: decision, decision, key: idempotencyKey },
          ...{ error_type: error.code, error_message: publicReason(error), reasons },
        },
      };
    },
  },
  auditFailed: {
    event: "audit_failed",
    told: ({ entry, error }) => ({
      level: "error",
      message: `the audit log did not take ${entry.what} of ${entry.service}: ${publicReason(error)}`,
      at: entry.at,
      fields: {
        ...{ service: entry.service, subject: entry.what, by: entry.by, from: entry.from, to: entry.to },
        ...{ action: entry.action, reason: entry.why, error_type: error.code, error_message: publicReason(error) },
      },
    }),
  },
};

/** `: ` and the first of them. */
export function because(reasons: readonly string[]): string {
  const [first] = reasons;
  return first === undefined ? "" : `: ${first}`;
}

/** The SLOs that reasons speak of: each begins with the id of one. */
export function slosIn(service: string, reasons: readonly string[]): readonly string[] {
  const ids = reasons
    .filter((reason) => reason.startsWith(`${service}/`))
    .map((reason) => reason.slice(0, Math.max(0, reason.search(/:? /))));
  return [...new Set(ids.filter((id) => id !== ""))];
}

function overrideFields({ decision, by, reason, setAt, expiresAt }: PolicyOverride): LogFields {
  return { decision, by, reason, set_at: instantText(setAt), expires_at: instantText(expiresAt) };
}
