import { describe, expect, it, test } from "vitest";

import { IllegalTransitionError } from "../../src/core/errors.ts";
import {
  type IncidentPhase,
  phaseOf,
  INCIDENT_EVENTS_BY_PHASE,
  INCIDENT_STATUS_EDGES,
} from "../../src/incident/edges.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { AT, CREATED, after, event, follow } from "./samples.ts";
import { transition } from "../../src/incident/transition.ts";

const ASKED: IncidentOccurrence = {
  type: "notification_requested",
  key: "k",
  channel: "pager",
  kind: "opened",
  message: "look",
};

/** Something to act on for each kind of event: a task, a role that is held, a message that waits. */
const BEFORE: readonly IncidentOccurrence[] = [
  { type: "task_added", text: "look at the logs" },
  { type: "role_assumed", role: "scribe", person: "bob" },
  ASKED,
];

const STATES: Readonly<Record<IncidentPhase, IncidentState>> = {
  investigating: after(...BEFORE),
  identified: after(...BEFORE, { type: "status_changed", to: "identified" }),
  monitoring: after(...BEFORE, { type: "status_changed", to: "monitoring" }),
  resolved: after(...BEFORE, { type: "resolved" }),
  merged: after(...BEFORE, { type: "resolved" }, { type: "linked", kind: "merged_into", incident: "INC-0002" }),
};

/** One event of each name in the table. */
const SAMPLES: Readonly<Record<string, IncidentOccurrence>> = {
  created: CREATED,
  investigating: { type: "status_changed", to: "investigating" },
  identified: { type: "status_changed", to: "identified" },
  monitoring: { type: "status_changed", to: "monitoring" },
  resolved: { type: "resolved" },
  reopened: { type: "reopened" },
  acknowledged: { type: "acknowledged" },
  severity_changed: { type: "severity_changed", to: "SEV1" },
  role_assumed: { type: "role_assumed", role: "commander", person: "bob" },
  role_handed_over: { type: "role_handed_over", role: "scribe", person: "cid" },
  updated: { type: "updated", message: "m", audience: "public" },
  noted: { type: "noted", kind: "runbook", message: "m" },
  services_changed: { type: "services_changed", added: ["cart"], removed: [] },
  root_cause_set: { type: "root_cause_set", rootCause: "a bad release" },
  linked: { type: "linked", kind: "related_to", incident: "INC-0009" },
  unlinked: { type: "unlinked", kind: "related_to", incident: "INC-0009" },
  task_added: { type: "task_added", text: "t" },
  task_changed: { type: "task_changed", task: "T1", done: true },
  times_corrected: { type: "times_corrected", startedAt: AT - 500_000 },
  alerts_received: { type: "alerts_received", alerts: [] },
  notification_requested: { ...ASKED, key: "other" },
  notification_attempted: { type: "notification_attempted", key: "k", until: AT },
  notification_delivered: { type: "notification_delivered", key: "k" },
  notification_failed: { type: "notification_failed", key: "k", retryAt: AT, why: "busy" },
  notification_given_up: { type: "notification_given_up", key: "k", why: "gone" },
  escalated: { type: "escalated", message: "m" },
};

/** What may happen in each phase, written down a second time and otherwise. */
const WHATEVER =
  "noted task_changed notification_attempted notification_delivered notification_failed notification_given_up";
const LIVING = `severity_changed role_assumed role_handed_over updated services_changed root_cause_set linked unlinked
  task_added times_corrected alerts_received notification_requested ${WHATEVER}`;
const EXPECTED: Readonly<Record<IncidentPhase, string>> = {
  investigating: `identified monitoring resolved acknowledged escalated ${LIVING}`,
  identified: `investigating monitoring resolved acknowledged escalated ${LIVING}`,
  monitoring: `investigating identified resolved acknowledged escalated ${LIVING}`,
  resolved: `reopened ${LIVING}`,
  merged: `reopened notification_requested ${WHATEVER}`,
};

/** What people call for each of them; those that are not here are made by nines itself. */
const COMMANDS: Readonly<Record<string, string>> = {
  created: "createIncident",
  investigating: "changeStatus to investigating",
  identified: "changeStatus to identified",
  monitoring: "changeStatus to monitoring",
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
};

const phases = Object.keys(STATES) as IncidentPhase[];
const edges = phases.flatMap((phase) => Object.keys(SAMPLES).map((name) => ({ phase, name })));

test("the table is of five phases and knows every event", () => {
  expect(Object.keys(INCIDENT_EVENTS_BY_PHASE)).toEqual(phases);
  const named = new Set(Object.values(INCIDENT_EVENTS_BY_PHASE).flat());
  expect([...named, "created"].sort()).toEqual(Object.keys(SAMPLES).sort());
  for (const phase of phases) expect(phaseOf(STATES[phase])).toBe(phase);
});

describe.each(edges)("$name while $phase", ({ phase, name }) => {
  const allowed = EXPECTED[phase].split(/\s+/);
  const sample = SAMPLES[name] as IncidentOccurrence;

  it(allowed.includes(name) ? "happens" : "is refused, and what is possible is named", () => {
    const state = STATES[phase];
    if (allowed.includes(name)) {
      const next = follow(state, sample, 60);
      expect(next.version).toBe(state.version + 1);
      const entered = INCIDENT_STATUS_EDGES[state.status].find((status) => status === name);
      const expected = name === "reopened" ? "investigating" : (entered ?? state.status);
      expect(next.status).toBe(expected);
      return;
    }
    const refused = errorOf(() => follow(state, sample, 60));
    expect(refused).toBeInstanceOf(IllegalTransitionError);
    const { from, event: said, allowed: named, message } = refused as IllegalTransitionError;
    expect({ from, said }).toEqual({ from: phase, said: name });
    expect([...named].sort()).toEqual([...allowed].sort());
    const words = allowed.map((possible) => COMMANDS[possible]).filter((command) => command !== undefined);
    expect(message.split("possible: ")[1]?.split(", ").sort()).toEqual(words.sort());
    expect(message.startsWith(`"${COMMANDS[name] ?? name}" is not possible while ${phase}; possible: `)).toBe(true);
  });
});

it.each(Object.keys(SAMPLES).filter((name) => name !== "created"))("%s is refused before the creation", (name) => {
  const refused = errorOf(() => transition(undefined, event(SAMPLES[name] as IncidentOccurrence), AT));
  expect(refused).toBeInstanceOf(IllegalTransitionError);
  expect((refused as IllegalTransitionError).allowed).toEqual(["created"]);
});

it.each([
  [{ type: "status_changed", to: "resolved" }, 'status_changed to "resolved"'],
  [{ type: "status_changed", to: "acknowledged" }, 'status_changed to "acknowledged"'],
  [{ type: "status_changed", to: "__proto__" }, 'status_changed to "__proto__"'],
  [{ type: "status_changed" }, "status_changed to undefined"],
  [{ type: "identified" }, "event identified"],
  [{ type: "exploded" }, "exploded"],
])("%j from someone without a compiler is refused", (occurrence, named) => {
  const refused = errorOf(() => follow(after(), occurrence as IncidentOccurrence, 60));
  expect(refused).toBeInstanceOf(IllegalTransitionError);
  expect((refused as IllegalTransitionError).event).toBe(named);
});

it.each([
  [{ type: "severity_changed", to: "SEV9" }, "SEV1, SEV2, SEV3, SEV4"],
  [{ type: "role_assumed", role: "constructor", person: "bob" }, "commander, communications, operations, scribe"],
  [{ type: "linked", kind: "friend_of", incident: "INC-0002" }, "related_to"],
])("%j names what there is", (occurrence, allowed) => {
  expect(() => follow(after(), occurrence as IncidentOccurrence, 60)).toThrow(allowed);
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
