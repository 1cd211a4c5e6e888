import { describe, expect, it, test } from "vitest";

import { holds, type StepCondition, type TextTest } from "../../src/runbook/conditions/conditions.ts";
import { describeCondition, past } from "../../src/runbook/conditions/words.ts";
import type { StepValues } from "../../src/runbook/values.ts";
import { valuesOf } from "./values.ts";

const output = (text: string, asked: TextTest, isCut = false): boolean => {
  const steps = { a: { status: "succeeded", exit_code: 0, output: text, stderr: "", isCut } as StepValues };
  return holds({ kind: "step", step: "a", output: asked }, valuesOf({ steps }));
};

describe("a number in a text", () => {
  test.each([
    ["5", 5],
    ["5.", 5],
    ["12.25", 12.25],
    [".5", 0.5],
    [".25", 0.25],
    ["+5", 5],
    ["-12", -12],
    ["1e3", 1_000],
    ["1E12", 1e12],
    ["1.5e-2", 0.015],
    ["1e+2", 100],
    ["5%", 5],
    [" \t5  % \n", 5],
    [`${" ".repeat(99)}5`, 5],
  ])("%j is %d", (text, figure) => {
    expect(output(text, { above: figure - Math.abs(figure) / 10 })).toBe(true);
    expect(output(text, { below: figure + Math.abs(figure) / 10 })).toBe(true);
    expect(output(text, { above: figure })).toBe(false);
    expect(output(text, { below: figure })).toBe(false);
    expect(output(text, { above: figure - 1, below: figure + 1 })).toBe(true);
    expect(output(text, { above: figure - 2, below: figure - 1 })).toBe(false);
    expect(output(text, { above: figure + 1, below: figure + 2 })).toBe(false);
  });

  test.each([
    ...[
      "",
      " ",
      "a",
      "5a",
      "a5",
      "5 6",
      "5,5",
      "1..2",
      ".",
      "+",
      "e5",
      "1e",
      "1ea",
      "5%%",
      "%5",
      "0x10",
      "5\n6",
      "--5",
    ],
    ...["Infinity", "NaN", `${" ".repeat(100)}5`, "5 pods"],
  ])("is not in %j", (text) => {
    expect(output(text, { above: -Infinity })).toBe(false);
    expect(output(text, { below: Infinity })).toBe(false);
  });
});

describe("a condition", () => {
  const asked = (step: StepValues, condition: object): boolean =>
    holds({ kind: "step", step: "a", ...condition }, valuesOf({ steps: { a: step } }));
  const done: StepValues = { status: "failed", exit_code: 3, output: "a", stderr: "b" };

  it("about a step holds if all of it does", () => {
    expect(asked(done, { status: ["failed"], exitCode: [3], output: { equals: "a" } })).toBe(true);
    expect(asked(done, { status: ["dry"], exitCode: [3], output: { equals: "a" } })).toBe(false);
    expect(asked(done, { status: ["failed"], exitCode: [0], output: { equals: "a" } })).toBe(false);
    expect(asked(done, { status: ["failed"], exitCode: [3], output: { equals: "b" } })).toBe(false);
    expect(asked(done, { status: ["dry", "failed"], exitCode: [0, 3] })).toBe(true);
    expect(asked({ status: "failed", output: "", stderr: "" }, { exitCode: [0] })).toBe(false);
    expect(asked({ status: "failed", output: "", stderr: "" }, { status: ["failed"] })).toBe(true);
  });

  it("is not about what steps have from elsewhere", () => {
    expect(holds({ kind: "step", step: "constructor", output: { equals: "" } }, valuesOf({}))).toBe(false);
  });

  it("about a text holds if all of it does", () => {
    const all: TextTest = { equals: "abc", oneOf: ["x", "abc"], contains: "b", matches: /^a/ };
    expect(output("abc", all)).toBe(true);
    expect(output("abc", { ...all, equals: "ab" })).toBe(false);
    expect(output("abc", { ...all, oneOf: ["ab"] })).toBe(false);
    expect(output("abc", { ...all, contains: "d" })).toBe(false);
    expect(output("abc", { ...all, matches: /^b/ })).toBe(false);
    expect(output("abc", { ...all, above: 1 })).toBe(false);
    expect(output("5", { equals: "5", above: 1 })).toBe(true);
    expect(output("5", { matches: /5/ }, true)).toBe(true);
    expect(output("5", { below: 9 }, true)).toBe(false);
    expect(output("5", { oneOf: ["5"] }, true)).toBe(false);
    expect(output("5", { equals: "5" }, true)).toBe(false);
  });

  it("about a value takes a cut one for none", () => {
    const value = (path: string[], test_: TextTest): boolean =>
      holds(
        { kind: "value", path, test: test_ },
        valuesOf({ labels: { a: "b" }, steps: { a: { ...done, isCut: true } } }),
      );
    expect(value(["labels", "a"], { equals: "b" })).toBe(true);
    expect(value(["labels", "none"], { equals: "" })).toBe(true);
    expect(value(["labels", "none"], { contains: "" })).toBe(true);
    expect(value(["steps", "a", "output"], { equals: "a" })).toBe(false);
    expect(value(["steps", "a", "output"], { contains: "a" })).toBe(true);
  });
});

describe("in words", () => {
  test.each([
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["timed_out", "timed out"],
    ["cancelled", "was cancelled"],
    ["skipped", "was skipped"],
    ["dry", "was only tried dry"],
    ["manual", "was left to people"],
    ["refused", "was refused"],
  ])("%s is %j", (status, words) => {
    expect(past(status)).toBe(words);
  });

  const value = (asked: TextTest): StepCondition => ({ kind: "value", path: ["labels", "a"], test: asked });

  test.each<[StepCondition, string]>([
    [
      { kind: "step", step: "a", status: ["dry", "manual", "refused"] },
      "a was only tried dry, was left to people or was refused",
    ],
    [
      { kind: "step", step: "a", status: ["failed"], exitCode: [1, 2], output: { contains: "b" } },
      'a failed and the exit code of a is 1 or 2 and the output of a contains "b"',
    ],
    [
      value({ equals: "a", oneOf: ["b", "c", "d"], contains: "e", matches: /f/i, above: 1, below: 2 }),
      'labels.a is "a" and is "b", "c" or "d" and contains "e" and matches /f/i and is above 1 and is below 2',
    ],
    [value({ oneOf: ["b"] }), 'labels.a is "b"'],
    [{ kind: "all", of: [value({ above: 1 })] }, "labels.a is above 1"],
    [
      { kind: "any", of: [value({ above: 1 }), { kind: "all", of: [value({ below: 0 })] }] },
      "labels.a is above 1 or labels.a is below 0",
    ],
    [
      { kind: "any", of: [value({ above: 1 }), { kind: "all", of: [value({ below: 0 }), value({ equals: "b" })] }] },
      'labels.a is above 1 or (labels.a is below 0 and labels.a is "b")',
    ],
    [
      { kind: "not", of: { kind: "any", of: [value({ above: 1 }), value({ below: 0 })] } },
      "not (labels.a is above 1 or labels.a is below 0)",
    ],
  ])("%j is %j", (condition, words) => {
    expect(describeCondition(condition)).toBe(words);
  });
});
