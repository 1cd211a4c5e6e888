import { describe, expect, expectTypeOf, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition.ts";
import type { RunbookDefinition, StepDefinition } from "../../src/runbook/definition-types.ts";

describe("a runbook in code", () => {
  it("may spell its keys as code or as documents do", () => {
    const camel: StepDefinition = {
      name: "a",
      command: "b",
      continueOnFailure: true,
      okExitCodes: [0, 1],
      retries: { attempts: 2, maxDelay: 90 },
    };
    const snake: StepDefinition = {
      name: "a",
      command: "b",
      continue_on_failure: true,
      ok_exit_codes: [0, 1],
      retries: { attempts: 2, max_delay: 90 },
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
