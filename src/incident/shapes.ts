/** What events and summaries must have, for those that come out of a store, or from callers without a compiler. */
import { NOTIFICATION_KINDS } from "../ports/notifier.ts";

import type { IncidentEventType } from "./events.ts";
import { INCIDENT_ROLES, INCIDENT_STATUSES, INCIDENT_LINK_KINDS, SEVERITIES } from "./model.ts";
import { isTime } from "./times.ts";

/** Whether a value is of some kind, and the words for it. */
interface Kind {
  readonly words: string;
  is(this: void, value: unknown): boolean;
}

type Fields = Readonly<Record<string, Kind>>;

const text: Kind = { words: "a text", is: (value) => typeof value === "string" };
const flag: Kind = { words: "true or false", is: (value) => typeof value === "boolean" };
const whole: Kind = {
  words: "a whole number from 0",
  is: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const time: Kind = { words: "a time in epoch milliseconds", is: isTime };
const record: Kind = { words: "a mapping", is: isRecord };

function oneOf(allowed: readonly string[]): Kind {
  return { words: `one of ${allowed.join(", ")}`, is: (value) => allowed.includes(value as string) };
}

function maybe({ words, is }: Kind): Kind {
  return { words: `${words}, or left out`, is: (value) => value === undefined || is(value) };
}

function listOf({ words, is }: Kind): Kind {
  return { words: `a list, each of it ${words}`, is: (value) => Array.isArray(value) && value.every(is) };
}

function having(words: string, fields: Fields): Kind {
  return { words, is: (value) => isRecord(value) && faultOf(value, fields) === undefined };
}

const texts = listOf(text);
const textByName: Kind = {
  words: "a mapping of names to text",
  is: (value) => isRecord(value) && Object.values(value).every(text.is),
};
const severity = oneOf(SEVERITIES);
const alert = having("an alert", {
  fingerprint: text,
  startsAt: time,
  status: oneOf(["firing", "resolved"]),
  endsAt: maybe(time),
  labels: textByName,
  annotations: textByName,
  url: maybe(text),
});
const escalation = having("an escalation", { policy: text, step: whole, round: whole, dueAt: time });
const role: Fields = { role: oneOf(INCIDENT_ROLES), person: text };
const said: Fields = { message: maybe(text) };
const about: Fields = {
  title: text,
  severity,
  services: texts,
  slos: maybe(texts),
  affectsSlo: maybe(flag),
  labels: maybe(textByName),
  startedAt: time,
  detectedAt: time,
};

const EVENTS: Readonly<Record<IncidentEventType, Fields>> = {
  created: { ...about, description: maybe(text), runbook: maybe(text) },
  status_changed: { to: oneOf(INCIDENT_STATUSES.filter((status) => status !== "resolved")), ...said },
  resolved: said,
  reopened: said,
  acknowledged: said,
  severity_changed: { to: severity, reason: maybe(text) },
  role_assumed: role,
  role_handed_over: role,
  updated: { message: text, audience: oneOf(["internal", "public"]) },
  noted: { kind: text, message: text, data: maybe(record) },
  services_changed: { added: texts, removed: texts },
  root_cause_set: { rootCause: text },
  linked: { kind: oneOf(INCIDENT_LINK_KINDS), incident: text },
  unlinked: { kind: oneOf(INCIDENT_LINK_KINDS.filter((kind) => !kind.startsWith("merged_"))), incident: text },
  task_added: { text, assignee: maybe(text) },
  task_changed: { task: text, done: flag },
  times_corrected: {
    startedAt: maybe(time),
    detectedAt: maybe(time),
    acknowledgedAt: maybe(time),
    resolvedAt: maybe(time),
  },
  alerts_received: { alerts: listOf(alert) },
  notification_requested: {
    key: text,
    channel: text,
    kind: oneOf(NOTIFICATION_KINDS),
    message: text,
    recipient: maybe(text),
  },
  notification_attempted: { key: text, until: time },
  notification_delivered: { key: text },
  notification_failed: { key: text, retryAt: time, why: text },
  notification_given_up: { key: text, why: text },
  escalated: { message: text, next: maybe(escalation) },
};

const EVERY_EVENT: Fields = { by: text, at: time, recordedAt: time };

const SUMMARY: Fields = {
  ...about,
  status: oneOf(INCIDENT_STATUSES),
  declaredAt: time,
  acknowledgedAt: maybe(time),
  resolvedAt: maybe(time),
  visits: listOf(
    having("a visit of a status", { status: oneOf(INCIDENT_STATUSES), enteredAt: time, leftAt: maybe(time) }),
  ),
  severities: listOf(having("a severity with its time", { severity, since: time })),
  reopened: whole,
  mergedInto: maybe(text),
};

/** Types of all events. */
export const EVENT_TYPES: readonly string[] = Object.keys(EVENTS);

/** What an event lacks; undefined if nothing. Its values are not in the words: they may be anybody's. */
export function eventFault(event: object): string | undefined {
  const type: unknown = Reflect.get(event, "type");
  const fields =
    typeof type === "string" && Object.hasOwn(EVENTS, type) ? EVENTS[type as IncidentEventType] : undefined;
  if (fields === undefined) return "its type is none that there is";
  return faultOf(event, EVERY_EVENT) ?? faultOf(event, fields);
}

/** What a summary lacks; undefined if nothing. */
export function summaryFault(summary: object): string | undefined {
  return faultOf(summary, SUMMARY);
}

function faultOf(value: object, fields: Fields): string | undefined {
  const bad = Object.keys(fields).find((name) => fields[name]?.is(Reflect.get(value, name)) === false);
  return bad === undefined ? undefined : `its ${bad} is not ${fields[bad]?.words ?? ""}`;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
