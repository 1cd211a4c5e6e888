import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { descriptionOf, oneLine } from "../../src/runbook/rundeck/description.ts";
import { rundeckJob, type RundeckJobOptions } from "../../src/runbook/rundeck/job.ts";
import { told } from "./definition-support.ts";
import { exported } from "./rundeck-support.ts";

const RUNBOOK = {
  ...{
    name: "web/High memory",
    title: "Memory\nis high",
    triggers: ["HighMemory"],
    lock: "web",
    rollbackOnCancel: true,
  },
  steps: [
    { name: "look", title: "Look  at it", actions: ["At the dashboard"], when: { value: "labels.a", equals: "b" } },
    {
      name: "scale",
      command: "kubectl scale {{ labels.app }} --for={{ run.by }}",
      ...{ runner: "ansible", destructive: true, approval: { message: "Now?" }, rollback_if: "started" },
      rollback: [
        { name: "scale_back", command: "kubectl scale back", approval: true },
        { name: "tell", action: "tell" },
      ],
    },
    {
      name: "side",
      ...{ when: { step: "scale", status: "failed" }, approval: true, destructive: true, continue_on_failure: true },
      parallel: [
        { name: "left", command: "a {{ secrets.token }}", when: { value: "labels.a", equals: "b" } },
        { name: "right", command: "b {{ steps.scale.output }}", rollback: { name: "right_back", command: "c" } },
      ],
    },
    { name: "ask", http: { url: "https://h/{{ labels.app }}" }, continue_on_failure: true },
    { name: "heal", action: "heal" },
    { name: "last", command: "d {{ alert.name }} {{ secrets.token }} {{ steps.scale.output }}", shell: true },
  ],
};

describe("a job", () => {
  const made = () => exported(RUNBOOK, { group: "web", project: "p", uuid: "u", nodeFilter: "tags: web" });

  it("is as it is kept", async () => {
    await expect(made().text).toMatchFileSnapshot("../data/runbook/rundeck-job.yaml");
  });

  it("tells what Rundeck does otherwise, each at its place", () => {
    const when = "Rundeck cannot look at what came before; it asks when the job is started";
    const approval = "Rundeck asks for it when the job is started, and not when its turn has come";
    expect(made().warnings.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      'steps.2: "side": steps side by side run one after the other in Rundeck, up to the first that fails',
      "rollback_on_cancel: Rundeck takes nothing back when an execution is aborted",
      "lock: Rundeck only keeps executions of this job from running at once, whatever the lock is",
      'steps.0: "look": Rundeck prints what is to be done, and goes on at once',
      `steps.0.when: ${when}`,
      'steps.1.runner: "ansible" is not known to Rundeck, which runs the command on its nodes',
      "steps.1: values of the run are asked for when the job is started",
      `steps.1.approval: ${approval}`,
      `steps.1.rollback.0.approval: ${approval}`,
      'steps.1.rollback.1: "tell": Rundeck has no actions in TypeScript; the step fails there',
      `steps.2.when: ${when}`,
      `steps.2.approval: ${approval}`,
      `steps.2.steps.0.when: ${when}`,
      "steps.2.steps.0: secrets.token is asked for when the job is started; give its option a place in the key storage",
      "steps.2.steps.1: Rundeck does not hand on steps.scale.output; it asks for it when the job is started",
      "steps.2.steps.1.rollback: is also done where the step failed and the job went on: Rundeck does not tell",
      'steps.3: "ask": a request with values in it cannot be written for sh; the step fails there',
      'steps.4: "heal": Rundeck has no actions in TypeScript; the step fails there',
    ]);
  });

  it("may be given nothing but its steps", () => {
    const bare = exported({ steps: [{ name: "a", command: "b" }] });
    expect(bare.warnings).toEqual([]);
    expect(bare.job).toEqual({
      ...{ name: "test", description: "test", loglevel: "INFO", multipleExecutions: false, timeout: "65" },
      options: [{ name: "nines_key", description: "Told by nines, to find an execution again" }],
      sequence: {
        ...{ keepgoing: false, strategy: "node-first" },
        commands: [
          {
            description: "a",
            script: [
              ...["#!/bin/sh", "step() {", "  timeout -k 5 60 'b'", "}", "step", "code=$?"],
              ...["case $code in 0) exit 0 ;; esac", '[ "$code" -ne 0 ] || code=1', 'exit "$code"', ""],
            ].join("\n"),
          },
        ],
      },
    });
    // Seven steps and three that take back, a minute each and 5 seconds to end.
    expect(made().job.timeout).toBe(String(10 * 65));
  });

  it("may be JSON, and have another name for its key", () => {
    const runbook = runbookOf("r", [{ name: "a", command: "b" }]);
    const json = rundeckJob(runbook, { format: "json", keyOption: "Key_1" }).text;
    expect(json.startsWith('[\n  {\n    "name": "r",\n') && json.endsWith("]\n")).toBe(true);
    expect(JSON.parse(json)).toMatchObject([{ name: "r", options: [{ name: "Key_1" }] }]);
    expect(rundeckJob(runbook, { format: "yaml" }).text).toBe(rundeckJob(runbook).text);
  });

  test.each<[object, string]>([
    ...["group", "project", "uuid", "nodeFilter", "keyOption"].flatMap((name): [object, string][] => [
      [{ [name]: "" }, `${name}: "" must be a text that is not empty`],
      [{ [name]: " " }, `${name}: " " must be a text that is not empty`],
      [{ [name]: 7 }, `${name}: 7 must be a text that is not empty`],
    ]),
    [{ keyOption: "a-b" }, 'keyOption: "a-b" is no name of an option; write letters, digits and "_"'],
    [{ keyOption: "a b" }, 'keyOption: "a b" is no name of an option; write letters, digits and "_"'],
    [{ format: "xml" }, 'format: "xml" is not known; allowed: yaml, json'],
    [
      { groups: "a" },
      'groups: is no option of rundeckJob; did you mean "group"? allowed: group, project, uuid, nodeFilter, format, keyOption',
    ],
  ])("is not made with %j", (options, fault) => {
    expect(told(() => rundeckJob(runbookOf("r", ["Look"]), options as RundeckJobOptions))).toEqual([fault]);
  });

  it("may have a key of 200 characters, and no more", () => {
    const key = (length: number): string[] =>
      told(() => rundeckJob(runbookOf("r", ["Look"]), { keyOption: "a".repeat(length) }));
    expect(key(200)).toEqual([]);
    expect(key(201)).toHaveLength(1);
  });

  it("has the alert's name where there is one alert", () => {
    const value = (triggers: string[]): unknown =>
      exported({ triggers, steps: [{ name: "a", command: "b {{ alert.name }}" }] }).job.options[1]?.value;
    expect(value(["A"])).toBe("A");
    expect(value([])).toBeUndefined();
    expect(value(["A", "B"])).toBeUndefined();
  });

  it("is not told to be locked otherwise where its lock is its name", () => {
    const step = { name: "a", command: "b" };
    expect(exported({ name: "n", lock: "n", steps: [step] }).warnings).toEqual([]);
    expect(exported({ name: "n", lock: "m", steps: [step] }).warnings).toHaveLength(1);
    expect(exported({ steps: [{ name: "g", parallel: [step] }] }).warnings).toHaveLength(1);
  });
});

describe("the description of a job", () => {
  it("has what is said to people", () => {
    const runbook = runbookOf("r", {
      ...{ title: " A\n b ", description: "C\nd", severity: 3, estimatedTime: 90, steps: ["Look"] },
      triggers: ["E", { alert: "F", threshold: "> 1" }],
      escalation: [{ to: "ann\nbob", after: 5 }],
      ...{ potentialCauses: ["g", "h"], mitigation: { "i j": ["k"], l: ["m", "n"] }, rollbackProcedures: ["o"] },
      communication: { internal: ["p"], external: ["q"] },
    });
    expect(descriptionOf(runbook)).toBe(
      [
        ...["A b", "C\nd", "Severity: SEV3. Takes about 1 h 30 min", "**Triggers**", "* E\n* F: > 1"],
        ...["**Escalation**", "* after 5 min: ann bob", "**Potential causes**", "* g\n* h"],
        ...["**Mitigation: i j**", "* k", "**Mitigation: l**", "* m\n* n", "**Rollback**", "* o"],
        ...["**Internal communication**", "* p", "**External communication**", "* q"],
      ].join("\n\n"),
    );
  });

  test.each<[object, string]>([
    [{}, "r"],
    [{ severity: 1 }, "r\n\nSeverity: SEV1"],
    [{ estimatedTime: 5 }, "r\n\nTakes about 5 min"],
    [{ description: "a" }, "r\n\na"],
  ])("of %j is short", (fields, description) => {
    expect(descriptionOf(runbookOf("r", { steps: ["Look"], ...fields }))).toBe(description);
  });

  it("has no line ends in a line", () => {
    expect(oneLine(" a \r\n\t b ")).toBe("a b");
  });
});
