import { describe, expect, expectTypeOf, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { parseRunbook, parseRunbooks } from "../../src/runbook/definition/document.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { CommandResult } from "../../src/ports/command-runner.ts";
import { FakeRunner } from "./support.ts";
import type { RunbookDefinition, StepDefinition } from "../../src/runbook/definition/types.ts";

describe("a runbook in code", () => {
  it("may spell its keys as code or as documents do", () => {
    const camel: StepDefinition = {
      name: "a",
      command: "b",
      continueOnFailure: true,
      okExitCodes: [0, 1],
      retries: { attempts: 2, maxDelay: "90s" },
    };
    const snake: StepDefinition = {
      name: "a",
      command: "b",
      continue_on_failure: true,
      ok_exit_codes: [0, 1],
      retries: { attempts: 2, max_delay: "90s" },
    };
    expect(runbookOf("x", [camel])).toEqual(runbookOf("x", [snake]));
    expectTypeOf<{ name: string; coninueOnFailure: boolean }>().not.toExtend<RunbookDefinition>();
  });

  it("may have actions and expressions of JavaScript", () => {
    const act = (): string => "done";
    const { steps } = runbookOf("x", [
      { name: "a", run: act, input: { pods: ["{{ labels.pod }}"] } },
      { name: "b", action: act, when: { step: "a", output: { matches: /done/gi } } },
      { name: "c", action: "known" },
    ]);
    expect(steps).toMatchObject([
      { kind: "action", action: act, input: { pods: ["{{ labels.pod }}"] } },
      { kind: "action", action: act, when: { kind: "step", step: "a", output: { matches: /done/i } } },
      { kind: "action", action: "known", input: undefined },
    ]);
  });

  it("is taken as it is when it was checked already, and checked when it is a copy of one", () => {
    const runbook = runbookOf("x", [{ name: "a", command: "b" }]);
    expect(runbookOf("y", runbook)).toBe(runbook);
    expect(() => runbookOf("y", { ...runbook })).toThrow(/steps\[0\].timeoutMs: unknown key "timeoutMs"/);
  });

  it("keeps nothing of what it was made of", () => {
    const steps = [{ name: "a", command: ["b", "c"], input: undefined }];
    const runbook = runbookOf("x", steps);
    (steps[0]?.command as string[]).push("d");
    expect(runbook.steps[0]).toMatchObject({ command: { args: [{ text: "c" }] } });
    expect(Object.isFrozen(runbook) && Object.isFrozen(runbook.lock.parts)).toBe(true);
  });

  it("has the name that it is registered under, unless it says another", () => {
    expect(runbookOf("High Memory", { title: "T", steps: ["Look"] }).name).toBe("High Memory");
    expect(runbookOf("x", { name: "y", steps: ["Look"] })).toMatchObject({ name: "y", lock: { text: "y" } });
    expect(runbookOf("{{ labels.x }}", { steps: ["Look"] }).lock.parts).toEqual(["{{ labels.x }}"]);
  });

  it("that was read and has no name of its own has that of the alert, and so has its lock", () => {
    const nameless = parseRunbook("[{ name: a, command: b, rollback: { command: c } }]");
    const named = runbookOf("AlertA", nameless);
    expect(named).toMatchObject({ name: "AlertA", title: "AlertA", lock: { text: "AlertA", parts: ["AlertA"] } });
    expect(named.steps).toBe(nameless.steps);
    expect(Object.isFrozen(named.lock)).toBe(true);
    expect(runbookOf("AlertB", nameless)).toMatchObject({ name: "AlertB", lock: { text: "AlertB" } });
    expect(runbookOf("AlertB", named)).toBe(named);
    expect(nameless).toMatchObject({ name: "runbook", lock: { text: "runbook" } });
    expect(() => runbookOf("", nameless)).toThrow(/name: .*HighMemoryUsage/);

    const titled = parseRunbook("title: 見る\nlock: web\nsteps: [Look]");
    expect(runbookOf("AlertA", titled)).toMatchObject({ name: "AlertA", title: "見る", lock: { text: "web" } });
    const several = parseRunbooks({ runbooks: [["Look"]] });
    expect(several.map((one) => runbookOf("AlertA", one).name)).toEqual(["AlertA"]);
  });

  it("that was read without a name locks no other one out", async () => {
    let release: (result: CommandResult) => void = () => undefined;
    const held = new Promise<CommandResult>((resolve) => {
      release = resolve;
    });
    const executor = new RunbookExecutor({ runner: new FakeRunner({ wait: () => held }) });
    for (const alert of ["AlertA", "AlertB"])
      executor.registerRunbook(alert, parseRunbook("[{ name: a, command: wait }]"));
    expect(executor.runbookFor("AlertA")?.title).toBe("AlertA");
    const started = [];
    for (const alert of ["AlertA", "AlertB"]) started.push(await executor.startRunbook(alert, { by: "ann" }));
    await expect(executor.startRunbook("AlertA", { by: "ann" })).rejects.toThrow(/RUN-0001 holds the lock "AlertA"/);
    release({ exitCode: 0 });
    const runs = await Promise.all(started.map(({ ended }) => ended));
    expect(runs.map(({ runbook, lock, status }) => [runbook, lock, status])).toEqual([
      ["AlertA", "AlertA", "succeeded"],
      ["AlertB", "AlertB", "succeeded"],
    ]);
  });

  test.each([
    ["a name", () => parseRunbook("name: runbook\nsteps: [Look]")],
    ["a title", () => parseRunbook("title: Runbook\nsteps: [Look]")],
    ["a reader who names it", () => parseRunbook("[Look]", { name: "runbook" })],
    ["a file", () => parseRunbook("[Look]", { file: "runbook.yaml" })],
    ["a trigger", () => parseRunbook("triggers: runbook\nsteps: [Look]")],
  ])("keeps its name if it is from %s", (_, read) => {
    const runbook = read();
    expect(runbook.name).toBe("runbook");
    expect(runbookOf("AlertA", runbook)).toBe(runbook);
  });

  it("may have texts as steps for people, in a list as in a definition", () => {
    const { steps } = runbookOf("x", ["do it", { name: "g", parallel: ["look", { name: "a", command: "b" }] }]);
    expect(steps).toEqual(
      runbookOf("x", { steps: ["do it", { name: "g", parallel: ["look", { name: "a", command: "b" }] }] }).steps,
    );
    expect(steps).toMatchObject([
      { kind: "manual", title: "do it" },
      { steps: [{ kind: "manual" }, { kind: "command" }] },
    ]);
  });

  test.each<[string, readonly StepDefinition[], RegExp]>([
    [
      "of a condition",
      [
        { name: "a", command: "b" },
        { name: "c", command: "d" },
        { name: "e", command: "f", when: { step: "z", status: "failed" } },
      ],
      /^steps\[2\].when.step: there is no step "z"/,
    ],
    [
      "of a misspelt key",
      [{ name: "a", command: "b", continueOnFailures: true } as StepDefinition],
      /^steps\[0\].continueOnFailures: unknown key "continueOnFailures"; did you mean "continue_on_failure"\?/,
    ],
    [
      "of an input that JSON has not",
      [{ name: "a", action: "b", input: { at: new Date(0) } }],
      /steps\[0\].input.at: an object of the class "Date"/,
    ],
    [
      "of a function where none is called",
      [{ name: "a", action: "b", input: { call: () => 1 } }],
      /steps\[0\].input.call: a function is nothing that JSON has/,
    ],
    ["of two actions", [{ name: "a", action: "b", run: () => 1 }], /steps\[0\].run: is there beside action/],
    ["of an action that is no function", [{ name: "a", run: "b" as never }], /steps\[0\].run: "b" is no function/],
    [
      "of a key to the prototype",
      [JSON.parse('{ "name": "a", "__proto__": { "command": "b" } }') as StepDefinition],
      /"__proto__" is not allowed/,
    ],
  ])("has its fault told: %s", (_, steps, message) => {
    expect(() => runbookOf("x", steps)).toThrow(message);
  });

  test.each([[undefined], [7], ["text"], [null], [() => 1]])("is not %j", (definition) => {
    expect(() => runbookOf("x", definition as never)).toThrow(/is not|is no/);
  });
});

test("text is no runbook yet, and what reads it is named", () => {
  expect(() => new RunbookExecutor().registerRunbook("Slow", "name: x" as never)).toThrow(
    'steps: "name: x" is not a runbook yet, but text; hand in what parseRunbook makes of it',
  );
});
