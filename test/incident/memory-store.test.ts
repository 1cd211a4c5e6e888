import { describe, expect, test } from "vitest";

import { ConflictError } from "../../src/core/errors.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { incidentStoreContract } from "../../src/testing/incident-store-contract.ts";
import type { IncidentChange } from "../../src/ports/incident-store.ts";

const NEW: IncidentChange = { expectedVersion: 0, events: ["a"], summary: "s", open: true };

test.each<[string, readonly IncidentChange[]]>([
  ["an incident that is not there", [{ ...NEW, number: 5 }]],
  [
    "the same version twice",
    [
      { ...NEW, number: 1, expectedVersion: 1 },
      { ...NEW, number: 1, expectedVersion: 1 },
    ],
  ],
  [
    "the same key twice",
    [
      { ...NEW, claims: [{ key: "k" }] },
      { ...NEW, claims: [{ key: "k" }] },
    ],
  ],
  ["a good change beside a bad one", [NEW, { ...NEW, number: 1, expectedVersion: 7 }]],
  ["a key that leads elsewhere", [{ ...NEW, claims: [{ key: "k", from: 3 }] }]],
])("a commit of %s is refused as a whole", async (_, changes) => {
  const store = new MemoryIncidentStore();
  await store.commit([NEW]);
  await expect(store.commit(changes)).rejects.toThrow(ConflictError);
  expect(await store.rows({ limit: 10 })).toEqual([{ number: 1, version: 1, open: true, summary: "s" }]);
  expect(await store.holderOf("k")).toBeUndefined();
});

test("changes of one commit follow each other", async () => {
  const store = new MemoryIncidentStore();
  const first = { ...NEW, claims: [{ key: "k" }] };
  const second = { ...NEW, claims: [{ key: "k", from: 1 }] };
  expect(await store.commit([first, second, { ...NEW, number: 1, expectedVersion: 1, events: ["b"] }])).toEqual([
    { number: 1, version: 1 },
    { number: 2, version: 1 },
    { number: 1, version: 2 },
  ]);
  expect(await store.holderOf("k")).toBe(2);
  expect(await store.read(1)).toEqual(["a", "b"]);
});

test("a new incident's key is its own, whatever else the commit changes before it", async () => {
  const store = new MemoryIncidentStore();
  await store.commit([NEW]);
  const changes = [
    { ...NEW, number: 1, expectedVersion: 1 },
    { ...NEW, claims: [{ key: "k" }] },
    { ...NEW, claims: [{ key: "k", from: 2 }] },
  ];
  expect((await store.commit(changes)).map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(await store.holderOf("k")).toBe(3);
});

test("a row has a time only if something is to be done, and is due from then on", async () => {
  const store = new MemoryIncidentStore();
  await store.commit([NEW, { ...NEW, dueAt: 5 }]);
  const row = { version: 1, open: true, summary: "s" };
  expect(await store.rows({ limit: 10 })).toStrictEqual([
    { ...row, number: 1 },
    { ...row, number: 2, dueAt: 5 },
  ]);
  expect([await store.due(4, 10), await store.due(5, 10)]).toEqual([[], [2]]);
});

describe("incidents in memory", () => {
  for (const { name, check } of incidentStoreContract(() => new MemoryIncidentStore())) test(name, check);
});
