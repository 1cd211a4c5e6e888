import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { slug } from "../../src/runbook/definition/names.ts";
import type { RunbookStep } from "../../src/runbook/model.ts";
import { long, stepFaults, told } from "./definition-support.ts";

const RULE = "is not a name; use letters, digits, _ and -, beginning with a letter or digit";

function namesOf(steps: readonly RunbookStep[]): string[] {
  return steps.flatMap((step) => [
    step.name,
    ...namesOf(step.kind === "parallel" ? step.steps : []),
    ...namesOf(step.rollback),
  ]);
}
const names = (...steps: (object | string)[]): string[] => namesOf(runbookOf("r", steps).steps);

describe("a name", () => {
  test.each(["a", "7a", "a-b_C9", "a-", "a_", long(100), "0x"])("may be %j", (name) => {
    expect(names({ name, command: "a" })).toEqual([name]);
  });

  test.each<[unknown, string]>([
    [7, `7 ${RULE}`],
    ["", `"" ${RULE}`],
    ["7", `"7" ${RULE}`],
    ["-a", `"-a" ${RULE}, such as a`],
    ["_a", `"_a" ${RULE}, such as a`],
    ["a.b", `"a.b" ${RULE}, such as a_b`],
    ["Look at it!", `"Look at it!" ${RULE}, such as look_at_it`],
    ["é", `"é" ${RULE}`],
    ["a\n", `"a\\n" ${RULE}, such as a`],
    [long(101), `"${long(56)}... ${RULE}, at most 100 of them`],
    [`${long(100)}!`, `"${long(56)}... ${RULE}, at most 100 of them`],
    [["a"], `a list of 1 ${RULE}`],
    [null, "is empty; write a value, or leave it out"],
  ])("is not %j", (name, fault) => {
    expect(stepFaults({ command: "a", name })).toEqual([`name: ${fault}`]);
  });

  it("is one step's alone", () => {
    const twice = (one: object, two: object): string[] => told(() => runbookOf("r", [one, two] as never));
    const a = { name: "a", command: "b" };
    expect(twice(a, a)).toEqual(['steps[1].name: "a" is the name of another step already']);
    expect(twice({ name: "g", parallel: [a] }, a)).toEqual(['steps[1].name: "a" is the name of another step already']);
    expect(twice({ name: "c", command: "d", rollback: a }, a)).toEqual([
      'steps[1].name: "a" is the name of another step already',
    ]);
    expect(twice(a, { name: "A", command: "b" })).toEqual([]);
  });

  it("of what takes a step back may have dots within", () => {
    const back = (name: unknown): string[] => stepFaults({ command: "a", rollback: { name, command: "b" } });
    expect(back("x.rollback")).toEqual([]);
    expect(back("a.b.c")).toEqual([]);
    expect(back("a")).toEqual([]);
    expect(back(".a")).toEqual([`rollback.name: ".a" ${RULE}, such as a`]);
    expect(back("a..b")).toEqual([`rollback.name: "a..b" ${RULE}, such as a_b`]);
    expect(back("a.")).toEqual([`rollback.name: "a." ${RULE}, such as a`]);
    expect(back(7)).toEqual([`rollback.name: 7 ${RULE}`]);
  });
});

describe("where no name is written, a step", () => {
  it("has one of its title, or of its number", () => {
    expect(names("Look at the pods!", { title: "見る", command: "a" }, { command: "a" }, "42")).toEqual([
      "look_at_the_pods",
      "step_2",
      "step_3",
      "step_4",
    ]);
  });

  it("has one that no other has", () => {
    expect(names("Look", "look", "LOOK!", { name: "look_2", command: "a" })).toEqual([
      "look",
      "look_3",
      "look_4",
      "look_2",
    ]);
    expect(names("Look", { name: "g", parallel: [{ name: "look", command: "a" }] })).toEqual(["look_2", "g", "look"]);
    expect(names("Look", { name: "a", command: "b", rollback: { name: "look", command: "c" } })).toEqual([
      ...["look_2", "a", "look"],
    ]);
    expect(names("Look", { name: "a", command: "b", rollback: [{ name: "look", command: "c" }] })).toEqual([
      ...["look_2", "a", "look"],
    ]);
  });

  it("has one of the step that it belongs to", () => {
    const parts = { name: "g", parallel: [{ command: "a" }, { title: "Do it", command: "a" }, { command: "a" }] };
    expect(names(parts)).toEqual(["g", "g_1", "do_it", "g_3"]);
    const back = { command: "b", title: "Undo" };
    expect(names({ name: "a", command: "b", rollback: [back, back, back] })).toEqual([
      ...["a", "a.rollback", "a.rollback.2", "a.rollback.3"],
    ]);
    expect(names({ title: "Do it", command: "b", rollback: back })).toEqual(["do_it", "do_it.rollback"]);
  });
});

test.each([
  ["Look at the pods!", "look_at_the_pods"],
  ["  A--B__C  ", "a_b_c"],
  ["Ünder 5 %", "nder_5"],
  ["42", undefined],
  ["4 2", "4_2"],
  ["", undefined],
  ["見る", undefined],
  [undefined, undefined],
  [long(91), long(90)],
  [long(90), long(90)],
])("%j is shortened to %j", (title, name) => {
  expect(slug(title)).toBe(name);
});
