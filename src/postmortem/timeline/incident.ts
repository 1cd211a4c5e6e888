/** What the incident's own record tells. */
import { timeIn } from "../../core/time/time-text.ts";
import type { IncidentNotificationRequested, RecordedEvent } from "../../incident/events.ts";
import type { Incident } from "../../incident/model.ts";
import type { RunbookRun } from "../../runbook/run.ts";

import { alertName } from "../alerts.ts";
import type { TimelineEntry } from "../model.ts";
import { spaced } from "../texts.ts";

/** What the texts of events need to know of the events before. */
interface Told {
  status: string;
  severity: string;
  readonly requests: Map<string, IncidentNotificationRequested>;
  readonly zone: string;
}

/** One entry for each event that people care for. Notes of what the journals of `runs` tell better are left out. */
export function incidentEntries(
  events: readonly RecordedEvent[],
  { runs, zone }: { readonly runs: ReadonlyMap<string, RunbookRun>; readonly zone: string },
): readonly TimelineEntry[] {
  const told: Told = { status: "investigating", severity: "", requests: new Map(), zone };
  return events.flatMap((event) => {
    const text = textOf(event, told);
    if (text === undefined) return [];
    if (event.type === "noted" && isInJournal(event, runs)) return [];
    return [{ at: event.at, source: sourceOf(event), by: event.by, text }];
  });
}

/** Whether a note tells what a journal tells too. When a process died, and another one went on, no journal tells. */
function isInJournal(
  { at, data }: { readonly at: number; readonly data?: Data },
  runs: ReadonlyMap<string, RunbookRun>,
): boolean {
  const run = typeof data?.run === "string" ? runs.get(data.run) : undefined;
  if (run === undefined || isResumption(data)) return false;
  // A store in memory gives its numbers again when the process begins anew: that was another run.
  if (at < run.startedAt) return false;
  // What came of a request for a runbook is how its run ended.
  return data?.outcomeOf === undefined || run.endedAt !== undefined;
}

type Data = Readonly<Record<string, unknown>> | undefined;

/** Whether a note tells that another process went on with a run. */
export function isResumption(data: Data): boolean {
  return data?.event === "resumed";
}

function sourceOf(event: RecordedEvent): string {
  if (event.type === "noted") return event.kind;
  if (event.type === "escalated") return "escalation";
  return event.type.startsWith("notification_") ? "notification" : "incident";
}

function textOf(event: RecordedEvent, told: Told): string | undefined {
  switch (event.type) {
    case "created":
      told.severity = event.severity;
      return `declared ${event.severity}: ${event.title}`;
    case "status_changed": {
      const from = told.status;
      told.status = event.to;
      return withMessage(`${from} → ${event.to}`, event.message);
    }
    case "resolved":
      told.status = "resolved";
      return withMessage("resolved", event.message);
    case "reopened":
      told.status = "investigating";
      return withMessage("opened again", event.message);
    case "acknowledged":
      return withMessage("acknowledged", event.message);
    case "severity_changed": {
      const from = told.severity;
      told.severity = event.to;
      return withMessage(`severity ${from} → ${event.to}`, event.reason);
    }
    case "role_assumed":
      return `${event.person} is ${event.role}`;
    case "role_handed_over":
      return `${event.person} takes over as ${event.role}`;
    case "updated":
      return event.audience === "public" ? `told everyone: ${event.message}` : event.message;
    case "noted":
    case "escalated":
      return event.message;
    case "services_changed":
      return servicesText(event.added, event.removed);
    case "root_cause_set":
      return `root cause: ${event.rootCause}`;
    case "linked":
      return `${spaced(event.kind)} ${event.incident}`;
    case "unlinked":
      return `no longer ${spaced(event.kind)} ${event.incident}`;
    case "task_added":
      return withMessage("task", event.assignee === undefined ? event.text : `${event.text} (${event.assignee})`);
    case "task_changed":
      return `task ${event.task} ${event.done ? "is done" : "is not done after all"}`;
    case "times_corrected":
      return `times corrected: ${correctedText(event, told.zone)}`;
    case "notification_requested":
      told.requests.set(event.key, event);
      return undefined;
    case "notification_delivered":
      return deliveredText(told.requests.get(event.key));
    case "notification_given_up": {
      const request = told.requests.get(event.key);
      return request === undefined ? undefined : `could not tell ${receiver(request)}: ${event.why}`;
    }
    case "notification_attempted":
    case "notification_failed":
    case "alerts_received":
      return undefined;
  }
}

function deliveredText(request: IncidentNotificationRequested | undefined): string | undefined {
  return request === undefined ? undefined : `told ${receiver(request)}: ${request.message}`;
}

function receiver({ channel, recipient }: IncidentNotificationRequested): string {
  return recipient === undefined ? channel : `${recipient} by ${channel}`;
}

function withMessage(text: string, message: string | undefined): string {
  return message === undefined || message === "" ? text : `${text}: ${message}`;
}

function servicesText(added: readonly string[], removed: readonly string[]): string {
  const parts = [
    added.length === 0 ? "" : `affected too: ${added.join(", ")}`,
    removed.length === 0 ? "" : `not affected: ${removed.join(", ")}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

const TIME_WORDS = {
  startedAt: "began",
  detectedAt: "noticed",
  acknowledgedAt: "acknowledged",
  resolvedAt: "resolved",
} as const;

function correctedText(event: Readonly<Partial<Record<keyof typeof TIME_WORDS, number>>>, zone: string): string {
  return (Object.keys(TIME_WORDS) as (keyof typeof TIME_WORDS)[])
    .flatMap((name) => {
      const at = event[name];
      return at === undefined ? [] : [`${TIME_WORDS[name]} ${timeIn(zone, at)}`];
    })
    .join(", ");
}

/** When alerts began and ended. */
export function alertEntries({ alerts }: Incident): readonly TimelineEntry[] {
  return [...alerts.values()].flatMap((alert) => {
    const said = Object.hasOwn(alert.annotations, "summary") ? `: ${alert.annotations.summary ?? ""}` : "";
    const entry = (at: number, text: string): TimelineEntry => ({ at, source: "alert", text, url: alert.url });
    const name = alertName(alert);
    return [
      entry(alert.startsAt, `${name} fires${said}`),
      ...(alert.endsAt === undefined ? [] : [entry(alert.endsAt, `${name} is over`)]),
    ];
  });
}
