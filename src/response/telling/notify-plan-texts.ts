/** What is said of an event, for somebody who was asleep a minute ago, or for everyone. */
import { cut } from "../../core/cut.ts";
import type { RecordedEvent } from "../../incident/events.ts";
import type { IncidentState } from "../../incident/model.ts";
import { incidentDuration } from "../../incident/questions.ts";
import type { NotificationKind } from "../../ports/notifier.ts";
import { type AskedApproval, askedApproval } from "../../runbook/engine/approval-note.ts";

/** The longest message. */
const MOST = 4_000;

/** The kind of message that an event makes; undefined for those that nobody is told of. */
export function kindOf(event: RecordedEvent): NotificationKind | undefined {
  switch (event.type) {
    case "created":
      return "opened";
    case "acknowledged":
    case "severity_changed":
    case "status_changed":
    case "resolved":
    case "reopened":
    case "updated":
    case "escalated":
      return event.type;
    case "noted":
      return askedApproval(event) === undefined ? undefined : "approval_requested";
    default:
      return undefined;
  }
}

/**
 * What those who work on it are told. The title and the severity stand before it, wherever it is shown.
 *
 * @param approvals - where approvals are answered
 */
export function internalText(
  event: RecordedEvent,
  before: IncidentState | undefined,
  after: IncidentState,
  approvals?: string,
): string {
  const { by, at } = event;
  switch (event.type) {
    case "created": {
      const affected = event.services.length === 0 ? "" : `, affects ${cut(event.services.join(", "), 500)}`;
      const runbook = event.runbook === undefined ? "" : `. Runbook: ${event.runbook}`;
      return whole(`Declared by ${by}${affected}, since ${time(event.startedAt)}${runbook}`, event.description, "\n");
    }
    case "acknowledged":
      return whole(`${by} is on it`, event.message);
    case "severity_changed":
      return whole(`${before === undefined ? "" : `${before.severity} -> `}${event.to} (${by})`, event.reason);
    case "status_changed":
      return whole(`${before === undefined ? "" : `${before.status} -> `}${event.to} (${by})`, event.message);
    case "resolved":
      return whole(`Resolved by ${by} after ${lasted(incidentDuration(after, at))}`, event.message);
    case "reopened":
      return whole(`Opened again by ${by}`, event.message);
    case "updated":
      return whole(by, event.message);
    case "escalated":
      return whole("Escalation", event.message);
    case "noted": {
      const asked = askedApproval(event);
      return asked === undefined ? "" : approvalText(asked, approvals);
    }
    default:
      return "";
  }
}

/** What is asked comes first: a phone shows the beginning. What is needed for an answer is never cut. */
function approvalText(
  { run, runbook, step, message, expiresAt }: AskedApproval,
  approvals: string | undefined,
): string {
  const asks = `Runbook ${cut(runbook, 200)} waits for an approval: ${cut(message, 1_000)}`;
  const until = `Without an answer by ${time(expiresAt)} it is no.`;
  const where = approvals === undefined ? "" : ` at ${addressOf(approvals, { run, step })}`;
  return `${asks}\nStep ${cut(step, 200)} of ${run}. ${until} Answer${where === "" ? " with the run and the step." : where}`;
}

function addressOf(approvals: string, asked: { readonly run: string; readonly step: string }): string {
  const url = new URL(approvals);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/** What everyone is told: nothing that was written for the inside. */
export function publicText(event: RecordedEvent, after: IncidentState): string {
  switch (event.type) {
    case "created":
      return `We are investigating a problem${withServices(after)}.`;
    case "severity_changed":
      return "We have assessed the impact of this problem again.";
    case "status_changed":
      return STATUS_TEXTS[event.to];
    case "resolved":
      return "The problem is resolved.";
    case "reopened":
      return "The problem has come back. We are investigating.";
    case "updated":
      return cut(event.message, MOST);
    default:
      return "";
  }
}

const STATUS_TEXTS = {
  investigating: "We are investigating the problem further.",
  identified: "We have found the cause and are working on a repair.",
  monitoring: "A repair is in place. We are watching how it works.",
} as const;

function withServices({ services }: IncidentState): string {
  return services.length === 0 ? "" : ` with ${cut(services.join(", "), 500)}`;
}

function whole(head: string, text: string | undefined, between: string = " "): string {
  return cut(text === undefined ? `${head}.` : `${head}:${between}${text}`, MOST);
}

/** To the minute, in UTC: the reader's zone is not known here. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function lasted(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = [
    days > 0 ? `${String(days)} d` : "",
    hours > 0 ? `${String(hours)} h` : "",
    rest > 0 ? `${String(rest)} min` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
