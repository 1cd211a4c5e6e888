import { describe, expect, it } from "vitest";

import { AdapterError, ConflictError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { RunStore } from "../../src/ports/run-store.ts";
import { HandedOverError, LostRunError, RunKeeper } from "../../src/runbook/engine/keeper.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import { STARTED } from "./journal.ts";
import { altered, Heard, ticks, trouble } from "./support.ts";

const START = 1_000_000;
const LEASE = 30_000;
const CLAIMS = [{ key: "lock/slow" }];
const begin: RunOccurrence = { type: "step_started", step: "look", attempt: 1 };
const over: RunOccurrence = { type: "ended", status: "failed" };
const conflict = (): ConflictError => new ConflictError("somebody was first");

/** A keeper of its own process over a store. */
function keeping(owner: string, store: RunStore, clock: ManualClock) {
  const heard = new Heard();
  const told: string[] = [];
  const keeper = new RunKeeper({
    ...{ store, prefix: "RUN", owner, leaseMs: LEASE, patienceMs: 10_000, clock, logger: heard.logger },
    tell: (state, event) => void told.push(`${event.id} ${event.type} ${String(state.version)}`),
  });
  return { keeper, heard, told };
}

/** A run that has begun in one process, over a store that may be made to fail. */
async function begun() {
  const clock = new ManualClock(START);
  const store = new MemoryIncidentStore();
  const failures: Error[] = [];
  const commits = { count: 0, isKept: false };
  const failing = altered(store, {
    commit: async (changes, options) => {
      commits.count += 1;
      const failure = failures.shift();
      if (failure === undefined) return store.commit(changes, options);
      if (commits.isKept) await store.commit(changes, options);
      throw failure;
    },
  });
  const one = keeping("one", failing, clock);
  const two = keeping("two", store, clock);
  const state = await one.keeper.begin(STARTED, CLAIMS);
  const rowOf = async () => (await store.rows({ limit: 1 }))[0];
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      await ticks(30);
      clock.advance(Math.min(left, 50));
    }
    await ticks(30);
  };
  return { clock, store, failures, commits, one, two, state, rowOf, pass };
}

describe("a run that is begun", () => {
  it("is its owner's for a lease, and is told of", async () => {
    const { one, two, state, rowOf } = await begun();
    expect(state).toMatchObject({ id: "RUN-0001", version: 1, owner: "one", startedAt: START });
    expect(one.keeper.known("RUN-0001")).toBe(state);
    expect(one.told).toEqual(["one:1 started 1"]);
    expect(await rowOf()).toMatchObject({ number: 1, version: 1, open: true, dueAt: START + LEASE });
    expect(await two.keeper.get("RUN-0001")).toEqual({ state, leaseUntil: START + LEASE });
    expect(two.keeper.known("RUN-0001")).toBeUndefined();
    expect(await two.keeper.holder("lock/slow", {})).toEqual({ id: "RUN-0001", number: 1, isOpen: true });
    expect(await two.keeper.holder("lock/other", {})).toBeUndefined();
    await expect(two.keeper.begin(STARTED, CLAIMS)).rejects.toThrow(ConflictError);
  });

  it("is begun once, though the answer to that was lost", async () => {
    const { clock, one, store, failures, commits, pass } = await begun();
    commits.isKept = true;
    failures.push(trouble());
    const made = one.keeper.begin(STARTED, [{ key: "lock/other" }]);
    await pass(100);
    expect(await made).toMatchObject({ id: "RUN-0002", startedAt: START });
    expect(await store.read(3)).toEqual([]);
    expect(one.heard.lines).toEqual([
      'the run store failed; it is asked again {"waitMs":50,"error":"test could not call: the store is down"}',
    ]);
    commits.isKept = false;
    failures.push(trouble());
    const other = one.keeper.begin(STARTED, [{ key: "lock/third" }]);
    await pass(100);
    expect((await other).startedAt).toBe(clock.now() - 100);
    expect((await store.read(3)).length).toBe(1);
  });

  it("is not somebody else's that began meanwhile under the same key", async () => {
    const { one, two, failures, pass } = await begun();
    failures.push(trouble());
    const made = one.keeper.begin(STARTED, [{ key: "lock/other" }]);
    const refused = expect(made).rejects.toThrow(ConflictError);
    await two.keeper.begin(STARTED, [{ key: "lock/other" }]);
    await pass(100);
    await refused;
    expect(one.keeper.known("RUN-0002")).toBeUndefined();
  });
});

describe("what is added to a run", () => {
  it("renews the lease, and how long it was silent", async () => {
    const { clock, one, rowOf } = await begun();
    clock.advance(500);
    expect(one.keeper.silentMs("RUN-0001")).toBe(500);
    await one.keeper.add("RUN-0001", [begin, { type: "renewed" }]);
    expect(one.keeper.silentMs("RUN-0001")).toBe(0);
    expect(one.keeper.silentMs("RUN-0002")).toBe(Infinity);
    expect(await rowOf()).toMatchObject({ version: 3, open: true, dueAt: START + 500 + LEASE });
    expect(one.told.slice(1)).toEqual(["one:2 step_started 2", "one:3 renewed 3"]);
  });

  it("ends it: then nothing is due, unless it is still to be told", async () => {
    const { one, rowOf } = await begun();
    await one.keeper.add("RUN-0001", [{ ...over, mustTell: true }]);
    expect(await rowOf()).toMatchObject({ open: false, dueAt: START + LEASE });
    await one.keeper.add("RUN-0001", [{ type: "told" }]);
    expect(await rowOf()).toMatchObject({ open: false, version: 3 });
    expect(await rowOf()).not.toHaveProperty("dueAt");
    expect((await one.keeper.holder("lock/slow", {}))?.isOpen).toBe(false);
  });

  it("is nothing where there is nothing to add", async () => {
    const { one, state, commits } = await begun();
    expect(await one.keeper.add("RUN-0001", [])).toBe(state);
    expect(commits.count).toBe(1);
  });

  it("comes after what others have said, who are heard first", async () => {
    const { one, two } = await begun();
    await two.keeper.tell("RUN-0001", () => [{ type: "cancel_requested", by: "bob" }]);
    const state = await one.keeper.add("RUN-0001", [begin]);
    expect(state).toMatchObject({ version: 3, cancel: { by: "bob" } });
    expect(one.told.slice(1)).toEqual(["two:1 cancel_requested 2", "one:2 step_started 3"]);
  });

  it("is refused for a run that is not worked on here, or that has no place for it", async () => {
    const { one, two } = await begun();
    const lost = (message: string) => expect.objectContaining({ name: "LostRunError", message }) as unknown;
    await expect(two.keeper.add("RUN-0001", [begin])).rejects.toEqual(lost("RUN-0001 is not worked on here any more"));
    await expect(one.keeper.add("RUN-0001", [{ type: "told" }])).rejects.toEqual(
      expect.objectContaining({ message: "told does not follow in RUN-0001", context: { id: "RUN-0001" } }),
    );
    one.keeper.forget("RUN-0001");
    await expect(one.keeper.add("RUN-0001", [begin])).rejects.toBeInstanceOf(LostRunError);
    expect(one.keeper.silentMs("RUN-0001")).toBe(Infinity);
    expect(new HandedOverError("x")).toBeInstanceOf(LostRunError);
  });

  it("is lost when another process has taken the run", async () => {
    const { one, two } = await begun();
    await two.keeper.takeOver("RUN-0001", { isForced: true, from: "one" }, {});
    await expect(one.keeper.add("RUN-0001", [begin])).rejects.toThrow("RUN-0001 was taken over by another process");
    await expect(one.keeper.look("RUN-0001")).rejects.toBeInstanceOf(LostRunError);
    await expect(two.keeper.look("RUN-0001")).resolves.toBeUndefined();
    await expect(two.keeper.look("RUN-0007")).resolves.toBeUndefined();
  });

  it.each([false, true])("is there once though the store failed and had it: %s", async (isKept) => {
    const { one, store, failures, commits, pass } = await begun();
    commits.isKept = isKept;
    failures.push(trouble());
    const added = one.keeper.add("RUN-0001", [begin, { type: "renewed" }]);
    await pass(100);
    expect((await added).version).toBe(3);
    expect(await store.read(1)).toHaveLength(3);
    // What is there already is not written again.
    expect(commits.count).toBe(isKept ? 2 : 3);
    expect(one.told).toEqual(["one:1 started 1", "one:2 step_started 2", "one:3 renewed 3"]);
  });

  it("is tried again after longer and longer waits, until it has failed for too long", async () => {
    const { one, failures, pass, commits } = await begun();
    failures.push(...Array.from({ length: 20 }, trouble));
    const added = one.keeper.add("RUN-0001", [begin]);
    const refused = expect(added).rejects.toThrow("test could not call: the store is down");
    await pass(10_000);
    await refused;
    const waits = one.heard.lines.map((line) => Number(/"waitMs":(\d+)/.exec(line)?.[1]));
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 3_200]);
    expect(commits.count).toBe(9);
  });

  it("is not tried again where that cannot help", async () => {
    const { one, failures } = await begun();
    failures.push(new AdapterError("full", { adapter: "test", operation: "commit", retryable: false }));
    await expect(one.keeper.add("RUN-0001", [begin])).rejects.toThrow("full");
    expect(one.heard.lines).toEqual([]);
  });

  it.each([
    [100, true],
    [101, false],
  ])("stands %i conflicts: %s", async (count, isKept) => {
    const { one, failures } = await begun();
    failures.push(...Array.from({ length: count }, conflict));
    const added = one.keeper.add("RUN-0001", [begin]);
    if (isKept) expect((await added).version).toBe(2);
    else await expect(added).rejects.toThrow("somebody was first");
  });
});

describe("a run that is taken over", () => {
  const forced = { isForced: true, from: "two" };
  async function left() {
    const all = await begun();
    await all.two.keeper.begin(STARTED, [{ key: "lock/other" }]);
    return all;
  }

  it("is so though somebody was first to say something of it", async () => {
    const { one, failures } = await left();
    failures.push(conflict());
    expect(await one.keeper.takeOver("RUN-0002", forced, {})).toMatchObject({ owner: "one", resumed: 1, version: 2 });
  });

  it("is not waited for where the store fails: whoever asked may ask again", async () => {
    const { one, failures, pass } = await left();
    failures.push(trouble());
    const refused = expect(one.keeper.takeOver("RUN-0002", forced, {})).rejects.toThrow("the store is down");
    await pass(100);
    await refused;
    expect(one.heard.lines).toEqual([]);
  });
});

describe("what anybody says of a run", () => {
  it.each([
    [100, true],
    [101, false],
  ])("is decided anew for each of %i conflicts: %s", async (count, isKept) => {
    const { one, failures } = await begun();
    failures.push(...Array.from({ length: count }, conflict));
    let asked = 0;
    const said = one.keeper.tell("RUN-0001", () => {
      asked += 1;
      return [{ type: "cancel_requested", by: "bob" }];
    });
    if (isKept) expect((await said).cancel?.by).toBe("bob");
    else await expect(said).rejects.toThrow("somebody was first");
    expect(asked).toBe(101);
  });

  it("is not asked again for another fault, and may be nothing", async () => {
    const { one, failures, state } = await begun();
    failures.push(trouble());
    await expect(one.keeper.tell("RUN-0001", () => [{ type: "renewed" }])).rejects.toThrow("the store is down");
    expect(await one.keeper.tell("RUN-0001", () => [])).toEqual(state);
    await expect(one.keeper.tell("RUN-0007", () => [])).rejects.toThrow('id: there is no run "RUN-0007"');
  });

  it("leaves the lease as it is, unless its owner says it", async () => {
    const { clock, one, two, rowOf } = await begun();
    clock.advance(500);
    await two.keeper.tell("RUN-0001", () => [{ type: "cancel_requested", by: "bob" }]);
    expect((await rowOf())?.dueAt).toBe(START + LEASE);
    expect(two.keeper.known("RUN-0001")).toBeUndefined();
    await one.keeper.tell("RUN-0001", () => [{ type: "renewed" }]);
    expect((await rowOf())?.dueAt).toBe(START + 500 + LEASE);
    expect(one.keeper.known("RUN-0001")?.cancel).toEqual({ by: "bob", reason: undefined });
  });
});
