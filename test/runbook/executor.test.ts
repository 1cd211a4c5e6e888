import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { retryDelayMs } from "../../src/runbook/patience.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ALERT, executing, failing, FakeRunner, hanging, outputOf, standing, stepOf } from "./support.ts";

describe("an executor runs a runbook", () => {
  it("step by step, into a journal with status, times, exit code, output and attempt of each", async () => {
    const { run, runner, executor } = executing([
      { name: "check_pods", command: "kubectl get pods -l app=web", timeout: 30, continueOnFailure: true },
      { name: "restart_deployment", command: "kubectl rollout restart deployment/web", timeout: 60 },
    ]);
    const ended = await run({ labels: { app: "web" } });
    expect(runner.lines).toEqual(["kubectl get pods -l app=web", "kubectl rollout restart deployment/web"]);
    expect(ended).toMatchObject({
      id: "RUN-0001",
      runbook: ALERT,
      alert: ALERT,
      by: "ann",
      status: "succeeded",
      isDry: false,
    });
    const step = stepOf(ended, "check_pods");
    expect(step).toMatchObject({
      status: "succeeded",
      kind: "command",
      command: ["kubectl", "get", "pods", "-l", "app=web"],
    });
    expect(step.attempts).toMatchObject([
      {
        number: 1,
        status: "succeeded",
        exitCode: 0,
        stdout: { text: "get pods -l app=web\n", bytes: 20, isCut: false },
      },
    ]);
    const [attempt] = step.attempts;
    expect(attempt?.endedAt).toBeGreaterThanOrEqual(attempt?.startedAt ?? Infinity);
    expect(attempt?.durationMs).toBeGreaterThanOrEqual(0);
    expect(await executor.get("RUN-0001")).toEqual(ended);
    expect((await executor.journal("RUN-0001")).map(({ type }) => type)).toEqual([
      ...["started", "step_started", "step_ended", "step_started", "step_ended", "ended"],
    ]);
  });

  it("in the spelling of documents as well", async () => {
    const { run } = executing(
      [
        { name: "check_pods", command: "flaky", timeout: 30, continue_on_failure: true },
        { name: "restart", command: "kubectl rollout restart deployment/web", timeout: 60, continue_on_failure: false },
      ],
      { behaviours: { flaky: failing(2) } },
    );
    const ended = await run();
    expect(standing(ended)).toEqual({ check_pods: "failed", restart: "succeeded" });
    expect(stepOf(ended, "check_pods").reason).toBe("exit code 2");
    expect(ended.status).toBe("succeeded");
  });

  it("that is triggered by the alert, though it is registered under another name", async () => {
    const executor = new RunbookExecutor({ runner: new FakeRunner() });
    executor.registerRunbook(
      "memory",
      parseRunbook(
        "title: Memory\ntriggers: [{alert: HighMemoryUsage, threshold: '> 90 %'}]\nsteps: [{name: a, command: echo a}]",
      ),
    );
    const ended = await executor.executeRunbook("HighMemoryUsage", { by: "ann" });
    expect(ended).toMatchObject({ title: "Memory", alert: "HighMemoryUsage", status: "succeeded" });
  });

  it("of one that is not there: says so, with the nearest", async () => {
    const { executor } = executing([{ name: "a", command: "echo" }]);
    await expect(executor.executeRunbook("HighMemoryUsag", { by: "ann" })).rejects.toThrow(
      'alertName: there is no runbook for "HighMemoryUsag"; did you mean "HighMemoryUsage"?',
    );
  });

  it("and stops at the first step that fails", async () => {
    const { run } = executing(
      [
        { name: "one", command: "echo 1" },
        { name: "two", command: "broken" },
        { name: "three", command: "echo 3" },
      ],
      { behaviours: { broken: failing(7) } },
    );
    const ended = await run();
    expect(standing(ended)).toEqual({ one: "succeeded", two: "failed", three: "pending" });
    expect(ended).toMatchObject({ status: "failed", reason: "step two failed: exit code 7" });
  });

  it("with a thousand steps", async () => {
    const { run, runner } = executing(
      Array.from({ length: 1_000 }, (_, index) => ({
        name: `step_${String(index)}`,
        command: ["echo", String(index)],
      })),
    );
    const ended = await run();
    expect(ended.status).toBe("succeeded");
    expect(runner.requests.map(({ args }) => Number(args[0]))).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index),
    );
    expect(ended.version).toBe(2_002);
  });
});

describe("a step", () => {
  it("is tried again, with longer and longer waits", async () => {
    let tries = 0;
    const { run } = executing(
      [{ name: "flaky", command: "flaky", retries: { attempts: 3, delay: "20ms", factor: 2 } }],
      {
        behaviours: { flaky: () => ({ exitCode: (tries += 1) < 3 ? 1 : 0 }) },
      },
    );
    const ended = await run();
    const { attempts } = stepOf(ended, "flaky");
    expect(attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, "failed"],
      [2, "failed"],
      [3, "succeeded"],
    ]);
    const waits = attempts.slice(1).map(({ startedAt }, index) => startedAt - (attempts[index]?.endedAt ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(18);
    expect(waits[1]).toBeGreaterThanOrEqual(38);
  });

  it.each([
    [1, 100],
    [2, 300],
    [3, 900],
    [4, 1_000],
    [50, 1_000],
  ])("waits, after %i failures, %i ms of at most a second", (failed, expected) => {
    expect(retryDelayMs({ attempts: 99, delayMs: 100, factor: 3, maxDelayMs: 1_000 }, failed)).toBe(expected);
  });

  it("is not tried again where that cannot help", async () => {
    const { run } = executing([{ name: "a", command: "nowhere", retries: 5 }], {
      behaviours: {
        nowhere: async () => {
          const { AdapterError } = await import("../../src/core/errors.ts");
          throw new AdapterError("there is no such program", {
            adapter: "command",
            operation: "begin",
            retryable: false,
          });
        },
      },
    });
    const ended = await run();
    expect(stepOf(ended, "a").attempts).toHaveLength(1);
    expect(ended.reason).toBe("step a failed: command could not begin: there is no such program");
  });

  it("ends when its time is up, even if what it does goes on", async () => {
    const { run } = executing(
      [
        { name: "deaf", run: () => sleep(5_000, undefined, { ref: false }), timeout: "50ms", continueOnFailure: true },
        { name: "hangs", command: "hangs", timeout: "50ms" },
      ],
      { behaviours: { hangs: hanging } },
    );
    const began = performance.now();
    const ended = await run();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(stepOf(ended, "deaf")).toMatchObject({
      status: "timed_out",
      reason: "took longer than 50 ms; it did not end when it was told to",
    });
    expect(stepOf(ended, "hangs")).toMatchObject({ status: "timed_out", reason: "took longer than 50 ms" });
    expect(stepOf(ended, "hangs").attempts).toMatchObject([{ signal: "SIGKILL" }]);
  });

  it("hands its output on, and conditions look at it", async () => {
    const { run, runner } = executing(
      [
        { name: "count", command: "count" },
        { name: "many", command: "echo many", when: { step: "count", output: { above: 3 } } },
        { name: "few", command: "echo few", when: { step: "count", output: { below: 3 } } },
        { name: "scale", command: ["kubectl", "scale", "--replicas={{ steps.count.output }}", "deployment/web"] },
      ],
      {
        behaviours: {
          count: (_request, { onOutput }) => {
            onOutput?.("stdout", "5\n");
            return { exitCode: 0 };
          },
        },
      },
    );
    const ended = await run();
    expect(standing(ended)).toEqual({ count: "succeeded", many: "succeeded", few: "skipped", scale: "succeeded" });
    expect(stepOf(ended, "few").reason).toContain("only if");
    expect(runner.lines.at(-1)).toBe("kubectl scale --replicas=5 deployment/web");
  });

  it("of TypeScript gets what is known, and what it returns is its output", async () => {
    const contexts: object[] = [];
    const { run } = executing(
      [
        {
          name: "ask",
          run: (context) => {
            const { values, ...rest } = context;
            contexts.push({ ...rest, app: values.labels.app });
            context.log("asked");
            return { replicas: 3 };
          },
          input: { app: "{{ labels.app }}", fixed: [1, true] },
        },
        { name: "named", action: "known", input: "{{ steps.ask.output }}" },
      ],
      { actions: { known: ({ input, values }) => `${String(input)} ${JSON.stringify(values.steps.ask?.json)}` } },
    );
    const ended = await run({ labels: { app: "web" } });
    expect(contexts).toMatchObject([
      {
        input: { app: "web", fixed: [1, true] },
        run: "RUN-0001",
        step: "ask",
        attempt: 1,
        key: "RUN-0001/ask",
        app: "web",
      },
    ]);
    expect(outputOf(ended, "ask")).toBe('{"replicas":3}');
    expect(stepOf(ended, "ask").attempts[0]?.stderr?.text).toBe("asked\n");
    expect(outputOf(ended, "named")).toBe('{"replicas":3} {"replicas":3}');
  });

  it("of TypeScript that throws fails, with its words", async () => {
    const { run } = executing([
      {
        name: "bad",
        run: () => {
          throw new RangeError("no more replicas");
        },
      },
    ]);
    expect((await run()).reason).toBe("step bad failed: RangeError: no more replicas");
  });

  it("whose value is missing fails without being run", async () => {
    const { run, runner } = executing([{ name: "a", command: ["kubectl", "delete", "pod", "{{ labels.pod }}"] }]);
    const ended = await run({ labels: { job: "x" } });
    expect(ended.reason).toContain("labels.pod");
    expect(runner.requests).toEqual([]);
    expect(stepOf(ended, "a").attempts).toEqual([]);
  });

  it("for people is left to them", async () => {
    const { run } = executing([
      { title: "Look at the dashboard", actions: ["open Grafana"] },
      { name: "a", command: "echo a" },
    ]);
    const ended = await run();
    expect(ended.steps.map(({ kind, status }) => [kind, status])).toEqual([
      ["manual", "manual"],
      ["command", "succeeded"],
    ]);
  });
});

describe("steps side by side", () => {
  it("run at once, as many as are allowed, and go on when all are through", async () => {
    let now = 0;
    let most = 0;
    const busy = async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(10);
      now -= 1;
    };
    const { run } = executing([
      {
        name: "all",
        parallel: Array.from({ length: 7 }, (_, index) => ({ name: `part_${String(index)}`, run: busy })),
        maxParallel: 3,
      },
      { name: "after", run: () => now },
    ]);
    const ended = await run();
    expect(most).toBe(3);
    expect(outputOf(ended, "after")).toBe("0");
    expect(stepOf(ended, "part_3").of).toBe("all");
    expect(ended.status).toBe("succeeded");
  });

  it("fail together: the others are ended if it is said so, and go on otherwise", async () => {
    const group = (failFast: boolean) => [
      {
        name: "all",
        parallel: [
          { name: "bad", command: "bad" },
          { name: "slow", command: "slow", timeout: "300ms" },
          { name: "never", command: "echo" },
        ],
        maxParallel: 2,
        failFast,
      },
    ];
    const behaviours = { bad: failing(), slow: hanging };
    const fast = await executing(group(true), { behaviours }).run();
    expect(standing(fast)).toEqual({ all: "failed", bad: "failed", slow: "cancelled", never: "pending" });
    expect(fast).toMatchObject({ status: "failed", reason: "step all failed: failed: bad" });
    const patient = await executing(group(false), { behaviours }).run();
    expect(standing(patient)).toEqual({ all: "failed", bad: "failed", slow: "timed_out", never: "succeeded" });
  });
});

describe("a run that failed is taken back", () => {
  const undo = (name: string) => ({ name, command: ["echo", name], rollback: { command: ["undo", name] } });

  it("in reverse order, as far as it came", async () => {
    const { run, runner } = executing(
      [undo("one"), undo("two"), { name: "bad", command: "bad", rollback: { command: "undo bad" } }, undo("never")],
      { behaviours: { bad: failing(3) } },
    );
    const ended = await run();
    expect(runner.lines).toEqual(["echo one", "echo two", "bad", "undo two", "undo one"]);
    expect(ended).toMatchObject({
      status: "failed",
      reason: "step bad failed: exit code 3; 2 of 2 rollback steps done",
    });
    expect(ended.steps.slice(-2)).toMatchObject([
      { name: "two.rollback", of: "two", isRollback: true, status: "succeeded" },
      { name: "one.rollback", of: "one", isRollback: true, status: "succeeded" },
    ]);
  });

  it("with the step that failed, where it says that it may be half done", async () => {
    const { run, runner } = executing(
      [{ name: "drain", command: "drain", timeout: "30ms", rollback: { command: "uncordon" }, rollbackIf: "started" }],
      { behaviours: { drain: hanging } },
    );
    await run();
    expect(runner.lines).toEqual(["drain", "uncordon"]);
  });

  it("though one of the steps back fails", async () => {
    const { run, runner } = executing([undo("one"), undo("two"), { name: "bad", command: "bad" }], {
      behaviours: { bad: failing(), undo: ({ args }) => ({ exitCode: args[0] === "two" ? 1 : 0 }) },
    });
    const ended = await run();
    expect(runner.lines.slice(-2)).toEqual(["undo two", "undo one"]);
    expect(ended.reason).toBe("step bad failed: exit code 1; 1 of 2 rollback steps done");
  });
});

describe("a dry run", () => {
  const steps = [
    { name: "look", command: "kubectl get pods" },
    { name: "drop", command: ["redis-cli", "FLUSHALL"], destructive: true, approval: true },
    { name: "tell", run: () => "told" },
    { name: "use", command: ["echo", "{{ steps.look.output }}"] },
  ];

  it("is the default for what is destructive, and the rest is done", async () => {
    const { run, runner } = executing(steps);
    const ended = await run();
    expect(standing(ended)).toEqual({ look: "succeeded", drop: "dry", tell: "succeeded", use: "succeeded" });
    expect(ended).toMatchObject({ status: "succeeded", isDry: true });
    expect(runner.requests.map(({ isDryRun }) => isDryRun)).toEqual([false, true, false]);
  });

  it("of all of it changes nothing", async () => {
    const { run, runner } = executing(steps);
    const ended = await run({ dryRun: true });
    expect(standing(ended)).toEqual({ look: "dry", drop: "dry", tell: "dry", use: "dry" });
    expect(runner.requests.every(({ isDryRun }) => isDryRun)).toBe(true);
    expect(outputOf(ended, "tell")).toContain("would call");
  });

  it("of none of it does what is destructive", async () => {
    const { run, runner } = executing(steps, { approver: () => ({ approved: true, by: "policy" }) });
    const ended = await run({ dryRun: false });
    expect(standing(ended)).toEqual({ look: "succeeded", drop: "succeeded", tell: "succeeded", use: "succeeded" });
    expect(runner.requests.some(({ isDryRun }) => isDryRun)).toBe(false);
    expect(ended.isDry).toBe(false);
  });
});

describe("who cancels a run", () => {
  const steps = [
    { name: "one", command: "echo 1", rollback: { command: "undo 1" } },
    { name: "long", command: "long" },
    { name: "never", command: "echo 3" },
  ];

  it("by its signal ends what runs", async () => {
    const controller = new AbortController();
    const { run, runner, executor } = executing(steps, { behaviours: { long: hanging } });
    executor.on("stepStarted", ({ step }) => step.name === "long" && setTimeout(() => controller.abort(), 10));
    const ended = await run({ signal: controller.signal });
    expect(standing(ended)).toEqual({ one: "succeeded", long: "cancelled", never: "pending" });
    expect(ended).toMatchObject({ status: "cancelled", reason: "cancelled by ann: its caller gave it up" });
    expect(runner.lines).toEqual(["echo 1", "long"]);
  });

  it("by its id, and takes back what was done if the runbook says so", async () => {
    const fake = new FakeRunner({ long: hanging });
    const own = new RunbookExecutor({ runner: fake });
    own.registerRunbook(ALERT, { steps, rollbackOnCancel: true });
    own.on(
      "stepStarted",
      ({ run, step }) => step.name === "long" && void own.cancel(run.id, { by: "bob", reason: "wrong pod" }),
    );
    const ended = await own.executeRunbook(ALERT, { by: "ann" });
    expect(ended.reason).toBe("cancelled by bob: wrong pod; 1 of 1 rollback steps done");
    expect(fake.lines).toEqual(["echo 1", "long", "undo 1"]);
    await expect(own.cancel("RUN-0001", { by: "bob" })).rejects.toThrow('"cancel" is not possible while cancelled');
  });

  it("before it has begun has nothing run", async () => {
    const { run, executor } = executing(steps);
    await expect(run({ signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
    for await (const { id } of executor.list()) throw new Error(id);
  });
});
