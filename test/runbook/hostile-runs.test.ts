import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { FileIncidentStore } from "../../src/adapters/file/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { RunbookRun } from "../../src/runbook/run.ts";
import {
  altered,
  endOf,
  executing,
  failing,
  hanging,
  inFolder,
  mortal,
  standing,
  ticks,
  within,
  withLocks,
} from "./support.ts";

const ONE = [{ name: "x", command: "x" }];
const LONG = [{ name: "x", command: "hang" }];
const behaviours = { hang: hanging };

describe("a caller who gives up while his run begins", () => {
  it("gets it, cancelled: nothing of it is done, then or later", async () => {
    const store = new MemoryIncidentStore();
    // The commit is kept, and its answer is late.
    const slow = altered(store, {
      commit: async (changes, options) => {
        const made = await store.commit(changes, options);
        await sleep(80, undefined, options);
        return made;
      },
    });
    const { run, runner } = executing(ONE, { store: slow });
    const ended = await run({ signal: AbortSignal.timeout(30) });
    expect([ended.status, standing(ended)]).toEqual(["cancelled", { x: "pending" }]);
    const later = executing(ONE, { store, clock: new ManualClock(Date.now() + 60_000) });
    expect(await later.executor.resumeAll()).toEqual([]);
    expect([...runner.lines, ...later.runner.lines]).toEqual([]);
  });

  it("at any moment, over files: it is cancelled, or was never begun, or is through", async () => {
    await inFolder(async (folder) => {
      const store = await FileIncidentStore.open(folder);
      const { executor, runner } = executing(ONE, { store });
      withLocks(executor);
      const begun: RunbookRun[] = [];
      const refusals = new Set<string>();
      for (let round = 0; round < 40; round += 1) {
        const stop = new AbortController();
        const labels = { lock: String(round) };
        const ended = executor.executeRunbook("Locked", { by: "ann", labels, signal: stop.signal });
        const kept = ended.then(
          (run) => void begun.push(run),
          (error: unknown) => void refusals.add((error as Error).name),
        );
        for (let turns = 0; turns < round % 20; turns += 1) await turn();
        stop.abort();
        await kept;
      }
      expect([...refusals]).toEqual(["AbortError"]);
      expect(begun.map(({ status }) => status)).toContain("cancelled");
      expect(await store.rows({ limit: 100 })).toHaveLength(begun.length);
      const later = executing(ONE, { store, clock: new ManualClock(Date.now() + 60_000) });
      withLocks(later.executor);
      expect(await later.executor.resumeAll()).toEqual([]);
      expect(later.runner.lines).toEqual([]);
      const steps = begun.map((run) => standing(run).x);
      expect(runner.lines.length).toBeLessThanOrEqual(steps.filter((step) => step !== "pending").length);
      expect(runner.lines.length).toBeGreaterThanOrEqual(steps.filter((step) => step === "succeeded").length);
      await store.close();
    });
  });
});

describe("a cancel", () => {
  const watched = [
    { name: "a", title: "man" },
    { name: "b", title: "man" },
    { name: "c", command: "x" },
    { name: "d", command: "x" },
  ];

  it("is heard at any moment of a run, however slow its store is", async () => {
    const odd: unknown[] = [];
    const ends = new Set<string>();
    for (let slowness = 0; slowness < 12; slowness += 1) {
      for (let moment = 0; moment < 60; moment += 1) {
        const store = new MemoryIncidentStore();
        const slow = altered(store, {
          commit: async (changes, options) => {
            const made = await store.commit(changes, options);
            await ticks(slowness);
            return made;
          },
        });
        const { executor, run, runner } = executing(watched, { store: slow });
        let answer: string | undefined;
        executor.on("runStarted", ({ run: { id } }) => {
          const cancel = async (): Promise<void> => {
            await ticks(moment);
            answer = await endOf(executor.cancel(id, { by: "bob" }));
          };
          void cancel();
        });
        const ended = await run();
        await turn();
        ends.add(ended.status);
        const isThrough = Object.values(standing(ended)).every((status) => ["manual", "succeeded"].includes(status));
        if (ended.status === "succeeded" && !isThrough) odd.push([slowness, moment, standing(ended)]);
        const wasHeard = answer !== undefined && !answer.endsWith("Error");
        const isIgnored = wasHeard && ended.status === "succeeded" && runner.lines.length === 2;
        if (isIgnored && moment < 3) odd.push([slowness, moment, answer]);
      }
    }
    expect(odd).toEqual([]);
    expect(ends).toContain("cancelled");
  });

  it.each(["stepStarted", "stepEnded", "approvalAnswered", "rollbackBegan"] as const)(
    "told when %s is heard, or soon after it, is heard",
    async (name) => {
      const steps = [
        { name: "a", title: "man" },
        { name: "skipped", when: { step: "a", status: "failed" as const }, command: "x" },
        { name: "b", command: "x", approval: true },
        { name: "d", command: "x", rollback: [{ name: "dr", command: "undo" }] },
        { name: "e", title: "man" },
        { name: "f", command: "no" },
      ];
      const odd: unknown[] = [];
      for (let moment = 0; moment < 60; moment += 1) {
        const { executor, run } = executing(steps, {
          approver: () => ({ approved: true, by: "policy" }),
          behaviours: { no: failing() },
        });
        let answer: string | undefined;
        const stop = executor.on(name, ({ run: { id } }) => {
          stop();
          const cancel = async (): Promise<void> => {
            await ticks(moment);
            answer = await endOf(executor.cancel(id, { by: "bob" }));
          };
          void cancel();
        });
        const ended = await run();
        await turn();
        const isLeft = ended.steps.some(({ status }) => ["pending", "cancelled", "running"].includes(status));
        const isSound = ended.status === "failed" || (ended.status === "cancelled" && isLeft);
        // What is taken back is taken back to its end; else one that was heard at once is what the run ends by.
        const mustEndIt = name !== "rollbackBegan" && moment < 5 && answer !== undefined && !answer.endsWith("Error");
        if (!isSound || (mustEndIt && ended.status !== "cancelled")) odd.push([moment, ended.status, standing(ended)]);
        if (answer === undefined) odd.push([moment, "no answer"]);
      }
      expect(odd).toEqual([]);
    },
  );

  it("from another process ends what runs, soon", async () => {
    const store = new MemoryIncidentStore();
    const { run, runner } = executing(LONG, { store, behaviours });
    const ended = endOf(run());
    await expect.poll(() => runner.lines).toEqual(["hang"]);
    await executing(LONG, { store }).executor.cancel("RUN-0001", { by: "bob" });
    expect(await within(5_000, ended, "still runs")).toBe("cancelled");
  });
});

describe("an executor that is closed", () => {
  it("while a run begins: waits for it or begins nothing", async () => {
    const store = new MemoryIncidentStore();
    const slow = altered(store, {
      holderOf: async (key, options) => {
        await sleep(50);
        return store.holderOf(key, options);
      },
    });
    const { executor, run, runner } = executing(ONE, { store: slow });
    const going = endOf(run());
    await executor.close();
    const rows = await store.rows({ limit: 10 });
    expect([rows, runner.lines, await going]).toEqual([[], [], "ConflictError"]);
    expect(await store.rows({ limit: 10 })).toEqual([]);
  });

  it.each([
    ["resumes nothing", true, 0],
    ["and one that is not resumes no more at once than it may", false, 2],
  ])("%s", async (_title, isClosed, expected) => {
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const dead = executing(LONG, { store: process.store, behaviours });
    withLocks(dead.executor, "hang");
    for (let lock = 0; lock < 10; lock += 1) {
      void endOf(dead.executor.executeRunbook("Locked", { by: "ann", labels: { lock: String(lock) } }));
    }
    await expect.poll(() => dead.runner.lines.length).toBe(10);
    process.die();
    const clock = new ManualClock(Date.now() + 100_000);
    const { executor, runner } = executing(LONG, { store, clock, maxRuns: 2, behaviours });
    withLocks(executor, "hang");
    if (isClosed) await executor.close();
    void executor.resumeAll();
    await sleep(100);
    expect(runner.lines).toHaveLength(expected);
  });
});
