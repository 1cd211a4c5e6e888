import { describe, expect, it } from "vitest";

import { ConflictError, IllegalTransitionError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { thrownBy } from "./samples.ts";

const AT = Date.UTC(2026, 10, 22, 10);

function managed() {
  const clock = new ManualClock(AT);
  const store = new MemoryIncidentStore();
  return { clock, store, incidents: new IncidentManager({ clock, store }) };
}

describe("an incident manager", () => {
  it("takes an incident from its declaration to its resolution, and keeps the times of every visit", async () => {
    const { clock, incidents } = managed();
    const { id } = await incidents.createIncident({
      title: "checkout fails",
      severity: "SEV2",
      services: ["checkout"],
      startedAt: AT - 120_000,
      by: "ann",
    });
    expect(id).toBe("INC-0001");
    clock.advance(60_000);
    await incidents.acknowledge(id, { by: "bob" });
    await incidents.changeStatus(id, { to: "identified", by: "bob" });
    clock.advance(60_000);
    await incidents.resolve(id, { by: "bob" });
    clock.advance(60_000);
    await incidents.reopen(id, { by: "ann", message: "it came back" });
    clock.advance(60_000);
    const over = await incidents.resolve(id, { by: "ann" });

    expect(over.visits.map(({ status, enteredAt }) => [status, (enteredAt - AT) / 60_000])).toEqual([
      ["investigating", 0],
      ["identified", 1],
      ["resolved", 2],
      ["investigating", 3],
      ["resolved", 4],
    ]);
    expect(over.reopened).toBe(1);
    expect(await incidents.getDuration(id)).toBe((2 + 4 - 1) * 60_000);
    expect(await incidents.getDuration(id, { at: AT })).toBe(2 * 60_000);
    expect(await incidents.getDuration(id, { at: AT + 2.5 * 60_000 })).toBe((2 + 2) * 60_000);
    expect(await incidents.isSloAffecting(id)).toBe(true);
    expect((await incidents.timeline(id)).map(({ type }) => type)).toEqual([
      "created",
      "acknowledged",
      "status_changed",
      "resolved",
      "reopened",
      "resolved",
    ]);
  });

  it("refuses what is not possible, and names what is", async () => {
    const { incidents } = managed();
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
    await incidents.resolve(id, { by: "ann" });
    const refused = incidents.changeStatus(id, { to: "identified", by: "ann" });
    await expect(refused).rejects.toThrow(IllegalTransitionError);
    await expect(refused).rejects.toThrow(
      '"changeStatus to identified" is not possible while resolved; possible: reopen, changeSeverity, ',
    );
  });

  it("tells the second of two writers, if he wants to know", async () => {
    const { incidents } = managed();
    const { id, version } = await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
    await incidents.addUpdate(id, { message: "first", by: "ann", expectedVersion: version });
    const second = incidents.addUpdate(id, { message: "second", by: "bob", expectedVersion: version });
    await expect(second).rejects.toThrow(ConflictError);
    await expect(second).rejects.toThrow("INC-0001 is at version 2, not at 1 any more");
  });

  it("merges two incidents in one commit", async () => {
    const { incidents } = managed();
    const one = await incidents.createIncident({ title: "one", severity: "SEV3", services: ["cart"], by: "ann" });
    const two = await incidents.createIncident({ title: "two", severity: "SEV2", services: ["shop"], by: "ann" });
    const merged = await incidents.merge(one.id, { into: two.id, by: "ann" });
    expect(merged).toMatchObject({ status: "resolved", mergedInto: "INC-0002" });
    expect(await incidents.get(two.id)).toMatchObject({
      services: ["shop", "cart"],
      links: [{ kind: "merged_from", incident: "INC-0001" }],
    });
  });

  it("makes one incident of a key, however many ask for it at once", async () => {
    const { store } = managed();
    const [one, other] = [new IncidentManager({ store }), new IncidentManager({ store })];
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : other).correlate("group", { by: "hook" }, (incident) =>
          incident === undefined
            ? { create: { title: "t", severity: "SEV3", by: "hook" } }
            : { events: [{ type: "noted", kind: "alert", message: "again" }] },
        ),
      ),
    );
    expect(new Set(made.map((incident) => incident?.id))).toEqual(new Set(["INC-0001"]));
    expect(await one.get("INC-0001")).toMatchObject({ version: 20 });
  });
});

describe("an incident manager's options", () => {
  it.each<[object, string]>([
    [
      { zzz: 1 },
      "zzz: is no option of IncidentManager; allowed: store, prefix, planner, timeoutMs, clock, logger, onListenerError",
    ],
    [{ store: {} }, "store: a mapping has no method commit(); needed: commit(), read(), rows(), due(), holderOf()"],
    [{ planner: {} }, "planner: a mapping has no method follow(); needed: follow()"],
    ...[0, -1, NaN, 3_600_001, "10s"].map((timeoutMs): [object, string] => [
      { timeoutMs },
      `timeoutMs: ${JSON.stringify(timeoutMs).replace("null", "NaN")} is no time-out; ` +
        "write milliseconds above 0, up to an hour",
    ]),
  ])("%j are refused", (options, message) => {
    expect(thrownBy(() => new IncidentManager(options))).toMatchObject({ code: "configuration", message });
  });

  it.each([0.5, 3_600_000])("may be a time-out of %d ms", (timeoutMs) => {
    expect(new IncidentManager({ timeoutMs })).toBeInstanceOf(IncidentManager);
  });

  it("tell which channels there are: those of the planner, or none", () => {
    const planner = { channels: ["pager", "chat"], follow: () => [] };
    expect(new IncidentManager({ planner }).channels).toEqual(["pager", "chat"]);
    expect(new IncidentManager({ planner: { follow: () => [] } }).channels).toEqual([]);
    expect(new IncidentManager().channels).toEqual([]);
  });
});

describe("the incident that a key leads to", () => {
  const create = { title: "t", severity: "SEV3", by: "hook" } as const;
  const BY = { by: "hook" };

  it("is the newest that was declared for it, and the store is told which one it was until then", async () => {
    const { store, incidents } = managed();
    const claims: unknown[] = [];
    const commit = store.commit.bind(store);
    store.commit = (changes, options) => {
      claims.push(...changes.map((change) => change.claims));
      return commit(changes, options);
    };
    const first = await incidents.correlate("k", BY, () => ({ create }));
    const second = await incidents.correlate("k", BY, (incident) => {
      expect(incident?.id).toBe("INC-0001");
      return { create, events: [{ type: "acknowledged" }] };
    });
    expect([first?.id, second?.id, second?.version]).toEqual(["INC-0001", "INC-0002", 2]);
    expect(claims).toStrictEqual([[{ key: "k" }], [{ key: "k", from: 1 }]]);
    expect(await store.holderOf("k")).toBe(2);
  });

  it("is none, and stays none, unless one is declared", async () => {
    const { store, incidents } = managed();
    const seen: unknown[] = [];
    const made = await incidents.correlate("k", BY, (incident) => {
      seen.push(incident);
      return { events: [{ type: "acknowledged" }] };
    });
    expect([made, seen]).toEqual([undefined, [undefined]]);
    expect(await store.rows({ limit: 10 })).toEqual([]);
  });

  it("has no version that one could expect while there is none", async () => {
    const { incidents } = managed();
    await expect(incidents.correlate("k", { ...BY, expectedVersion: 3 }, () => ({ create }))).rejects.toMatchObject({
      ...{ code: "conflict", message: "no incident is at version 0, not at 3 any more" },
      context: { id: "no incident", expectedVersion: 3, actualVersion: 0 },
    });
  });

  it("does not wait for that of another key, nor for an incident", async () => {
    const { store, incidents } = managed();
    const { id } = await incidents.createIncident(create);
    const holderOf = store.holderOf.bind(store);
    let release = (): void => undefined;
    store.holderOf = async (key, options) => {
      if (key !== "quick") await new Promise<void>((resolve) => (release = resolve));
      return holderOf(key, options);
    };
    const slow = incidents.correlate(id, BY, () => ({ create }));
    expect((await incidents.correlate("quick", BY, () => ({ create })))?.id).toBe("INC-0002");
    expect((await incidents.acknowledge(id, BY)).version).toBe(2);
    release();
    expect((await slow)?.id).toBe("INC-0003");
  });
});

describe("a reader who gives up", () => {
  const window = { from: AT - 1, until: AT + 1, at: AT + 5 };

  it("is told so, of a list and of figures", async () => {
    const { incidents } = managed();
    await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
    const signal = AbortSignal.abort(new Error("no time"));
    await expect(incidents.list({ signal }).next()).rejects.toThrow("no time");
    await expect(incidents.metrics({ ...window, signal })).rejects.toThrow("no time");
  });

  it("need not, and has what he asked for", async () => {
    const { incidents } = managed();
    await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
    const { signal } = new AbortController();
    expect((await incidents.list({ signal }).next()).value).toMatchObject({ id: "INC-0001" });
    expect(await incidents.metrics({ ...window, signal })).toMatchObject({ at: AT + 5, count: 1, open: 1 });
    expect(await incidents.metrics(window)).toMatchObject({ count: 1 });
  });
});

describe("a store that hangs", () => {
  it("holds up no command for longer than the time-out, nor those that wait behind it", async () => {
    const { clock, store } = managed();
    const incidents = new IncidentManager({ clock, store, timeoutMs: 500 });
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", by: "ann" });
    const read = store.read.bind(store);
    let asked: AbortSignal | undefined;
    store.read = (_, options) => {
      asked = options?.signal;
      return new Promise(() => undefined);
    };
    const stuck = incidents.addUpdate(id, { message: "first", by: "ann" });
    const behind = incidents.addUpdate(id, { message: "second", by: "ann" });
    const refused = expect(stuck).rejects.toThrow("the incident store's read did not finish within 500 ms");
    await Promise.resolve();
    clock.advance(500);
    store.read = read;
    await refused;
    expect(asked?.aborted).toBe(true);
    expect((await behind).version).toBe(2);
  });

  it("tells who gave up what came of it", async () => {
    const { store, incidents } = managed();
    const controller = new AbortController();
    const commit = store.commit.bind(store);
    store.commit = async (changes, options) => {
      const made = await commit(changes, options);
      controller.abort();
      return made;
    };
    const command = { title: "t", severity: "SEV3", by: "ann", signal: controller.signal } as const;
    expect((await incidents.createIncident(command)).id).toBe("INC-0001");
  });
});

describe("times that cannot be meant", () => {
  it.each([
    [
      Math.floor(AT / 1_000),
      "startedAt: 1795341600 is 1970-01-21T18:42:21.600Z in milliseconds; was it meant in seconds?",
    ],
    [new Date(AT) as unknown as number, "startedAt: is a Date; write its epoch milliseconds, date.getTime()"],
    [AT + 1, "startedAt: 2026-11-22T10:00:00.001Z has not come yet: it is 2026-11-22T10:00:00.000Z"],
  ])("%s is refused", async (startedAt, message) => {
    const { incidents } = managed();
    const made = incidents.createIncident({ title: "t", severity: "SEV3", by: "ann", startedAt });
    await expect(made).rejects.toThrow(message);
  });
});
