import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { RunStore } from "../../src/ports/run-store.ts";
import { RunKeeper } from "../../src/runbook/engine/keeper.ts";
import { STARTED } from "./journal.ts";
import { altered, gate, Heard, ticks } from "./support.ts";

const START = 1_000_000;
const LEASE = 30_000;
const UNTIL = new Date(START + LEASE).toISOString();
const forced = { isForced: true, from: "one" };
const politely = { isForced: false, from: "one" };

function keeping(owner: string, store: RunStore, clock: ManualClock): RunKeeper {
  const { logger } = new Heard();
  return new RunKeeper({
    ...{ store, prefix: "RUN", owner, leaseMs: LEASE, patienceMs: 0, clock, logger, tell: () => undefined },
  });
}

async function begun() {
  const clock = new ManualClock(START);
  const store = new MemoryIncidentStore();
  const [one, two] = [keeping("one", store, clock), keeping("two", store, clock)];
  await one.begin(STARTED, [{ key: "lock/slow" }]);
  const dueAt = async () => (await store.rows({ limit: 1 }))[0]?.dueAt;
  return { clock, store, one, two, dueAt };
}
const refusal = (message: string, context: object = {}): unknown =>
  expect.objectContaining({ name: "ConflictError", message, context: { id: "RUN-0001", ...context } }) as unknown;

describe("who takes over a run", () => {
  it("has it from then on", async () => {
    const { clock, two, dueAt } = await begun();
    clock.advance(500);
    const state = await two.takeOver("RUN-0001", forced, {});
    expect(state).toMatchObject({ owner: "two", resumed: 1, version: 2 });
    expect(two.known("RUN-0001")).toBe(state);
    expect(await dueAt()).toBe(START + 500 + LEASE);
  });

  it("may do so without force when its lease is over, and not a moment before", async () => {
    const { clock, two } = await begun();
    clock.advance(LEASE - 1);
    await expect(two.takeOver("RUN-0001", politely, {})).rejects.toEqual(
      refusal(`RUN-0001 is being worked on, at least until ${UNTIL}`, { leaseUntil: START + LEASE }),
    );
    expect(two.known("RUN-0001")).toBeUndefined();
    clock.advance(1);
    expect((await two.takeOver("RUN-0001", politely, {})).owner).toBe("two");
  });

  it("may not if it is his own, over, or somebody else's than he thought", async () => {
    const { one, two } = await begun();
    await expect(one.takeOver("RUN-0001", forced, {})).rejects.toEqual(
      refusal(`RUN-0001 is being worked on, at least until ${UNTIL}`, { leaseUntil: START + LEASE }),
    );
    await expect(two.takeOver("RUN-0001", { isForced: true, from: "three" }, {})).rejects.toEqual(
      refusal("RUN-0001 was resumed by somebody else just now"),
    );
    await one.add("RUN-0001", [{ type: "ended", status: "succeeded" }]);
    await expect(two.takeOver("RUN-0001", forced, {})).rejects.toEqual(refusal("RUN-0001 is over: it succeeded"));
  });

  it("does not have it if that could not be kept", async () => {
    const { clock, store } = await begun();
    const broken = altered(store, { commit: () => Promise.reject(new Error("disk full")) });
    const three = keeping("three", broken, clock);
    await expect(three.takeOver("RUN-0001", forced, {})).rejects.toThrow("run store could not commit");
    expect(three.known("RUN-0001")).toBeUndefined();
  });
});

describe("who leaves a run to others", () => {
  it("has its lease end at once", async () => {
    const { clock, one, two, dueAt, store } = await begun();
    clock.advance(500);
    one.forget("RUN-0001");
    await one.handOver("RUN-0001");
    expect(await dueAt()).toBe(START + 500);
    expect((await store.read(1)).at(-1)).toContain('"type":"renewed"');
    expect((await two.takeOver("RUN-0001", politely, {})).owner).toBe("two");
  });

  it("does not know it again by a look at it that was under way", async () => {
    const { clock, store } = await begun();
    const { opened, open } = gate();
    const slow = altered(store, { read: async (...call) => (await opened, store.read(...call)) });
    const three = keeping("three", slow, clock);
    await three.begin(STARTED, [{ key: "lock/other" }]);
    const looked = three.look("RUN-0002");
    three.forget("RUN-0002");
    open();
    await looked;
    expect(three.known("RUN-0002")).toBeUndefined();
  });

  it("leaves nothing that is another's or over", async () => {
    const { one, two, store } = await begun();
    await two.handOver("RUN-0001");
    expect(await store.read(1)).toHaveLength(1);
    await one.add("RUN-0001", [{ type: "ended", status: "succeeded" }]);
    one.forget("RUN-0001");
    await one.handOver("RUN-0001");
    expect(await store.read(1)).toHaveLength(2);
  });
});

describe("runs whose owner is not heard of", () => {
  it("are those whose lease is over, but for one's own", async () => {
    const { clock, one, two } = await begun();
    expect(await two.abandoned({})).toEqual([]);
    clock.advance(LEASE);
    expect(await two.abandoned({})).toEqual(["RUN-0001"]);
    expect(await one.abandoned({})).toEqual([]);
  });
});

describe("runs that are read", () => {
  it("have all that happened to them, and what they were after it", async () => {
    const { one, two } = await begun();
    await one.add("RUN-0001", [{ type: "renewed" }]);
    const { events, states } = await two.events("RUN-0001");
    expect(events.map(({ type, id }) => [type, id])).toEqual([
      ["started", "one:1"],
      ["renewed", "one:2"],
    ]);
    expect(states.map(({ version }) => version)).toEqual([1, 2]);
    await expect(two.events("RUN-0002")).rejects.toThrow('id: there is no run "RUN-0002"');
    await expect(two.get("INC-0001")).rejects.toThrow('id: "INC-0001" is not the id of a run; ids look like RUN-0001');
  });

  it("are listed, the newest first: all, those that go on, or the others", async () => {
    const { one, two } = await begun();
    await one.begin({ ...STARTED, runbook: "Other" }, []);
    await one.add("RUN-0001", [{ type: "ended", status: "succeeded" }]);
    const listed = async (open?: boolean): Promise<string[]> => {
      const found: string[] = [];
      for await (const { id, runbook, status } of two.list(open, {})) found.push(`${id} ${runbook} ${status}`);
      return found;
    };
    expect(await listed()).toEqual(["RUN-0002 Other running", "RUN-0001 Slow succeeded"]);
    expect(await listed(true)).toEqual(["RUN-0002 Other running"]);
    expect(await listed(false)).toEqual(["RUN-0001 Slow succeeded"]);
  });

  it("are given up when the store does not answer within ten seconds, in words of ours", async () => {
    const clock = new ManualClock(START);
    const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
    const store = altered(new MemoryIncidentStore(), {
      ...{ commit: never, read: never, rows: never, due: never, holderOf: never },
    });
    const keeper = keeping("one", store, clock);
    const calls: [string, () => Promise<unknown>][] = [
      ["commit", () => keeper.begin(STARTED, [])],
      ["read", () => keeper.events("RUN-0001")],
      ["read", () => keeper.holder("lock/slow", {})],
      ["list", () => keeper.abandoned({})],
      ["list", () => keeper.list(undefined, {}).next()],
    ];
    for (const [operation, call] of calls) {
      const ends: string[] = [];
      void call().catch((error: unknown) => ends.push((error as Error).message));
      await ticks(20);
      clock.advance(9_999);
      await ticks(20);
      expect(ends).toEqual([]);
      clock.advance(1);
      await ticks(20);
      expect(ends).toEqual([`the run store's ${operation} did not finish within 10000 ms`]);
    }
  });

  it("are given up by whoever asked", async () => {
    const { two } = await begun();
    const call = { signal: AbortSignal.abort(new Error("enough")) };
    const calls: (() => Promise<unknown>)[] = [
      () => two.events("RUN-0001", call),
      () => two.get("RUN-0001", call),
      () => two.holder("lock/slow", call),
      () => two.abandoned(call),
      () => two.list(undefined, call).next(),
      () => two.tell("RUN-0001", () => [{ type: "renewed" }], call),
      () => two.takeOver("RUN-0001", forced, call),
    ];
    for (const ask of calls) await expect(ask()).rejects.toThrow("enough");
  });
});
