import { describe, expect, it } from "vitest";

import { ConflictError, IllegalTransitionError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";

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
