import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { RunbookRegistry } from "../../src/runbook/executor/registry.ts";
import { checkSteps, plannedSteps } from "../../src/runbook/executor/steps.ts";
import { settingsOf } from "./performing.ts";
import { FakeRunner } from "./support.ts";

const settings = settingsOf({ runner: new FakeRunner(), programs: ["ls"], secrets: { token: "tok-12345" } });
const issuesOf = (work: () => unknown): readonly unknown[] => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).issues;
  }
  return [];
};
const ls = { name: "a", command: "ls" };

describe("registered runbooks", () => {
  it("are found by their alert, and then by what triggers them, the first that says so", () => {
    const registry = new RunbookRegistry(settings);
    const first = registry.add("one", { steps: [ls], triggers: [{ alert: "Slow" }, { alert: "two" }] });
    const second = registry.add("two", { steps: [ls], triggers: [{ alert: "Slow" }, { alert: "Down" }] });
    expect(registry.names()).toEqual(["one", "two"]);
    expect(["one", "two", "Slow", "Down", "Other"].map((name) => registry.find(name))).toEqual([
      ...[first, second, first, second, undefined],
    ]);
    const anew = registry.add("one", [ls]);
    expect(registry.names()).toEqual(["one", "two"]);
    expect([registry.get("one"), registry.get("Slow")]).toEqual([anew, second]);
    expect(() => registry.get("thre")).toThrow('alertName: there is no runbook for "thre"; allowed: one, two');
  });

  it.each([
    ["", 'alertName: ""; write 1 to 200 characters'],
    ["x".repeat(201), "alertName: has 201 characters; write 1 to 200 characters"],
    [undefined, "alertName: is missing; write 1 to 200 characters"],
  ])("are for an alert that has a name: not %j", (name, message) => {
    const registry = new RunbookRegistry(settings);
    expect(() => registry.add(name as string, [ls])).toThrow(message);
    expect(registry.add("x".repeat(200), [ls]).steps).toHaveLength(1);
  });

  it("are not kept if they may not be run", () => {
    const registry = new RunbookRegistry(settings);
    expect(() => registry.add("one", [{ name: "a", command: "rm x" }])).toThrow("is not allowed here");
    expect([registry.names(), registry.find("one")]).toEqual([[], undefined]);
  });
});

describe("the steps of a runbook", () => {
  const bad = { name: "b", command: "rm x" };

  it("are told with all that may not be run, each at its place", () => {
    const runbook = runbookOf("X", [
      { ...ls, rollback: [{ command: "ls" }, { name: "undo", command: "rm x" }] },
      { name: "g", parallel: [{ name: "p", command: "ls" }, bad] },
      { name: "act", action: "more" },
      { title: "For people" },
      { name: "c", command: ["ls", "{{ secrets.token }}", "{{ secrets.tokem }}", "{{ labels.tokem }}"] },
    ]);
    const rm = 'the program "rm" is not allowed here; allowed: ls';
    expect(
      issuesOf(() => {
        checkSteps(runbook, settings);
      }),
    ).toEqual([
      { path: ["steps", 0, "rollback", 1, "command"], message: `undo: ${rm}` },
      { path: ["steps", 1, "parallel", 1, "command"], message: `b: ${rm}` },
      { path: ["steps", 2, "action"], message: 'act: there is no action "more"; the executor has none' },
      {
        path: expect.arrayContaining(["steps", 4]) as unknown,
        message: 'there is no secret "tokem"; did you mean "token"? allowed: token',
      },
    ]);
    expect(
      issuesOf(() => {
        checkSteps(runbookOf("X", [ls]), settings);
      }),
    ).toEqual([]);
  });

  it("have no secret where there is none", () => {
    const runbook = runbookOf("X", [{ name: "c", command: ["ls", "{{ secrets.toString }}"] }]);
    const plain = settingsOf({ runner: new FakeRunner() });
    expect(
      issuesOf(() => {
        checkSteps(runbook, plain);
      }),
    ).toMatchObject([{ message: 'there is no secret "toString"; the executor has none' }]);
  });

  it("are told with a hundred faults at most", () => {
    const steps = Array.from({ length: 101 }, (_, index) => ({ name: `s${String(index)}`, command: "rm x" }));
    expect(
      issuesOf(() => {
        checkSteps(runbookOf("X", steps), settings);
      }),
    ).toHaveLength(100);
  });

  it("are planned with their parts behind them", () => {
    const { steps } = runbookOf("X", [
      { name: "g", title: "Both", parallel: [ls, { name: "b", title: "B", command: "ls" }] },
      { name: "h", run: () => 1 },
    ]);
    expect(steps.flatMap(plannedSteps)).toStrictEqual([
      { name: "g", kind: "parallel", title: "Both" },
      { name: "a", kind: "command", of: "g" },
      { name: "b", kind: "command", title: "B", of: "g" },
      { name: "h", kind: "action" },
    ]);
  });
});
