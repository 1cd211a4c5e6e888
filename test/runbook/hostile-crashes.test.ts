import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { approveByRules } from "../../src/runbook/engine/approval.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookRun } from "../../src/runbook/run.ts";
import {
  abandoned,
  ALERT,
  altered,
  endOf,
  executing,
  failing,
  FakeRunner,
  gate,
  hanging,
  incidentOf,
  journalSays,
  mortal,
  standing,
  stepOf,
  trouble,
  within,
  type Behaviour,
} from "./support.ts";

const forced = { force: true } as const;

describe("a run that was cancelled after its process had died", () => {
  it("while its last step went on: does not succeed, and what the step left is ended", async () => {
    const steps = [{ name: "only", command: "hang" }];
    const { store } = await abandoned(steps, "step_started");
    const { executor, runner } = executing(steps, { store });
    await executor.cancel("RUN-0001", { by: "bob" });
    const run = await executor.resume("RUN-0001", forced);
    expect([run.status, standing(run)]).toEqual(["cancelled", { only: "cancelled" }]);
    expect(runner.leftovers).toEqual(["RUN-0001/only"]);
    expect(runner.lines).toEqual([]);
  });

  it("while it waited for an approval: waits no more", async () => {
    const steps = [{ name: "only", command: "x", approval: true }];
    const { store } = await abandoned(steps, "approval_requested");
    const { executor, runner } = executing(steps, { store });
    await executor.cancel("RUN-0001", { by: "bob" });
    const run = await executor.resume("RUN-0001", forced);
    expect([run.status, standing(run)]).toEqual(["cancelled", { only: "cancelled" }]);
    expect(runner.lines).toEqual([]);
  });
});

describe("a yes from before the crash is no answer to whether it is to be done again", () => {
  const steps = [{ name: "drop", command: "hang", approval: true, destructive: true }];
  const status = async (executor: RunbookExecutor): Promise<string> =>
    stepOf(await executor.get("RUN-0001"), "drop").status;
  const approver = approveByRules("night", [{ approve: true }]);

  it("of a policy, in the same millisecond", async () => {
    const clock = new ManualClock();
    const { store } = await abandoned(steps, "step_started", { clock, approver, dryRun: false });
    const { executor, runner } = executing(steps, { store, clock, approver });
    const resumed = executor.resume("RUN-0001", forced);
    await expect.poll(() => status(executor)).toBe("waiting");
    await sleep(50);
    expect(runner.lines).toEqual([]);
    await executor.cancel("RUN-0001", { by: "bob" });
    expect((await resumed).status).toBe("cancelled");
  });

  it("of a policy, by the clock of this machine, however often it is tried", async () => {
    const lines = Array.from({ length: 20 }, async () => {
      const { store } = await abandoned(steps, "step_started", { approver, dryRun: false });
      const { executor, runner } = executing(steps, { store, approver });
      const resumed = executor.resume("RUN-0001", forced);
      await expect.poll(() => status(executor), { interval: 5 }).toBe("waiting");
      await sleep(20);
      const seen = [...runner.lines];
      await executor.cancel("RUN-0001", { by: "bob" });
      await resumed;
      return seen;
    });
    expect((await Promise.all(lines)).flat()).toEqual([]);
  });

  it("of a person, though the wall clock stepped back before it", async () => {
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const clock = new ManualClock();
    const dead = executing(steps, { store: process.store, behaviours: { hang: hanging }, clock });
    void dead.run({ dryRun: false }).catch(() => undefined);
    await journalSays(store, "approval_requested");
    clock.advance(500);
    clock.stepWall(-1_000);
    await dead.executor.answer("RUN-0001", { step: "drop", approved: true, by: "ann" });
    await journalSays(store, "step_started");
    process.die();
    const { executor, runner } = executing(steps, { store, clock });
    const resumed = executor.resume("RUN-0001", forced);
    await expect.poll(() => status(executor)).toBe("waiting");
    await sleep(50);
    expect(runner.lines).toEqual([]);
    await executor.cancel("RUN-0001", { by: "bob" });
    await resumed;
  });
});

describe("a step that was under way", () => {
  it("and kills each process that runs it is not repeated for ever", async () => {
    const store = new MemoryIncidentStore();
    const steps = [{ name: "restart", command: "kill" }];
    let done = 0;
    let ended: RunbookRun | undefined;
    for (let round = 0; round < 15 && ended === undefined; round += 1) {
      const process = mortal(store);
      const killed = gate();
      const kill: Behaviour = (request, options) => {
        done += 1;
        process.die();
        killed.open();
        return hanging(request, options);
      };
      const { executor, run } = executing(steps, { store: process.store, behaviours: { kill } });
      const going = round === 0 ? run() : executor.resume("RUN-0001", forced);
      ended = (await Promise.race([killed.opened, going])) ?? undefined;
    }
    expect([done, ended?.status, ended?.reason]).toEqual([
      5,
      "failed",
      "step restart failed: its process died 5 times while it was under way (5 attempts)",
    ]);
  });

  it.each([
    ["is done again though what it left cannot be ended", false, "succeeded", ["hang"]],
    ["is not, if somebody cancels while that is tried", true, "cancelled", []],
  ])("%s", async (_title, isCancelled, status, lines) => {
    const steps = [{ name: "x", command: "hang", timeout: 1 }];
    const clock = new ManualClock();
    const { store } = await abandoned(steps, "step_started", { clock });
    const runner = new FakeRunner();
    const asked = gate();
    runner.endLeftovers = async () => {
      asked.open();
      return new Promise(() => undefined);
    };
    const executor = new RunbookExecutor({ store, runner, clock });
    executor.registerRunbook(ALERT, steps);
    const resumed = endOf(executor.resume("RUN-0001", forced));
    await asked.opened;
    if (isCancelled) await executor.cancel("RUN-0001", { by: "bob" });
    else clock.advance(5_000);
    expect([await within(4_000, resumed, "hangs"), runner.lines]).toEqual([status, lines]);
  });

  it("in a group is the only one of it that is done again, whoever resumes it, and however often at once", async () => {
    const steps = [
      {
        name: "g",
        parallel: [
          { name: "p", command: "one" },
          { name: "q", command: "hang" },
        ],
      },
      { name: "z", command: "z" },
    ];
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const dead = executing(steps, { store: process.store, behaviours: { hang: hanging } });
    void dead.run().catch(() => undefined);
    const parts = async () => {
      const { p, q } = standing(await dead.executor.get("RUN-0001"));
      return [p, q];
    };
    await expect.poll(parts, { interval: 5 }).toEqual(["succeeded", "running"]);
    process.die();
    const [one, other] = [executing(steps, { store }), executing(steps, { store })];
    const resumed = await Promise.allSettled(
      [one, one, other, other].map(({ executor }) => executor.resume("RUN-0001", forced)),
    );
    expect(resumed.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect([...one.runner.lines, ...other.runner.lines]).toEqual(["hang", "z"]);
  });

  it("in a group that was approved is not asked for again, and the group fails fast", async () => {
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const steps = [
      {
        name: "g",
        approval: true,
        failFast: true,
        parallel: [
          { name: "p", command: "hang" },
          { name: "q", command: "no" },
        ],
      },
      { name: "z", command: "z" },
    ];
    const dead = executing(steps, { store: process.store, approver: ({ step }) => ({ approved: true, by: step }) });
    dead.executor.on("approvalAnswered", process.die);
    void dead.run().catch(() => undefined);
    await journalSays(store, "approval_answered");
    const asked: string[] = [];
    const { executor } = executing(steps, {
      store,
      behaviours: { hang: hanging, no: failing() },
      approver: ({ step }) => void asked.push(step),
    });
    const run = await executor.resume("RUN-0001", forced);
    expect([run.status, asked, standing(run)]).toEqual([
      "failed",
      [],
      { g: "failed", p: "cancelled", q: "failed", z: "pending" },
    ]);
    expect(dead.runner.lines).toEqual([]);
  });
});

describe("a rollback that was under way", () => {
  const stepsWith = (undo: string): readonly StepDefinition[] => [
    { name: "a", command: "a", rollback: [{ name: "ar", command: "undo a" }] },
    { name: "b", command: "b", rollback: [{ name: "br", command: undo }] },
    { name: "c", command: "no" },
  ];
  const whole = "step c failed: exit code 1; 2 of 2 rollback steps done";
  const changed =
    "step c failed: exit code 1; the runbook was changed while the run was interrupted; not done: br; " +
    "its rollback was not finished, done: nothing";

  it.each([
    ["goes on", "hang", false, ["hang", "undo a"], whole],
    ["goes on, cancelled or not", "hang", true, ["hang", "undo a"], whole],
    ["ends, and says what is not taken back, if its runbook is another one by now", "other", false, [], changed],
  ])("%s", async (_title, undo, isCancelled, lines, reason) => {
    const behaviours = { no: failing(), hang: hanging };
    const { store } = await abandoned(stepsWith("hang"), '"step_started","step":"br"', { behaviours });
    const { executor, runner } = executing(stepsWith(undo), {
      store,
      behaviours: { no: failing(), hang: () => ({ exitCode: 0 }) },
    });
    if (isCancelled) await executor.cancel("RUN-0001", { by: "bob" });
    const run = await executor.resume("RUN-0001", forced);
    expect([run.status, run.reason, runner.lines]).toEqual(["failed", reason, lines]);
  });
});

describe("what a resumed run keeps to", () => {
  it("its one engine here, when it was taken over and comes back", async () => {
    const store = new MemoryIncidentStore();
    const steps = [
      { name: "x", command: "work" },
      { name: "y", command: "y" },
    ];
    let now = 0;
    let most = 0;
    const { opened, open } = gate();
    const work: Behaviour = async () => {
      now += 1;
      most = Math.max(most, now);
      await opened;
      now -= 1;
      return { exitCode: 0 };
    };
    const here = executing(steps, { store, behaviours: { work } });
    const first = endOf(here.run());
    await expect.poll(() => now).toBe(1);
    const there = mortal(store);
    const other = executing(steps, { store: there.store, behaviours: { work: hanging } });
    void other.executor.resume("RUN-0001", forced).catch(() => undefined);
    await expect.poll(() => other.runner.lines).toEqual(["work"]);
    there.die();
    const second = endOf(here.executor.resume("RUN-0001", forced));
    await sleep(150);
    open();
    expect([await first, await second]).toEqual(["LostRunError", "succeeded"]);
    expect([most, here.runner.lines]).toEqual([1, ["work", "work", "y"]]);
  });

  it("the bound of its output", async () => {
    const big = (name: string): StepDefinition => ({ name, command: "big" });
    const steps = [
      ...["a", "b", "c", "d", "e"].map(big),
      { name: "middle", command: "hang" },
      ...["f", "g", "h", "i", "j"].map(big),
    ];
    const write: Behaviour = (_request, { onOutput }) => {
      onOutput?.("stdout", "x".repeat(20_000));
      return { exitCode: 0 };
    };
    const options = { maxRunOutput: 60_000, behaviours: { big: write, hang: hanging } };
    const { store } = await abandoned(steps, '"step_started","step":"middle"', options);
    const { executor } = executing(steps, { ...options, behaviours: { big: write }, store });
    const run = await executor.resume("RUN-0001", forced);
    const kept = run.steps.map(({ attempts }) => attempts.at(-1)?.stdout?.text.length ?? 0);
    expect(kept.reduce((sum, length) => sum + length, 0)).toBeLessThan(80_000);
    expect(kept.slice(0, 2)).toEqual([20_000, 20_000]);
  });

  it("a timeline that could not be read: the run can be resumed again", async () => {
    const { incidents, incident } = await incidentOf();
    const steps = [{ name: "x", command: "hang" }];
    const { store } = await abandoned(steps, "step_started", { incidents, incident });
    let commits = 0;
    let failed = 0;
    const flaky = altered(store, {
      commit: (changes, options) => {
        commits += 1;
        return store.commit(changes, options);
      },
      read: (number, options) => {
        if (commits !== 1 || failed > 0) return store.read(number, options);
        failed += 1;
        return Promise.reject(trouble());
      },
    });
    const { executor } = executing(steps, { store: flaky, incidents });
    const first = await endOf(executor.resume("RUN-0001", forced));
    const second = await endOf(executor.resume("RUN-0001", forced));
    expect([failed, first, second]).toEqual([1, "AdapterError", "succeeded"]);
  });
});
