import { describe, expect, it } from "vitest";

import { runbookOf, usesOf } from "../../src/runbook/definition/definition.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { formatPath } from "../../src/core/errors.ts";
import type { Runbook } from "../../src/runbook/model.ts";

const told = (runbook: Runbook): string[] =>
  usesOf(runbook).map(({ path, value }) => `${formatPath(path)} ${value.join(".")}`);

describe("what a runbook is filled in with", () => {
  it("is known with its place, wherever it stands", () => {
    const value = (name: string): string => `{{ secrets.${name} }}`;
    const runbook = runbookOf("x", {
      lock: "web-{{ labels.cluster }}",
      steps: [
        { name: "line", command: `a --a=${value("line")}`, environment: { A: value("variable") } },
        { name: "list", command: ["a", `--a=${value("list")}`], approval: { message: `${value("message")}?` } },
        { name: "script", shell: true, command: `a --a=${value("script")}` },
        {
          name: "request",
          http: { url: `https://h/${value("url")}`, headers: { A: value("header") }, json: { a: [value("json")] } },
        },
        { name: "action", action: "a", input: { a: value("input") }, when: { value: "secrets.asked", equals: "a" } },
        {
          name: "group",
          approval: { message: value("group") },
          parallel: [
            { name: "part", command: ["a", `--a=${value("part")}`], rollback: { command: `a --a=${value("back")}` } },
          ],
        },
        { name: "last", command: "a", rollback: ["one", "two"].map((name) => ({ command: `a --a=${value(name)}` })) },
      ],
    });
    expect(told(runbook)).toEqual([
      "lock labels.cluster",
      "steps[0].command secrets.line",
      "steps[0].environment.A secrets.variable",
      "steps[1].approval.message secrets.message",
      "steps[1].command[1] secrets.list",
      "steps[2].command secrets.script",
      "steps[3].http.url secrets.url",
      "steps[3].http.headers.A secrets.header",
      "steps[3].http.json.a[0] secrets.json",
      "steps[4].when.value secrets.asked",
      "steps[4].input.a secrets.input",
      "steps[5].approval.message secrets.group",
      "steps[5].parallel[0].command[1] secrets.part",
      "steps[5].parallel[0].rollback.command secrets.back",
      "steps[6].rollback[0].command secrets.one",
      "steps[6].rollback[1].command secrets.two",
    ]);
    expect(Object.isFrozen(usesOf(runbook))).toBe(true);
  });

  it("stays known when a runbook is named after its alert", () => {
    const read = parseRunbook("- { name: a, command: 'b --c={{ labels.pod }}' }");
    expect(told(read)).toEqual(["[0].command labels.pod"]);
    expect(told(runbookOf("AlertA", read))).toEqual(["[0].command labels.pod"]);
  });

  it("is not known of what was not checked", () => {
    expect(() => usesOf({ ...runbookOf("x", ["Look"]) })).toThrow(/runbook: was not made by runbookOf or parseRunbook/);
  });
});
