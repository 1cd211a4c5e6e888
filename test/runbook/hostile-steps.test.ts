import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import type { CommandOptions, CommandResult } from "../../src/ports/command-runner.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { executing, failing, outputOf, standing, stepOf, type Behaviour } from "./support.ts";

/** Throws what is no error as well, as code may that is not ours. */
function raise(value: unknown): never {
  throw value as Error;
}

const cyclic: Record<string, unknown> = {};
cyclic.me = cyclic;

describe("a runner that answers with garbage ends its step, and the run", () => {
  it.each<[string, unknown, string]>([
    ["a reason of null", { exitCode: 0, reason: null }, "succeeded"],
    ["a reason that is a number", { exitCode: 1, reason: 5 }, "failed"],
    ["a reason that is an error", { exitCode: 1, reason: new Error("x") }, "failed"],
    ["leftovers that hold themselves", { exitCode: 0, leftovers: cyclic }, "succeeded"],
    ["a big integer", { exitCode: 0, extra: 5n }, "succeeded"],
    ["a field that the journal has", { exitCode: 0, number: 9 }, "succeeded"],
    ["a signal that is a symbol", { exitCode: 0, signal: Symbol("x") }, "succeeded"],
    ["undefined", undefined, "failed"],
    ["null", null, "failed"],
    ["a number", 5, "failed"],
  ])("%s", async (_title, answer, status) => {
    const steps = [{ name: "p", command: ["x"] }];
    const { run } = executing(steps, { behaviours: { x: () => answer as CommandResult } });
    const ended = await run();
    expect([ended.status, stepOf(ended, "p").attempts.map(({ number }) => number)]).toEqual([status, [1]]);
  });
});

describe("an action that throws what is odd fails its step, and ends the run", () => {
  const gotcha = Object.defineProperty(new Error("x"), "message", {
    get: () => raise(new Error("gotcha")),
  });
  const adapter = new AdapterError("x", { adapter: "a", operation: "o", retryable: false });

  it.each<[string, unknown]>([
    ["a message that throws", gotcha],
    ["a message that is a number", Object.assign(new Error("x"), { message: 5 })],
    ["a message that is a symbol", Object.assign(new Error("x"), { message: Symbol("s") })],
    ["an adapter's error without a context", Object.assign(adapter, { message: 5, context: undefined })],
    ["undefined", undefined],
    ["null", null],
  ])("%s", async (_title, thrown) => {
    for (const isLate of [false, true]) {
      const action = () => (isLate ? Promise.resolve().then(() => raise(thrown)) : raise(thrown));
      const { run } = executing([{ name: "x", run: action }], { secrets: { t: "tr0ub4dor" } });
      const ended = await run();
      expect([ended.status, standing(ended)]).toEqual(["failed", { x: "failed" }]);
    }
  });

  it("and so does a runner; a result that cannot be read is none", async () => {
    const unreadable = {
      get a() {
        return raise(new Error("x"));
      },
    };
    const steps = [
      { name: "runner", command: "odd", continueOnFailure: true },
      { name: "result", run: () => unreadable },
    ];
    const { run } = executing(steps, { behaviours: { odd: () => raise(undefined) } });
    const ended = await run();
    expect([ended.status, standing(ended)]).toEqual(["succeeded", { runner: "failed", result: "succeeded" }]);
    expect(outputOf(ended, "result")).toBe("(an output that cannot be written as JSON)");
  });
});

describe("what is handed out is nobody else's", () => {
  it("an action may change what it is given, and changes nothing", async () => {
    const steps: StepDefinition[] = [
      {
        name: "change",
        input: { list: ["{{ labels.app }}"], of: { count: 1 } },
        retries: { attempts: 2, delay: "10ms" },
        run: ({ values, input, attempt }) => {
          (values.labels as Record<string, string>).app = "evil";
          (input as { of: { count: number } }).of.count += 1;
          return attempt === 1 ? raise(new Error("again")) : input;
        },
      },
      { name: "echo", command: ["echo", "{{ labels.app }}"] },
    ];
    const { run, runner } = executing(steps);
    const ended = await run({ labels: { app: "web" } });
    expect(runner.lines).toEqual(["echo web"]);
    expect(stepOf(ended, "change").attempts).toHaveLength(2);
    expect(outputOf(ended, "change")).toBe('{"list":["web"],"of":{"count":2}}');
  });

  const careless = (steps: readonly StepDefinition[]) => {
    const { executor, run, runner } = executing(steps, { behaviours: { no: failing() } });
    executor.on("stepEnded", ({ run: seen, step }) => {
      for (const one of [step, ...seen.steps]) {
        // It may be frozen, which is as good.
        Reflect.set(one, "status", "succeeded");
        Reflect.set(one, "endedAt", 1);
      }
    });
    return { executor, run, runner };
  };

  it("a listener may change what it is told, and the run fails as it would, and is kept so", async () => {
    const { executor, run, runner } = careless([
      { name: "x", command: "no" },
      { name: "y", command: "y" },
    ]);
    expect((await run()).status).toBe("failed");
    expect(runner.lines).toEqual(["no"]);
    expect(standing(await executor.get("RUN-0001"))).toEqual({ x: "failed", y: "pending" });
  });

  // Listeners are told of the very steps that the engine goes by.
  it("nor does it change what conditions look at, what is said, or what comes out", async () => {
    const { executor, run, runner } = careless([
      { name: "x", command: "no", continueOnFailure: true },
      { name: "y", command: "y", when: { step: "x", status: "failed" } },
      { name: "z", command: "no" },
    ]);
    const ended = await run();
    expect(runner.lines).toEqual(["no", "y", "no"]);
    expect(ended.reason).toBe("step z failed: exit code 1");
    expect(ended).toEqual(await executor.get("RUN-0001"));
  });
});

describe("output", () => {
  it("that comes a million times at once, or after its step, harms nothing", async () => {
    let late: CommandOptions["onOutput"];
    const flood: Behaviour = (_request, { onOutput }) => {
      late = onOutput;
      for (let time = 0; time < 1_000_000; time += 1) onOutput?.("stdout", "0123456789\n");
      return { exitCode: 0 };
    };
    const { executor, run } = executing([{ name: "x", command: "flood" }], { behaviours: { flood } });
    const began = performance.now();
    const ended = await run();
    expect(performance.now() - began).toBeLessThan(5_000);
    late?.("stdout", "late");
    expect(stepOf(ended, "x").attempts).toMatchObject([{ stdout: { bytes: 11_000_000, isCut: true } }]);
    expect(outputOf(ended, "x").length).toBeLessThan(40_000);
    expect(await executor.get(ended.id)).toEqual(ended);
  });
});

describe("a group of many", () => {
  it("makes Node warn of no leak", async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", hear);
    const parallel = Array.from({ length: 40 }, (_, index) => ({ name: `p${index}`, run: () => sleep(20) }));
    const ended = await executing([{ name: "g", parallel }]).run();
    await sleep(20);
    process.off("warning", hear);
    expect([ended.status, warnings]).toEqual(["succeeded", []]);
  });
});

describe("an incident that is none is refused", () => {
  it.each<[string, unknown]>([
    ["without a title", { id: "INC-0001" }],
    ["null", null],
    ["with a title that is a number", { id: "INC-0001", title: 5, severity: "SEV2" }],
  ])("%s", async (_title, incident) => {
    const { run } = executing([{ name: "x", command: "x" }], { secrets: { t: "tr0ub4dor" } });
    await expect(run({ incident: incident as never })).rejects.toMatchObject({
      name: "ConfigurationError",
    });
  });
});
