import { describe, expect, it, test } from "vitest";

import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { soundStore } from "../../src/incident/sound-store.ts";
import type { IncidentRow, IncidentStore } from "../../src/ports/incident-store.ts";

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

describe("what is wrong with an answer is told in words", () => {
  const ROW: IncidentRow = { number: 1, version: 1, open: true, summary: "{}" };
  const CHANGE = { expectedVersion: 0, events: ["{}"], summary: "{}", open: true };
  const commit = (store: IncidentStore) => store.commit([CHANGE]);
  const read = (store: IncidentStore) => store.read(1);
  const rows = (store: IncidentStore) => store.rows({ limit: 2 });
  const due = (store: IncidentStore) => store.due(0, 10);
  const holder = (store: IncidentStore) => store.holderOf("k");
  const answering = (answer: unknown): IncidentStore =>
    soundStore(new Proxy(new MemoryIncidentStore(), { get: () => async () => answer }), "run store");

  it.each<[string, string, (store: IncidentStore) => Promise<unknown>, unknown]>([
    ["commit", "7, which is no answer: a list of numbers and versions is needed", commit, 7],
    ["commit", "a list of 1, which is no answer: a mapping is needed, not 7", commit, [7]],
    ["commit", "a list of 1, which is no answer: a mapping is needed, not null", commit, [null]],
    ["commit", "a list of 1, which is no answer: a mapping is needed, not a function", commit, [() => 1]],
    [
      "commit",
      "a list of 1, which is no answer: a whole number from 1 on is needed, not 0",
      commit,
      [{ number: 0, version: 1 }],
    ],
    [
      "commit",
      "a list of 1, which is no answer: a whole number from 1 on is needed, not 1.5",
      commit,
      [{ number: 1, version: 1.5 }],
    ],
    ["commit", "a list of 0, which is no answer: 0 answers for 1 change", commit, []],
    ["commit", "a list of 1, which is no answer: 1 answer for 0 changes", (store) => store.commit([]), [ROW]],
    ["read", "null, which is no answer: a list of events is needed", read, null],
    ["read", "a list of 2, which is no answer: a text is needed, not 7", read, ["{}", 7]],
    ["list", "a mapping, which is no answer: a list of rows is needed", rows, {}],
    ["list", "a list of 1, which is no answer: a mapping is needed, not null", rows, [null]],
    ["list", "a list of 1, which is no answer: open is true or false, not 1", rows, [{ ...ROW, open: 1 }]],
    [
      "list",
      'a list of 1, which is no answer: dueAt is a time or left out, not "soon"',
      rows,
      [{ ...ROW, dueAt: "soon" }],
    ],
    ["list", "a list of 1, which is no answer: dueAt is a time or left out, not NaN", rows, [{ ...ROW, dueAt: NaN }]],
    ["list", "a list of 1, which is no answer: a text is needed, not a mapping", rows, [{ ...ROW, summary: {} }]],
    ["list", "a list of 3, which is no answer: 3 rows, and 2 were asked for", rows, [ROW, ROW, ROW]],
    ["list", "undefined, which is no answer: a list of numbers is needed", due, undefined],
    ["list", "a list of 1, which is no answer: a whole number from 1 on is needed, not -1", due, [-1]],
    ["read", "null, which is no answer: a whole number from 1 on is needed, not null", holder, null],
  ])("%s: %s", async (operation, why, ask, answer) => {
    await expect(ask(answering(answer))).rejects.toMatchObject({
      ...{ adapter: "run store", operation, retryable: true },
      message: `run store could not ${operation}: it answered with ${why}`,
    });
  });

  it("of ours, and not of what an answer throws when it is looked at", async () => {
    const secretive = new Proxy(
      {},
      {
        get: () => {
          throw new Error("secret");
        },
      },
    );
    await expect(commit(answering([secretive]))).rejects.toMatchObject({
      message: "run store could not commit: it answered with a list of 1, which is no answer",
      cause: { message: "secret" },
    });
  });

  it("and an answer that is one is handed on as it is", async () => {
    expect(await rows(answering([ROW, { ...ROW, dueAt: 5 }]))).toStrictEqual([ROW, { ...ROW, dueAt: 5 }]);
    expect(await commit(answering([{ number: 1, version: 2 }]))).toEqual([{ number: 1, version: 2 }]);
    expect(await read(answering(["{}"]))).toEqual(["{}"]);
    expect(await due(answering([2, 1]))).toEqual([2, 1]);
    expect([await holder(answering(undefined)), await holder(answering(3))]).toEqual([undefined, 3]);
  });
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
