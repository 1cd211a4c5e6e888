import { describe, expect, it, test } from "vitest";

import { runbookOf, usesOf } from "../../src/runbook/definition/definition.ts";
import { parseRunbook, parseRunbooks } from "../../src/runbook/definition/document.ts";
import { BASE, long, plain, told } from "./definition-support.ts";

const LOOK = { ...BASE, name: "look", title: "Look", kind: "manual" };
const EMPTY = {
  ...{ triggers: [], steps: [LOOK], escalation: [], potentialCauses: [], mitigation: {}, rollbackProcedures: [] },
  ...{ communication: { internal: [], external: [] }, rollbackOnCancel: false },
};
const DURATION = 'write minutes as a number, or a duration such as "30s" or "5 minutes"';
const SEVERITIES = "allowed: SEV1 to SEV4, P1 to P5, critical, high, medium, low and their like";

const faults = (fields: object): string[] => told(() => runbookOf("r", { steps: ["Look"], ...fields }));
const read = (fields: object) => runbookOf("r", { steps: ["Look"], ...fields });

describe("a runbook", () => {
  it("has what is usual where nothing is said", () => {
    expect(runbookOf("r", ["Look"])).toStrictEqual({ ...EMPTY, name: "r", title: "r", lock: plain("r") });
  });

  it("has all that is said", () => {
    const said = {
      ...{ name: "n", title: "T", description: "D", severity: 2, estimatedTime: 90, lock: "l", rollbackOnCancel: true },
      triggers: [{ alert: "A", threshold: 5 }, { alert: "B", threshold: "> 1" }, { alert: "C" }, "D"],
      escalation: [{ to: "ann", after: "1h", note: "by phone" }, "bob"],
      potentialCauses: "A leak",
      mitigation: { leak: ["Restart", "Wait"], disk: "Sweep" },
      rollbackProcedures: { release: ["a", "b"], flag: "c" },
      communication: { internal: { team: "d" }, external: ["e"] },
    };
    expect(read(said)).toStrictEqual({
      ...EMPTY,
      ...{ name: "n", title: "T", description: "D", severity: "SEV2", estimatedMs: 5_400_000, lock: plain("l") },
      rollbackOnCancel: true,
      triggers: [{ alert: "A", threshold: "5" }, { alert: "B", threshold: "> 1" }, { alert: "C" }, { alert: "D" }],
      escalation: [{ to: "ann", afterMs: 3_600_000, note: "by phone" }, { to: "bob" }],
      potentialCauses: ["A leak"],
      mitigation: { leak: ["Restart", "Wait"], disk: ["Sweep"] },
      rollbackProcedures: ["release: a", "release: b", "flag: c"],
      communication: { internal: ["team: d"], external: ["e"] },
    });
  });

  test.each<[object, string]>([
    [{ name: "" }, "name: is blank; write some text, such as HighMemoryUsage"],
    [{ name: long(201) }, "name: has 201 characters; allowed: at most 200"],
    [{ title: "" }, 'title: is blank; write some text, such as "High memory usage"'],
    [{ title: long(301) }, "title: has 301 characters; allowed: at most 300"],
    [{ description: "" }, 'description: is blank; write some text, such as "For when memory runs out"'],
    [{ severity: "SEV5" }, `severity: "SEV5" is no severity; ${SEVERITIES}`],
    [{ severity: 0 }, `severity: 0 is no severity; ${SEVERITIES}`],
    [{ severity: -1 }, `severity: -1 is no severity; ${SEVERITIES}`],
    [{ severity: "-1" }, `severity: "-1" is no severity; ${SEVERITIES}`],
    [{ severity: 5 }, `severity: 5 is no severity; ${SEVERITIES}`],
    [{ severity: [1] }, `severity: a list of 1 is no severity; ${SEVERITIES}`],
    [{ estimatedTime: "soon" }, `estimatedTime: "soon" is no length of time; ${DURATION}`],
    [{ estimatedTime: -1 }, "estimatedTime: -1 is out of range (a number is in minutes); allowed: 1s to 30d"],
    [{ triggers: 7 }, "triggers: 7 is not text; write it in quotes"],
    [{ triggers: "" }, "triggers: is blank; write some text, such as HighMemoryUsage"],
    [{ triggers: [long(201)] }, "triggers[0]: has 201 characters; allowed: at most 200"],
    [{ triggers: { threshold: 5 } }, "triggers.alert: is missing; write one, such as HighMemoryUsage"],
    [{ triggers: [{ alert: "A", threshold: true }] }, "triggers[0].threshold: true is not text; write it in quotes"],
    [{ triggers: { alert: "A", x: 1 } }, 'triggers.x: unknown key "x"; allowed: alert, threshold'],
    [{ triggers: Array(1_001).fill("A") }, "triggers: has 1001 items; allowed: at most 1000"],
    [{ escalation: "" }, 'escalation: is blank; write some text, such as "Page the team lead"'],
    [{ escalation: [{ after: 5 }] }, "escalation[0].to: is missing; write one, such as team-lead"],
    [
      { escalation: { to: "a", after: 0 } },
      "escalation.after: 0 is out of range (a number is in minutes); allowed: 1s to 30d",
    ],
    [{ escalation: { to: "a", x: 1 } }, 'escalation.x: unknown key "x"; allowed: to, after, note'],
    [{ mitigation: "a" }, 'mitigation: "a" is not a mapping of causes; write cause: what to do'],
    [{ mitigation: { a: null } }, "mitigation.a: is empty; write what to do"],
    [{ mitigation: { a: 7 } }, "mitigation.a: 7 is not text; write it in quotes"],
    [{ mitigation: { " ": "a" } }, 'mitigation[" "]: is blank; write some text, such as memory_leak'],
    [{ mitigation: [7] }, "mitigation[0]: 7 is not a mapping"],
    [{ mitigation: [{ actions: "a" }] }, 'mitigation[0].cause: is missing; write one, such as "A memory leak"'],
    [{ mitigation: [{ cause: "a" }] }, 'mitigation[0].actions: is missing; write one, such as "Restart it"'],
    [
      { mitigation: [{ cause: "", actions: "a" }] },
      'mitigation[0].cause: is blank; write some text, such as "A memory leak"',
    ],
    [{ mitigation: [{ cause: "a", actions: "b", x: 1 }] }, 'mitigation[0].x: unknown key "x"; allowed: cause, actions'],
    [
      {
        mitigation: [
          { cause: "a", actions: "b" },
          { cause: "a", actions: "c" },
        ],
      },
      'mitigation[1].cause: "a" is there already',
    ],
    [{ rollbackProcedures: 7 }, "rollbackProcedures: 7 is not text; write it in quotes"],
    [{ communication: "a" }, 'communication: "a" is not a mapping'],
    [{ communication: { public: "a" } }, 'communication.public: unknown key "public"; allowed: internal, external'],
    [{ communication: { internal: [7] } }, "communication.internal[0]: 7 is not text; write it in quotes"],
    [{ rollbackOnCancel: "yes" }, 'rollbackOnCancel: "yes" is not true or false'],
    [{ steps: "a" }, 'steps: "a" is no list of steps; write at least one step'],
    [{ steps: [] }, "steps: is empty; write at least one step"],
    [{ steps: null }, "steps: null is no list of steps; write at least one step"],
    [{ steps: undefined }, "steps: is missing; write at least one step"],
    [
      { potentialCause: "a" },
      'potentialCause: unknown key "potentialCause"; did you mean "potential_causes"? allowed: name, title, description, severity, estimated_time, triggers, steps, escalation, potential_causes, mitigation, rollback_procedures, communication, lock, rollback_on_cancel',
    ],
    [
      { name: "a", "na-me": "b" },
      'na-me: unknown key "na-me"; did you mean "name"? allowed: name, title, description, severity, estimated_time, triggers, steps, escalation, potential_causes, mitigation, rollback_procedures, communication, lock, rollback_on_cancel',
    ],
    [{ estimatedTime: 1, estimated_time: 1 }, 'estimated_time: is there already, as "estimatedTime"'],
  ])("with %j is refused", (fields, fault) => {
    expect(faults(fields)).toStrictEqual([fault]);
  });

  it("says of each cause once what is wrong with it", () => {
    const CAUSE = 'cause: is missing; write one, such as "A memory leak"';
    expect(faults({ mitigation: [{ actions: "a" }, { actions: "b" }] })).toEqual([
      `mitigation[0].${CAUSE}`,
      `mitigation[1].${CAUSE}`,
    ]);
    expect(faults({ mitigation: [{ cause: "a" }, { cause: "a", actions: "b" }] })).toEqual([
      'mitigation[0].actions: is missing; write one, such as "Restart it"',
    ]);
  });

  it("has as much as is allowed, and no more", () => {
    const causes = (count: number): object => ({
      mitigation: Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${String(index)}`, "a"])),
    });
    expect(faults(causes(1_000))).toStrictEqual([]);
    expect(faults(causes(1_001))).toStrictEqual(["mitigation: has 1001 entries; allowed: at most 1000"]);
    expect(
      faults({ name: long(200), title: long(300), triggers: [long(200)], description: long(20_000) }),
    ).toStrictEqual([]);
    expect(faults({ triggers: Array(1_000).fill("A"), mitigation: { [long(256)]: "a" } })).toStrictEqual([]);
    const group = {
      name: "g",
      parallel: Array.from({ length: 99 }, () => ({ command: "a", rollback: { command: "b" } })),
    };
    expect(faults({ steps: Array.from({ length: 10 }, () => ({ ...group, name: undefined })) })).toStrictEqual([]);
    expect(faults({ steps: Array.from({ length: 11 }, () => ({ ...group, name: undefined })) })).toStrictEqual([
      "steps: has 2189 steps, parts and rollbacks counted; allowed: at most 2000",
    ]);
    const back = { command: "a", rollback: Array(100).fill({ command: "b" }) };
    expect(faults({ steps: [...Array<object>(19).fill(back), ...Array<string>(81).fill("Look")] })).toStrictEqual([]);
    expect(faults({ steps: [...Array<object>(19).fill(back), ...Array<string>(82).fill("Look")] })).toStrictEqual([
      "steps: has 2001 steps, parts and rollbacks counted; allowed: at most 2000",
    ]);
  });

  it("is named by its triggers or its title where nobody names it", () => {
    const named = (text: string): string => parseRunbook(text).name;
    expect(named("{ name: n, title: T, triggers: A, steps: [Look] }")).toBe("n");
    expect(named("{ title: T, triggers: A, steps: [Look] }")).toBe("A");
    expect(named("{ title: T x, triggers: [A, B], steps: [Look] }")).toBe("t_x");
    expect(named("{ triggers: [A, B], steps: [Look] }")).toBe("runbook");
    expect(parseRunbook("{ title: T, triggers: A, steps: [Look] }", { name: "given" }).name).toBe("given");
  });

  it("is no single step", () => {
    const SINGLE = ": is a single step; write a list of steps";
    expect(told(() => parseRunbook({ name: "a", command: "b" }))).toStrictEqual([SINGLE]);
    expect(told(() => parseRunbook({ run: "b" }))).toStrictEqual([SINGLE]);
    expect(told(() => parseRunbook({ title: "a", command: "b" }))[0]).toMatch(/^steps: is missing|^command: unknown/);
    expect(told(() => parseRunbook({ command: "b", x: 1 }))).not.toContain(SINGLE);
  });

  it("asks of nothing but what it says", () => {
    const runbook = runbookOf("r", { lock: "{{ labels.a }}", steps: [{ name: "x", command: "a {{ labels.b }}" }] });
    expect(usesOf(runbook)).toStrictEqual([
      { path: ["lock"], value: ["labels", "a"] },
      { path: ["steps", 0, "command"], value: ["labels", "b"] },
    ]);
    expect(usesOf(runbookOf("r", ["Look"]))).toStrictEqual([]);
  });
});

describe("documents of several runbooks", () => {
  const some = (count: number): object => ({
    runbooks: Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${String(index)}`, ["Look"]])),
  });
  const names = (input: object): string[] => parseRunbooks(input).map(({ name }) => name);

  it("have 1 to 1000 of them", () => {
    expect(told(() => parseRunbooks(some(0)))).toStrictEqual(["runbooks: has 0 runbooks; allowed: 1 to 1000"]);
    expect(names(some(2))).toStrictEqual(["r0", "r1"]);
    expect(told(() => parseRunbooks(some(1_001)))).toStrictEqual(["runbooks: has 1001 runbooks; allowed: 1 to 1000"]);
    expect(told(() => parseRunbooks({ runbooks: "a" }))).toStrictEqual([
      'runbooks: "a" is neither a mapping of runbooks by name nor a list of them',
    ]);
    expect(told(() => parseRunbooks({ ...some(1), x: 1 }))).toStrictEqual(['x: unknown key "x"; allowed: runbooks']);
  });

  it("are read one by one if told which, or if there is one", () => {
    expect(parseRunbook(some(1)).name).toBe("r0");
    expect(parseRunbook(some(3), { name: "r1" }).name).toBe("r1");
    expect(parseRunbook({ runbook: { steps: ["Look"] } }, { name: "n" }).name).toBe("n");
    expect(told(() => parseRunbook(some(12)))).toStrictEqual([
      "runbooks: has 12 runbooks (r0, r1, r2, r3, r4, r5, r6, r7, r8, r9); read them with parseRunbooks, or say which by name",
    ]);
    expect(told(() => parseRunbook(some(2), { name: "r11" }))).toStrictEqual([
      'runbooks: there is no runbook "r11"; did you mean "r1"? allowed: r0, r1',
    ]);
    expect(told(() => parseRunbook({ runbook: { steps: ["Look"] }, x: 1 }))).toStrictEqual([
      'x: unknown key "x"; allowed: runbook',
    ]);
  });

  it("have names of their own", () => {
    const twice = {
      runbooks: [
        { name: "a", steps: ["Look"] },
        { name: "a", steps: ["Look"] },
      ],
    };
    expect(told(() => parseRunbooks(twice))).toStrictEqual(['runbooks[1]: "a" is the name of another runbook already']);
    expect(told(() => parseRunbooks({ runbooks: [["Look"], ["Look"]] }))).toStrictEqual([
      "runbooks[1]: has no name, and is not the only one; write name: in it",
    ]);
  });

  test.each([
    ["runbooks/DiskFull.yaml", "DiskFull"],
    ["C:\\runbooks\\DiskFull.YML", "DiskFull"],
    ["DiskFull.json", "DiskFull"],
    ["DiskFull.txt", "DiskFull.txt"],
    ["DiskFull.yaml.bak", "DiskFull.yaml.bak"],
    [".yaml", "runbook"],
    ["a/", "runbook"],
  ])("or are a list of steps, in %j", (file, name) => {
    expect(parseRunbook("[Look]", { file }).name).toBe(name);
    expect(parseRunbook("{ steps: [Look] }", { file }).name).toBe("runbook");
  });
});
