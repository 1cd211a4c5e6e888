import { describe, expect, it } from "vitest";

import { ConfigurationError, IllegalTransitionError } from "../../src/core/errors.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { incidentDuration, isSloAffecting } from "../../src/incident/questions.ts";
import { fold, transition } from "../../src/incident/transition.ts";
import { AT, CREATED, MINUTE, after, event, follow, thrownBy } from "./samples.ts";

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

  const scribe = after({ type: "role_assumed", role: "scribe", person: "bob" });
  const graver: IncidentOccurrence = { type: "severity_changed", to: "SEV1" };
  const less: IncidentOccurrence = { type: "severity_changed", to: "SEV4" };

  it.each<[() => IncidentState, string]>([
    [
      () => follow(after(), ACKNOWLEDGED, 700),
      "at: 2026-11-22T21:40:00.000Z has not come yet: it is recorded at 2026-11-22T20:00:00.000Z",
    ],
    [
      () => follow(after(ACKNOWLEDGED), RESOLVED, 0, 0),
      "recordedAt: 2026-11-22T10:00:00.000Z is before the last event, recorded at 2026-11-22T10:01:00.000Z",
    ],
    [
      () => follow(after(), RESOLVED, -0.5),
      "at: 2026-11-22T09:59:30.000Z is too early: it is investigating since 2026-11-22T10:00:00.000Z, " +
        "and statuses follow each other",
    ],
    [
      () => follow(follow(follow(after(), graver, 5), less, 9), graver, 8),
      "at: 2026-11-22T10:08:00.000Z is too early: it is SEV4 since 2026-11-22T10:09:00.000Z",
    ],
    [
      () => follow(scribe, handedOver("cid"), 0),
      "at: 2026-11-22T10:00:00.000Z is too early: bob is scribe since 2026-11-22T10:01:00.000Z",
    ],
    [
      () => follow(after(), ACKNOWLEDGED, -2),
      "acknowledgedAt: 2026-11-22T09:58:00.000Z is before detectedAt, 2026-11-22T09:59:00.000Z",
    ],
    [
      () => follow(follow(after(), ACKNOWLEDGED, 5), RESOLVED, 3),
      "resolvedAt: 2026-11-22T10:03:00.000Z is before acknowledgedAt, 2026-11-22T10:05:00.000Z",
    ],
  ])("that are refused are named, with those before them: case %#", (work, message) => {
    expect(thrownBy(work)).toMatchObject({ code: "configuration", message });
  });

  it("may be those of what was before", () => {
    expect(follow(after(), ACKNOWLEDGED, -1).acknowledgedAt).toBe(AT - MINUTE);
    expect(follow(follow(after(), ACKNOWLEDGED, 5), RESOLVED, 5).resolvedAt).toBe(AT + 5 * MINUTE);
    expect(follow(after(), RESOLVED, 0).visits[0]?.leftAt).toBe(AT);
    expect(follow(follow(after(), graver, 5), less, 5).severity).toBe("SEV4");
    expect(follow(scribe, handedOver("cid"), 1).roles.scribe).toEqual({ person: "cid", since: AT + MINUTE });
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
    expect(incidentDuration(state, AT + 30 * MINUTE)).toBe(22.5 * MINUTE);
    expect(incidentDuration(state, AT)).toBe(20 * MINUTE);
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

  it("a link is what it is and where it leads, and its end leaves the others", () => {
    const link = (kind: "related_to" | "duplicate_of", incident: string) => ({ kind, incident });
    const links = [
      link("related_to", "INC-0002"),
      link("related_to", "INC-0003"),
      link("duplicate_of", "INC-0002"),
      link("duplicate_of", "INC-0003"),
    ];
    const state = after(...links.map((each) => ({ type: "linked", ...each }) as const));
    expect(state.links).toEqual(links);
    const cut = follow(state, { type: "unlinked", ...link("duplicate_of", "INC-0002") }, 9);
    expect(cut.links).toEqual([links[0], links[1], links[3]]);
    expect(follow(cut, { type: "unlinked", ...link("duplicate_of", "INC-0002") }, 10).links).toEqual(cut.links);
  });

  it("a reopening takes a merged incident out again, and leaves its other links", () => {
    const related = { kind: "related_to", incident: "INC-0003" } as const;
    const merged = { type: "linked", kind: "merged_into", incident: "INC-0002" } as const;
    const state = after({ type: "linked", ...related }, RESOLVED, merged);
    expect(state).toMatchObject({ mergedInto: "INC-0002", links: [related, { kind: "merged_into" }] });
    const reopened = follow(state, REOPENED, 9);
    expect(reopened).toMatchObject({ mergedInto: undefined, links: [related], status: "investigating" });
  });

  it("a root cause is kept, and the last one counts", () => {
    const cause = (rootCause: string): IncidentOccurrence => ({ type: "root_cause_set", rootCause });
    expect(after(cause("a bad release"), cause("a full disk")).rootCause).toBe("a full disk");
  });

  it("what is only told changes nothing but the version and the time", () => {
    const before = after();
    const told = after({ type: "updated", message: "m", audience: "public" });
    const noted = after({ type: "noted", kind: "k", message: "m" });
    for (const state of [told, noted]) expect(state).toEqual({ ...before, version: 2, recordedAt: AT + MINUTE });
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

  it("of several messages, each is tried and delivered on its own", () => {
    const asked = (key: string): IncidentOccurrence => {
      return { type: "notification_requested", key, channel: "c", kind: "opened", message: "m" };
    };
    const waiting = after(asked("a"), asked("b"), asked("c"));
    const places = (state: IncidentState): unknown => {
      return state.notifications.map(({ key, attempts, nextAt }) => [key, attempts, (nextAt - AT) / MINUTE]);
    };
    const tried = follow(waiting, { type: "notification_attempted", key: "b", until: AT + 9 * MINUTE }, 5);
    expect(places(tried)).toEqual([
      ["a", 0, 1],
      ["b", 1, 9],
      ["c", 0, 3],
    ]);
    const failed = follow(tried, { type: "notification_failed", key: "b", retryAt: AT + 7 * MINUTE, why: "busy" }, 6);
    expect(places(failed)).toEqual([
      ["a", 0, 1],
      ["b", 1, 7],
      ["c", 0, 3],
    ]);
    for (const end of [
      { type: "notification_delivered", key: "b" },
      { type: "notification_given_up", key: "b", why: "gone" },
    ] as const) {
      expect(follow(failed, end, 7).notifications.map(({ key }) => key)).toEqual(["a", "c"]);
    }
    expect(thrownBy(() => follow(waiting, asked("b"), 5))).toMatchObject({
      message: 'key: a notification with the key "b" waits already',
    });
    expect(thrownBy(() => follow(waiting, { type: "notification_delivered", key: "d" }, 5))).toMatchObject({
      message: 'key: no notification with the key "d" waits',
    });
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

describe("what is no event, or has what there is not", () => {
  it.each<[unknown, string]>([
    [undefined, "undefined is not what is needed"],
    [{}, "a mapping without type is not what is needed"],
  ])("%j is refused by its name", (given, words) => {
    expect(thrownBy(() => transition(undefined, given as never, AT))).toMatchObject({
      message: `event: ${words}: a mapping with type`,
    });
    expect(thrownBy(() => fold([given as never]))).toMatchObject({ message: `events: ${words}: a mapping with type` });
  });

  it.each<[object, string]>([
    [{ ...CREATED, severity: "SEV9" }, 'severity: "SEV9" is not possible; allowed: SEV1, SEV2, SEV3, SEV4'],
    [{ type: "severity_changed", to: "SEV9" }, 'to: "SEV9" is not possible; allowed: SEV1, SEV2, SEV3, SEV4'],
    [
      { type: "role_assumed", role: "chef", person: "bob" },
      'role: "chef" is not possible; allowed: commander, communications, operations, scribe',
    ],
    [
      { type: "linked", kind: "friend_of", incident: "INC-0002" },
      'kind: "friend_of" is not possible; allowed: duplicate_of, duplicated_by, merged_into, merged_from, related_to',
    ],
    [{ type: "task_changed", task: "T1", done: true }, 'task: there is no task "T1"; there are: none'],
  ])("%j is refused by its field", (occurrence, message) => {
    const before = (occurrence as IncidentOccurrence).type === "created" ? undefined : after();
    const work = (): unknown => transition(before, event(occurrence as IncidentOccurrence), AT);
    expect(thrownBy(work)).toMatchObject({ code: "configuration", message });
  });

  it("before its creation nothing happens to an incident", () => {
    expect(thrownBy(() => transition(undefined, event(RESOLVED), AT))).toMatchObject({
      ...{ code: "illegal_transition", from: "not created", event: "resolved", allowed: ["created"] },
      message: '"resolved" is not possible while not created; possible: created',
    });
  });

  it("a creation that names no SLOs and no labels has none", () => {
    expect(after()).toMatchObject({ slos: [], labels: {}, affectsSlo: undefined });
    const slos = ["checkout/availability"];
    expect(transition(undefined, event({ ...CREATED, slos } as IncidentOccurrence), AT).slos).toEqual(slos);
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
