/** How an incident changes: pure, so that it is the sum of its events and nothing else. */
import { IllegalTransitionError, invalid, show } from "../core/errors.ts";
import { checkGivenFields, checkIterable } from "../core/options.ts";

import { checkPossible } from "./edges.ts";
import type { IncidentAlertsReceived, IncidentCreated, IncidentEvent, RecordedEvent } from "./events.ts";
import {
  alertKey,
  INCIDENT_ROLES,
  INCIDENT_LINK_KINDS,
  SEVERITIES,
  type IncidentAlert,
  type IncidentState,
  type IncidentStatus,
  type PendingNotification,
  type StatusVisit,
} from "./model.ts";
import { checkOrder, correctedTimes, isTime, notYet, timeText } from "./times.ts";

type Changes = Partial<IncidentState>;

/** Alerts that belong to whoever folds, and may be changed: nobody sees the states in between. */
export interface Scratch {
  alerts?: Map<string, IncidentAlert>;
}

/**
 * The state after `event`, recorded at `at` (epoch milliseconds). Pure: the same events give the same state.
 *
 * @param state - undefined for an incident that is not there yet
 * @throws {@link IllegalTransitionError} if the event is not possible now; it names those that are
 * @throws {@link ConfigurationError} if its time contradicts what is known
 *
 * @example
 * ```ts
 * import { transitionIncident } from "nines";
 *
 * const declared = transitionIncident(undefined, {
 *   type: "created", title: "checkout fails", severity: "SEV2", services: ["checkout"],
 *   startedAt: 1_000, detectedAt: 4_000, by: "ann", at: 5_000,
 * }, 5_000);
 * const over = transitionIncident(declared, { type: "resolved", by: "ann", at: 9_000 }, 9_000);
 * if (over.status !== "resolved" || over.visits.length !== 2) throw new Error("not resolved");
 * ```
 */
export function transition(state: IncidentState | undefined, event: IncidentEvent, at: number): IncidentState {
  checkGivenFields(event, "event", ["type"]);
  return next(state, event, at);
}

function next(state: IncidentState | undefined, event: IncidentEvent, at: number, scratch?: Scratch): IncidentState {
  checkPossible(state, event);
  if (!isTime(event.at)) throw invalid("at", `${show(event.at)} is not a time in epoch milliseconds`);
  if (!isTime(at)) throw invalid("recordedAt", `${show(at)} is not a time in epoch milliseconds`);
  if (event.at > at) throw invalid("at", notYet(event.at, at));
  if (state === undefined) return created(event as IncidentCreated & IncidentEvent, at);
  if (at < state.recordedAt) {
    throw invalid("recordedAt", `${timeText(at)} is before the last event, recorded at ${timeText(state.recordedAt)}`);
  }
  return { ...state, ...changesBy(state, event, at, scratch), version: state.version + 1, recordedAt: at };
}

/** The state after all of `events`; undefined if there are none. */
export function fold(events: Iterable<RecordedEvent>, from?: IncidentState): IncidentState | undefined {
  checkIterable(events, "events", "events");
  let state = from;
  const scratch: Scratch = {};
  for (const event of events) {
    checkGivenFields(event, "events", ["type"]);
    state = foldOne(state, event, scratch);
  }
  return state;
}

/**
 * One step of a fold, with the `scratch` of the step before. Nobody may see the states in between: their alerts change.
 * To copy thousands of alerts for each of thousands of events would take many seconds.
 */
export function foldOne(state: IncidentState | undefined, event: RecordedEvent, scratch: Scratch): IncidentState {
  return next(state, event, event.recordedAt, scratch);
}

function created(event: IncidentCreated & IncidentEvent, at: number): IncidentState {
  const { startedAt, detectedAt } = event;
  checkChoice("severity", event.severity, SEVERITIES);
  checkOrder({ startedAt, detectedAt, declaredAt: event.at });
  return {
    version: 1,
    title: event.title,
    severity: event.severity,
    status: "investigating",
    services: event.services,
    slos: event.slos ?? [],
    affectsSlo: event.affectsSlo,
    labels: event.labels ?? {},
    description: event.description,
    runbook: event.runbook,
    startedAt,
    detectedAt,
    declaredAt: event.at,
    acknowledgedAt: undefined,
    acknowledgedBy: undefined,
    resolvedAt: undefined,
    visits: [{ status: "investigating", enteredAt: event.at }],
    severities: [{ severity: event.severity, since: event.at }],
    reopened: 0,
    mergedInto: undefined,
    roles: {},
    rootCause: undefined,
    links: [],
    tasks: [],
    alerts: new Map(),
    firing: 0,
    notifications: [],
    escalation: undefined,
    recordedAt: at,
  };
}

function changesBy(state: IncidentState, event: IncidentEvent, at: number, scratch: Scratch | undefined): Changes {
  switch (event.type) {
    case "status_changed":
      return { status: event.to, visits: entered(state, event.to, event.at) };
    case "resolved":
      checkOrder({ acknowledgedAt: state.acknowledgedAt, resolvedAt: event.at });
      return {
        status: "resolved",
        visits: entered(state, "resolved", event.at),
        resolvedAt: event.at,
        escalation: undefined,
      };
    case "reopened":
      return {
        status: "investigating",
        visits: entered(state, "investigating", event.at),
        resolvedAt: undefined,
        acknowledgedBy: undefined,
        mergedInto: undefined,
        links: state.links.filter(({ kind }) => kind !== "merged_into"),
        reopened: state.reopened + 1,
      };
    case "acknowledged":
      checkOrder({ detectedAt: state.detectedAt, acknowledgedAt: event.at });
      return {
        acknowledgedBy: event.by,
        acknowledgedAt: Math.min(state.acknowledgedAt ?? event.at, event.at),
        escalation: undefined,
      };
    case "severity_changed":
      return severityChanged(state, event.to, event.at);
    case "role_assumed":
    case "role_handed_over":
      return roleTaken(state, event);
    case "services_changed": {
      const kept = state.services.filter((service) => !event.removed.includes(service));
      return { services: [...new Set([...kept, ...event.added])] };
    }
    case "root_cause_set":
      return { rootCause: event.rootCause };
    case "linked":
      return linked(state, event);
    case "unlinked":
      return { links: state.links.filter((link) => !(link.kind === event.kind && link.incident === event.incident)) };
    case "task_added": {
      const id = `T${String(state.tasks.length + 1)}`;
      return { tasks: [...state.tasks, { id, text: event.text, assignee: event.assignee, done: false }] };
    }
    case "task_changed": {
      if (!state.tasks.some(({ id }) => id === event.task)) {
        const known = state.tasks.map(({ id }) => id).join(", ");
        throw invalid("task", `there is no task ${show(event.task)}; there are: ${known === "" ? "none" : known}`);
      }
      return { tasks: state.tasks.map((task) => (task.id === event.task ? { ...task, done: event.done } : task)) };
    }
    case "times_corrected":
      return correctedTimes(state, event, at);
    case "alerts_received":
      return alertsReceived(state, event, scratch);
    case "escalated":
      return { escalation: event.next };
    case "notification_requested":
    case "notification_attempted":
    case "notification_delivered":
    case "notification_failed":
    case "notification_given_up":
      return { notifications: notified(state, event) };
    // What is only told changes nothing. A creation is not possible here: the table says so.
    case "updated":
    case "noted":
    case "created":
      return {};
  }
}

function entered(state: IncidentState, status: IncidentStatus, at: number): readonly StatusVisit[] {
  const visits = state.visits.slice();
  const last = visits.at(-1) as StatusVisit;
  if (at < last.enteredAt) {
    const since = `it is ${last.status} since ${timeText(last.enteredAt)}`;
    throw invalid("at", `${timeText(at)} is too early: ${since}, and statuses follow each other`);
  }
  visits[visits.length - 1] = { status: last.status, enteredAt: last.enteredAt, leftAt: at };
  visits.push({ status, enteredAt: at });
  return visits;
}

function severityChanged(state: IncidentState, to: IncidentState["severity"], at: number): Changes {
  checkChoice("to", to, SEVERITIES);
  const others = SEVERITIES.filter((severity) => severity !== state.severity);
  if (to === state.severity) throw new IllegalTransitionError(state.severity, `severity_changed to ${to}`, others);
  const since = state.severities.at(-1)?.since ?? state.declaredAt;
  if (at < since) {
    throw invalid("at", `${timeText(at)} is too early: it is ${state.severity} since ${timeText(since)}`);
  }
  return { severity: to, severities: [...state.severities, { severity: to, since: at }] };
}

function roleTaken(state: IncidentState, event: Extract<IncidentEvent, { type: `role_${string}` }>): Changes {
  const { role, person, type, at } = event;
  checkChoice("role", role, INCIDENT_ROLES);
  const holder = state.roles[role];
  // Whoever takes a role from somebody must have seen that somebody has it.
  const possible = holder === undefined ? "role_assumed" : "role_handed_over";
  if (type !== possible) {
    const from = holder === undefined ? `nobody is ${role}` : `${holder.person} is ${role}`;
    throw new IllegalTransitionError(from, type, [possible]);
  }
  if (holder !== undefined && at < holder.since) {
    throw invalid("at", `${timeText(at)} is too early: ${holder.person} is ${role} since ${timeText(holder.since)}`);
  }
  return { roles: { ...state.roles, [role]: { person, since: at } } };
}

function linked(state: IncidentState, { kind, incident }: Extract<IncidentEvent, { type: "linked" }>): Changes {
  checkChoice("kind", kind, INCIDENT_LINK_KINDS);
  if (state.links.some((link) => link.kind === kind && link.incident === incident)) return {};
  const links = [...state.links, { kind, incident }];
  if (kind !== "merged_into") return { links };
  if (state.status !== "resolved") {
    throw new IllegalTransitionError(state.status, "merged_into", ["resolved"]);
  }
  return { links, mergedInto: incident };
}

/** Values come from stores and from callers without a compiler. */
function checkChoice(path: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalid(path, `${show(value)} is not possible; allowed: ${allowed.join(", ")}`);
}

function alertsReceived(state: IncidentState, event: IncidentAlertsReceived, scratch: Scratch | undefined): Changes {
  const alerts = scratch?.alerts ?? new Map(state.alerts);
  if (scratch !== undefined) scratch.alerts = alerts;
  let firing = state.firing;
  for (const alert of event.alerts) {
    const key = alertKey(alert);
    if (alerts.get(key)?.status === "firing") firing -= 1;
    if (alert.status === "firing") firing += 1;
    alerts.set(key, alert);
  }
  return { alerts, firing };
}

function notified(
  state: IncidentState,
  event: Extract<IncidentEvent, { type: `notification_${string}` }>,
): readonly PendingNotification[] {
  const { notifications, severity, status } = state;
  if (event.type === "notification_requested") {
    if (notifications.some(({ key }) => key === event.key)) {
      throw invalid("key", `a notification with the key ${show(event.key)} waits already`);
    }
    const { key, channel, kind, message, recipient, at } = event;
    const asked = { key, channel, kind, message, recipient, at, severity, status, attempts: 0, nextAt: at };
    return [...notifications, asked];
  }
  if (!notifications.some(({ key }) => key === event.key)) {
    throw invalid("key", `no notification with the key ${show(event.key)} waits`);
  }
  if (event.type === "notification_delivered" || event.type === "notification_given_up") {
    return notifications.filter(({ key }) => key !== event.key);
  }
  return notifications.map((waiting) => {
    if (waiting.key !== event.key) return waiting;
    return event.type === "notification_attempted"
      ? { ...waiting, attempts: waiting.attempts + 1, nextAt: event.until }
      : { ...waiting, nextAt: event.retryAt };
  });
}
