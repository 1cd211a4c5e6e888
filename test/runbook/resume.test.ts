import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ALERT, executing, FakeRunner, hanging, Heard, incidentOf, standing, stepOf } from "./support.ts";

/** `store` of a process that dies: from the commit on which `isLast` is true, nothing of it arrives any more. */
function dying(store: IncidentStore, isLast: (events: string) => boolean): IncidentStore {
  let isDead = false;
  const gone = (): Promise<never> => new Promise(() => undefined);
  return {
    commit: async (changes, options) => {
      if (isDead) return gone();
      const made = await store.commit(changes, options);
      isDead = changes.some(({ events }) => events.some(isLast));
      return isDead ? gone() : made;
    },
    read: (number, options) => (isDead ? gone() : store.read(number, options)),
    rows: (page) => (isDead ? gone() : store.rows(page)),
    due: (at, limit, options) => store.due(at, limit, options),
    holderOf: (key, options) => store.holderOf(key, options),
  };
}

/** A run whose process dies as soon as `step` was begun; the store that is left, and what the dead had run. */
async function interrupted(steps: readonly StepDefinition[], step: string) {
  const store = new MemoryIncidentStore();
  const isLast = (event: string): boolean => event.includes(`"step_started","step":"${step}"`);
  const { runner, executor } = executing(steps, { store: dying(store, isLast) });
  void executor.executeRunbook(ALERT, { by: "ann", labels: { pod: "web-1" } }).catch(() => undefined);
  await expect.poll(async () => (await store.read(1)).some(isLast)).toBe(true);
  return { store, dead: runner };
}

const STEPS: readonly StepDefinition[] = [
  { name: "one", command: "echo 1" },
  { name: "two", command: ["echo", "{{ labels.pod }}", "{{ steps.one.output }}"] },
  { name: "three", command: "echo 3" },
];

describe("a run whose process died", () => {
  it("goes on in another one: nothing that is done again, and nothing left out", async () => {
    const { store, dead } = await interrupted(STEPS, "two");
    expect(dead.lines).toEqual(["echo 1"]);
    const { executor, runner } = executing(STEPS, { store });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(runner.lines).toEqual(["echo web-1 1", "echo 3"]);
    expect(runner.leftovers).toEqual(["RUN-0001/two"]);
    expect(ended).toMatchObject({ status: "succeeded", resumed: 1 });
    expect(stepOf(ended, "two").attempts).toMatchObject([
      { number: 1, status: "failed", isInterrupted: true, reason: "its process died" },
      { number: 2, status: "succeeded" },
    ]);
  });

  it("is not touched while its executor may be alive", async () => {
    const { store } = await interrupted(STEPS, "two");
    const { executor } = executing(STEPS, { store });
    await expect(executor.resume("RUN-0001")).rejects.toThrow("RUN-0001 is being worked on, at least until");
    expect(await executor.resumeAll()).toEqual([]);
  });

  it("is found when its lease is over", async () => {
    const store = new MemoryIncidentStore();
    const isLast = (event: string): boolean => event.includes('"step_started","step":"two"');
    const first = executing(STEPS, { store: dying(store, isLast), leaseMs: 1_000 });
    void first.run({ labels: { pod: "web-1" } }).catch(() => undefined);
    await expect.poll(async () => (await store.read(1)).some(isLast)).toBe(true);
    const { executor } = executing(STEPS, { store, leaseMs: 1_000 });
    const stop = executor.start({ everyMs: 50 });
    await expect.poll(async () => (await executor.get("RUN-0001")).status, { timeout: 5_000 }).toBe("succeeded");
    stop();
    await executor.close();
  });

  it.each([
    [{ everyMs: 0 }, "everyMs: 0 is out of range; write milliseconds from 1"],
    [{ everyMs: NaN }, "everyMs: NaN is out of range"],
    [{ every: 50 }, 'every: is no option of start; did you mean "everyMs"? allowed: everyMs'],
  ])("is not looked for with %j", (options, message) => {
    const { executor } = executing(STEPS);
    expect(() => executor.start(options as { readonly everyMs?: number })).toThrow(message);
  });

  it.each([
    ["fail", undefined, "failed", ["echo 1"]],
    ["ask", true, "succeeded", ["echo 1", "echo web-1 1", "echo 3"]],
    ["ask", false, "failed", ["echo 1"]],
  ] as const)("with a step that says %s, and is answered %s: %s", async (onInterrupt, approved, status, lines) => {
    const steps = STEPS.map((step) => (step.name === "two" ? { ...step, onInterrupt } : step));
    const { store, dead } = await interrupted(steps, "two");
    const requests: boolean[] = [];
    const { executor, runner } = executing(steps, {
      store,
      approver: ({ isRepeat }) => {
        requests.push(isRepeat);
        return { approved: approved === true, by: "bob" };
      },
    });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(ended.status).toBe(status);
    expect([...dead.lines, ...runner.lines]).toEqual(lines);
    expect(requests).toEqual(approved === undefined ? [] : [true]);
    if (approved === undefined) expect(ended.reason).toContain("nobody knows whether it was done");
  });

  it("ends, and says what is not done, if its runbook is another one by now", async () => {
    const { store } = await interrupted(STEPS, "two");
    const { executor, runner } = executing([...STEPS.slice(0, 2), { name: "other", command: "echo 4" }], { store });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(ended.status).toBe("failed");
    expect(ended.reason).toBe(
      "the runbook was changed while the run was interrupted; not done: two, three; nothing was rolled back",
    );
    expect(runner.lines).toEqual([]);
    // Its lock is free again.
    expect((await executor.executeRunbook(ALERT, { by: "ann", labels: { pod: "x" } })).id).toBe("RUN-0002");
  });

  it("goes on taking back what it was taking back", async () => {
    const steps = [
      { name: "one", command: "echo 1", rollback: { command: "undo 1" } },
      { name: "two", command: "echo 2", rollback: { command: "undo 2" } },
      { name: "bad", run: () => Promise.reject(new Error("no")) },
    ];
    const { store, dead } = await interrupted(steps, "one.rollback");
    expect(dead.lines).toEqual(["echo 1", "echo 2", "undo 2"]);
    const { executor, runner } = executing(steps, { store });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(runner.lines).toEqual(["undo 1"]);
    expect(ended.reason).toBe("step bad failed: Error: no; 2 of 2 rollback steps done");
  });

  it("goes on waiting for an approval until its time is up, not anew", async () => {
    const store = new MemoryIncidentStore();
    const steps = [{ name: "drop", command: "echo", approval: { timeout: "1s" } }];
    const isLast = (event: string): boolean => event.includes("approval_requested");
    const first = executing(steps, { store: dying(store, isLast) });
    void first.run().catch(() => undefined);
    await expect.poll(async () => (await store.read(1)).some(isLast)).toBe(true);
    await sleep(1_050);
    const { executor } = executing(steps, { store });
    const began = performance.now();
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(performance.now() - began).toBeLessThan(250);
    expect(standing(ended)).toEqual({ drop: "refused" });
  });

  it("writes what it had not written into the incident's timeline, once", async () => {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const isLast = (event: string): boolean => event.includes('"step_started","step":"three"');
    // The dead one had no time to write of the second step.
    let notes = 0;
    const half = {
      note: async (...args: Parameters<typeof incidents.note>) => {
        notes += 1;
        return notes > 2 ? new Promise<never>(() => undefined) : incidents.note(...args);
      },
      timeline: incidents.timeline.bind(incidents),
    };
    const first = executing(STEPS, { store: dying(store, isLast), incidents: half });
    void first.run({ labels: { pod: "web-1" }, incident }).catch(() => undefined);
    await expect.poll(async () => (await store.read(1)).some(isLast)).toBe(true);
    const { executor } = executing(STEPS, { store, incidents });
    await executor.resume("RUN-0001", { force: true });
    const lines = (await incidents.timeline(incident.id)).flatMap((event) =>
      event.type === "noted" ? [event.message] : [],
    );
    expect(lines.map((line) => line.replace(/ (?:in|after) \d+ (?:ms|s)$/, ""))).toEqual([
      "Runbook HighMemoryUsage began (RUN-0001): 3 steps, for HighMemoryUsage",
      "Runbook HighMemoryUsage: one succeeded",
      "Runbook HighMemoryUsage: two succeeded",
      "Runbook HighMemoryUsage goes on (RUN-0001): its process had died",
      "Runbook HighMemoryUsage: three succeeded",
      "Runbook HighMemoryUsage succeeded",
    ]);
  });
});

describe("a run that two processes think is theirs", () => {
  it("is left by the first one, which ends what it runs", async () => {
    const store = new MemoryIncidentStore();
    const steps = [{ name: "long", command: "long", timeout: 30 }];
    const first = executing(steps, { store, behaviours: { long: hanging }, leaseMs: 1_000 });
    const lost = first.run();
    await expect.poll(() => first.runner.requests.length).toBe(1);
    const second = executing(steps, { store, behaviours: { long: () => ({ exitCode: 0 }) } });
    const ended = await second.executor.resume("RUN-0001", { force: true });
    expect(ended.status).toBe("succeeded");
    await expect(lost).rejects.toThrow("RUN-0001 was taken over by another process");
    expect((await second.executor.get("RUN-0001")).steps[0]?.attempts).toHaveLength(2);
  });
});

describe("a store that fails", () => {
  const flaky = (store: IncidentStore, fails: (commit: number) => boolean, isKept: boolean): IncidentStore => {
    let commits = 0;
    return {
      commit: async (changes, options) => {
        commits += 1;
        const isBad = fails(commits);
        if (isBad && !isKept)
          throw new AdapterError("disk full", { adapter: "test", operation: "commit", retryable: true });
        const made = await store.commit(changes, options);
        if (isBad) throw new AdapterError("no answer", { adapter: "test", operation: "commit", retryable: true });
        return made;
      },
      read: (number, options) => store.read(number, options),
      rows: (page) => store.rows(page),
      due: (at, limit, options) => store.due(at, limit, options),
      holderOf: (key, options) => store.holderOf(key, options),
    };
  };

  it.each([
    ["and keeps nothing", false],
    ["and has kept it all the same", true],
  ])("now and then, %s, is asked again: each event is there once", async (_title, isKept) => {
    const store = new MemoryIncidentStore();
    const { run, runner, heard, executor } = executing(STEPS, {
      store: flaky(store, (commit) => commit > 1 && commit % 2 === 0, isKept),
    });
    const ended = await run({ labels: { pod: "web-1" } });
    expect(ended.status).toBe("succeeded");
    expect(runner.lines).toHaveLength(3);
    expect((await executor.journal("RUN-0001")).map(({ type }) => type)).toEqual([
      ...["started", "step_started", "step_ended", "step_started", "step_ended", "step_started", "step_ended", "ended"],
    ]);
    expect(heard.lines[0]).toContain("the run store failed; it is asked again");
  });

  it("for good ends the run here, and it can be resumed", async () => {
    const store = new MemoryIncidentStore();
    let isDown = false;
    const { run, executor } = executing(STEPS, { store: flaky(store, () => isDown, false), patienceMs: 100 });
    executor.on("stepStarted", ({ step }) => {
      isDown = step.name === "two";
    });
    await expect(run({ labels: { pod: "web-1" } })).rejects.toThrow("disk full");
    const ended = await executing(STEPS, { store }).executor.resume("RUN-0001", { force: true });
    expect(standing(ended)).toEqual({ one: "succeeded", two: "succeeded", three: "succeeded" });
  });
});

describe("one run at a time", () => {
  it("holds the lock: another is refused, and told by whom", async () => {
    const steps = [{ name: "long", command: "long", timeout: 30 }];
    const { run, executor, runner } = executing(steps, { behaviours: { long: hanging } });
    const first = run();
    await expect.poll(() => runner.requests.length).toBe(1);
    await expect(run()).rejects.toMatchObject({
      code: "conflict",
      message: 'RUN-0001 holds the lock "HighMemoryUsage"; one run at a time',
      context: { holder: "RUN-0001" },
    });
    await executor.cancel("RUN-0001", { by: "bob" });
    expect((await first).status).toBe("cancelled");
    const second = run();
    await expect.poll(() => runner.requests.length).toBe(2);
    await executor.cancel("RUN-0002", { by: "bob" });
    expect((await second).id).toBe("RUN-0002");
  });

  it("for what the lock says: runs for two services go side by side", async () => {
    const runner = new FakeRunner({ long: hanging });
    const executor = new RunbookExecutor({ runner });
    executor.registerRunbook(ALERT, {
      steps: [{ name: "long", command: "long" }],
      lock: "restart {{ labels.service }}",
    });
    const runs = ["web", "db"].map((service) => executor.executeRunbook(ALERT, { by: "ann", labels: { service } }));
    await expect.poll(() => runner.requests.length).toBe(2);
    await expect(executor.executeRunbook(ALERT, { by: "ann", labels: { service: "web" } })).rejects.toThrow(
      'the lock "restart web"',
    );
    await expect(executor.executeRunbook(ALERT, { by: "ann" })).rejects.toThrow("labels.service");
    await Promise.all(["RUN-0001", "RUN-0002"].map((id) => executor.cancel(id, { by: "bob" })));
    expect((await Promise.all(runs)).map(({ lock }) => lock)).toEqual(["restart web", "restart db"]);
  });

  it("of many that begin at once over one store: one runs", async () => {
    const store = new MemoryIncidentStore();
    const executors = Array.from({ length: 10 }, () => executing([{ name: "a", run: () => sleep(30) }], { store }));
    const ends = await Promise.allSettled(executors.map(({ run }) => run()));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("for one occasion: those with the same key are answered with it", async () => {
    const store = new MemoryIncidentStore();
    const executors = Array.from({ length: 10 }, () => executing([{ name: "a", run: () => sleep(30) }], { store }));
    const ends = await Promise.all(executors.map(({ run }) => run({ key: "INC-0001/3" })));
    expect(new Set(ends.map(({ id, status }) => `${id} ${status}`))).toEqual(new Set(["RUN-0001 succeeded"]));
    expect(await store.read(2)).toEqual([]);
  });
});

describe("an executor that is closed while a run waits for an approval", () => {
  const steps = [
    { name: "look", command: "look" },
    { name: "drop", command: "drop", approval: { timeout: "1h" } },
  ];
  const setUp = (store: MemoryIncidentStore, heard = new Heard()) => {
    const runner = new FakeRunner({ look: async () => (await sleep(30), { exitCode: 0 }) });
    const executor = new RunbookExecutor({ runner, store, logger: heard.logger });
    executor.registerRunbook("cache", parseRunbook({ name: "cache", steps }));
    return { executor, runner, heard };
  };

  it.each(["already", "soon"])("does not wait for it, and the next one goes on at once: %s", async (when) => {
    const store = new MemoryIncidentStore();
    const { executor, runner, heard } = setUp(store);
    const asked = new Promise((resolve) => executor.on("approvalRequested", resolve));
    const ended = executor.executeRunbook("cache", { by: "ann" });
    const refused = expect(ended).rejects.toThrow(
      "RUN-0001 waits for an approval, and its executor is closed: whoever looks for runs to resume goes on with it",
    );
    await (when === "already" ? asked : expect.poll(() => runner.lines).toEqual(["look"]));
    await executor.close();
    await refused;
    expect(await executor.get("RUN-0001")).toMatchObject({
      status: "running",
      steps: [{ status: "succeeded" }, { status: "waiting" }],
    });
    expect(heard.lines.filter((line) => line.includes("given up"))).toEqual([]);

    const next = setUp(store);
    const resumed = next.executor.resumeAll();
    await expect
      .poll(() => next.executor.answer("RUN-0001", { step: "drop", approved: true, by: "bob" }).catch(() => undefined))
      .toBeDefined();
    expect(await resumed).toMatchObject([{ id: "RUN-0001", status: "succeeded", resumed: 1 }]);
    expect([...runner.lines, ...next.runner.lines]).toEqual(["look", "drop"]);
  });

  it("waits for what is being done beside it", async () => {
    const store = new MemoryIncidentStore();
    const group = {
      name: "both",
      parallel: [
        { name: "slow", command: "look" },
        { ...steps[1]!, name: "drop" },
      ],
    };
    const runner = new FakeRunner({ look: async () => (await sleep(100), { exitCode: 0 }) });
    const executor = new RunbookExecutor({ runner, store });
    executor.registerRunbook("cache", parseRunbook({ name: "cache", steps: [group] }));
    const asked = new Promise((resolve) => executor.on("approvalRequested", resolve));
    executor.executeRunbook("cache", { by: "ann" }).catch(() => undefined);
    await asked;
    await executor.close();
    const { steps: after } = await executor.get("RUN-0001");
    expect(after.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "both pending",
      "slow succeeded",
      "drop waiting",
    ]);
  });
});

it("no more runs are begun than are allowed", async () => {
  const heard = new Heard();
  const runner = new FakeRunner({ long: hanging });
  const executor = new RunbookExecutor({ runner, maxRuns: 2, logger: heard.logger });
  for (const name of ["a", "b", "c"]) executor.registerRunbook(name, [{ name: "long", command: "long" }]);
  const runs = ["a", "b"].map((name) => executor.executeRunbook(name, { by: "ann" }));
  await expect.poll(() => runner.requests.length).toBe(2);
  await expect(executor.executeRunbook("c", { by: "ann" })).rejects.toThrow("2 runs are under way already");
  const closed = executor.close();
  await Promise.all(["RUN-0001", "RUN-0002"].map((id) => executor.cancel(id, { by: "bob" })));
  await closed;
  await expect(executor.executeRunbook("c", { by: "ann" })).rejects.toThrow("the executor is closed");
  await Promise.all(runs);
});
