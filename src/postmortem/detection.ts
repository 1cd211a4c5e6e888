/** How it was noticed, and how long everything took. */
import type { RecordedEvent } from "../incident/events.ts";
import type { Incident } from "../incident/model.ts";
import { incidentDuration } from "../incident/questions.ts";

import { alertName } from "./alerts.ts";
import type { PostmortemDetection, PostmortemTimes } from "./model.ts";
import type { PostmortemSources } from "./sources.ts";

/** The times of the incident and those between. */
export function detectionOf(sources: PostmortemSources): PostmortemDetection {
  const { incident, events, facts = {}, at } = sources;
  const times = timesOf(sources);
  const { startedAt, detectedAt, declaredAt, acknowledgedAt, mitigatedAt, resolvedAt } = times;
  const first = firstAlert(incident);
  const created = events.find(({ type }) => type === "created");
  const byAlert = first !== undefined && first.startsAt <= declaredAt ? `alert ${alertName(first)}` : undefined;
  const byPerson = created === undefined || incident.alerts.size > 0 ? undefined : created.by;
  return {
    ...times,
    detectedBy: facts.detectedBy ?? byAlert ?? byPerson,
    acknowledgedBy: events.find(({ type }) => type === "acknowledged")?.by,
    toDetectMs: between(startedAt, detectedAt),
    toDeclareMs: between(detectedAt, declaredAt),
    toAcknowledgeMs: between(detectedAt, acknowledgedAt),
    toMitigateMs: between(startedAt, mitigatedAt),
    toRestoreMs: resolvedAt === undefined ? undefined : incidentDuration(incident, at),
  };
}

function timesOf({ incident, events, facts = {} }: PostmortemSources): PostmortemTimes {
  const created = events.find(({ type }) => type === "created");
  const escalations = events.filter(tells);
  const requested = events.find(
    (event) => event.type === "notification_requested" && (event.kind === "escalated" || event.kind === "opened"),
  );
  return {
    startedAt: incident.startedAt,
    firstAlertAt: firstAlert(incident)?.startsAt,
    // Nobody but a person declares an incident without an alert.
    firstReportAt: facts.firstReportAt ?? (incident.alerts.size === 0 ? created?.at : undefined),
    detectedAt: incident.detectedAt,
    declaredAt: incident.declaredAt,
    pagedAt: escalations[0]?.at ?? requested?.at,
    acknowledgedAt: incident.acknowledgedAt,
    escalatedAt: escalations[1]?.at,
    mitigatedAt: mitigatedAt(incident),
    resolvedAt: incident.resolvedAt,
  };
}

/** When it came to `monitoring` for the last time before its end: what was opened again was not mitigated. */
function mitigatedAt({ visits }: Incident): number | undefined {
  let found: number | undefined;
  for (const { status, enteredAt } of visits) {
    if (status === "monitoring") found ??= enteredAt;
    else if (status !== "resolved") found = undefined;
  }
  return found;
}

/** Whether it is a step of an escalation that called somebody. */
function tells(event: RecordedEvent): boolean {
  return event.type === "escalated" && / of \d+[^:]*: tells /.test(event.message);
}

function firstAlert({ alerts }: Incident): { startsAt: number; labels: Readonly<Record<string, string>> } | undefined {
  let first: { startsAt: number; labels: Readonly<Record<string, string>> } | undefined;
  for (const alert of alerts.values()) if (first === undefined || alert.startsAt < first.startsAt) first = alert;
  return first;
}

function between(earlier: number, later: number | undefined): number | undefined {
  return later === undefined || later < earlier ? undefined : later - earlier;
}
