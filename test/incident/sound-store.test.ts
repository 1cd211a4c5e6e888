import { expect, test } from "vitest";

import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { soundStore } from "../../src/incident/sound-store.ts";

const JUNK = [null, 7, "junk", {}, [null], [{}], [{ number: 0, version: 1 }], [{ number: 1.5 }]];

test.each(JUNK)("a store that answers %j is told, by its name and what was asked", async (junk) => {
  const store = soundStore(new Proxy(new MemoryIncidentStore(), { get: () => async () => junk }), "incident store");
  const change = { expectedVersion: 0, events: ["{}"], summary: "{}", open: true };
  const calls = [
    () => store.commit([change]),
    () => store.read(1),
    () => store.rows({ limit: 10 }),
    () => store.due(0, 10),
  ];
  for (const call of calls) {
    const told = { adapter: "incident store", retryable: true, message: expect.stringContaining("which is no answer") };
    const ended = await call().then(
      (answer) => answer,
      (error: unknown) => error,
    );
    // Lists of texts are events.
    if (Array.isArray(ended)) expect(ended.every((one) => typeof one === "string")).toBe(true);
    else expect(ended).toMatchObject(told);
  }
});

test("more answers than changes, or fewer, are no answer", async () => {
  const store = new Proxy(new MemoryIncidentStore(), {
    get: (target, name) => (name === "commit" ? async () => [] : Reflect.get(target, name, target)),
  });
  const incidents = new IncidentManager({ store });
  await expect(incidents.createIncident({ title: "x", severity: "SEV1", by: "ann" })).rejects.toThrow(
    "incident store could not commit: it answered with a list of 0, which is no answer: 0 answers for 1 change",
  );
});

test("a planner that fails is named, and nothing is kept without what it plans", async () => {
  const store = new MemoryIncidentStore();
  const planner = {
    follow: () => {
      throw new Error("secret");
    },
  };
  const incidents = new IncidentManager({ store, planner });
  await expect(incidents.createIncident({ title: "x", severity: "SEV1", by: "ann" })).rejects.toThrow(
    "incident planner could not plan what follows: it failed with Error",
  );
  expect(await store.rows({ limit: 10 })).toEqual([]);
});
