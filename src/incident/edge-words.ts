/** Events under the names that people know: of commands, and of what listeners are told. */
import type { IncidentEventType } from "./events.ts";

/** What people call to make each event happen; undefined where only nines does. */
const COMMANDS: Readonly<Record<IncidentEventType, string | undefined>> = {
  created: "createIncident",
  status_changed: "changeStatus",
  resolved: "resolve",
  reopened: "reopen",
  acknowledged: "acknowledge",
  severity_changed: "changeSeverity",
  role_assumed: "assumeRole",
  role_handed_over: "handOverRole",
  updated: "addUpdate",
  noted: "note",
  services_changed: "changeServices",
  root_cause_set: "setRootCause",
  linked: "link",
  unlinked: "unlink",
  task_added: "addTask",
  task_changed: "changeTask",
  times_corrected: "correctTimes",
  alerts_received: undefined,
  notification_requested: undefined,
  notification_attempted: undefined,
  notification_delivered: undefined,
  notification_failed: undefined,
  notification_given_up: undefined,
  escalated: undefined,
};

/** Names of all events, as an `IncidentManager` tells them. */
export const LISTENED: readonly string[] = [
  ...Object.keys(COMMANDS).map((type) => type.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())),
  "changed",
];

/**
 * Why `event` is not possible, for people.
 *
 * @param allowed - what is, as the table of edges has it: types of events, and statuses that are entered
 */
export function refusal(from: string, event: string, allowed: readonly string[]): string {
  const possible = allowed.map(commandOf).filter((command) => command !== undefined);
  return `${JSON.stringify(commandOf(event) ?? event)} is not possible while ${from}; possible: ${possible.join(", ")}`;
}

function commandOf(event: string): string | undefined {
  if (ENTERED.includes(event)) return `changeStatus to ${event}`;
  return Object.hasOwn(COMMANDS, event) ? COMMANDS[event as IncidentEventType] : event;
}

/** Statuses that no other command enters. */
const ENTERED: readonly string[] = ["investigating", "identified", "monitoring"];
