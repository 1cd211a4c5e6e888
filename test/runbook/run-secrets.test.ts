import { expect, it } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { runSecrets } from "../../src/runbook/executor/run-secrets.ts";

const VALUES = {
  ...{ labels: { key: "k-9876", other: "k-5432" }, annotations: {}, parameters: {}, secrets: {}, steps: {} },
  ...{ alert: { name: "Slow" }, incident: { id: "", title: "", severity: "" }, run: { id: "", by: "ann" } },
};
const command = (name: string, template: string): StepDefinition => ({
  ...{ name, command: "x", environment: { API_KEY: template, PLAIN: "{{ labels.key }}" } },
});

it.each<[string, readonly StepDefinition[], readonly string[]]>([
  ["of a command", [command("a", "{{ labels.key }}")], ["k-9876"]],
  [
    "of a part, and of what takes one back",
    [{ name: "g", parallel: [{ ...command("p", "{{ labels.key }}"), rollback: command("r", "{{ labels.other }}") }] }],
    ["k-9876", "k-5432"],
  ],
  ["that a step has still to say", [command("a", "k-0000"), command("b", "{{ steps.a.output }}")], ["k-0000"]],
  ["that is missing", [command("a", "{{ labels.nothing }}")], []],
  ["of steps that run no command", [{ title: "Look" }, { name: "b", run: () => 1 }], []],
])("what is secret when a run begins: a variable %s", (_title, steps, secrets) => {
  expect(runSecrets(runbookOf("Slow", steps), VALUES)).toEqual(secrets);
});
