/** What is known of one incident. */
import type { NotificationKind } from "../ports/notifier.ts";

/** Severities, the gravest first. */
export const SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4"] as const;
/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Whether `value`, such as a field of a form, is one of {@link SEVERITIES}. */
export function isSeverity(value: unknown): value is Severity {
  return (SEVERITIES as readonly unknown[]).includes(value);
}

/** Where the work on an incident stands. */
export const INCIDENT_STATUSES = ["investigating", "identified", "monitoring", "resolved"] as const;
/** One of {@link INCIDENT_STATUSES}. */
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** Who does what in an incident; each role has one holder at a time. */
export const INCIDENT_ROLES = ["commander", "communications", "operations", "scribe"] as const;
/** One of {@link INCIDENT_ROLES}. */
export type IncidentRole = (typeof INCIDENT_ROLES)[number];

/** How one incident can belong to another. */
export const INCIDENT_LINK_KINDS = [
  "duplicate_of",
  "duplicated_by",
  "merged_into",
  "merged_from",
  "related_to",
] as const;
/** One of {@link INCIDENT_LINK_KINDS}. */
export type IncidentLinkKind = (typeof INCIDENT_LINK_KINDS)[number];

/** One stay in a status. */
export interface StatusVisit {
  readonly status: IncidentStatus;
  /** In epoch milliseconds. */
  readonly enteredAt: number;
  /** In epoch milliseconds; undefined while it lasts. */
  readonly leftAt?: number | undefined;
}

/** One severity that it had. */
export interface SeverityVisit {
  readonly severity: Severity;
  /** In epoch milliseconds. */
  readonly since: number;
}

/** Who holds a role. */
export interface RoleHolder {
  readonly person: string;
  /** In epoch milliseconds. */
  readonly since: number;
}

/** The other end of a link. */
export interface IncidentLink {
  readonly kind: IncidentLinkKind;
  /** Its id, such as `INC-0002`. */
  readonly incident: string;
}

/** Something to be done. */
export interface IncidentTask {
  /** `T1`, `T2` ... within its incident. */
  readonly id: string;
  readonly text: string;
  readonly assignee?: string | undefined;
  readonly done: boolean;
}

/** An alert that belongs to an incident. The same alert is the same fingerprint that started at the same time. */
export interface IncidentAlert {
  readonly fingerprint: string;
  /** In epoch milliseconds. */
  readonly startsAt: number;
  readonly status: "firing" | "resolved";
  /** In epoch milliseconds, once it is resolved. */
  readonly endsAt?: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Where the alert can be looked at. */
  readonly url?: string | undefined;
}

/** A message that is to be delivered. */
export interface PendingNotification {
  /** The same for each attempt at it, and for no other message. */
  readonly key: string;
  /** Name of the channel. */
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly message: string;
  readonly recipient?: string | undefined;
  /** When what it tells of happened, in epoch milliseconds. */
  readonly at: number;
  /** Severity and status when it was asked for. */
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it is to be tried next, in epoch milliseconds; until then, who tries it now has it to himself. */
  readonly nextAt: number;
}

/** Who is to be told next if nobody acknowledges. */
export interface PendingEscalation {
  /** Name of the escalation policy. */
  readonly policy: string;
  /** The step that comes next, from 0. */
  readonly step: number;
  /** How often all steps were gone through. */
  readonly round: number;
  /** When, in epoch milliseconds. */
  readonly dueAt: number;
}

/** What lists and figures need of an incident. */
export interface IncidentSummary {
  readonly title: string;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly services: readonly string[];
  /** Ids of the SLOs that it touches. */
  readonly slos: readonly string[];
  /** Whether it touches SLOs, if somebody has said so. */
  readonly affectsSlo?: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** When the trouble began, in epoch milliseconds. */
  readonly startedAt: number;
  /** When it was noticed, in epoch milliseconds. */
  readonly detectedAt: number;
  /** When the incident was declared, in epoch milliseconds. */
  readonly declaredAt: number;
  /** When somebody first said that he is on it, in epoch milliseconds. */
  readonly acknowledgedAt?: number | undefined;
  /** When it was resolved; undefined while it is open. */
  readonly resolvedAt?: number | undefined;
  /** Every stay in every status, in order. The last one is now. */
  readonly visits: readonly StatusVisit[];
  /** Every severity that it had, in order. */
  readonly severities: readonly SeverityVisit[];
  /** How often it was opened again. */
  readonly reopened: number;
  /** The incident that it was merged into. */
  readonly mergedInto?: string | undefined;
}

/** All that is known of an incident: the sum of its events. Never changed; each event makes a new one. */
export interface IncidentState extends IncidentSummary {
  /** How many events it is made of. */
  readonly version: number;
  readonly description?: string | undefined;
  /** Page of the runbook. */
  readonly runbook?: string | undefined;
  /** Who said last that he is on it; nobody after a reopening. */
  readonly acknowledgedBy?: string | undefined;
  readonly roles: Readonly<Partial<Record<IncidentRole, RoleHolder>>>;
  readonly rootCause?: string | undefined;
  readonly links: readonly IncidentLink[];
  readonly tasks: readonly IncidentTask[];
  /** Alerts by {@link alertKey}. */
  readonly alerts: ReadonlyMap<string, IncidentAlert>;
  /** How many of them fire. */
  readonly firing: number;
  /** What is still to be delivered, in the order in which it was asked for. */
  readonly notifications: readonly PendingNotification[];
  readonly escalation?: PendingEscalation | undefined;
  /** When the last event happened and was recorded, in epoch milliseconds. */
  readonly recordedAt: number;
}

/** An incident with its name. */
export interface Incident extends IncidentState {
  /** Such as `INC-0001`. */
  readonly id: string;
}

/** What makes two alerts the same one. */
export function alertKey({ fingerprint, startsAt }: Pick<IncidentAlert, "fingerprint" | "startsAt">): string {
  return `${fingerprint}@${String(startsAt)}`;
}
