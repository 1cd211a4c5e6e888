import { describe, expect, it } from "vitest";

import type { CommandOptions, CommandRequest, CommandRunner } from "../../src/ports/command-runner.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import { commandProblem, prepareCommand } from "../../src/runbook/performing/command.ts";
import type { PerformContext } from "../../src/runbook/performing/performing.ts";
import { FakeRunner } from "./support.ts";
import { attempting, filledOf, settingsOf, stepOfKind } from "./performing.ts";
import { valuesOf } from "./values.ts";

const values = valuesOf({ labels: { app: "web" } });
const stepOf = (more: Partial<StepDefinition> = {}) =>
  stepOfKind("command", { name: "a", command: ["restart", "{{ labels.app }}"], ...more });
const prepared = (more: Partial<StepDefinition>, options: RunbookExecutorOptions = {}, isDryRun = false) =>
  prepareCommand(stepOf(more), values, settingsOf({ runner: new FakeRunner(), ...options }), isDryRun);

/** Runs the step's command with a runner that gives `answer`: what it was asked, and how that ended. */
async function performing(
  answer: unknown,
  more: Partial<StepDefinition> = {},
  {
    options = {},
    context: some = {},
    isRemote,
  }: {
    options?: RunbookExecutorOptions;
    context?: Partial<PerformContext>;
    isRemote?: boolean;
  } = {},
) {
  const asked: [CommandRequest, CommandOptions][] = [];
  const runner = {
    ...(isRemote === undefined ? {} : { isRemote }),
    run: async (request: CommandRequest, given: CommandOptions) => {
      asked.push([request, given]);
      given.onOutput?.("stdout", "out");
      given.onOutput?.("stderr", new TextEncoder().encode("err"));
      return answer;
    },
  } as CommandRunner;
  const { context, written } = attempting(some);
  const { perform } = filledOf(prepareCommand(stepOf(more), values, settingsOf({ runner, ...options }), false));
  return { performed: await perform(context), asked, written: written(), signal: context.signal };
}

describe("a command", () => {
  it("reaches its runner with its arguments, and what it writes is taken", async () => {
    const { asked, written, signal, performed } = await performing({ exitCode: 0 });
    expect(asked).toStrictEqual([
      [
        { program: "restart", args: ["web"], environment: {}, isDryRun: false, key: "RUN-0001/a" },
        { signal, onOutput: expect.any(Function) as unknown },
      ],
    ]);
    expect(written).toEqual({ stdout: "out", stderr: "err" });
    expect(performed).toStrictEqual({ exitCode: 0, isDone: true });
  });

  it.each([
    [undefined, { A: "1", B: "step" }, "/srv"],
    [false, { A: "1", B: "step" }, "/srv"],
    // Elsewhere what every command gets is not meant.
    [true, { B: "step" }, undefined],
  ])(
    "of a runner whose isRemote is %s has the environment %j and the folder %s",
    async (isRemote, environment, folder) => {
      const options = { environment: { A: "1", B: "all" }, workingDirectory: "/srv" };
      const given = { options, ...(isRemote === undefined ? {} : { isRemote }) };
      const { asked } = await performing({ exitCode: 0 }, { environment: { B: "step" } }, given);
      expect(asked[0]?.[0].environment).toEqual(environment);
      expect(asked[0]?.[0].workingDirectory).toBe(folder);
      const own = await performing({ exitCode: 0 }, { workingDirectory: "/own" }, given);
      expect(own.asked[0]?.[0].workingDirectory).toBe("/own");
    },
  );

  it("is only tried where the attempt is dry", async () => {
    const { asked } = await performing({ exitCode: 0 }, {}, { context: { isDryRun: true, key: "RUN-0002/b" } });
    expect(asked[0]?.[0]).toMatchObject({ isDryRun: true, key: "RUN-0002/b" });
  });
});

describe("what a runner answers", () => {
  it.each<[unknown, object]>([
    [{ exitCode: 0 }, { isDone: true, exitCode: 0 }],
    [{ exitCode: 3 }, { isDone: true, exitCode: 3 }],
    [{ exitCode: 1 }, { isDone: false, exitCode: 1, reason: "exit code 1" }],
    [
      { exitCode: 1, reason: "the job failed" },
      { isDone: false, exitCode: 1, reason: "the job failed" },
    ],
    [
      { exitCode: 0, reason: "fine" },
      { isDone: true, exitCode: 0, reason: "fine" },
    ],
    [{ signal: "SIGKILL" }, { isDone: false, signal: "SIGKILL", reason: "ended by SIGKILL" }],
    [{ exitCode: "0" }, { isDone: false, reason: "ended by nobody knows what" }],
    [{ exitCode: 0.5 }, { isDone: false, reason: "ended by nobody knows what" }],
    [{ reason: "" }, { isDone: false, reason: "ended by nobody knows what" }],
    [null, { isDone: false, reason: "the runner did not say how it ended" }],
    ["done", { isDone: false, reason: "the runner did not say how it ended" }],
    [undefined, { isDone: false, reason: "the runner did not say how it ended" }],
    [{}, { isDone: false, reason: "the runner gave no exitCode; it gave nothing" }],
    [
      { code: 0, ok: true },
      { isDone: false, reason: "the runner gave no exitCode; it gave code, ok" },
    ],
    [{ ["x".repeat(41)]: 1 }, { isDone: false, reason: `the runner gave no exitCode; it gave ${"x".repeat(39)}…` }],
    [
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`n${String(index)}`, 1])),
      { isDone: false, reason: "the runner gave no exitCode; it gave n0, n1, n2, n3, n4, n5, n6, n7, n8, n9" },
    ],
    [
      { exitCode: 0, url: "https://job/1" },
      { isDone: true, exitCode: 0, url: "https://job/1" },
    ],
    [
      { exitCode: 0, url: 5, signal: 9, reason: [] },
      { isDone: true, exitCode: 0 },
    ],
    [
      { exitCode: 1, signal: "s".repeat(101), reason: "r".repeat(2_001), url: "u".repeat(2_001) },
      {
        ...{ isDone: false, exitCode: 1, signal: `${"s".repeat(99)}…`, reason: `${"r".repeat(1_999)}…` },
        url: `${"u".repeat(1_999)}…`,
      },
    ],
    [
      { exitCode: 0, leftovers: "many" },
      { isDone: true, exitCode: 0 },
    ],
    [
      {
        exitCode: 0,
        leftovers: [
          { pid: 7, command: "sleep 9", ended: true },
          { pid: 8, command: "c".repeat(201), ended: "yes" },
          { pid: "9", command: "x", ended: true },
          { pid: 9, command: 5 },
          ...[null, "sleep"],
        ],
      },
      {
        ...{ isDone: true, exitCode: 0 },
        leftovers: [
          { pid: 7, command: "sleep 9", ended: true },
          { pid: 8, command: `${"c".repeat(199)}…`, ended: false },
        ],
      },
    ],
  ])("%j is understood as far as it is an answer (%#)", async (answer, expected) => {
    const { performed } = await performing(answer, { okExitCodes: [0, 3] });
    expect(performed).toStrictEqual(expected);
  });

  it("has a thousand processes that were left, and no more", async () => {
    const leftovers = Array.from({ length: 1_001 }, (_, pid) => ({ pid, command: "x", ended: false }));
    const { performed } = await performing({ exitCode: 0, leftovers });
    expect(performed.leftovers).toEqual(leftovers.slice(0, 1_000));
  });
});

describe("a step that runs a command", () => {
  it("is shown as it will be run, and hides its own secrets", () => {
    const filled = filledOf(prepared({ environment: { API_TOKEN: "tok-12345", PLAIN: "visible" } }));
    expect(filled.shown).toEqual(["restart", "web"]);
    expect(filled.redactor.text("tok-12345, visible")).toBe("[redacted], visible");
  });

  it("has what a dead process left ended by its runner, if that can", async () => {
    const runner = new FakeRunner();
    expect(await filledOf(prepared({}, { runner })).endLeftovers?.("RUN-0001/a")).toBe(0);
    expect(runner.leftovers).toEqual(["RUN-0001/a"]);
    const run: CommandRunner["run"] = async () => ({ exitCode: 0 });
    expect(Object.keys(filledOf(prepared({}, { runner: { run } })))).not.toContain("endLeftovers");
    const three = filledOf(prepared({}, { runner: { run, endLeftovers: async () => 3 } }));
    expect(await three.endLeftovers?.("k")).toBe(3);
  });

  it.each<[string, Partial<StepDefinition>]>([
    ["labels.pod is missing; there is: app", { command: ["restart", "{{ labels.pod }}"] }],
    ["POD: labels.pod is missing; there is: app", { environment: { POD: "{{ labels.pod }}" } }],
    ["steps.later.output is missing; later has not run", { command: ["restart", "{{ steps.later.output }}"] }],
  ])("is refused: %s", (refused, more) => {
    expect(prepared(more)).toEqual({ refused });
  });

  it("takes what would have been put out for what is not there yet, in a dry run", async () => {
    const later = "{{ steps.later.output }}";
    const filled = filledOf(prepared({ command: ["restart", later], environment: { OUT: later } }, {}, true));
    expect(filled.shown).toEqual(["restart", "<output of later>"]);
  });

  const one = new FakeRunner();
  it.each<[string, RunbookExecutorOptions, Partial<StepDefinition>, string | undefined]>([
    ["no runner", {}, {}, "needs something to run commands; give the executor a runner"],
    ["no runner of that name", {}, { runner: "far" }, 'there is no runner "far"; there is none'],
    [
      "other runners",
      { runners: { near: one, here: one } },
      { runner: "far" },
      'there is no runner "far"; there are: near, here',
    ],
    ["that runner", { runners: { near: one, far: one } }, { runner: "far" }, undefined],
    ["any runner", { runner: one }, {}, undefined],
    ["its program", { runner: one, programs: ["ls", "restart"] }, {}, undefined],
    [
      "other programs",
      { runner: one, programs: ["ls", "ps"] },
      {},
      'the program "restart" is not allowed here; allowed: ls, ps',
    ],
    ["no programs", { runner: one, programs: [] }, {}, 'the program "restart" is not allowed here; allowed: none'],
    [
      "no shell",
      { runner: one },
      { command: "ls | wc -l", shell: true },
      "is for a shell; an executor runs such steps only with allowShell: true",
    ],
    [
      "a shell, whatever the programs",
      { runner: one, allowShell: true, programs: [] },
      { command: "ls | wc -l", shell: true },
      undefined,
    ],
  ])("where there is %s", (_title, options, more, problem) => {
    const step = stepOf(more);
    expect(commandProblem(step, settingsOf(options))).toBe(problem);
    const preparation = prepareCommand(step, values, settingsOf(options), false);
    if (problem === undefined) expect(filledOf(preparation).shown.length).toBeGreaterThan(1);
    else expect(preparation).toEqual({ refused: problem });
  });

  it("goes to the runner that it names, and to the first otherwise", async () => {
    const [first, second] = [new FakeRunner(), new FakeRunner()];
    const settings = settingsOf({ runners: { first, second } });
    for (const more of [{}, { runner: "second" }, { runner: "first" }]) {
      await filledOf(prepareCommand(stepOf(more), values, settings, false)).perform(attempting().context);
    }
    expect([first.lines.length, second.lines.length]).toEqual([2, 1]);
  });
});
