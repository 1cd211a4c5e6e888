import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { abandoned, ALERT, altered, executing, failing, FakeRunner, gate, hanging, incidentOf } from "./support.ts";
import { journalSays, mortal, standing, stepOf, ticks, trouble } from "./support.ts";

const undo = (name: string, more: Partial<StepDefinition> = {}): StepDefinition => ({
  ...{ name, command: ["echo", name], rollback: { command: ["undo", name] }, ...more },
});

describe("a run", () => {
  it("is told to be over only where an incident has to hear of it", async () => {
    const { incidents, incident } = await incidentOf();
    const { executor, run } = executing([{ name: "a", command: "x" }], { incidents });
    await run({ incident });
    await run();
    const ends = async (id: string) => (await executor.journal(id)).filter(({ type }) => type === "ended");
    expect(await ends("RUN-0001")).toMatchObject([{ status: "succeeded", mustTell: true }]);
    for (const [end] of [await ends("RUN-0002")])
      expect(Object.keys(end ?? {})).toEqual(["type", "status", "at", "id"]);
  });

  it("says of the step that failed how, how often, and why", async () => {
    const retries = { attempts: 2, delay: "1ms" } as const;
    const reasonOf = async (step: Partial<StepDefinition>) =>
      (await executing([{ name: "a", command: "bad", ...step }], { behaviours: { bad: failing(3) } }).run()).reason;
    expect(await reasonOf({})).toBe("step a failed: exit code 3");
    expect(await reasonOf({ retries })).toBe("step a failed: exit code 3 (2 attempts)");
    const { run } = executing([{ name: "a", command: "x", approval: true }], {
      approver: () => ({ approved: false, by: "night" }),
    });
    expect((await run()).reason).toBe("step a refused: refused by night");
  });

  it("has a reason of two thousand characters at most", async () => {
    const step = { name: "a", run: () => Promise.reject(new Error("x".repeat(5_000))) };
    const { reason, steps } = await executing([step]).run();
    expect([reason?.length, steps[0]?.reason?.length]).toEqual([2_000, 2_000]);
  });

  it("goes on behind what may fail, and what is over before somebody cancels it has succeeded", async () => {
    const { executor, run } = executing(
      [
        { name: "a", command: "bad", continueOnFailure: true },
        { name: "b", command: "x" },
      ],
      { behaviours: { bad: failing() } },
    );
    executor.on("stepEnded", ({ run: { id }, step }) => step.name === "b" && executor.cancel(id, { by: "bob" }));
    expect(await run()).toMatchObject({ status: "succeeded", steps: [{ status: "failed" }, { status: "succeeded" }] });
  });

  it("that is cancelled without anybody's words says by whom", async () => {
    const { executor, run } = executing([{ name: "a", command: "hang" }], { behaviours: { hang: hanging } });
    executor.on("stepStarted", ({ run: { id } }) => executor.cancel(id, { by: "bob" }));
    expect(await run()).toMatchObject({ status: "cancelled", reason: "cancelled by bob" });
  });
});

describe("a run that is taken back", () => {
  const bad: StepDefinition = { name: "bad", command: "bad" };
  const lines = async (steps: readonly StepDefinition[], context: object = {}, more: object = {}) => {
    const runner = new FakeRunner({ bad: failing(), hang: hanging });
    const executor = new RunbookExecutor({ runner });
    executor.registerRunbook(ALERT, { steps, ...more });
    const ended = await executor.executeRunbook(ALERT, { by: "ann", ...context });
    return { lines: runner.lines, ended };
  };

  it("has steps with the titles that they were given", async () => {
    const rollback = [{ name: "back", title: "Put it back", command: "undo" }, { command: "undo more" }];
    const { ended } = await lines([{ name: "a", command: "x", rollback }, bad]);
    expect(ended.steps.slice(2)).toMatchObject([
      { name: "back", title: "Put it back", of: "a", isRollback: true, kind: "command", status: "succeeded" },
      { of: "a", isRollback: true, status: "succeeded" },
    ]);
    expect(Object.keys(ended.steps[3] ?? {})).not.toContain("title");
    expect(ended.reason).toBe("step bad failed: exit code 1; 2 of 2 rollback steps done");
  });

  it("takes back parts of a group in the order in which they ended", async () => {
    const group = { name: "g", parallel: [undo("one"), undo("two")], maxParallel: 1 };
    expect((await lines([group, bad])).lines).toEqual(["echo one", "echo two", "bad", "undo two", "undo one"]);
  });

  it.each([
    ["done", ["x", "bad"]],
    ["started", ["x", "bad", "undo b", "undo a"]],
  ] as const)("takes back a step that was only %s where that is said", async (rollbackIf, expected) => {
    const steps = [
      {
        name: "a",
        command: "x",
        rollback: { command: "undo a" },
        rollbackIf,
        okExitCodes: [7],
        continueOnFailure: true,
      },
      { name: "b", command: "bad", rollback: { command: "undo b" }, rollbackIf },
    ];
    expect((await lines(steps)).lines).toEqual(expected);
  });

  it("takes back nothing that was only tried dry, or that never began", async () => {
    const steps = [
      undo("one", { destructive: true, rollbackIf: "started" }),
      bad,
      undo("never", { rollbackIf: "started" }),
    ];
    const { lines: all, ended } = await lines(steps);
    expect(all).toEqual(["echo one", "bad"]);
    expect(ended.reason).toBe("step bad failed: exit code 1");
  });

  it.each([
    [false, ["echo one"], "cancelled by ann: its caller gave it up"],
    [true, ["echo one", "undo one"], "cancelled by ann: its caller gave it up; 1 of 1 rollback steps done"],
  ])("though it was cancelled, where rollbackOnCancel is %s: %j", async (rollbackOnCancel, expected, reason) => {
    const controller = new AbortController();
    const runner = new FakeRunner({ hang: hanging });
    const executor = new RunbookExecutor({ runner });
    executor.registerRunbook(ALERT, { steps: [undo("one"), { name: "long", command: "hang" }], rollbackOnCancel });
    executor.on("stepStarted", ({ step }) => step.name === "long" && controller.abort());
    const ended = await executor.executeRunbook(ALERT, { by: "ann", signal: controller.signal });
    expect([runner.lines, ended.status, ended.reason]).toEqual([expected, "cancelled", reason]);
  });

  it("says once what a step is that takes another back, though that is asked for first", async () => {
    const rollback = { name: "back", title: "Put it back", command: "undo", approval: true };
    const { executor, run } = executing([{ name: "a", command: "x", rollback }, bad], {
      behaviours: { bad: failing() },
      approver: () => ({ approved: true, by: "night" }),
    });
    await run();
    const planning = (await executor.journal("RUN-0001")).filter((event) => "planned" in event);
    const planned = { name: "back", title: "Put it back", kind: "command", of: "a", isRollback: true };
    expect(planning).toMatchObject([{ type: "approval_requested", step: "back", planned }]);
  });

  it("has nothing to take back where no step says how", async () => {
    const { ended } = await lines([{ name: "a", command: "x" }, bad], {}, { rollbackOnCancel: true });
    expect(ended).toMatchObject({ status: "failed", reason: "step bad failed: exit code 1" });
  });
});

describe("a run that is worked on", () => {
  /** A run whose only step hangs, by a clock that is moved. */
  async function long(options: Parameters<typeof executing>[1] = {}) {
    const clock = new ManualClock();
    const all = executing([{ name: "a", command: "hang", timeout: "1h" }], {
      ...{ clock, leaseMs: 30_000, behaviours: { hang: hanging }, ...options },
    });
    const ended = all.run();
    const outcome = ended.then(
      ({ status }) => status as string,
      (error: unknown) => (error as Error).message,
    );
    await ticks(100);
    const pass = async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(Math.min(left, 500));
        await ticks(60);
      }
    };
    const types = async (): Promise<string[]> =>
      (await all.store.read(1)).map((text) => (JSON.parse(text) as { type: string }).type);
    return { ...all, clock, outcome, pass, types };
  }

  it("is renewed after a third of its lease, again and again", async () => {
    const { pass, types, executor, outcome } = await long();
    await pass(9_500);
    expect(await types()).toEqual(["started", "step_started"]);
    await pass(500);
    expect(await types()).toEqual(["started", "step_started", "renewed"]);
    await pass(10_000);
    expect(await types()).toEqual(["started", "step_started", "renewed", "renewed"]);
    await executor.cancel("RUN-0001", { by: "bob" });
    expect(await outcome).toBe("cancelled");
    await pass(30_000);
    expect(await types()).toHaveLength(7);
  });

  it("hears within two seconds what another process says of it", async () => {
    const { pass, store, outcome, clock } = await long();
    await executing([{ name: "a", command: "x" }], { store, clock }).executor.cancel("RUN-0001", { by: "bob" });
    await pass(2_000);
    await ticks(100);
    expect(await outcome).toBe("cancelled");
  });

  it("is looked at six times within a lease that is short", async () => {
    const reads: number[] = [];
    const store = new MemoryIncidentStore();
    const clock = new ManualClock();
    const counted = altered(store, {
      read: (number, options) => {
        reads.push(clock.monotonic());
        return store.read(number, options);
      },
    });
    const { executor, outcome } = await long({ store: counted, clock, leaseMs: 1_200 });
    for (let step = 0; step < 3; step += 1) {
      clock.advance(199);
      await ticks(60);
      clock.advance(1);
      await ticks(60);
    }
    // The second time it is renewed instead, since a third of the lease is over.
    expect(reads).toEqual([200, 600]);
    await executor.cancel("RUN-0001", { by: "bob" });
    await outcome;
  });

  it.each([
    [0, ["started", "step_started"]],
    [10_000, ["started", "step_started", "renewed"]],
  ])("is given up at four fifths of a lease in which it could not be written to: after %i ms", async (ms, written) => {
    const store = new MemoryIncidentStore();
    const down = { isDown: false };
    const broken = altered(store, {
      commit: (changes, options) => (down.isDown ? Promise.reject(trouble()) : store.commit(changes, options)),
    });
    const { pass, outcome, heard, types } = await long({ store: broken, patienceMs: 86_400_000 });
    await pass(ms);
    expect(await types()).toEqual(written);
    down.isDown = true;
    let over = "";
    void outcome.then((message) => (over = message));
    await pass(23_500);
    expect(over).toBe("");
    await pass(500);
    await expect.poll(() => over).toBe("RUN-0001 could not be written to for most of its lease; it is given up here");
    expect(heard.lines.at(-1)).toContain("a run was given up; it can be resumed");
  });

  it("is looked after no more when it is over", async () => {
    const { pass, executor, outcome, heard, clock } = await long();
    await executor.cancel("RUN-0001", { by: "bob" });
    expect(await outcome).toBe("cancelled");
    expect(clock.pendingTimers).toBe(0);
    await pass(30_000);
    expect(heard.lines).toEqual([]);
  });

  it("is gone on with though it could not be looked at", async () => {
    const store = new MemoryIncidentStore();
    const down = { isDown: false };
    const broken = altered(store, {
      read: (number, options) => (down.isDown ? Promise.reject(new TypeError("closed")) : store.read(number, options)),
    });
    const { pass, executor, outcome, heard } = await long({ store: broken });
    down.isDown = true;
    await pass(2_000);
    expect(heard.lines).toEqual([
      'a run could not be looked after {"run":"RUN-0001","error":"run store could not read: it failed with TypeError"}',
    ]);
    down.isDown = false;
    await executor.cancel("RUN-0001", { by: "bob" });
    expect(await outcome).toBe("cancelled");
  });

  it("is left at once when another process has taken it, and nothing more is written", async () => {
    const { pass, store, outcome, clock, types } = await long();
    const { opened, open } = gate();
    const other = executing([{ name: "a", command: "hang", timeout: "1h" }], {
      ...{ store, clock, behaviours: { hang: async () => (await opened, { exitCode: 0 }) } },
    });
    const resumed = other.executor.resume("RUN-0001", { force: true });
    await ticks(100);
    await pass(2_500);
    await ticks(100);
    expect(await outcome).toBe("RUN-0001 was taken over by another process");
    expect(await types()).toEqual(["started", "step_started", "resumed", "step_started"]);
    open();
    expect((await resumed).status).toBe("succeeded");
  });
});

describe("a run that was cancelled while its process was dead", () => {
  const bad = { name: "a", command: "bad" };
  const back = { name: "z", command: "x", rollback: { command: "undo" } };
  it.each<[StepDefinition[], string, string[]]>([
    [[bad], "step a failed: exit code 3", []],
    [[back, bad, { name: "b", command: "x" }], "step a failed: exit code 3; 1 of 1 rollback steps done", ["undo"]],
    [
      [
        { name: "g", parallel: [bad] },
        { name: "b", command: "x" },
      ],
      "step g failed: failed: a",
      [],
    ],
  ])("has failed where it had, with its reason: %j", async (steps, reason, lines) => {
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const first = executing(steps, { store: process.store, behaviours: { bad: failing(3) } });
    first.executor.on("stepEnded", ({ step }) => {
      if (step.status === "failed") process.die();
    });
    void first.run().catch(() => undefined);
    await journalSays(store, '"failed"');
    const { executor, runner } = executing(steps, { store });
    await executor.cancel("RUN-0001", { by: "bob" });
    expect(await executor.resume("RUN-0001", { force: true })).toMatchObject({ status: "failed", reason });
    expect(runner.lines).toEqual(lines);
  });

  it("ends what was begun, and begins nothing more", async () => {
    const steps = [
      { name: "a", command: "hang" },
      { name: "b", command: "x" },
    ];
    const { store } = await abandoned(steps, '"step_started"');
    const { executor, runner } = executing(steps, { store });
    await executor.cancel("RUN-0001", { by: "bob", reason: "wrong pod" });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(standing(ended)).toEqual({ a: "cancelled", b: "pending" });
    expect(ended).toMatchObject({ status: "cancelled", reason: "cancelled by bob: wrong pod" });
    expect(stepOf(ended, "a")).toMatchObject({
      reason: "was cancelled",
      attempts: [{ number: 1, isInterrupted: true }],
    });
    expect(stepOf(ended, "a").attempts).toHaveLength(1);
    expect(runner.lines).toEqual([]);
  });
});
