import { describe, expect, it } from "vitest";

import { AdapterError, ConfigurationError, ConflictError, IllegalTransitionError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import { IncidentManager, type IncidentManagerOptions } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";

const AT = Date.UTC(2026, 10, 22, 10);
const BY = { by: "ann" };

async function managed(options: IncidentManagerOptions = {}) {
  const clock = new ManualClock(AT);
  const incidents = new IncidentManager({ clock, ...options });
  const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
  return { clock, incidents, id };
}

/** The manager as somebody without a compiler sees it. */
type Loose = Readonly<Record<string, (...said: readonly unknown[]) => Promise<unknown>>>;

describe("what nobody should say", () => {
  const nul = String.fromCharCode(0);
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  it.each<[string, readonly unknown[], string]>([
    ["createIncident", [], "createIncident takes an object"],
    ["createIncident", [{ severity: "SEV1", by: "ann" }], "title: is missing"],
    ["createIncident", [{ title: "x".repeat(301), severity: "SEV1", by: "ann" }], "title: has 301 characters"],
    ["createIncident", [{ title: "t", severity: "sev1", by: "ann" }], 'did you mean "SEV1"?'],
    ["createIncident", [{ title: "t", severity: "SEV1" }], "by: is missing"],
    ["createIncident", [{ title: "t", severity: "SEV1", by: "ann", service: ["a"] }], 'did you mean "services"?'],
    ["createIncident", [{ title: "t", severity: "SEV1", by: "ann", services: "shop" }], "services: "],
    [
      "createIncident",
      [{ title: "t", severity: "SEV1", by: "ann", services: Array(1_001).fill("a") }],
      "at most 1000 names",
    ],
    ["createIncident", [{ title: "t", severity: "SEV1", by: "ann", labels: { a: 1 } }], "labels.a: 1 is not a text"],
    [
      "createIncident",
      [{ title: "t", severity: "SEV1", by: "ann", labels: { ["k".repeat(201)]: "v" } }],
      "longer than 200",
    ],
    ["createIncident", [{ title: "t", severity: "SEV1", by: "ann", startedAt: "yesterday" }], 'startedAt: "yesterday"'],
    [
      "createIncident",
      [{ title: "t", severity: "SEV1", by: "ann", startedAt: AT + 1 }],
      "startedAt: 2026-11-22T10:00:00.001Z has not come yet",
    ],
    ["createIncident", [{ title: "t", severity: "SEV1", by: "ann", affectsSlo: "yes" }], "affectsSlo: "],
    ["resolve", ["INC-0001"], "resolve takes an object of options, not undefined"],
    ["resolve", ["INC-0001", null], "resolve takes an object"],
    ["resolve", ["INC-0001", { ...BY, mesage: "m" }], 'did you mean "message"?'],
    ["resolve", ["INC-0001", { ...BY, at: NaN }], "at: NaN"],
    ["resolve", ["INC-0001", { ...BY, at: AT + 1 }], "has not come yet"],
    ["resolve", ["INC-0001", { ...BY, expectedVersion: "1" }], 'expectedVersion: "1" is not a version'],
    ["resolve", ["INC-0009", BY], 'there is no incident "INC-0009"'],
    ["resolve", ["INC-1", BY], "ids look like INC-0001"],
    ["resolve", ["INC-00001", BY], "ids look like INC-0001"],
    ["resolve", ["INC-0000", BY], "ids look like INC-0001"],
    ["resolve", [Symbol("id"), BY], "ids look like INC-0001"],
    ["addUpdate", ["INC-0001", { ...BY, message: " " }], "message: "],
    ["addUpdate", ["INC-0001", { ...BY, message: "x".repeat(20_001) }], "message: has 20001 characters"],
    ["addUpdate", ["INC-0001", { ...BY, message: "m", audience: "press" }], "internal, public"],
    ["note", ["INC-0001", { ...BY, kind: "k", message: "m", data: cycle }], "cannot be written as JSON"],
    ["note", ["INC-0001", { ...BY, kind: "k", message: "m", data: { n: 1n } }], "cannot be written as JSON"],
    ["note", ["INC-0001", { ...BY, kind: "k", message: "m", data: [1] }], "is not a mapping"],
    ["note", ["INC-0001", { ...BY, kind: "k", message: "m", data: () => 1 }], "is not a mapping"],
    ["note", ["INC-0001", { ...BY, kind: "k", message: "m", data: { x: "y".repeat(100_000) } }], "at most 100000"],
    ["acknowledge", ["INC-0001", { ...BY, message: 7 }], "message: "],
    ["changeStatus", ["INC-0001", { ...BY, to: "closed" }], "investigating, identified, monitoring, resolved"],
    ["changeSeverity", ["INC-0001", { ...BY, to: 1 }], "SEV1, SEV2, SEV3, SEV4"],
    ["assumeRole", ["INC-0001", { ...BY, role: "__proto__", person: "bob" }], "commander, communications"],
    ["handOverRole", ["INC-0001", { ...BY, role: "scribe" }], "person: is missing"],
    ["changeServices", ["INC-0001", { ...BY, added: [""] }], "added: "],
    ["setRootCause", ["INC-0001", BY], "rootCause: is missing"],
    ["addTask", ["INC-0001", { ...BY, text: "t", assignee: "" }], "assignee: "],
    ["changeTask", ["INC-0001", { ...BY, task: "T1", done: 1 }], "done: "],
    ["changeTask", ["INC-0001", { ...BY, task: `T1${nul}`, done: true }], "there is no task"],
    ["correctTimes", ["INC-0001", BY], "nothing to correct"],
    ["correctTimes", ["INC-0001", { ...BY, startedAt: Infinity }], "startedAt: "],
    ["link", ["INC-0001", { ...BY, kind: "merged_into", other: "INC-0002" }], "duplicate_of, related_to"],
    ["link", ["INC-0001", { ...BY, kind: "related_to", other: "INC-0001" }], "is the same incident"],
    ["unlink", ["INC-0001", { ...BY, kind: "merged_from", other: "INC-0002" }], "duplicate_of, related_to"],
    ["merge", ["INC-0001", { ...BY, into: "INC-0002" }], 'there is no incident "INC-0002"'],
    ["merge", ["INC-0001", BY], "ids look like"],
    ["apply", ["INC-0001", undefined, () => []], "undefined is no command"],
    ["correlate", ["", BY, () => ({ events: [] })], "key: "],
    ["get", [undefined], "ids look like"],
    ["getDuration", ["INC-0001", { at: NaN }], "at: NaN"],
    ["due", [{ limit: 0 }], "limit: 0 is not a whole number from 1 to 10000"],
    ["metrics", [{ from: 0 }], "until: undefined"],
    ["metrics", [{ from: 0, until: 1, by: "team" }], "severity, service"],
  ])("%s, case %#: rejects, and nothing is kept of it", async (method, said, message) => {
    const { incidents, id } = await managed();
    const rejected = (incidents as unknown as Loose)[method]?.call(incidents, ...said);
    await expect(rejected).rejects.toThrow(ConfigurationError);
    await expect(rejected).rejects.toThrow(message);
    expect(await incidents.get(id)).toMatchObject({ version: 1 });
  });

  it.each<[string, unknown]>([
    ["an event that there is not", { type: "exploded" }],
    ["an event without its fields", { type: "services_changed", added: ["a"] }],
    ["a text that is none", { type: "updated", message: 7, audience: "public" }],
    ["a time that JSON does not have", { type: "notification_attempted", key: "k", until: Infinity }],
    ["an alert that is none", { type: "alerts_received", alerts: [{ fingerprint: "f" }] }],
    ["facts that are no JSON", { type: "noted", kind: "k", message: "m", data: { n: 1n } }],
    ["a link that is not to be cut", { type: "unlinked", kind: "merged_into", incident: "INC-0002" }],
  ])("%s is not kept", async (_, occurrence) => {
    const { incidents, id } = await managed();
    await expect(incidents.apply(id, BY, () => [occurrence as IncidentOccurrence])).rejects.toThrow(
      /is no event of an incident|cannot be written as JSON/,
    );
    expect(await incidents.get(id)).toMatchObject({ version: 1 });
  });

  it("options that there are not, and objects that are no stores, are refused", () => {
    const made = (options: object) => () => new IncidentManager(options);
    expect(made({ stroe: 1 })).toThrow('did you mean "store"?');
    expect(made({ store: { read: () => [] } })).toThrow("has no method commit()");
    expect(made({ planner: {} })).toThrow("has no method follow()");
    expect(made({ prefix: "inc" })).toThrow("capital letters");
  });
});

describe("what the host keeps", () => {
  it("nothing that is handed in is frozen, and changing it later changes nothing", async () => {
    const { incidents, id } = await managed();
    const data = { steps: ["one"] };
    const services = ["shop"];
    const labels = { team: "pay" };
    const { id: other } = await incidents.createIncident({ title: "t", severity: "SEV1", services, labels, ...BY });
    await incidents.note(id, { kind: "runbook", message: "m", data, ...BY });
    await incidents.apply(id, BY, () => [{ type: "noted", kind: "k", message: "m", data }]);
    data.steps.push("two");
    services.push("cart");
    labels.team = "search";
    expect(await incidents.get(other)).toMatchObject({ services: ["shop"], labels: { team: "pay" } });
    const noted = (await incidents.timeline(id)).filter(({ type }) => type === "noted");
    expect(noted).toMatchObject([{ data: { steps: ["one"] } }, { data: { steps: ["one"] } }]);
  });

  it("nothing that is handed out can be changed", async () => {
    const { incidents, id } = await managed();
    const told: unknown[] = [];
    incidents.on("changed", ({ incident, event }) => told.push(incident.visits, event));
    const incident = await incidents.changeServices(id, { added: ["shop"], ...BY });
    const [event] = await incidents.timeline(id);
    const parts = [...told, incident.visits, incident.visits[0], incident.services, incident.links, event];
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
    expect(() => (incident.services as string[]).push("cart")).toThrow(TypeError);
    expect((await incidents.get(id)).services).toEqual(["shop"]);
  });

  it("a label named like a part of every object is a label", async () => {
    const { incidents } = await managed();
    const labels = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV1", labels, ...BY });
    expect(Object.entries((await incidents.get(id)).labels)).toEqual(Object.entries(labels));
  });
});

describe("clocks", () => {
  it("a clock that is set back does not turn the order of events", async () => {
    const { clock, incidents, id } = await managed();
    await incidents.acknowledge(id, BY);
    clock.stepWall(-3_600_000);
    const identified = await incidents.changeStatus(id, { to: "identified", ...BY });
    expect(identified.visits.at(-1)).toEqual({ status: "identified", enteredAt: AT });
    expect((await incidents.timeline(id)).map(({ recordedAt }) => recordedAt - AT)).toEqual([0, 0, 0]);
    expect(await incidents.getDuration(id)).toBe(0);
  });

  it("a clock that goes back between two looks at it does not refuse a new incident", async () => {
    const clock = new ManualClock(AT);
    const nervous: Clock = {
      now: () => {
        clock.stepWall(-10);
        return clock.now();
      },
      monotonic: () => clock.monotonic(),
      schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
    };
    const incidents = new IncidentManager({ clock: nervous });
    const made = await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
    expect(made.declaredAt).toBe(made.detectedAt);
  });
});

describe("conflicts", () => {
  it("of twenty who resolve at once, one does", async () => {
    const store = new MemoryIncidentStore();
    const { incidents, id } = await managed({ store });
    const other = new IncidentManager({ store, clock: new ManualClock(AT) });
    const all = Array.from({ length: 20 }, (_, each) => (each % 2 === 0 ? incidents : other).resolve(id, BY));
    const settled = await Promise.allSettled(all);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of settled) {
      if (each.status === "rejected") expect(each.reason).toBeInstanceOf(IllegalTransitionError);
    }
  });

  it("two who merge each other end with one whole", async () => {
    const store = new MemoryIncidentStore();
    const { incidents } = await managed({ store });
    const other = new IncidentManager({ store, clock: new ManualClock(AT) });
    await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
    const settled = await Promise.allSettled([
      incidents.merge("INC-0001", { into: "INC-0002", ...BY }),
      other.merge("INC-0002", { into: "INC-0001", ...BY }),
    ]);
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const into = [(await other.get("INC-0001")).mergedInto, (await other.get("INC-0002")).mergedInto];
    expect(into.filter((id) => id !== undefined)).toHaveLength(1);
  });

  it("a key's incident may be asked for at a version, too", async () => {
    const { incidents } = await managed();
    const make = { create: { title: "t", severity: "SEV3", ...BY } } as const;
    await incidents.correlate("k", { ...BY, expectedVersion: 0 }, () => make);
    const stale = incidents.correlate("k", { ...BY, expectedVersion: 0 }, () => ({ events: [] }));
    await expect(stale).rejects.toThrow(ConflictError);
    await expect(stale).rejects.toThrow("INC-0002 is at version 1, not at 0 any more");
  });

  it("a store that only says no is given up in the end", async () => {
    class No extends MemoryIncidentStore {
      asked = 0;
      override commit(): Promise<never> {
        this.asked += 1;
        return Promise.reject(new ConflictError("no"));
      }
    }
    const store = new No();
    await new MemoryIncidentStore().commit([]);
    const incidents = new IncidentManager({ store });
    await expect(
      incidents.correlate("k", BY, () => ({ create: { title: "t", severity: "SEV3", ...BY } })),
    ).rejects.toThrow("no");
    expect(store.asked).toBe(201);
  });
});

describe("others who fail", () => {
  it("a listener that throws stops nobody, and is reported", async () => {
    const failures: unknown[] = [];
    const seen: string[] = [];
    const { incidents, id } = await managed({ onListenerError: ({ event, error }) => failures.push([event, error]) });
    const bad = new Error("a bad listener");
    incidents.on("acknowledged", () => {
      throw bad;
    });
    incidents.on("acknowledged", ({ event }) => seen.push(event.type));
    const off = incidents.on("changed", async ({ incident }) => {
      seen.push(incident.id);
      await Promise.reject(bad);
    });
    expect(await incidents.acknowledge(id, BY)).toMatchObject({ acknowledgedBy: "ann" });
    expect(seen).toEqual(["acknowledged", id]);
    expect(failures).toEqual([
      ["acknowledged", bad],
      ["changed", bad],
    ]);
    off();
    await incidents.resolve(id, BY);
    expect(seen).toHaveLength(2);
  });

  it("a store's foreign error becomes one of ours, which does not repeat what it said", async () => {
    class Broken extends MemoryIncidentStore {
      override commit(): Promise<never> {
        return Promise.reject(new TypeError("password=hunter2"));
      }
    }
    const incidents = new IncidentManager({ store: new Broken() });
    const refused = incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
    await expect(refused).rejects.toThrow(AdapterError);
    await expect(refused).rejects.toThrow("incident store could not commit: it failed with TypeError");
    await expect(refused).rejects.toMatchObject({ retryable: true, cause: { message: "password=hunter2" } });
  });

  it("who gives up waiting is told so, and nothing is kept", async () => {
    const { incidents, id } = await managed();
    const signal = AbortSignal.abort();
    await expect(incidents.resolve(id, { ...BY, signal })).rejects.toThrow("aborted");
    expect(await incidents.get(id)).toMatchObject({ status: "investigating" });
  });
});

describe("a planner", () => {
  const ask = (key: string): IncidentOccurrence => {
    return { type: "notification_requested", key, channel: "pager", kind: "opened", message: "look" };
  };

  it("is asked with the events, and what follows is kept with them", async () => {
    const asked: unknown[] = [];
    const { incidents, id, clock } = await managed({
      planner: {
        follow: (before, after, events) => {
          asked.push([before?.version, after.version, events.map(({ type }) => type)]);
          return events.some(({ type }) => type === "created") ? [ask("k")] : [];
        },
      },
    });
    expect(asked).toEqual([[undefined, 1, ["created"]]]);
    expect(await incidents.get(id)).toMatchObject({ version: 2, notifications: [{ key: "k", nextAt: AT }] });
    expect((await incidents.timeline(id))[1]).toMatchObject({ by: "nines", type: "notification_requested" });
    expect(await incidents.due()).toEqual([id]);
    expect(await incidents.due({ at: AT - 1 })).toEqual([]);
    clock.advance(1);
    await incidents.addUpdate(id, { message: "m", ...BY });
    expect(asked).toHaveLength(2);
    await incidents.apply(id, BY, () => []);
    expect(asked).toHaveLength(2);
  });

  it("that throws, or asks for what is not possible, leaves nothing behind", async () => {
    let follow = (): readonly IncidentOccurrence[] => [];
    const { incidents, id } = await managed({ planner: { follow: () => follow() } });
    follow = () => {
      throw new Error("a bad planner");
    };
    await expect(incidents.resolve(id, BY)).rejects.toMatchObject({
      adapter: "incident planner",
      cause: { message: "a bad planner" },
    });
    follow = () => [{ type: "reopened" }];
    await expect(incidents.addUpdate(id, { message: "m", ...BY })).rejects.toThrow(IllegalTransitionError);
    expect(await incidents.get(id)).toMatchObject({ version: 1, status: "investigating" });
  });
});

describe("lists", () => {
  it("are read page by page, filtered, the newest first", async () => {
    const { incidents, clock } = await managed();
    for (let made = 2; made <= 1_203; made += 1) {
      clock.advance(1_000);
      const severity = made % 2 === 0 ? "SEV1" : "SEV4";
      await incidents.createIncident({ title: "t", severity, services: [`s${String(made % 3)}`], ...BY });
    }
    await incidents.resolve("INC-0700", BY);
    const ids = async (filter: Parameters<IncidentManager["list"]>[0]): Promise<string[]> => {
      const found: string[] = [];
      for await (const { id } of incidents.list(filter)) found.push(id);
      return found;
    };
    expect(await ids({})).toHaveLength(1_203);
    expect((await ids({ severity: "SEV1" })).slice(0, 2)).toEqual(["INC-1202", "INC-1200"]);
    expect(await ids({ open: false })).toEqual(["INC-0700"]);
    expect(await ids({ service: "s1", from: AT + 3_000, until: AT + 7_000 })).toEqual(["INC-0007", "INC-0004"]);
  });
});
