/** What happens to incidents, as lines. */
import type { IncidentEventType, RecordedEvent } from "../incident/events.ts";
import type { Incident, IncidentAlert, Severity } from "../incident/model.ts";

import { instantText } from "./instants.ts";
import type { LineRules, LogFields, LogLevel, Told } from "./model.ts";

interface Of<Type extends IncidentEventType> {
  readonly incident: Incident;
  readonly event: Extract<RecordedEvent, { readonly type: Type }>;
}
interface OfAny {
  readonly incident: Incident;
  readonly event: RecordedEvent;
}

/** A line for each type of event; one that only claims a message says nothing that the next one does not. */
export const INCIDENT_LINES: LineRules<{ [Type in IncidentEventType]: Of<Type> }> = {
  created: {
    event: "incident_created",
    told: (of) => {
      const { severity, title, slos = [], services } = of.event;
      const line = told(of, "warn", `is declared: ${severity}, ${title}`, { ...named(services), slos });
      return { ...line, trace: { labels: labelsOf(of.incident.alerts.values()), slos } };
    },
  },
  status_changed: {
    event: "incident_status_changed",
    told: (of) => told(of, "info", `is ${of.event.to}`, { to: of.event.to, text: of.event.message }),
  },
  resolved: {
    event: "incident_resolved",
    told: (of) => told(of, "info", "is resolved", { text: of.event.message }),
  },
  reopened: {
    event: "incident_reopened",
    told: (of) => told(of, "warn", "is opened again", { text: of.event.message }),
  },
  acknowledged: {
    event: "incident_acknowledged",
    told: (of) => told(of, "info", `is acknowledged by ${of.event.by}`, { text: of.event.message }),
  },
  severity_changed: {
    event: "incident_severity_changed",
    told: (of) => {
      const { to, reason } = of.event;
      const from = severityBefore(of);
      return told(of, from !== undefined && to < from ? "warn" : "info", `is ${to} now`, { from, to, reason });
    },
  },
  role_assumed: {
    event: "incident_role_assumed",
    told: (of) => role(of, `${of.event.person} is its ${of.event.role}`),
  },
  role_handed_over: {
    event: "incident_role_handed_over",
    told: (of) => role(of, `${of.event.person} is its ${of.event.role} now`),
  },
  updated: {
    event: "incident_updated",
    told: (of) => told(of, "info", of.event.message, { audience: of.event.audience, text: of.event.message }),
  },
  noted: {
    event: "incident_noted",
    told: (of) => told(of, "info", of.event.message, { kind: of.event.kind, text: of.event.message }),
  },
  services_changed: {
    event: "incident_services_changed",
    told: (of) => {
      const { added, removed } = of.event;
      return told(of, "info", "affects other services than was thought", { added, removed });
    },
  },
  root_cause_set: {
    event: "incident_root_cause_set",
    told: (of) => told(of, "info", `came from: ${of.event.rootCause}`, { root_cause: of.event.rootCause }),
  },
  linked: {
    event: "incident_linked",
    told: (of) => link(of, `is ${of.event.kind.replaceAll("_", " ")} ${of.event.incident}`),
  },
  unlinked: {
    event: "incident_unlinked",
    told: (of) => link(of, `is not ${of.event.kind.replaceAll("_", " ")} ${of.event.incident} after all`),
  },
  task_added: {
    event: "incident_task_added",
    told: (of) =>
      told(of, "info", `to be done: ${of.event.text}`, { assignee: of.event.assignee, text: of.event.text }),
  },
  task_changed: {
    event: "incident_task_changed",
    told: (of) => {
      const { task, done } = of.event;
      return told(of, "info", `${task} is ${done ? "done" : "not done after all"}`, { task, done });
    },
  },
  times_corrected: {
    event: "incident_times_corrected",
    told: (of) => {
      const { startedAt, detectedAt, acknowledgedAt, resolvedAt } = of.event;
      return told(of, "info", "has other times now", {
        started_at: instantText(startedAt),
        detected_at: instantText(detectedAt),
        acknowledged_at: instantText(acknowledgedAt),
        resolved_at: instantText(resolvedAt),
      });
    },
  },
  alerts_received: {
    event: "incident_alerts_received",
    told: (of) => {
      const { alerts } = of.event;
      const firing = alerts.filter(({ status }) => status === "firing").length;
      const names = [...new Set(alerts.slice(0, MOST_ALERTS).map(({ labels }) => labels.alertname ?? ""))];
      const counts = { firing, resolved: alerts.length - firing };
      const says = `has news of ${String(alerts.length)} alert${alerts.length === 1 ? "" : "s"}, ${String(firing)} of them firing`;
      const line = told(of, "info", says, { alerts: names.filter((name) => name !== ""), ...counts });
      return { ...line, trace: { labels: labelsOf(alerts) } };
    },
  },
  notification_requested: {
    event: "incident_notification_requested",
    told: (of) => {
      const { channel, kind, key } = of.event;
      return told(of, "info", `is to be told to ${channel}: ${kind}`, { channel, kind, key });
    },
  },
  notification_attempted: { notLogged: "a claim of a message; what came of it is the next event" },
  notification_delivered: {
    event: "incident_notification_delivered",
    told: (of) => told(of, "info", "was told", { key: of.event.key }),
  },
  notification_failed: {
    event: "incident_notification_failed",
    told: (of) => {
      const { key, why, retryAt } = of.event;
      return told(of, "warn", `could not be told: ${why}`, { key, reason: why, retry_at: instantText(retryAt) });
    },
  },
  notification_given_up: {
    event: "incident_notification_given_up",
    told: (of) => told(of, "error", `is not told: ${of.event.why}`, { key: of.event.key, reason: of.event.why }),
  },
  escalated: {
    event: "incident_escalated",
    told: (of) => {
      const { message, next } = of.event;
      // Not `step`, which is a name in lines of runbooks: an index has one type for each field.
      const then = {
        policy: next?.policy,
        next_step: next?.step,
        round: next?.round,
        due_at: instantText(next?.dueAt),
      };
      return told(of, "warn", message, { text: message, ...then });
    },
  },
};

/** An incident has as many alerts as its sender likes. */
const MOST_ALERTS = 50;

function told({ incident, event }: OfAny, level: LogLevel, says: string, fields: LogFields): Told {
  const { id, title, severity, status, services } = incident;
  return {
    level,
    message: `${id} ${says}`,
    at: event.at,
    fields: { incident: id, ...named(services), severity, status, by: event.by, ...fields, title },
    trace: { labels: labelsOf(incident.alerts.values()) },
  };
}

function role(of: Of<"role_assumed"> | Of<"role_handed_over">, says: string): Told {
  return told(of, "info", says, { role: of.event.role, person: of.event.person });
}

function link(of: Of<"linked"> | Of<"unlinked">, says: string): Told {
  return told(of, "info", says, { kind: of.event.kind, other: of.event.incident });
}

/** The first service, which most questions are about, and all of them where there are more. */
export function named(services: readonly string[]): LogFields {
  return { service: services[0], services: services.length > 1 ? services : undefined };
}

function severityBefore({ incident, event }: Of<"severity_changed">): Severity | undefined {
  const place = incident.severities.findLastIndex(({ severity, since }) => severity === event.to && since <= event.at);
  return incident.severities[place - 1]?.severity;
}

/** Labels and annotations of some alerts. */
function* labelsOf(alerts: Iterable<IncidentAlert>): Iterable<Readonly<Record<string, string>>> {
  let left = MOST_ALERTS;
  for (const { labels, annotations } of alerts) {
    if (left === 0) return;
    left -= 1;
    yield annotations;
    yield labels;
  }
}
