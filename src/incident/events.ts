/** What can happen to an incident. The events are its record: they are kept for good, and never changed. */
import type {
  IncidentAlert,
  IncidentRole,
  IncidentStatus,
  IncidentLinkKind,
  PendingEscalation,
  PendingNotification,
  Severity,
} from "./model.ts";

/** An incident is declared. */
export interface IncidentCreated {
  readonly type: "created";
  readonly title: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly slos?: readonly string[];
  readonly affectsSlo?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly runbook?: string;
  /** When the trouble began, in epoch milliseconds. */
  readonly startedAt: number;
  /** When it was noticed, in epoch milliseconds. */
  readonly detectedAt: number;
}

/** The work has come to another point, or back to an earlier one. */
export interface IncidentStatusChanged {
  readonly type: "status_changed";
  readonly to: Exclude<IncidentStatus, "resolved">;
  readonly message?: string;
}

/** It is over. */
export interface IncidentResolved {
  readonly type: "resolved";
  readonly message?: string;
}

/** It was not over: back to investigating. */
export interface IncidentReopened {
  readonly type: "reopened";
  readonly message?: string;
}

/** Somebody is on it. */
export interface IncidentAcknowledged {
  readonly type: "acknowledged";
  readonly message?: string;
}

/** It is graver, or less grave, than it was said to be. */
export interface IncidentSeverityChanged {
  readonly type: "severity_changed";
  readonly to: Severity;
  readonly reason?: string;
}

/** Somebody takes a role that nobody has. */
export interface IncidentRoleAssumed {
  readonly type: "role_assumed";
  readonly role: IncidentRole;
  readonly person: string;
}

/** A role goes from its holder to somebody else. */
export interface IncidentRoleHandedOver {
  readonly type: "role_handed_over";
  readonly role: IncidentRole;
  readonly person: string;
}

/** Something to know: for those who work on it, or for everyone. */
export interface IncidentUpdated {
  readonly type: "updated";
  readonly message: string;
  readonly audience: "internal" | "public";
}

/** Something that a machine did: a runbook's step, an experiment, a deployment. */
export interface IncidentNoted {
  readonly type: "noted";
  /** What kind of thing, such as `runbook`. */
  readonly kind: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Other services are affected than was thought. */
export interface IncidentServicesChanged {
  readonly type: "services_changed";
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What it came from, as far as is known now. */
export interface IncidentRootCauseSet {
  readonly type: "root_cause_set";
  readonly rootCause: string;
}

/** It belongs to another incident. */
export interface IncidentLinked {
  readonly type: "linked";
  readonly kind: IncidentLinkKind;
  readonly incident: string;
}

/** It does not belong to another incident after all. */
export interface IncidentUnlinked {
  readonly type: "unlinked";
  readonly kind: Exclude<IncidentLinkKind, "merged_into" | "merged_from">;
  readonly incident: string;
}

/** Something is to be done. */
export interface IncidentTaskAdded {
  readonly type: "task_added";
  readonly text: string;
  readonly assignee?: string;
}

/** It is done, or was not after all. */
export interface IncidentTaskChanged {
  readonly type: "task_changed";
  /** Its id, such as `T1`. */
  readonly task: string;
  readonly done: boolean;
}

/** Times that were wrong. Those that are left out stay. */
export interface IncidentTimesCorrected {
  readonly type: "times_corrected";
  readonly startedAt?: number;
  readonly detectedAt?: number;
  readonly acknowledgedAt?: number;
  readonly resolvedAt?: number;
}

/** Alerts that are new to it, or are not as they were. */
export interface IncidentAlertsReceived {
  readonly type: "alerts_received";
  readonly alerts: readonly IncidentAlert[];
}

/** A message is to be delivered. */
export interface IncidentNotificationRequested extends Omit<
  PendingNotification,
  "attempts" | "nextAt" | "severity" | "status" | "at"
> {
  readonly type: "notification_requested";
}

/** Somebody tries to deliver it, and has it to himself until `until`. */
export interface IncidentNotificationAttempted {
  readonly type: "notification_attempted";
  readonly key: string;
  readonly until: number;
}

/** It was delivered. */
export interface IncidentNotificationDelivered {
  readonly type: "notification_delivered";
  readonly key: string;
}

/** It was not, and is to be tried again. */
export interface IncidentNotificationFailed {
  readonly type: "notification_failed";
  readonly key: string;
  readonly retryAt: number;
  readonly why: string;
}

/** It was not, and is not tried again. */
export interface IncidentNotificationGivenUp {
  readonly type: "notification_given_up";
  readonly key: string;
  readonly why: string;
}

/** An escalation begins, goes on, or ends (without `next`). */
export interface IncidentEscalated {
  readonly type: "escalated";
  readonly message: string;
  readonly next?: PendingEscalation;
}

/** Everything that can happen. */
export type IncidentOccurrence =
  | IncidentCreated
  | IncidentStatusChanged
  | IncidentResolved
  | IncidentReopened
  | IncidentAcknowledged
  | IncidentSeverityChanged
  | IncidentRoleAssumed
  | IncidentRoleHandedOver
  | IncidentUpdated
  | IncidentNoted
  | IncidentServicesChanged
  | IncidentRootCauseSet
  | IncidentLinked
  | IncidentUnlinked
  | IncidentTaskAdded
  | IncidentTaskChanged
  | IncidentTimesCorrected
  | IncidentAlertsReceived
  | IncidentNotificationRequested
  | IncidentNotificationAttempted
  | IncidentNotificationDelivered
  | IncidentNotificationFailed
  | IncidentNotificationGivenUp
  | IncidentEscalated;

/** Something that happened, with who did it and when. */
export type IncidentEvent = IncidentOccurrence & {
  /** A person, or what acted in nobody's name. */
  readonly by: string;
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
};

/** An event as it is kept. */
export type RecordedEvent = IncidentEvent & {
  /** When it was recorded, in epoch milliseconds. */
  readonly recordedAt: number;
};

/** Name of an event. */
export type IncidentEventType = IncidentOccurrence["type"];
