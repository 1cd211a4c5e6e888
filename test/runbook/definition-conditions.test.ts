import { describe, expect, it, test } from "vitest";

import { long, readStep, stepFaults } from "./definition-support.ts";

const FORMS = "write step: with status, exit_code or output; value: with a test; all:, any: or not:";
const STATUSES = "succeeded, failed, timed_out, cancelled, skipped, dry, manual, refused";
const TESTS = "equals, one_of, contains, matches, above, below";

const when = (condition: unknown): unknown => readStep({ command: "a", when: condition }).when;
const faults = (condition: unknown): string[] => stepFaults({ command: "a", when: condition });
/** One that holds, below so many others. */
const nested = (depth: number): object =>
  depth === 0 ? { step: "first", status: "failed" } : { not: nested(depth - 1) };

describe("a condition", () => {
  test.each<[unknown, object]>([
    [
      { step: "first", status: "failed" },
      { kind: "step", step: "first", status: ["failed"] },
    ],
    [
      { step: "first", exitCode: [0, 255] },
      { kind: "step", step: "first", exitCode: [0, 255] },
    ],
    [
      { step: "first", output: "" },
      { kind: "step", step: "first", output: { equals: "" } },
    ],
    [
      { step: "first", output: 7 },
      { kind: "step", step: "first", output: { equals: "7" } },
    ],
    [
      { step: "first", output: false },
      { kind: "step", step: "first", output: { equals: "false" } },
    ],
    [
      { step: "first", output: "3 pods" },
      { kind: "step", step: "first", output: { equals: "3 pods" } },
    ],
    [
      { step: "first", output: { above: 1 } },
      { kind: "step", step: "first", output: { above: 1 } },
    ],
    [
      { step: "first", status: ["dry", "manual"], exit_code: 0, output: { contains: "a" } },
      { kind: "step", step: "first", status: ["dry", "manual"], exitCode: [0], output: { contains: "a" } },
    ],
    [
      { value: "labels.a", equals: "" },
      { kind: "value", path: ["labels", "a"], test: { equals: "" } },
    ],
    [
      { value: "labels.a", equals: 7, oneOf: ["", 1, true], contains: "b", matches: "^c", above: -1, below: 0 },
      {
        kind: "value",
        path: ["labels", "a"],
        test: { equals: "7", oneOf: ["", "1", "true"], contains: "b", matches: /^c/u, above: -1, below: 0 },
      },
    ],
    [
      { value: "labels.a", one_of: "b" },
      { kind: "value", path: ["labels", "a"], test: { oneOf: ["b"] } },
    ],
    [
      { value: "labels.a", matches: /b/i },
      { kind: "value", path: ["labels", "a"], test: { matches: /b/i } },
    ],
    [
      { not: { value: "labels.a", above: 1 } },
      { kind: "not", of: { kind: "value", path: ["labels", "a"], test: { above: 1 } } },
    ],
    [
      { any: [{ value: "labels.a", above: 1 }] },
      { kind: "any", of: [{ kind: "value", path: ["labels", "a"], test: { above: 1 } }] },
    ],
    [
      { all: [{ value: "labels.a", above: 1 }] },
      { kind: "all", of: [{ kind: "value", path: ["labels", "a"], test: { above: 1 } }] },
    ],
    [
      [{ value: "labels.a", above: 1 }, { any: [{ value: "labels.b", below: 2 }] }],
      {
        kind: "all",
        of: [
          { kind: "value", path: ["labels", "a"], test: { above: 1 } },
          { kind: "any", of: [{ kind: "value", path: ["labels", "b"], test: { below: 2 } }] },
        ],
      },
    ],
  ])("may be %j", (condition, expected) => {
    expect(when(condition)).toStrictEqual(expected);
  });

  test.each(STATUSES.split(", "))("may ask whether a step is %s", (status) => {
    expect(when({ step: "first", status })).toStrictEqual({ kind: "step", step: "first", status: [status] });
  });

  test.each<[unknown, string]>([
    ["first failed", `when: "first failed" is no condition; ${FORMS}`],
    [7, `when: 7 is no condition; ${FORMS}`],
    [null, "when: is empty; write a value, or leave it out"],
    [[], "when: a list of 0 is no list of conditions"],
    [{}, `when: says nothing to hold; ${FORMS}`],
    [{ status: "failed" }, `when: says nothing to hold; ${FORMS}`],
    [{ step: "first", value: "labels.a" }, `when: has step and value, which are two conditions; ${FORMS}`],
    [{ all: [], any: [], not: {} }, `when: has all and any and not, which are two conditions; ${FORMS}`],
    [{ all: [] }, "when.all: a list of 0 is no list of conditions"],
    [{ any: { step: "first" } }, "when.any: a mapping is no list of conditions"],
    [{ not: "a" }, `when.not: "a" is no condition; ${FORMS}`],
    [{ not: { step: "first", status: "failed" }, x: 1 }, 'when.x: unknown key "x"; allowed: not'],
    [{ all: [{ step: "first", status: "failed" }], x: 1 }, 'when.x: unknown key "x"; allowed: all'],
    [[{ step: "first", status: "failed" }, 7], `when[1]: 7 is no condition; ${FORMS}`],
    [{ step: "first" }, "when: says nothing to hold of the step; write status, exit_code or output"],
    [
      { step: "first", sttus: "failed" },
      'when.sttus: unknown key "sttus"; did you mean "status"? allowed: step, status, exit_code, output',
    ],
    [{ step: "first", status: "failed", x: 1 }, 'when.x: unknown key "x"; allowed: step, status, exit_code, output'],
    [{ step: "", status: "failed" }, "when.step: is blank; write some text, such as check_pods"],
    [{ step: 7, status: "failed" }, "when.step: 7 is not text; write it in quotes"],
    [{ step: long(201), status: "failed" }, "when.step: has 201 characters; allowed: at most 200"],
    [{ step: "first", status: "done" }, `when.status: "done" is not allowed here; allowed: ${STATUSES}`],
    [{ step: "first", status: "running" }, `when.status: "running" is not allowed here; allowed: ${STATUSES}`],
    [{ step: "first", status: Array(9).fill("dry") }, "when.status: has 9 items; allowed: at most 8"],
    [{ step: "first", exit_code: 256 }, "when.exit_code: 256 is out of range; allowed: at most 255"],
    [{ step: "first", exitCode: -1 }, "when.exitCode: -1 is out of range; allowed: at least 0"],
    [{ step: "first", exitCode: Array(257).fill(0) }, "when.exitCode: has 257 items; allowed: at most 256"],
    [{ step: "first", output: {} }, `when.output: says nothing to hold; write ${TESTS}`],
    [
      { step: "first", output: { contain: "a" } },
      'when.output.contain: unknown key "contain"; did you mean "contains"? allowed: equals, one_of, contains, matches, above, below',
    ],
    [{ step: "first", output: ["a"] }, "when.output: a list of 1 is not text; write it in quotes"],
    [{ step: "first", output: " " }, 'when.output: is blank; write some text, such as "3 pods"'],
    [{ value: "labels.a" }, `when: says nothing to hold; write ${TESTS}`],
    [
      { value: "labels.a", equal: 1 },
      'when.equal: unknown key "equal"; did you mean "equals"? allowed: value, equals, one_of, contains, matches, above, below',
    ],
    [{ value: "labels.a", above: 1, x: 1 }, `when.x: unknown key "x"; allowed: value, ${TESTS}`],
    [{ value: "", above: 1 }, "when.value: is blank; write some text, such as labels.severity"],
    [{ value: 7, above: 1 }, "when.value: 7 is not text; write it in quotes"],
    [{ value: long(1_001), above: 1 }, "when.value: has 1001 characters; allowed: at most 1000"],
    [{ value: "labels.a", equals: [1] }, "when.equals: a list of 1 is not text; write it in quotes"],
    [{ value: "labels.a", oneOf: Array(1_001).fill(1) }, "when.oneOf: has 1001 items; allowed: at most 1000"],
    [{ value: "labels.a", one_of: ["b", {}] }, "when.one_of[1]: a mapping is not text; write it in quotes"],
    [{ value: "labels.a", contains: 7 }, "when.contains: 7 is not text; write it in quotes"],
    [{ value: "labels.a", contains: "" }, 'when.contains: is blank; write some text, such as "3 pods"'],
    [{ value: "labels.a", matches: "(" }, 'when.matches: "(" is not a regular expression of JavaScript'],
    [{ value: "labels.a", above: "1" }, 'when.above: "1" is not a number'],
    [{ value: "labels.a", below: Infinity }, "when.below: Infinity is not a number"],
    [{ value: "labels.a", above: 1, below: 1 }, "when: nothing is above 1 and below 1, so it never holds"],
    [
      { step: "first", output: { above: 2, below: 1 } },
      "when.output: nothing is above 2 and below 1, so it never holds",
    ],
    [Array(101).fill({ value: "labels.a", above: 1 }), "when: has 101 items; allowed: at most 100"],
  ])("of %j is refused", (condition, fault) => {
    expect(faults(condition)).toStrictEqual([fault]);
  });

  it("has as much as is allowed, and no more", () => {
    expect(faults(nested(10))).toStrictEqual([]);
    expect(faults(nested(11))).toStrictEqual([`when${".not".repeat(11)}: is nested too deep; allowed: 10`]);
    expect(faults(Array(100).fill(nested(0)))).toStrictEqual([]);
    expect(faults({ value: `labels.${long(993)}`, oneOf: Array(1_000).fill(1) })).toStrictEqual([]);
    expect(faults({ step: "first", status: Array(8).fill("dry"), exitCode: Array(256).fill(0) })).toStrictEqual([]);
  });

  it("is asked of steps and values that there are, each at its place", () => {
    const none = 'there is no step "none"; before this one: first';
    expect(faults([{ step: "none", output: "a" }, { any: [{ step: "none", exit_code: 0 }] }])).toStrictEqual([
      `when[0].step: ${none}`,
      `when[1].any[0].step: ${none}`,
    ]);
    expect(faults({ not: { value: "incident.name", equals: "a" } })).toStrictEqual([
      'when.not.value: there is no value "incident.name"; allowed: incident.id, incident.title, incident.severity',
    ]);
  });
});
