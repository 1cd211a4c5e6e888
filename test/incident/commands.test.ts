/** What commands take: each names itself, its options and the field that cannot be used; what was said is what is kept. */
import { describe, expect, test } from "vitest";

import { isReliabilityError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { IncidentAlert } from "../../src/incident/model.ts";
import { IncidentManager } from "../../src/incident/manager.ts";

const START = Date.UTC(2026, 2, 1);

async function open() {
  const clock = new ManualClock(START);
  const incidents = new IncidentManager({ clock });
  const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
  return { clock, incidents, id };
}

type Command = (incidents: IncidentManager, id: string, command: never) => Promise<unknown>;

/** Each command, what it takes beside who says it, a fair one, and fields that are none with their paths. */
const COMMANDS: readonly (readonly [string, Command, string, object, Readonly<Record<string, unknown>>])[] = [
  [
    "addUpdate",
    (m, id, c) => m.addUpdate(id, c),
    "message, audience",
    { message: "x" },
    { message: "", audience: "all" },
  ],
  [
    "note",
    (m, id, c) => m.note(id, c),
    "kind, message, data",
    { kind: "k", message: "x" },
    { kind: "", message: 7, data: [] },
  ],
  ["acknowledge", (m, id, c) => m.acknowledge(id, c), "message", {}, { message: "" }],
  [
    "changeStatus",
    (m, id, c) => m.changeStatus(id, c),
    "to, message",
    { to: "identified" },
    { to: "over", message: 7 },
  ],
  ["resolve", (m, id, c) => m.resolve(id, c), "message", {}, { message: 7 }],
  ["reopen", (m, id, c) => m.reopen(id, c), "message", {}, { message: 7 }],
  ["changeSeverity", (m, id, c) => m.changeSeverity(id, c), "to, reason", { to: "SEV1" }, { to: "SEV9", reason: 7 }],
  [
    "assumeRole",
    (m, id, c) => m.assumeRole(id, c),
    "role, person",
    { role: "scribe", person: "bob" },
    { role: "chef", person: "" },
  ],
  [
    "handOverRole",
    (m, id, c) => m.handOverRole(id, c),
    "role, person",
    { role: "scribe", person: "bob" },
    { role: "chef", person: "" },
  ],
  [
    "changeServices",
    (m, id, c) => m.changeServices(id, c),
    "added, removed",
    { added: ["a"] },
    { added: "a", removed: [""] },
  ],
  ["setRootCause", (m, id, c) => m.setRootCause(id, c), "rootCause", { rootCause: "x" }, { rootCause: "" }],
  ["addTask", (m, id, c) => m.addTask(id, c), "text, assignee", { text: "x" }, { text: "", assignee: "" }],
  [
    "changeTask",
    (m, id, c) => m.changeTask(id, c),
    "task, done",
    { task: "T1", done: true },
    { task: "", done: "yes" },
  ],
  [
    "correctTimes",
    (m, id, c) => m.correctTimes(id, c),
    "startedAt, detectedAt, acknowledgedAt, resolvedAt",
    { startedAt: START },
    { startedAt: "now", resolvedAt: -9e15 },
  ],
  ["link", (m, id, c) => m.link(id, c), "kind, other", { kind: "related_to", other: "INC-0001" }, { kind: "like" }],
  ["unlink", (m, id, c) => m.unlink(id, c), "kind, other", { kind: "related_to", other: "INC-0001" }, { kind: "like" }],
];

describe.each(COMMANDS)("%s", (name, run, allowed, fair, wrong) => {
  test("refuses what is no option of it, and names itself", async () => {
    const { incidents, id } = await open();
    await expect(run(incidents, id, { by: "ann", ...fair, zzz: 1 } as never)).rejects.toThrow(
      `zzz: is no option of ${name}; allowed: ${allowed}, by, `,
    );
  });

  test.each(Object.entries(wrong))("refuses its %s of %j by that name", async (field, value) => {
    const { incidents, id } = await open();
    const error: unknown = await run(incidents, id, { by: "ann", ...fair, [field]: value } as never).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isReliabilityError(error) && error.code).toBe("configuration");
    expect(String(error)).toMatch(new RegExp(`\\b${field}(?:\\[\\d\\])?: `));
    expect(await incidents.timeline(id)).toHaveLength(1);
  });
});

describe("data of a note", () => {
  const most = { text: "x".repeat(100_000 - '{"text":""}'.length) };
  const loop: Record<string, unknown> = {};
  loop.self = loop;

  test.each<[string, unknown, string]>([
    ["a list", [1], "data: a list of 1 is not a mapping"],
    ["what JSON has no word for", () => 1, "data: "],
    ["what holds itself", loop, "data: a mapping cannot be written as JSON"],
    ["more than there is room for", { text: `${most.text}x` }, "data: has 100001 characters as JSON; at most 100000"],
  ])("is refused as %s", async (_what, data, message) => {
    const { incidents, id } = await open();
    const note = { by: "ann", kind: "k", message: "x", data: data as never };
    await expect(incidents.note(id, note)).rejects.toThrow(message);
  });

  test.each([{ a: [1, null, "b"] }, most])("is kept as it is said", async (data) => {
    const { incidents, id } = await open();
    await incidents.note(id, { by: "ann", kind: "k", message: "x", data });
    expect((await incidents.timeline(id)).at(-1)).toMatchObject({ kind: "k", data });
  });
});

describe("labels of a new incident", () => {
  test.each<[string, unknown]>([
    ["a list", ["a"]],
    ["text", "a"],
    ["numbers", { a: 1 }],
  ])("are refused as %s", async (_what, labels) => {
    const incidents = new IncidentManager();
    const command = { title: "t", severity: "SEV2", by: "ann", labels } as never;
    await expect(incidents.createIncident(command)).rejects.toThrow(/^labels/);
  });
});

describe("a merge", () => {
  const firing = (fingerprint: string): IncidentAlert => ({
    fingerprint,
    startsAt: START,
    status: "firing",
    labels: { alertname: fingerprint },
    annotations: {},
  });

  test("hands over the alerts that fire and the other does not have, links both ways, and resolves", async () => {
    const { incidents, id } = await open();
    const { id: whole } = await incidents.createIncident({
      title: "all fails",
      severity: "SEV1",
      by: "ann",
      services: ["a"],
    });
    const over = { ...firing("over"), status: "resolved" as const, endsAt: START };
    await incidents.apply(id, { by: "alerts" }, () => [
      { type: "services_changed", added: ["a", "b"], removed: [] },
      { type: "alerts_received", alerts: [firing("one"), firing("both"), over] },
    ]);
    await incidents.apply(whole, { by: "alerts" }, () => [{ type: "alerts_received", alerts: [firing("both")] }]);
    await incidents.merge(id, { into: whole, by: "bob" });
    const [merged, into] = [await incidents.get(id), await incidents.get(whole)];
    expect(merged).toMatchObject({ status: "resolved", links: [{ kind: "merged_into", incident: whole }] });
    expect(into).toMatchObject({ services: ["a", "b"], links: [{ kind: "merged_from", incident: id }], firing: 2 });
    const received = (await incidents.timeline(whole)).filter((event) => event.type === "alerts_received");
    expect(received.map(({ alerts }) => alerts.map(({ fingerprint }) => fingerprint))).toEqual([["both"], ["one"]]);
    const services = (await incidents.timeline(whole)).filter((event) => event.type === "services_changed");
    expect(services).toMatchObject([{ added: ["b"], removed: [] }]);
    const last = (await incidents.timeline(id)).find((event) => event.type === "resolved");
    expect(last).toMatchObject({ message: `merged into ${whole}`, by: "bob" });
  });

  test("adds nothing of one that has nothing more", async () => {
    const { incidents, id } = await open();
    const { id: whole } = await incidents.createIncident({ title: "all fails", severity: "SEV1", by: "ann" });
    await incidents.merge(id, { into: whole, by: "bob" });
    expect((await incidents.timeline(whole)).map(({ type }) => type)).toEqual(["created", "linked"]);
  });
});

test("what is resolved already is merged as it is", async () => {
  const { incidents, id } = await open();
  const { id: whole } = await incidents.createIncident({ title: "all fails", severity: "SEV1", by: "ann" });
  await incidents.resolve(id, { by: "ann" });
  await incidents.merge(id, { into: whole, by: "bob" });
  expect((await incidents.timeline(id)).map(({ type }) => type)).toEqual(["created", "resolved", "linked"]);
});

describe("a link", () => {
  test.each(["duplicate_of", "related_to"] as const)(
    "of %s is told on both sides, and taken back on both",
    async (kind) => {
      const { incidents, id } = await open();
      const { id: other } = await incidents.createIncident({ title: "another", severity: "SEV3", by: "ann" });
      await incidents.link(id, { kind, other, by: "ann" });
      const back = kind === "duplicate_of" ? "duplicated_by" : "related_to";
      expect((await incidents.get(id)).links).toMatchObject([{ kind, incident: other }]);
      expect((await incidents.get(other)).links).toMatchObject([{ kind: back, incident: id }]);
      await incidents.unlink(id, { kind, other, by: "ann" });
      expect([(await incidents.get(id)).links, (await incidents.get(other)).links]).toEqual([[], []]);
    },
  );
});

test("each event is told under its own name, and as a change", async () => {
  const { incidents, id } = await open();
  const told: string[] = [];
  incidents.on("severityChanged", () => void told.push("severityChanged"));
  incidents.on("rootCauseSet", () => void told.push("rootCauseSet"));
  incidents.on("changed", ({ event }) => void told.push(`changed ${event.type}`));
  await incidents.changeSeverity(id, { to: "SEV1", by: "ann" });
  await incidents.setRootCause(id, { rootCause: "x", by: "ann" });
  expect(told).toEqual(["severityChanged", "changed severity_changed", "rootCauseSet", "changed root_cause_set"]);
});

test("a version that is not the one that is there is told with both", async () => {
  const { incidents, id } = await open();
  await expect(incidents.acknowledge(id, { by: "ann", expectedVersion: 7 })).rejects.toMatchObject({
    code: "conflict",
    context: { id, expectedVersion: 7, actualVersion: 1 },
  });
});

describe("a new incident", () => {
  const fair = { title: "t", severity: "SEV2", by: "ann" };
  const whole = {
    ...fair,
    ...{
      services: ["a"],
      slos: ["a/b"],
      affectsSlo: false,
      labels: { team: "x" },
      description: "d",
      runbook: "https://r",
    },
    ...{ startedAt: START - 2_000, detectedAt: START - 1_000 },
  };

  test("keeps all that is said of it", async () => {
    const incidents = new IncidentManager({ clock: new ManualClock(START) });
    const { id } = await incidents.createIncident(whole as never);
    const { by: _by, ...said } = whole;
    expect(await incidents.get(id)).toMatchObject(said);
  });

  test("was detected when it is declared, or when that was, and began then, unless told", async () => {
    const incidents = new IncidentManager({ clock: new ManualClock(START) });
    const created = await incidents.createIncident(fair as never);
    expect([created.startedAt, created.detectedAt, created.services, created.slos]).toEqual([START, START, [], []]);
    const before = await incidents.createIncident({ ...fair, at: START - 5_000 } as never);
    expect([before.startedAt, before.detectedAt]).toEqual([START - 5_000, START - 5_000]);
  });

  test.each(Object.entries({ ...whole, title: 1, severity: "SEV9", by: "", startedAt: "x", detectedAt: "x" }))(
    "is refused by the name of what cannot be used: %s",
    async (field, value) => {
      const incidents = new IncidentManager({ clock: new ManualClock(START) });
      const wrong = ["title", "severity", "by", "startedAt", "detectedAt"].includes(field) ? value : 7;
      await expect(incidents.createIncident({ ...whole, [field]: wrong } as never)).rejects.toThrow(
        new RegExp(`^${field}(?:\\[\\d\\]|\\.\\w+)?: `),
      );
    },
  );

  test.each([
    ["startedAt", { startedAt: START + 1 }],
    ["detectedAt", { startedAt: START, detectedAt: START + 1 }],
  ])("has no %s that has not come yet", async (field, times) => {
    const incidents = new IncidentManager({ clock: new ManualClock(START) });
    await expect(incidents.createIncident({ ...fair, ...times } as never)).rejects.toThrow(
      `${field}: 2026-03-01T00:00:00.001Z has not come yet: it is 2026-03-01T00:00:00.000Z`,
    );
  });

  test.each([null, undefined, "x"])("needs a command, and %j is none", async (command) => {
    await expect(new IncidentManager().createIncident(command as never)).rejects.toThrow(/createIncident/);
  });
});

test.each<[string, unknown]>([
  ["from", "x"],
  ["until", NaN],
  ["open", 1],
  ["severity", "SEV9"],
  ["service", ""],
])("a list is refused by the name of what cannot be used: %s", async (field, value) => {
  const listed = new IncidentManager().list({ [field]: value });
  await expect(listed.next()).rejects.toThrow(new RegExp(`^${field}: `));
});

test("a list takes the bounds of all time", async () => {
  const { incidents, id } = await open();
  for (const filter of [{ from: 0 }, { from: -Infinity, until: Infinity }, { from: START, until: START + 1 }]) {
    const ids: string[] = [];
    for await (const { id: one } of incidents.list(filter)) ids.push(one);
    expect(ids).toEqual([id]);
  }
});

test("a list begins at its first bound, and ends before its last", async () => {
  const { clock, incidents } = await open();
  for (let made = 2; made <= 4; made += 1) {
    clock.advance(1_000);
    await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
  }
  const ids: string[] = [];
  for await (const { id } of incidents.list({ from: START + 1_000, until: START + 3_000 })) ids.push(id);
  expect(ids).toEqual(["INC-0003", "INC-0002"]);
});

describe("what cannot be used is told in whole words", () => {
  const fair = { title: "t", severity: "SEV2", by: "ann" };
  const create = (more: object) => (incidents: IncidentManager) =>
    incidents.createIncident({ ...fair, ...more } as never);

  test.each<[string, (incidents: IncidentManager, id: string) => Promise<unknown>]>([
    ['null is no command; say at least who it is by: { by: "ann" }', (m, id) => m.apply(id, null as never, () => [])],
    ['"ann" is no command; say at least who it is by: { by: "ann" }', (m) => m.correlate("k", "ann" as never, never)],
    [
      "nothing to correct; give startedAt, detectedAt, acknowledgedAt or resolvedAt",
      (m, id) => m.correctTimes(id, { by: "ann" }),
    ],
    [
      'done: "yes" is neither true nor false',
      (m, id) => m.changeTask(id, { by: "ann", task: "T1", done: "yes" as never }),
    ],
    ['affectsSlo: "yes" is neither true nor false', create({ affectsSlo: "yes" })],
    ['startedAt: "1700000000" is not a time in epoch milliseconds', create({ startedAt: "1700000000" })],
    ["labels: null is not a mapping of names to text", create({ labels: null })],
    ["labels: a list of 1 is not a mapping of names to text", create({ labels: ["a"] })],
    ['labels: "a" is not a mapping of names to text', create({ labels: "a" })],
    ["labels: has 201 labels; at most 200", create({ labels: labels(201) })],
    [`labels: "${"k".repeat(56)}... is longer than 200 characters`, create({ labels: { ["k".repeat(201)]: "v" } })],
    ["labels.team: 7 is not a text of at most 20000 characters", create({ labels: { team: 7 } })],
    [
      `labels.team: "${"x".repeat(56)}... is not a text of at most 20000 characters`,
      create({ labels: { team: "x".repeat(20_001) } }),
    ],
    ["services: a list of 1001 is not a list of at most 1000 names", create({ services: Array(1_001).fill("a") })],
    ["limit: 0 is not a whole number from 1 to 10000", (m) => m.due({ limit: 0 })],
    ["limit: 10001 is not a whole number from 1 to 10000", (m) => m.due({ limit: 10_001 })],
    ["limit: 1.5 is not a whole number from 1 to 10000", (m) => m.due({ limit: 1.5 })],
    ["at: NaN is not a time in epoch milliseconds", (m) => m.due({ at: NaN })],
    ["at: NaN is not a time in epoch milliseconds", (m, id) => m.getDuration(id, { at: NaN })],
    ['from: "Infinity" is not a time in epoch milliseconds', (m) => m.list({ from: "Infinity" as never }).next()],
    [
      "zzz: is no option of list; allowed: open, severity, service, from, until, signal",
      (m) => m.list({ zzz: 1 } as never).next(),
    ],
    [
      "zzz: is no option of metrics; allowed: from, until, at, by, signal",
      (m) => m.metrics({ from: 0, until: 1, zzz: 1 } as never),
    ],
    [
      "zzz: is no option of merge; allowed: into, by, at, expectedVersion, signal",
      (m, id) => m.merge(id, { by: "ann", into: id, zzz: 1 } as never),
    ],
    ["id: INC-0001 is the same incident", (m, id) => m.merge(id, { by: "ann", into: id })],
    [
      "decide: gave null; give { events } or { create, events }",
      (m) => m.correlate("k", { by: "ann" }, () => null as never),
    ],
    ["decide: gave 7; give { events } or { create, events }", (m) => m.correlate("k", { by: "ann" }, () => 7 as never)],
  ])("%s", async (message, say) => {
    const { incidents, id } = await open();
    await expect(say(incidents, id)).rejects.toMatchObject({ code: "configuration", message });
    expect(await incidents.timeline(id)).toHaveLength(1);
  });

  function labels(count: number): Readonly<Record<string, string>> {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${String(index)}`, "v"]));
  }

  function never(): never {
    throw new Error("nobody asks for it");
  }

  test("and what is as much as there may be can be used", async () => {
    const { incidents } = await open();
    const most = { ...labels(199), ["k".repeat(200)]: "x".repeat(20_000) };
    const services = Array.from({ length: 1_000 }, (_, index) => `s${String(index)}`);
    const created = await incidents.createIncident({ ...fair, labels: most, services } as never);
    expect(created).toMatchObject({ labels: most, services });
    await expect(incidents.due({ limit: 1 })).resolves.toEqual([]);
    await expect(incidents.due({ limit: 10_000 })).resolves.toEqual([]);
  });
});

describe("what may be left out", () => {
  test("is left out of what is kept", async () => {
    const { incidents, id } = await open();
    await incidents.note(id, { by: "ann", kind: "k", message: "m" });
    await incidents.addTask(id, { by: "ann", text: "look" });
    await incidents.changeServices(id, { by: "ann", added: ["a", "b"] });
    await incidents.changeServices(id, { by: "ann", removed: ["a"] });
    const when = { by: "ann", at: START, recordedAt: START };
    expect((await incidents.timeline(id)).slice(1)).toEqual([
      { ...when, type: "noted", kind: "k", message: "m" },
      { ...when, type: "task_added", text: "look" },
      { ...when, type: "services_changed", added: ["a", "b"], removed: [] },
      { ...when, type: "services_changed", added: [], removed: ["a"] },
    ]);
  });

  test("is kept where it is said", async () => {
    const { clock, incidents, id } = await open();
    clock.advance(1_000);
    await incidents.addTask(id, { by: "ann", text: "look", assignee: "bob" });
    await incidents.assumeRole(id, { by: "ann", role: "scribe", person: "bob" });
    await incidents.handOverRole(id, { by: "ann", role: "scribe", person: "cid" });
    await incidents.correctTimes(id, { by: "ann", startedAt: START - 2_000, detectedAt: START - 1_000 });
    await incidents.changeStatus(id, { by: "ann", to: "resolved", message: "over" });
    const when = { by: "ann", at: START + 1_000, recordedAt: START + 1_000 };
    expect((await incidents.timeline(id)).slice(1)).toEqual([
      { ...when, type: "task_added", text: "look", assignee: "bob" },
      { ...when, type: "role_assumed", role: "scribe", person: "bob" },
      { ...when, type: "role_handed_over", role: "scribe", person: "cid" },
      { ...when, type: "times_corrected", startedAt: START - 2_000, detectedAt: START - 1_000 },
      { ...when, type: "resolved", message: "over" },
    ]);
    expect(await incidents.get(id)).toMatchObject({ status: "resolved", startedAt: START - 2_000 });
  });
});
