import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { told } from "./definition-support.ts";

const ROOTS = "labels, annotations, alert, incident, run, parameters, secrets, steps";
const STEP_HAS = "is nothing that a step has; write steps.NAME. and one of status, exit_code, output, stderr, json";

const faults = (...steps: object[]): string[] => told(() => runbookOf("r", steps));
/** The fault of a value, of which a step behind a command, a request, work for people and a group is filled. */
const FOUR = [
  { name: "run", command: "a" },
  { name: "ask", http: { url: "https://h/" } },
  { name: "look", title: "Look" },
  { name: "both", parallel: [{ name: "part", command: "a" }] },
];
const valueFault = (name: string): string[] =>
  faults(...FOUR, { name: "x", action: "a", input: `{{ ${name} }}` }).map((fault) =>
    fault.replace(/^steps\[4\].input: /, ""),
  );
const conditionFault = (when: object): string[] =>
  faults(...FOUR, { name: "x", command: "a", when }).map((fault) => fault.replace(/^steps\[4\].when.step: /, ""));

describe("a value", () => {
  test.each([
    ...["labels.a", "annotations.a", "parameters.a", "secrets.a", "alert.name", "run.id", "run.by", "incident.id"],
    ...["incident.title", "incident.severity", "steps.run.status", "steps.run.exit_code", "steps.run.output"],
    ...["steps.run.stderr", "steps.run.json", "steps.run.json.a.0", "steps.ask.output", "steps.ask.status"],
    ...["steps.look.status", "steps.both.status", "steps.part.exit_code", "steps.part.json.a"],
  ])("may be %s", (name) => {
    expect(valueFault(name)).toEqual([]);
  });

  test.each([
    ["label.a", `there is no value "label.a"; did you mean "labels"? allowed: ${ROOTS}`],
    ["x", `there is no value "x"; allowed: ${ROOTS}`],
    ["labels", '"labels" is no value; write one word after labels, such as labels.pod'],
    ["secrets.a.b", '"secrets.a.b" is no value; write one word after secrets, such as secrets.pod'],
    ["alert", 'there is no value "alert"; allowed: alert.name'],
    ["alert.id", 'there is no value "alert.id"; allowed: alert.name'],
    ["run.id.a", 'there is no value "run.id.a"; allowed: run.id, run.by'],
    ["incident", 'there is no value "incident"; allowed: incident.id, incident.title, incident.severity'],
    ["steps", `"steps" ${STEP_HAS}`],
    ["steps.run", `"steps.run" ${STEP_HAS}`],
    ["steps.run.out", `"steps.run.out" ${STEP_HAS}`],
    ["steps.run.output.a", `"steps.run.output.a" ${STEP_HAS}`],
    ["steps.none.output", 'there is no step "none"; before this one: run, ask, look, both, part'],
    ["steps.x.output", 'the step "x" is not done before this one'],
    ["steps.look.output", '"look" has no output: it is for people'],
    ["steps.look.stderr", '"look" has no output: it is for people'],
    ["steps.look.json", '"look" has no output: it is for people'],
    ["steps.look.exit_code", '"look" runs no command, so it has no exit code'],
    ["steps.ask.exit_code", '"ask" runs no command, so it has no exit code'],
    ["steps.both.output", '"both" has no output: it is a group; ask its parts'],
    ["steps.both.exit_code", '"both" runs no command, so it has no exit code'],
  ])("is not %s", (name, fault) => {
    expect(valueFault(name)).toEqual([fault]);
  });
});

describe("a condition", () => {
  test.each<[object, string[]]>([
    [{ step: "ask", exit_code: 0 }, ['"ask" runs no command, so it has no exit code']],
    [{ step: "ask", exit_code: 0, output: "a" }, []],
    [{ step: "look", output: "a" }, ['"look" has no output: it is for people']],
    [{ step: "both", output: "a" }, ['"both" has no output: it is a group; ask its parts']],
    [{ step: "look", status: "manual" }, []],
    [{ step: "both", status: "failed" }, []],
    [{ step: "run", exit_code: 0, output: "a" }, []],
    [{ step: "x", status: "failed" }, ['the step "x" is not done before this one']],
  ])("%j", (when, expected) => {
    expect(conditionFault(when)).toEqual(expected);
  });
});

test.each<[object, string]>([
  [{ http: { url: "x" } }, "http.url"],
  [{ http: 7 }, "http"],
  [{ action: 7 }, "action"],
  [{ command: 7 }, "command"],
  [{ runn: "a" }, "runn"],
  [{ command: "a", http: {} }, ""],
])("of a step with the fault of %j nothing more is said", (step, path) => {
  const asks = { name: "x", command: "a {{ steps.bad.output }}", when: { step: "bad", exit_code: 0 } };
  expect(faults({ name: "bad", ...step }, asks).map((fault) => fault.split(":")[0])).toEqual([
    path === "" ? "steps[0]" : `steps[0].${path}`,
  ]);
});

describe("a step that there is not", () => {
  it("has the last ten before it told", () => {
    const twelve = Array.from({ length: 12 }, (_, index) => ({ name: `step-${String(index)}`, command: "a" }));
    expect(faults(...twelve, { name: "x", command: "a {{ steps.none.output }}" })).toEqual([
      'steps[12].command: there is no step "none"; before this one: step-2, step-3, step-4, step-5, step-6, step-7, step-8, step-9, step-10, step-11',
    ]);
  });

  it("may be meant, by the name of one before it or after it", () => {
    const asks = { name: "asks", command: "a {{ steps.chekc.output }}" };
    const check = { name: "check", command: "a" };
    expect(faults(check, asks)).toEqual(['steps[1].command: there is no step "chekc"; did you mean "check"?']);
    expect(faults(asks, check)).toEqual([
      'steps[0].command: there is no step "chekc"; did you mean "check"? It is not done before this one',
    ]);
    expect(faults(asks)).toEqual(['steps[0].command: there is no step "chekc"; there is none before this one']);
  });

  it("is not offered one whose name is at fault itself", () => {
    const asks = { name: "asks", command: "a {{ steps.step_1.output }}" };
    expect(faults({ name: "?", command: "a" }, asks)).toEqual([
      'steps[0].name: "?" is not a name; use letters, digits, _ and -, beginning with a letter or digit',
    ]);
    expect(faults({ name: "?", command: "a" }, { name: "asks", command: "a {{ steps.stepp_1.output }}" })).toEqual([
      'steps[0].name: "?" is not a name; use letters, digits, _ and -, beginning with a letter or digit',
      'steps[1].command: there is no step "stepp_1"; there is none before this one',
    ]);
  });
});

describe("what takes a step back", () => {
  const back = (value: string): object => ({ command: `a {{ ${value} }}` });

  it("knows of its own step, and of those before", () => {
    expect(faults({ name: "a", command: "b" }, { name: "c", command: "d", rollback: back("steps.a.output") })).toEqual(
      [],
    );
    expect(faults({ name: "c", command: "d", rollback: [back("steps.c.output"), back("steps.c.status")] })).toEqual([]);
    expect(faults({ name: "g", parallel: [{ name: "c", command: "d", rollback: back("steps.c.output") }] })).toEqual(
      [],
    );
  });

  it("knows of no others, and makes its step known to none", () => {
    const c = { name: "c", command: "d", rollback: back("steps.e.output") };
    const e = { name: "e", command: "f" };
    expect(faults(c, e)).toEqual(['steps[0].rollback.command: the step "e" is not done before this one']);
    expect(
      faults({
        name: "g",
        parallel: [
          { name: "c", command: "d", rollback: { command: "e" } },
          { name: "f", command: "h {{ steps.c.output }}" },
        ],
      }),
    ).toEqual(['steps[0].parallel[1].command: the step "c" is not done before this one']);
    const people = { name: "look", title: "Look", rollback: back("steps.look.output") };
    expect(faults(people)).toEqual(['steps[0].rollback.command: "look" has no output: it is for people']);
    expect(faults({ name: "a", command: "b {{ steps.g.status }}" }, { name: "g", parallel: ["Look"] })).toEqual([
      'steps[0].command: the step "g" is not done before this one',
    ]);
  });

  it("leaves a step of the same name known that was before", () => {
    const same = { name: "a", command: "b", rollback: { command: "c" } };
    expect(faults({ name: "a", command: "b" }, same, { name: "d", command: "e {{ steps.a.output }}" })).toEqual([
      'steps[1].name: "a" is the name of another step already',
    ]);
    const asks = { name: "d", command: "e {{ steps.a.output }}" };
    const people = { name: "a", title: "Look", rollback: { command: "c {{ steps.a.output }}" } };
    expect(faults({ name: "a", command: "b" }, { name: "g", parallel: [people, asks] })).toEqual([
      'steps[1].parallel[0].name: "a" is the name of another step already',
    ]);
  });
});

test("a lock is filled in with what is known before anything ran", () => {
  const lock = (text: unknown): string[] => told(() => runbookOf("r", { lock: text as string, steps: ["Look"] }));
  const late = (name: string): string =>
    `lock: "${name}" is not for a lock; allowed: labels, annotations, alert, incident, run, parameters`;
  expect(lock("{{ labels.a }} {{ annotations.a }} {{ alert.name }} {{ run.by }} {{ parameters.a }}")).toEqual([]);
  expect(lock("{{ secrets.a }} {{ labels.b }}")).toEqual([late("secrets.a")]);
  expect(lock("{{ steps.look.status }}")).toEqual([late("steps.look.status")]);
  expect(lock("{{ incident.name }}")).toEqual([
    'lock: there is no value "incident.name"; allowed: incident.id, incident.title, incident.severity',
  ]);
  expect(lock("{{ x")).toEqual(['lock: "{{ x" is no template: unclosed tag at 4']);
  expect(lock("")).toEqual(['lock: is blank; write some text, such as "web-{{ labels.cluster }}"']);
  expect(lock("a".repeat(300))).toEqual([]);
  expect(lock("a".repeat(301))).toEqual(["lock: has 301 characters; allowed: at most 300"]);
});
