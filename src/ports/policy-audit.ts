/** Where a policy engine writes down what it decided, and who overrode it. */
import type { PolicyDecision } from "./policy-actions.ts";
import type { CallOptions } from "./store.ts";

/** What an entry can tell of. */
export type PolicyAuditSubject =
  "decision_changed" | "override_set" | "override_removed" | "override_expired" | "action_done" | "action_failed";

/** One line of the audit log; frozen. */
export interface PolicyAuditEntry {
  /** When, in epoch milliseconds. */
  readonly at: number;
  /** The service that it is about. */
  readonly service: string;
  /** What happened. */
  readonly what: PolicyAuditSubject;
  /** Why, in a sentence with the figures or in the words of the person. */
  readonly why: string;
  /** The person, for an override. */
  readonly by?: string;
  /** The decision that was left. */
  readonly from?: PolicyDecision;
  /** The decision that was entered, or that an override asks for. */
  readonly to?: PolicyDecision;
  /** End of an override, in epoch milliseconds. */
  readonly expiresAt?: number;
  /** Name of the action. */
  readonly action?: string;
  /** Key of the action. */
  readonly idempotencyKey?: string;
}

/** Keeps the entries, in the order in which they are appended. */
export interface PolicyAuditLog {
  /** Resolves once `entry` is kept. A second entry may be appended before the first has resolved. */
  append(entry: PolicyAuditEntry, options?: CallOptions): Promise<void>;
}
