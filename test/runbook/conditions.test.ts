import { describe, expect, it, test } from "vitest";

import type { ConditionDefinition } from "../../src/runbook/definition/types.ts";
import { type StepCondition, holds } from "../../src/runbook/conditions/conditions.ts";
import { describeCondition } from "../../src/runbook/conditions/words.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { valuesOf } from "./values.ts";

function conditionOf(when: ConditionDefinition): StepCondition {
  const { steps } = runbookOf("x", [
    { name: "check", command: "a" },
    { name: "disk", command: "a" },
    { name: "it", command: "b", when },
  ]);
  const found = steps[2]?.when;
  if (found === undefined) throw new Error("no condition");
  return found;
}

const values = valuesOf({
  labels: { severity: "critical" },
  steps: {
    check: { status: "failed", exit_code: 3, output: "3 pods are down", stderr: "" },
    disk: { status: "succeeded", exit_code: 0, output: "91%", stderr: "", isCut: false },
  },
});

describe("a condition", () => {
  test.each<[ConditionDefinition, boolean, string]>([
    [{ step: "check", status: "failed" }, true, "check failed"],
    [{ step: "check", status: ["succeeded", "timed_out"] }, false, "check succeeded or timed out"],
    [{ step: "check", exitCode: 3 }, true, "the exit code of check is 3"],
    [{ step: "check", exit_code: [0, 1] }, false, "the exit code of check is 0 or 1"],
    [{ step: "check", status: "failed", exitCode: 4 }, false, "check failed and the exit code of check is 4"],
    [{ step: "check", output: "3 pods are down" }, true, 'the output of check is "3 pods are down"'],
    [{ step: "check", output: { equals: "3 pods" } }, false, 'the output of check is "3 pods"'],
    [{ step: "check", output: { contains: "pods" } }, true, 'the output of check contains "pods"'],
    [{ step: "check", output: { matches: "^\\d+ pods?" } }, true, "the output of check matches /^\\d+ pods?/u"],
    [{ step: "check", output: { oneOf: ["a", "b"] } }, false, 'the output of check is "a" or "b"'],
    [{ step: "check", output: { above: 1 } }, false, "the output of check is above 1"],
    [{ step: "disk", output: { above: 90, below: 95 } }, true, "the output of disk is above 90 and is below 95"],
    [{ step: "disk", output: { above: 91 } }, false, "the output of disk is above 91"],
    [{ value: "labels.severity", equals: "critical" }, true, 'labels.severity is "critical"'],
    [{ value: "labels.severity", one_of: ["page", "critical"] }, true, 'labels.severity is "page" or "critical"'],
    [{ value: "labels.none", equals: "" }, true, 'labels.none is ""'],
    [{ value: "labels.none", above: -1 }, false, "labels.none is above -1"],
    [{ value: "steps.check.exit_code", above: 2 }, true, "steps.check.exit_code is above 2"],
    [{ not: { step: "check", status: "failed" } }, false, "not (check failed)"],
    [
      [
        { step: "check", status: "failed" },
        { step: "disk", status: "failed" },
      ],
      false,
      "check failed and disk failed",
    ],
    [
      {
        any: [
          { step: "check", status: "failed" },
          { step: "disk", status: "failed" },
        ],
      },
      true,
      "check failed or disk failed",
    ],
    [
      {
        all: [
          {
            any: [
              { step: "check", status: "succeeded" },
              { step: "disk", status: "succeeded" },
            ],
          },
          { step: "check", exitCode: 3 },
        ],
      },
      true,
      "(check succeeded or disk succeeded) and the exit code of check is 3",
    ],
  ])("%j is %s: %s", (when, expected, words) => {
    expect(holds(conditionOf(when), values)).toBe(expected);
    expect(describeCondition(conditionOf(when))).toBe(words);
  });

  it("about a step that has not run does not hold, and its opposite does", () => {
    const none = valuesOf({});
    expect(holds(conditionOf({ step: "check", status: "failed" }), none)).toBe(false);
    expect(holds(conditionOf({ step: "check", output: "" }), none)).toBe(false);
    expect(holds(conditionOf({ not: { step: "check", status: "failed" } }), none)).toBe(true);
  });

  it("takes nothing for equal to an output that was cut", () => {
    const cut = valuesOf({ steps: { check: { status: "succeeded", output: "90", stderr: "", isCut: true } } });
    expect(holds(conditionOf({ step: "check", output: "90" }), cut)).toBe(false);
    expect(holds(conditionOf({ step: "check", output: { oneOf: ["90"] } }), cut)).toBe(false);
    expect(holds(conditionOf({ step: "check", output: { above: 1 } }), cut)).toBe(false);
    expect(holds(conditionOf({ step: "check", output: { contains: "9" } }), cut)).toBe(true);
  });

  it("tries an expression on the beginning of an output only", () => {
    const long = (output: string) => valuesOf({ steps: { check: { status: "succeeded", output, stderr: "" } } });
    const when = conditionOf({ step: "check", output: { matches: "end" } });
    expect(holds(when, long(`${"x".repeat(9_997)}end`))).toBe(true);
    expect(holds(when, long(`${"x".repeat(9_998)}end`))).toBe(false);
  });

  test.each(["(a+)+", "(a*)*$", "(?:a|b)*", "(x(a+)b)+", "(a?b?)*", "(a+){2,}", "(?<n>a+)*", "([a)]+)+"])(
    "refuses %j, which may take for ever",
    (matches) => {
      expect(() => conditionOf({ step: "check", output: { matches } })).toThrow(/may take for ever/);
    },
  );

  test.each(["a+b*", "(ab)+", "(?:\\d+\\.){3}\\d+", "[(+*]+", "\\(a+\\)+", "^(ok|fine)$", "(?=a+)b", "(a{2})+"])(
    "takes %j",
    (matches) => {
      expect(() => conditionOf({ step: "check", output: { matches } })).not.toThrow();
    },
  );
});
