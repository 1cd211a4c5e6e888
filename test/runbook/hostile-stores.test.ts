import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import Database from "libsql";
import { describe, expect, it } from "vitest";

import { FileIncidentStore } from "../../src/adapters/file/index.ts";
import { SqlIncidentStore } from "../../src/adapters/sql/index.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import {
  ALERT,
  altered,
  endOf,
  executing,
  failing,
  failingLooks,
  hanging,
  inFolder,
  standing,
  trouble,
  within,
  withLocks,
  type Behaviour,
} from "./support.ts";

const ONE = [{ name: "x", command: "x" }];
const LONG = [{ name: "x", command: "hang" }];
const behaviours = { hang: hanging };

describe("a store that fails for a moment", () => {
  it("does not end a run that waits for an approval", async () => {
    const store = failingLooks(new MemoryIncidentStore());
    const steps = [
      { name: "a", command: "x", approval: true },
      { name: "b", command: "y" },
    ];
    const { executor, run } = executing(steps, { store });
    const going = run();
    await expect.poll(async () => standing(await executor.get("RUN-0001")).a).toBe("waiting");
    store.looks.failNext();
    await expect.poll(() => store.looks.failed, { timeout: 5_000 }).toBe(1);
    await executor.answer("RUN-0001", { step: "a", approved: true, by: "ann" });
    expect(standing(await going)).toEqual({ a: "succeeded", b: "succeeded" });
  });

  it("does not end a rollback that waits for one", async () => {
    const store = failingLooks(new MemoryIncidentStore());
    const steps = [
      { name: "a", command: "x", rollback: [{ name: "ar", command: "undo a" }] },
      { name: "b", command: "x", rollback: [{ name: "br", command: "undo b", approval: true }] },
      { name: "c", command: "no" },
    ];
    const { executor, run } = executing(steps, { store, behaviours: { no: failing() } });
    const going = run();
    await expect.poll(async () => standing(await executor.get("RUN-0001")).br).toBe("waiting");
    store.looks.failNext();
    await expect.poll(() => store.looks.failed, { timeout: 5_000 }).toBe(1);
    await executor.answer("RUN-0001", { step: "br", approved: true, by: "ann" });
    expect(await going).toMatchObject({
      status: "failed",
      reason: "step c failed: exit code 1; 2 of 2 rollback steps done",
    });
  });

  it("does not keep a run from beginning", async () => {
    const store = new MemoryIncidentStore();
    let calls = 0;
    const holderOf: IncidentStore["holderOf"] = (key, options) => {
      calls += 1;
      return calls === 1 ? Promise.reject(trouble()) : store.holderOf(key, options);
    };
    const { run } = executing(ONE, { store: altered(store, { holderOf }) });
    expect([await endOf(run()), calls > 1]).toEqual(["succeeded", true]);
  });

  it("does not end the waiting for the run of another process; and who waits may stop waiting", async () => {
    const store = new MemoryIncidentStore();
    const slow: Behaviour = async () => (await sleep(1_500), { exitCode: 0 });
    const steps = [{ name: "x", command: "slow" }];
    const here = executing(steps, { store, behaviours: { slow } });
    const looking = failingLooks(store);
    const there = executing(steps, { store: looking });
    const first = endOf(here.run({ key: "k" }));
    await expect.poll(() => here.runner.lines).toEqual(["slow"]);
    const stop = new AbortController();
    const joined = endOf(here.run({ key: "k", signal: stop.signal }));
    const other = endOf(there.run({ key: "k" }));
    await sleep(100);
    looking.looks.failNext();
    stop.abort();
    expect(await within(500, joined, "deaf")).toBe("AbortError");
    expect([await first, await other, looking.looks.failed]).toEqual(["succeeded", "succeeded", 1]);
  });
});

describe("who cannot renew its lease", () => {
  it("gives its run up, and does not call it a success", async () => {
    const store = new MemoryIncidentStore();
    const refusing = altered(store, {
      commit: (changes, options) =>
        changes.some(({ events }) => events.some((event) => event.includes('"renewed"')))
          ? Promise.reject(trouble())
          : store.commit(changes, options),
    });
    const steps = [...LONG, { name: "y", command: "y" }];
    const { run, runner } = executing(steps, { store: refusing, leaseMs: 1_000, patienceMs: 0, behaviours });
    await expect(run()).rejects.toMatchObject({ name: "AdapterError" });
    expect(runner.lines).toEqual(["hang"]);
  });

  it("has stopped before another one begins", async () => {
    const store = new MemoryIncidentStore();
    let isDown = false;
    const failingStore = altered(store, {
      commit: (changes, options) => (isDown ? Promise.reject(trouble()) : store.commit(changes, options)),
      read: (number, options) => (isDown ? Promise.reject(trouble()) : store.read(number, options)),
    });
    let isWorking = false;
    const seen: boolean[] = [];
    const here = executing(LONG, {
      store: failingStore,
      leaseMs: 1_000,
      behaviours: {
        hang: async (request, options) => {
          isWorking = true;
          const result = await hanging(request, options);
          isWorking = false;
          return result;
        },
      },
    });
    const first = endOf(here.run());
    await expect.poll(() => isWorking).toBe(true);
    isDown = true;
    const there = executing(LONG, {
      store,
      leaseMs: 1_000,
      behaviours: { hang: () => (seen.push(isWorking), { exitCode: 0 }) },
    });
    const stop = there.executor.start({ everyMs: 20 });
    await expect.poll(async () => (await there.executor.get("RUN-0001")).status, { timeout: 5_000 }).toBe("succeeded");
    stop();
    expect([seen, isWorking]).toEqual([[false], false]);
    isDown = false;
    expect(await first).toMatch(/Error$/);
  });
});

describe("two that begin at once", () => {
  it("with one lock: the other one is told who holds it", async () => {
    const store = new MemoryIncidentStore();
    const [one, other] = [executing(LONG, { store, behaviours }), executing(LONG, { store, behaviours })];
    const [first, second] = await Promise.allSettled([
      one.executor.startRunbook(ALERT, { by: "ann" }),
      other.executor.startRunbook(ALERT, { by: "bob" }),
    ]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: "conflict", context: { holder: "RUN-0001" } } });
    await one.executor.cancel("RUN-0001", { by: "ann" });
  });

  it("for one occasion, or resume at once, over a database: one of them does it", async () => {
    await inFolder(async (folder) => {
      const open = () => new Database(join(folder, "runs.db"));
      const databases = [open(), open()] as const;
      const stores = await Promise.all(databases.map((sqlite) => SqlIncidentStore.open({ sqlite })));
      const first = stores.map((store) => executing(LONG, { store, behaviours }));
      const begun = await Promise.all(
        first.map(({ executor }) => executor.startRunbook(ALERT, { by: "ann", key: "k" })),
      );
      expect(begun.map(({ run }) => run.id)).toEqual(["RUN-0001", "RUN-0001"]);
      const later = stores.map((store) => executing(LONG, { store, behaviours: { hang: () => ({ exitCode: 0 }) } }));
      const resumed = await Promise.allSettled(
        later.map(({ executor }) => executor.resume("RUN-0001", { force: true })),
      );
      expect(resumed.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(resumed.find(({ status }) => status === "rejected")).toMatchObject({
        reason: { message: expect.stringContaining("RUN-0001") as unknown },
      });
      expect(later.flatMap(({ runner }) => runner.lines)).toEqual(["hang"]);
      const ends = await Promise.all(begun.map(({ ended }) => within(5_000, endOf(ended), "hangs")));
      expect(ends.sort()).toEqual(["LostRunError", "succeeded"]);
      for (const database of databases) database.close();
    });
  });
});

describe("locks and keys of any text", () => {
  const locks = [
    ...["a\nb", "a\0b", " ", "\u{7}", "\ud800", "💥".repeat(74), "ß".repeat(150), "__proto__", "", "tr0ub4dor"],
    ...["x".repeat(149), "x".repeat(150), "x".repeat(151), "x".repeat(100_000)],
    ...["\u2028", "lock/", "'; drop table"],
  ];
  const keys = ["a\nb", "a\0b", "\ud800", "__proto__", "💥".repeat(75)];

  it.each(["memory", "files"])("hold, and are free again, in %s", async (kind) => {
    await inFolder(async (folder) => {
      const file = kind === "files" ? await FileIncidentStore.open(folder) : undefined;
      const store = file ?? new MemoryIncidentStore();
      const { executor, run } = executing(ONE, { store, secrets: { s: "tr0ub4dor" } });
      withLocks(executor);
      const odd: unknown[] = [];
      for (const lock of locks) {
        for (const time of [1, 2]) {
          const end = await endOf(executor.executeRunbook("Locked", { by: "ann", labels: { lock } }));
          if (end !== "succeeded") odd.push([lock.slice(0, 20), time, end]);
        }
      }
      for (const key of keys) {
        const end = await endOf(run({ key }));
        if (end !== "succeeded") odd.push(["key", key.slice(0, 20), end]);
      }
      expect(odd).toEqual([]);
      await file?.close();
    });
  });
});
