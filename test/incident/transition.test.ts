import { describe, expect, it } from "vitest";

import { ConfigurationError, IllegalTransitionError } from "../../src/core/errors.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { incidentDuration, isSloAffecting } from "../../src/incident/questions.ts";
import { fold, transition } from "../../src/incident/transition.ts";
import { AT, CREATED, MINUTE, after, event, follow } from "./samples.ts";

const ACKNOWLEDGED: IncidentOccurrence = { type: "acknowledged" };
const RESOLVED: IncidentOccurrence = { type: "resolved" };
const REOPENED: IncidentOccurrence = { type: "reopened" };

describe("times", () => {
  it.each<[string, () => IncidentState, string]>([
    ["an event of the future", () => follow(after(), ACKNOWLEDGED, 700), "has not come yet"],
    ["an event at no time", () => follow(after(), ACKNOWLEDGED, NaN), "at: NaN is not a time"],
    ["an event at the beginning of all times", () => follow(after(), ACKNOWLEDGED, -Infinity), "at: -Infinity is not"],
    ["a recording at no time", () => follow(after(), ACKNOWLEDGED, 1, NaN), "recordedAt: NaN is not a time"],
    ["a recording before the last one", () => follow(after(ACKNOWLEDGED), RESOLVED, 0, 0), "before the last event"],
    ["a detection before the start", () => declared({ detectedAt: AT - 3 * MINUTE }), "detectedAt: 2026-11-22T09:57"],
    ["a declaration before the detection", () => declared({ detectedAt: AT + 1 }), "declaredAt: 2026-11-22T10:00"],
    ["a start at no time", () => declared({ startedAt: Infinity }), "startedAt: Infinity is not a time"],
    ["an acknowledgement before the detection", () => follow(after(), ACKNOWLEDGED, -2), "is before detectedAt"],
    ["a resolution before the declaration", () => follow(after(), RESOLVED, -0.5), "is too early: it is investigating"],
    [
      "a resolution before the acknowledgement",
      () => follow(follow(after(), ACKNOWLEDGED, 5), RESOLVED, 3),
      "is before acknowledgedAt",
    ],
    ["a status before the last one", () => follow(follow(after(), RESOLVED, 9), REOPENED, 8), "it is resolved since"],
    [
      "a severity before the last one",
      () =>
        follow(
          follow(after(), { type: "severity_changed", to: "SEV1" }, 9),
          { type: "severity_changed", to: "SEV4" },
          8,
        ),
      "it is SEV1 since",
    ],
    [
      "a role handed over before it was assumed",
      () => follow(after({ type: "role_assumed", role: "scribe", person: "bob" }), handedOver("cid"), 0),
      "bob is scribe since",
    ],
  ])("%s is refused", (_, work, message) => {
    expect(work).toThrow(ConfigurationError);
    expect(work).toThrow(message);
  });

  it("may be told late, in their order", () => {
    const state = follow(follow(after(), ACKNOWLEDGED, 5), RESOLVED, 6);
    expect(state).toMatchObject({ acknowledgedAt: AT + 5 * MINUTE, resolvedAt: AT + 6 * MINUTE });
    expect(state.recordedAt).toBe(AT + 600 * MINUTE);
  });

  it("of two acknowledgements, the earlier one is the first, whenever it was told", () => {
    const state = follow(follow(after(), ACKNOWLEDGED, 5), ACKNOWLEDGED, 3);
    expect(state.acknowledgedAt).toBe(AT + 3 * MINUTE);
  });

  it("an acknowledgement may come before the declaration: somebody saw the alert first", () => {
    expect(follow(after(), ACKNOWLEDGED, -0.5).acknowledgedAt).toBe(AT - MINUTE / 2);
  });

  it("a reopening forgets who is on it, and keeps when somebody first was", () => {
    const state = after(ACKNOWLEDGED, RESOLVED, REOPENED);
    expect(state).toMatchObject({ acknowledgedBy: undefined, acknowledgedAt: AT + MINUTE, resolvedAt: undefined });
    expect(state.visits).toEqual([
      { status: "investigating", enteredAt: AT, leftAt: AT + 2 * MINUTE },
      { status: "resolved", enteredAt: AT + 2 * MINUTE, leftAt: AT + 3 * MINUTE },
      { status: "investigating", enteredAt: AT + 3 * MINUTE },
    ]);
  });

  function declared(times: object): IncidentState {
    return transition(undefined, event({ ...CREATED, ...times }), AT);
  }
});

describe("corrected times", () => {
  const over = after(ACKNOWLEDGED, { type: "status_changed", to: "identified" }, RESOLVED);
  const corrected = (state: IncidentState, minutes: Readonly<Record<string, number>>): IncidentState => {
    const times = Object.fromEntries(Object.entries(minutes).map(([name, minute]) => [name, AT + minute * MINUTE]));
    return follow(state, { type: "times_corrected", ...times }, 30);
  };

  it("change what was told, and the last stays with it", () => {
    const state = corrected(over, { startedAt: -20, detectedAt: -10, acknowledgedAt: 1.5, resolvedAt: 2.5 });
    expect(incidentDuration(state, AT)).toBe(22.5 * MINUTE);
    expect(state.visits.slice(-2)).toEqual([
      { status: "identified", enteredAt: AT + 2 * MINUTE, leftAt: AT + 2.5 * MINUTE },
      { status: "resolved", enteredAt: AT + 2.5 * MINUTE },
    ]);
  });

  it.each<[string, IncidentState, Readonly<Record<string, number>>, string]>([
    ["a start after the detection", over, { startedAt: 5 }, "detectedAt: "],
    ["a resolution before the acknowledgement", over, { resolvedAt: 0.5 }, "is before acknowledgedAt"],
    ["a resolution before the status that it ended", over, { resolvedAt: 1.5 }, "is before it was identified"],
    ["a resolution of what is open", after(), { resolvedAt: 1 }, "it is not resolved yet"],
    ["a resolution in the future", over, { resolvedAt: 700 }, "resolvedAt: 2026-11-22T21:40:00.000Z has not come yet"],
    ["an acknowledgement in the future", after(), { acknowledgedAt: 700 }, "acknowledgedAt: 2026-11-22T21:40"],
  ])("%s is refused", (_, state, times, message) => {
    expect(() => corrected(state, times)).toThrow(ConfigurationError);
    expect(() => corrected(state, times)).toThrow(message);
  });
});

describe("roles", () => {
  it("are assumed from nobody, and handed over from somebody", () => {
    const assumed = after({ type: "role_assumed", role: "scribe", person: "bob" });
    expect(follow(assumed, handedOver("cid"), 5).roles).toEqual({ scribe: { person: "cid", since: AT + 5 * MINUTE } });
    expect(() => follow(assumed, { type: "role_assumed", role: "scribe", person: "cid" }, 5)).toThrow(
      '"role_assumed" is not possible while bob is scribe; possible: role_handed_over',
    );
    expect(() => follow(after(), handedOver("cid"), 5)).toThrow(
      '"role_handed_over" is not possible while nobody is scribe; possible: role_assumed',
    );
  });
});

describe("severities", () => {
  it("keep their times, and the same one again is refused", () => {
    const state = after({ type: "severity_changed", to: "SEV1" });
    expect(state.severities).toEqual([
      { severity: "SEV2", since: AT },
      { severity: "SEV1", since: AT + MINUTE },
    ]);
    expect(() => follow(state, { type: "severity_changed", to: "SEV1" }, 5)).toThrow(
      '"severity_changed to SEV1" is not possible while SEV1; possible: SEV2, SEV3, SEV4',
    );
  });

  it.each([
    [{ severity: "SEV1", slos: [] }, true],
    [{ severity: "SEV2", slos: [] }, true],
    [{ severity: "SEV3", slos: [] }, false],
    [{ severity: "SEV4", slos: ["checkout/availability"] }, true],
    [{ severity: "SEV1", slos: ["checkout/availability"], affectsSlo: false }, false],
    [{ severity: "SEV4", slos: [], affectsSlo: true }, true],
  ] as const)("%j counts against SLOs: %s", (incident, expected) => {
    expect(isSloAffecting(incident)).toBe(expected);
  });
});

describe("services, tasks and links", () => {
  it("services are added once, and taken away", () => {
    const state = after({ type: "services_changed", added: ["cart", "checkout"], removed: ["checkout"] });
    expect(state.services).toEqual(["cart", "checkout"]);
  });

  it("tasks are numbered, done, and not done after all", () => {
    const state = after({ type: "task_added", text: "a" }, { type: "task_added", text: "b", assignee: "bob" });
    const done = follow(state, { type: "task_changed", task: "T2", done: true }, 5);
    expect(done.tasks.map(({ id, done: is }) => [id, is])).toEqual([
      ["T1", false],
      ["T2", true],
    ]);
    expect(follow(done, { type: "task_changed", task: "T2", done: false }, 6).tasks[1]?.done).toBe(false);
    expect(() => follow(state, { type: "task_changed", task: "T3", done: true }, 5)).toThrow(
      'there is no task "T3"; there are: T1, T2',
    );
    expect(() => follow(after(), { type: "task_changed", task: "T1", done: true }, 5)).toThrow("there are: none");
  });

  it("the same link twice is one, and only what is resolved is merged", () => {
    const link: IncidentOccurrence = { type: "linked", kind: "related_to", incident: "INC-0002" };
    const linked = after(link, link);
    expect(linked.links).toEqual([{ kind: "related_to", incident: "INC-0002" }]);
    const { type, ...rest } = link;
    expect(follow(linked, { ...rest, type: "unlinked", kind: "related_to" }, 5).links).toEqual([]);
    expect(type).toBe("linked");
    const refused = (): unknown => follow(after(), { ...link, kind: "merged_into" }, 5);
    expect(refused).toThrow(IllegalTransitionError);
    expect(refused).toThrow('"merged_into" is not possible while investigating; possible: resolved');
  });

  it("a reopening takes a merged incident out again", () => {
    const state = after(RESOLVED, { type: "linked", kind: "merged_into", incident: "INC-0002" }, REOPENED);
    expect(state).toMatchObject({ mergedInto: undefined, links: [], status: "investigating" });
  });
});

describe("alerts and messages", () => {
  const alert = { fingerprint: "f", startsAt: AT, labels: {}, annotations: {} };

  it("alerts are counted by what they are now", () => {
    const firing: IncidentOccurrence = { type: "alerts_received", alerts: [{ ...alert, status: "firing" }] };
    const other: IncidentOccurrence = {
      type: "alerts_received",
      alerts: [{ ...alert, startsAt: AT + 1, status: "firing" }],
    };
    const ended: IncidentOccurrence = { type: "alerts_received", alerts: [{ ...alert, status: "resolved" }] };
    expect(
      [after(firing), after(firing, firing), after(firing, other), after(firing, other, ended)].map(
        (state) => state.firing,
      ),
    ).toEqual([1, 1, 2, 1]);
    expect(after(firing, other, ended).alerts.size).toBe(2);
  });

  it("a message waits until it is delivered or given up, and its key is its own", () => {
    const asked: IncidentOccurrence = {
      type: "notification_requested",
      key: "k",
      channel: "c",
      kind: "opened",
      message: "m",
    };
    const waiting = after(asked);
    expect(waiting.notifications).toEqual([
      {
        key: "k",
        channel: "c",
        kind: "opened",
        message: "m",
        at: AT + MINUTE,
        severity: "SEV2",
        status: "investigating",
        attempts: 0,
        nextAt: AT + MINUTE,
      },
    ]);
    const tried = follow(waiting, { type: "notification_attempted", key: "k", until: AT + 9 * MINUTE }, 5);
    expect(tried.notifications[0]).toMatchObject({ attempts: 1, nextAt: AT + 9 * MINUTE });
    const failed = follow(tried, { type: "notification_failed", key: "k", retryAt: AT + 7 * MINUTE, why: "busy" }, 6);
    expect(failed.notifications[0]).toMatchObject({ attempts: 1, nextAt: AT + 7 * MINUTE });
    expect(follow(failed, { type: "notification_delivered", key: "k" }, 7).notifications).toEqual([]);
    expect(follow(failed, { type: "notification_given_up", key: "k", why: "gone" }, 7).notifications).toEqual([]);
    expect(() => follow(waiting, asked, 5)).toThrow('a notification with the key "k" waits already');
    expect(() => follow(after(), { type: "notification_delivered", key: "k" }, 5)).toThrow(
      'no notification with the key "k"',
    );
  });

  it("an acknowledgement and a resolution end the escalation", () => {
    const escalated: IncidentOccurrence = {
      type: "escalated",
      message: "m",
      next: { policy: "p", step: 1, round: 0, dueAt: AT },
    };
    expect(after(escalated).escalation?.step).toBe(1);
    expect(after(escalated, ACKNOWLEDGED).escalation).toBeUndefined();
    expect(after(escalated, RESOLVED).escalation).toBeUndefined();
  });
});

describe("the duration", () => {
  it.each([
    ["an open one lasts until now", after(), 10, 12],
    ["of a clock that was set back, none", after(), -5, 0],
    ["a resolved one lasted until then", after(RESOLVED), 10, 3],
    ["a reopened one not while it was thought to be over", after(RESOLVED, REOPENED), 10, 11],
  ])("%s", (_, state, minutes, expected) => {
    expect(incidentDuration(state, AT + minutes * MINUTE)).toBe(expected * MINUTE);
  });
});

it("a state is the sum of its events, and is never changed", () => {
  const first = Object.freeze(after());
  follow(first, RESOLVED, 5);
  expect(first.status).toBe("investigating");
  expect(fold([])).toBeUndefined();
  expect(fold([], first)).toBe(first);
});

function handedOver(person: string): IncidentOccurrence {
  return { type: "role_handed_over", role: "scribe", person };
}
