/** Which events are possible when: the machine as a table. */
import { IllegalTransitionError, show } from "../core/errors.ts";

import { refusal } from "./edge-words.ts";
import type { IncidentEvent, IncidentEventType } from "./events.ts";
import type { IncidentState, IncidentStatus } from "./model.ts";

/** Where an incident can be: in one of its statuses, or merged into another incident. */
export type IncidentPhase = IncidentStatus | "merged";

/** The statuses that each status leads to. Out of `resolved` the way is `reopened`, which leads to `investigating`. */
export const INCIDENT_STATUS_EDGES: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  investigating: ["identified", "monitoring", "resolved"],
  identified: ["investigating", "monitoring", "resolved"],
  monitoring: ["investigating", "identified", "resolved"],
  resolved: [],
};

/** What became of a message is written down whatever became of the incident. */
const ALWAYS: readonly IncidentEventType[] = [
  "noted",
  "task_changed",
  "notification_attempted",
  "notification_delivered",
  "notification_failed",
  "notification_given_up",
];

const UNLESS_MERGED: readonly IncidentEventType[] = [
  "severity_changed",
  "role_assumed",
  "role_handed_over",
  "updated",
  "services_changed",
  "root_cause_set",
  "linked",
  "unlinked",
  "task_added",
  "times_corrected",
  "alerts_received",
  "notification_requested",
  ...ALWAYS,
];

const WHILE_OPEN: readonly IncidentEventType[] = ["acknowledged", "escalated", ...UNLESS_MERGED];

/**
 * The table: for each phase the events that are possible in it. Changes of status are written as the status that is
 * entered.
 */
export const INCIDENT_EVENTS_BY_PHASE: Readonly<Record<IncidentPhase, readonly string[]>> = {
  investigating: [...INCIDENT_STATUS_EDGES.investigating, ...WHILE_OPEN],
  identified: [...INCIDENT_STATUS_EDGES.identified, ...WHILE_OPEN],
  monitoring: [...INCIDENT_STATUS_EDGES.monitoring, ...WHILE_OPEN],
  resolved: ["reopened", ...UNLESS_MERGED],
  merged: ["reopened", ...ALWAYS, "notification_requested"],
};

/** `resolved` is an event and a status; the others are only entered by `status_changed`. */
const ENTERED: readonly string[] = ["investigating", "identified", "monitoring"];

const POSSIBLE = new Map(
  Object.entries(INCIDENT_EVENTS_BY_PHASE).map(([phase, events]) => [
    phase,
    {
      types: new Set(events.filter((name) => !ENTERED.includes(name))),
      statuses: new Set(events.filter((name) => ENTERED.includes(name))),
    },
  ]),
);

/** Where `state` is. */
export function phaseOf(state: Pick<IncidentState, "status" | "mergedInto">): IncidentPhase {
  return state.mergedInto === undefined ? state.status : "merged";
}

/** @throws {@link IllegalTransitionError} if `event` is not possible in `state`; undefined is an incident that is not there yet */
export function checkPossible(state: IncidentState | undefined, event: IncidentEvent): void {
  if (state === undefined) {
    if (event.type !== "created") throw new IllegalTransitionError("not created", nameOf(event), ["created"]);
    return;
  }
  const phase = phaseOf(state);
  const possible = POSSIBLE.get(phase);
  const known = event.type === "status_changed" ? possible?.statuses.has(event.to) : possible?.types.has(event.type);
  if (known === true) return;
  const [name, allowed] = [nameOf(event), INCIDENT_EVENTS_BY_PHASE[phase]];
  throw new IllegalTransitionError(phase, name, allowed, refusal(phase, name, allowed));
}

/** As the table has it; what is in no table shows what it is. */
function nameOf(event: IncidentEvent): string {
  if (event.type !== "status_changed") return ENTERED.includes(event.type) ? `event ${event.type}` : event.type;
  return ENTERED.includes(event.to) ? event.to : `status_changed to ${show(event.to)}`;
}
