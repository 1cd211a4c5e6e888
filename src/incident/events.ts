/** What can happen to an incident. The events are its record: they are kept for good, and never changed. */
import type {
  IncidentAlert,
  IncidentRole,
  IncidentStatus,
  LinkKind,
  PendingEscalation,
  PendingNotification,
  Severity,
} from "./model.ts";

/** An incident is declared. */
export interface Created {
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
export interface StatusChanged {
  readonly type: "status_changed";
  readonly to: Exclude<IncidentStatus, "resolved">;
  readonly message?: string;
}

/** It is over. */
export interface Resolved {
  readonly type: "resolved";
  readonly message?: string;
}

/** It was not over: back to investigating. */
export interface Reopened {
  readonly type: "reopened";
  readonly message?: string;
}

/** Somebody is on it. */
export interface Acknowledged {
  readonly type: "acknowledged";
  readonly message?: string;
}

/** It is graver, or less grave, than it was said to be. */
export interface SeverityChanged {
  readonly type: "severity_changed";
  readonly to: Severity;
  readonly reason?: string;
}

/** Somebody takes a role that nobody has. */
export interface RoleAssumed {
  readonly type: "role_assumed";
  readonly role: IncidentRole;
  readonly person: string;
}

/** A role goes from its holder to somebody else. */
export interface RoleHandedOver {
  readonly type: "role_handed_over";
  readonly role: IncidentRole;
  readonly person: string;
}

/** Something to know: for those who work on it, or for everyone. */
export interface Updated {
  readonly type: "updated";
  readonly message: string;
  readonly audience: "internal" | "public";
}

/** Something that a machine did: a runbook's step, an experiment, a deployment. */
export interface Noted {
  readonly type: "noted";
  /** What kind of thing, such as `runbook`. */
  readonly kind: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Other services are affected than was thought. */
export interface ServicesChanged {
  readonly type: "services_changed";
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What it came from, as far as is known now. */
export interface RootCauseSet {
  readonly type: "root_cause_set";
  readonly rootCause: string;
}

/** It belongs to another incident. */
export interface Linked {
  readonly type: "linked";
  readonly kind: LinkKind;
  readonly incident: string;
}

/** It does not belong to another incident after all. */
export interface Unlinked {
  readonly type: "unlinked";
  readonly kind: Exclude<LinkKind, "merged_into" | "merged_from">;
  readonly incident: string;
}

/** Something is to be done. */
export interface TaskAdded {
  readonly type: "task_added";
  readonly text: string;
  readonly assignee?: string;
}

/** It is done, or was not after all. */
export interface TaskChanged {
  readonly type: "task_changed";
  /** Its id, such as `T1`. */
  readonly task: string;
  readonly done: boolean;
}

/** Times that were wrong. Those that are left out stay. */
export interface TimesCorrected {
  readonly type: "times_corrected";
  readonly startedAt?: number;
  readonly detectedAt?: number;
  readonly acknowledgedAt?: number;
  readonly resolvedAt?: number;
}

/** Alerts that are new to it, or are not as they were. */
export interface AlertsReceived {
  readonly type: "alerts_received";
  readonly alerts: readonly IncidentAlert[];
}

/** A message is to be delivered. */
export interface NotificationRequested extends Omit<
  PendingNotification,
  "attempts" | "nextAt" | "severity" | "status" | "at"
> {
  readonly type: "notification_requested";
}

/** Somebody tries to deliver it, and has it to himself until `until`. */
export interface NotificationAttempted {
  readonly type: "notification_attempted";
  readonly key: string;
  readonly until: number;
}

/** It was delivered. */
export interface NotificationDelivered {
  readonly type: "notification_delivered";
  readonly key: string;
}

/** It was not, and is to be tried again. */
export interface NotificationFailed {
  readonly type: "notification_failed";
  readonly key: string;
  readonly retryAt: number;
  readonly why: string;
}

/** It was not, and is not tried again. */
export interface NotificationGivenUp {
  readonly type: "notification_given_up";
  readonly key: string;
  readonly why: string;
}

/** An escalation begins, goes on, or ends (without `next`). */
export interface Escalated {
  readonly type: "escalated";
  readonly message: string;
  readonly next?: PendingEscalation;
}

/** Everything that can happen. */
export type IncidentOccurrence =
  | Created
  | StatusChanged
  | Resolved
  | Reopened
  | Acknowledged
  | SeverityChanged
  | RoleAssumed
  | RoleHandedOver
  | Updated
  | Noted
  | ServicesChanged
  | RootCauseSet
  | Linked
  | Unlinked
  | TaskAdded
  | TaskChanged
  | TimesCorrected
  | AlertsReceived
  | NotificationRequested
  | NotificationAttempted
  | NotificationDelivered
  | NotificationFailed
  | NotificationGivenUp
  | Escalated;

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
