/** Where people are told of incidents: a pager, a chat, a status page. */
import type { CallOptions } from "./store.ts";

/** What a notification is about. */
export const NOTIFICATION_KINDS = [
  "opened",
  "acknowledged",
  "updated",
  "severity_changed",
  "status_changed",
  "escalated",
  "approval_requested",
  "resolved",
  "reopened",
] as const;

/** One of {@link NOTIFICATION_KINDS}. */
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What a notifier may say of an incident. */
export interface NotifiedIncident {
  /** Such as `INC-0001`. */
  readonly id: string;
  readonly title: string;
  /** `SEV1` (gravest) to `SEV4`. */
  readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4";
  readonly status: "investigating" | "identified" | "monitoring" | "resolved";
  readonly services: readonly string[];
  /** When it began, in epoch milliseconds. */
  readonly startedAt: number;
  readonly resolvedAt?: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Page of the runbook. */
  readonly runbook?: string | undefined;
}

/** One message to one channel. */
export interface Notification {
  /** The same for each attempt at this message, and for no other: receivers that can, drop the second one by it. */
  readonly idempotencyKey: string;
  readonly kind: NotificationKind;
  /** When what it tells of happened, in epoch milliseconds. */
  readonly at: number;
  /** One line or more for people. */
  readonly message: string;
  readonly incident: NotifiedIncident;
  /** Whom to tell, where the channel reaches several: a person or an address. */
  readonly recipient?: string | undefined;
}

/** Delivers messages to one channel. Retries, time-outs and the order of messages are the business of who calls it. */
export interface Notifier {
  /**
   * Resolves once the channel has taken it. Rejects with an `AdapterError` otherwise, whose `retryable` tells whether the
   * same message may be taken later, and whose `context.retryAfterMs` tells when, if the channel said so.
   */
  notify(notification: Notification, options?: CallOptions): Promise<void>;
}
