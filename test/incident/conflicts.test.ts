/** How a store says that somebody else was first. */
import { describe, expect, it } from "vitest";

import { ConflictError } from "../../src/core/errors.ts";
import { claimConflict, versionConflict } from "../../src/incident/conflicts.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";

describe("a conflict of versions", () => {
  it.each([
    [undefined, 1, 0, "a new incident was expected at version 1 and is at 0"],
    [5, 0, 2, "incident 5 was expected at version 0 and is at 2"],
    [5, 3, undefined, "incident 5 was expected at version 3 and is at another one"],
  ])("of %j, expected at %j and found at %j, is told in words and in facts", (number, expected, actual, message) => {
    const conflict = versionConflict(number, expected, actual);
    expect(conflict).toBeInstanceOf(ConflictError);
    expect(conflict.message).toBe(message);
    expect(conflict.context).toEqual({ number, expectedVersion: expected, actualVersion: actual });
  });
});

describe("a conflict of claims", () => {
  it.each([
    [3, undefined, "the key was expected to lead to incident 3 and leads to no incident"],
    [undefined, 2, "the key was expected to lead to no incident and leads to incident 2"],
  ])("of a key that was to lead to %j and leads to %j is told in words and in facts", (expected, holder, message) => {
    const conflict = claimConflict("k", expected, holder);
    expect(conflict).toBeInstanceOf(ConflictError);
    expect(conflict.message).toBe(message);
    expect(conflict.context).toEqual({ key: "k", expected, holder });
  });
});

it("a store in memory tells which incident it was, or which key", async () => {
  const store = new MemoryIncidentStore();
  const change = { expectedVersion: 0, events: ["a"], summary: "s", open: true };
  await store.commit([{ ...change, claims: [{ key: "k" }] }]);
  await expect(store.commit([{ ...change, number: 1, expectedVersion: 7 }])).rejects.toMatchObject({
    context: { number: 1, expectedVersion: 7, actualVersion: 1 },
  });
  await expect(store.commit([{ ...change, claims: [{ key: "k", from: 3 }] }])).rejects.toMatchObject({
    context: { key: "k", expected: 3, holder: 1 },
  });
});
