/** What a manager asks of its store, and what it makes of the answers. */
import { describe, expect, it } from "vitest";

import { ConflictError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import type { IncidentPlanner } from "../../src/incident/keeper.ts";
import { IncidentManager, type IncidentManagerOptions } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentChange } from "../../src/ports/incident-store.ts";
import { AT, MINUTE } from "./samples.ts";

const BY = { by: "ann" };
const NEW = { title: "t", severity: "SEV3", ...BY } as const;

/** Remembers what it was asked. */
class Watched extends MemoryIncidentStore {
  /** Each incident that was read, and after how many events. */
  readonly reads: (readonly [number: number, after: number | undefined])[] = [];
  readonly commits: (readonly IncidentChange[])[] = [];

  override read(...asked: Parameters<MemoryIncidentStore["read"]>): Promise<readonly string[]> {
    this.reads.push([asked[0], asked[1]?.after]);
    return super.read(...asked);
  }

  override commit(...asked: Parameters<MemoryIncidentStore["commit"]>): ReturnType<MemoryIncidentStore["commit"]> {
    this.commits.push(asked[0]);
    return super.commit(...asked);
  }
}

function managed(options: IncidentManagerOptions = {}) {
  const clock = new ManualClock(AT);
  const store = new Watched();
  return { clock, store, incidents: new IncidentManager({ clock, store, ...options }) };
}

describe("what is asked of a store", () => {
  it("of an incident that is known, only what is new", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    await incidents.acknowledge(id, BY);
    await incidents.get(id);
    const other = new IncidentManager({ store });
    await other.addUpdate(id, { message: "m", ...BY });
    expect((await incidents.get(id)).version).toBe(3);
    await incidents.get(id);
    const own = [
      [1, 1],
      [1, 2],
      [1, 2],
      [1, 3],
    ];
    expect(store.reads.filter(([, after]) => after !== 0)).toEqual(own);
    expect(store.reads).toHaveLength(own.length + 1);
  });

  it("nothing again that came in while an older state was on its way", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    let release = (): void => undefined;
    const read = store.read.bind(store);
    store.read = async (...asked) => {
      const texts = await read(...asked);
      await new Promise<void>((resolve) => (release = resolve));
      return texts;
    };
    const slow = incidents.get(id);
    await Promise.resolve();
    store.read = read;
    await incidents.acknowledge(id, BY);
    release();
    expect((await slow).version).toBe(1);
    await incidents.get(id);
    expect(store.reads.at(-1)).toEqual([1, 2]);
  });

  it("all again of what was not looked at for a thousand others", async () => {
    const { store, incidents } = managed();
    for (let made = 0; made < 1_000; made += 1) await incidents.createIncident(NEW);
    await incidents.get("INC-0001");
    await incidents.createIncident(NEW);
    for (const id of ["INC-0001", "INC-0003", "INC-0002"]) await incidents.get(id);
    expect(store.reads).toEqual([
      [1, 1],
      [1, 1],
      [3, 1],
      [2, 0],
    ]);
  });

  it("of a new incident, no number, no time and no claims that it does not have", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    await incidents.resolve(id, BY);
    const text = expect.any(String) as string;
    expect(store.commits).toStrictEqual([
      [{ expectedVersion: 0, events: [text], summary: text, open: true }],
      [{ number: 1, expectedVersion: 1, events: [text], summary: text, open: false }],
    ]);
    expect(await store.rows({ limit: 10 })).toStrictEqual([{ number: 1, version: 2, open: false, summary: text }]);
  });

  it("nothing where nothing happens", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    const told: unknown[] = [];
    incidents.on("changed", (change) => told.push(change));
    expect(await incidents.apply(id, BY, () => [])).toMatchObject({ id, version: 1 });
    expect(store.commits).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it("once, where somebody else was first and the caller wants to know", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    let asked = 0;
    store.commit = () => {
      asked += 1;
      return Promise.reject(new ConflictError("somebody else was first"));
    };
    await expect(incidents.resolve(id, { ...BY, expectedVersion: 1 })).rejects.toThrow("somebody else was first");
    expect(asked).toBe(1);
  });

  it.each<[string, string, (incidents: IncidentManager) => Promise<unknown>]>([
    ["a commit", "commit", (incidents) => incidents.createIncident(NEW)],
    ["a state", "read", (incidents) => incidents.get("INC-0001")],
    ["a timeline", "read", (incidents) => incidents.timeline("INC-0001")],
    ["a key", "read", (incidents) => incidents.correlate("k", BY, () => ({ events: [] }))],
    ["a list", "list", (incidents) => incidents.list().next()],
    ["what is due", "list", (incidents) => incidents.due()],
  ])("that fails is named, for %s", async (_, operation, ask) => {
    const failing = new Proxy(new MemoryIncidentStore(), {
      get: () => () => Promise.reject(new RangeError("secret")),
    });
    const incidents = new IncidentManager({ store: failing });
    await expect(ask(incidents)).rejects.toMatchObject({
      ...{ adapter: "incident store", operation, retryable: true },
      message: `incident store could not ${operation}: it failed with RangeError`,
    });
  });
});

describe("an incident that is not there", () => {
  it.each<[string, (incidents: IncidentManager) => Promise<unknown>]>([
    ["state", (incidents) => incidents.get("INC-0009")],
    ["timeline", (incidents) => incidents.timeline("INC-0009")],
  ])("has no %s", async (_, ask) => {
    const { incidents } = managed();
    await expect(ask(incidents)).rejects.toMatchObject({
      code: "configuration",
      message: 'id: there is no incident "INC-0009"',
    });
  });
});

it("a timeline names the event that is damaged", async () => {
  const { store, incidents } = managed();
  const { id } = await incidents.createIncident(NEW);
  await store.commit([{ number: 1, expectedVersion: 1, events: ["{}"], summary: "{}", open: true }]);
  await expect(incidents.timeline(id)).rejects.toThrow("event 2 of INC-0001 is no event");
});

describe("a planner's answer", () => {
  it.each<[string, unknown, string]>([
    ["a mapping", {}, "it answered with no list"],
    ["a text", "k", "it answered with no list"],
    ["a promise", Promise.resolve([]), "it answered with a promise; it must answer at once"],
  ])("that is %s is refused, and nothing is kept", async (_, answer, message) => {
    const { store, incidents } = managed({ planner: { follow: () => answer as never } });
    await expect(incidents.createIncident(NEW)).rejects.toMatchObject({
      ...{ adapter: "incident planner", operation: "plan what follows", retryable: false },
      message: "incident planner could not plan what follows: it failed with TypeError",
      cause: { message },
    });
    expect(store.commits).toEqual([]);
  });

  it("may be nothing", async () => {
    const { incidents } = managed({ planner: { follow: () => undefined as never } });
    expect(await incidents.createIncident(NEW)).toMatchObject({ version: 1 });
  });
});

describe("when something is to be done next", () => {
  const asked = (key: string, channel: string): IncidentOccurrence => {
    return { type: "notification_requested", key, channel, kind: "opened", message: "look" };
  };
  const tried = (key: string, until: number): IncidentOccurrence => {
    return { type: "notification_attempted", key, until: AT + until * MINUTE };
  };
  const escalated = (dueAt: number): IncidentOccurrence => {
    return { type: "escalated", message: "m", next: { policy: "p", step: 0, round: 0, dueAt: AT + dueAt * MINUTE } };
  };

  /** In minutes after {@link AT}, after `occurrences` that are recorded when the clock says so many minutes after it. */
  async function dueAfter(clockSays: number, ...occurrences: readonly IncidentOccurrence[]) {
    const { clock, store, incidents } = managed();
    const { id } = await incidents.createIncident(NEW);
    clock.stepWall(clockSays * MINUTE);
    await incidents.apply(id, BY, () => occurrences);
    const [row] = await store.rows({ limit: 1 });
    return row?.dueAt === undefined ? undefined : (row.dueAt - AT) / MINUTE;
  }

  it.each<[string, readonly IncidentOccurrence[], number | undefined]>([
    ["never, if nothing waits", [], undefined],
    ["at once, for a new message", [asked("k", "pager")], 0],
    ["at the end of an attempt", [asked("k", "pager"), tried("k", 5)], 5],
    [
      "not before the message that is first in its channel",
      [asked("k", "pager"), tried("k", 5), asked("l", "pager")],
      5,
    ],
    [
      "for whichever channel is first: the second",
      [asked("k", "pager"), tried("k", 5), asked("l", "chat"), tried("l", 3)],
      3,
    ],
    [
      "for whichever channel is first: the first",
      [asked("k", "pager"), tried("k", 3), asked("l", "chat"), tried("l", 5)],
      3,
    ],
    ["when the escalation is", [escalated(4)], 4],
    ["when the escalation is, if that is before a message", [escalated(4), asked("k", "pager"), tried("k", 5)], 4],
    ["when a message is, if that is before the escalation", [escalated(6), asked("k", "pager"), tried("k", 5)], 5],
  ])("%s", async (_, occurrences, expected) => {
    expect(await dueAfter(0, ...occurrences)).toBe(expected);
  });

  it.each<[string, readonly IncidentOccurrence[], number]>([
    ["a new message at once", [asked("k", "pager")], -60],
    ["an attempt when it ends, which was told by the clock", [asked("k", "pager"), tried("k", -55)], -55],
    ["an escalation after as long a time", [escalated(4)], -56],
    ["an escalation that is due now, now", [escalated(0)], -60],
    ["an escalation that was due before as it was told", [escalated(-1)], -1],
  ])("by a clock that was set back by an hour: %s", async (_, occurrences, expected) => {
    expect(await dueAfter(-60, ...occurrences)).toBe(expected);
  });

  it("what a planner asks for is due at once, though the clock was set back", async () => {
    const planner: IncidentPlanner = { follow: (before) => (before === undefined ? [] : [asked("k", "pager")]) };
    const { clock, incidents } = managed({ planner });
    const { id } = await incidents.createIncident(NEW);
    clock.stepWall(-60 * MINUTE);
    await incidents.addUpdate(id, { message: "m", ...BY });
    expect(await incidents.due()).toEqual([id]);
    expect(await incidents.due({ at: AT - 60 * MINUTE - 1 })).toEqual([]);
  });
});
