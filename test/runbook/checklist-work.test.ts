import { describe, expect, it } from "vitest";

import { ConfigurationError, IllegalTransitionError } from "../../src/core/errors.ts";
import {
  checkItem,
  checklistOf,
  itemStatus,
  type RunbookChecklist,
  skipItem,
  triedItem,
  uncheckItem,
} from "../../src/runbook/checklist/checklist.ts";
import { checklistProgress } from "../../src/runbook/checklist/progress.ts";
import { readChecklist } from "../../src/runbook/checklist/read.ts";
import { applyRun } from "../../src/runbook/checklist/run.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { RunbookRun, RunStep } from "../../src/runbook/run.ts";

const AT = 1_000_000;
const by = "ann";
const RUNBOOK = runbookOf("Slow", {
  title: "It is slow",
  steps: [
    { title: "Look at it", timeLimit: 5, escalation: "the team" },
    { name: "act", title: "Act on it", run: () => 1, timeLimit: 1 },
    { name: "call", run: () => 1 },
    { name: "script", command: "a\nb", shell: true, approval: true },
    { name: "both", title: "Both of them", approval: true, parallel: [{ name: "one", command: "e" }] },
    { name: "ask", http: { method: "POST", url: "https://h/{{ labels.app }}" }, destructive: true },
    { title: "Wait", timeLimit: 2 },
  ],
});
const fresh = (more: object = {}): RunbookChecklist => checklistOf(RUNBOOK, { at: AT, ...more });
const faultOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("a fresh checklist", () => {
  it("is what the runbook says, with nothing done", () => {
    const marks = { marks: [] };
    expect(fresh({ incident: "INC-0001" })).toStrictEqual({
      ...{ runbook: "Slow", title: "It is slow", startedAt: AT, incident: "INC-0001" },
      steps: [
        { name: "look_at_it", number: "1", title: "Look at it", timeLimitMs: 300_000, escalation: "the team" },
        { name: "act", number: "2", title: "Act on it", timeLimitMs: 60_000 },
        { name: "call", number: "3", title: "call" },
        { name: "script", number: "4", title: "script" },
        { name: "both", number: "5", title: "Both of them", approval: "" },
        { name: "one", number: "5.1", title: "one" },
        { name: "ask", number: "6", title: "ask" },
        { name: "wait", number: "7", title: "Wait", timeLimitMs: 120_000 },
      ],
      items: [
        { id: "look_at_it", step: "look_at_it", text: "Look at it", isRun: false, ...marks },
        { id: "act", step: "act", text: "Do: Act on it", isRun: true, ...marks },
        { id: "call", step: "call", text: "Do: call", isRun: true, ...marks },
        { id: "script", step: "script", text: "Run the script of: script", isRun: true, ...marks, needsApproval: true },
        { id: "one", step: "one", text: "Run: e", isRun: true, ...marks },
        {
          id: "ask",
          step: "ask",
          text: "Ask: POST https://h/{{ labels.app }}",
          isRun: true,
          ...marks,
          isDestructive: true,
        },
        { id: "wait", step: "wait", text: "Wait", isRun: false, ...marks },
      ],
    });
    expect(Object.keys(fresh())).not.toContain("incident");
  });

  it("has boxes for what people do beside what is run, in a group too", () => {
    const runbook = runbookOf("X", [{ name: "g", actions: ["Mind the gap"], parallel: [{ name: "p", command: "e" }] }]);
    expect(checklistOf(runbook, { at: 0 }).items.map(({ id, step }) => [id, step])).toEqual([
      ["g/1", "g"],
      ["p", "p"],
    ]);
  });

  it.each<[unknown, string]>([
    [NaN, "at: NaN is no instant; write epoch milliseconds"],
    [1.5, "at: 1.5 is no instant; write epoch milliseconds"],
    ["1", 'at: "1" is no instant; write epoch milliseconds'],
    [8.64e15 + 1, "at: 8640000000000001 is no instant; write epoch milliseconds"],
  ])("does not begin at %j", (at, message) => {
    expect(() => fresh({ at })).toThrow(message);
    expect(() => checklistProgress(fresh(), at as number)).toThrow(message);
  });

  it("may begin at the first and the last instant that there is", () => {
    for (const at of [8.64e15, -8.64e15]) expect(fresh({ at }).startedAt).toBe(at);
  });
});

describe("a mark", () => {
  it.each<[string, (list: RunbookChecklist) => RunbookChecklist, object]>([
    ["a tick", (list) => checkItem(list, "act", { by, at: AT }), { kind: "checked", by, at: AT }],
    [
      "a tick with a note",
      (list) => checkItem(list, "act", { by, at: AT, note: "n" }),
      { kind: "checked", by, at: AT, note: "n" },
    ],
    [
      "a skip",
      (list) => skipItem(list, "act", { by, at: AT, reason: "r" }),
      { kind: "skipped", by, at: AT, note: "r" },
    ],
    ["a try", (list) => triedItem(list, "act", { by, at: AT, note: "n" }), { kind: "tried", by, at: AT, note: "n" }],
    [
      "a tick that is taken back",
      (list) => uncheckItem(checkItem(list, "act", { by, at: AT }), "act", { by, at: AT + 1 }),
      { kind: "unchecked", by, at: AT + 1 },
    ],
    [
      "a tick that is taken back with a note",
      (list) => uncheckItem(checkItem(list, "act", { by, at: AT }), "act", { by, at: AT + 1, note: "n" }),
      { kind: "unchecked", by, at: AT + 1, note: "n" },
    ],
  ])("%s is kept as it was made", (_title, work, mark) => {
    const list = work(fresh());
    expect(list.items[1]?.marks.at(-1)).toStrictEqual(mark);
    expect({ ...list, items: list.items.filter(({ id }) => id !== "act") }).toEqual({
      ...fresh(),
      items: fresh().items.filter(({ id }) => id !== "act"),
    });
  });

  it("of a run on what it has ticked itself says that it took it back; on what another ticked it is none", () => {
    const ticked = checkItem(fresh(), "act", { by: "RUN-0001", at: AT });
    expect(itemStatus(triedItem(ticked, "act", { by: "RUN-0001", at: AT, note: "n" }).items[1]!)).toBe("open");
    const fault = faultOf(() => triedItem(ticked, "act", { by: "RUN-0002", at: AT, note: "n" }));
    expect(fault).toBeInstanceOf(IllegalTransitionError);
    expect(fault).toMatchObject({
      message: '"act" is ticked already, by RUN-0001; untick it first',
      ...{ from: "done", event: "tried", allowed: ["unchecked"] },
    });
  });

  it("that takes back what is open is refused, and what is possible is said", () => {
    expect(faultOf(() => uncheckItem(fresh(), "act", { by, at: AT }))).toMatchObject({
      message: '"act" is neither ticked nor skipped',
      ...{ from: "open", event: "unchecked", allowed: ["checked", "skipped"] },
    });
  });

  it.each([
    [{ by: "x".repeat(201) }, "by: has 201 characters; write 1 to 200 characters"],
    [{ by: "a\u202eb" }, 'by: "a\\u202eb" has a control character in it; remove it'],
    [{ note: "" }, 'note: ""; write 1 to 2000 characters'],
    [{ note: "a\u0007b" }, 'note: "a\\u0007b" has a control character in it; remove it'],
    [{ at: 0.5 }, "at: 0.5 is no instant; write epoch milliseconds"],
  ])("cannot have %j", (more, message) => {
    const fault = faultOf(() => checkItem(fresh(), "act", { by, at: AT, ...more }));
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect((fault as Error).message).toBe(message);
  });

  it("may have a name of two hundred characters, and lines", () => {
    const note = `${"n".repeat(1_996)}\r\n\t.`;
    expect(checkItem(fresh(), "act", { by: "x".repeat(200), at: AT, note }).items[1]?.marks[0]?.note).toBe(note);
  });

  it("on what there is not says what there is, twenty at most", () => {
    const steps = Array.from({ length: 21 }, (_, index) => ({ name: `s${String(index + 10)}`, command: "x" }));
    const list = checklistOf(runbookOf("X", steps), { at: AT });
    const shown = steps.slice(0, 20).map(({ name }) => name);
    expect(() => checkItem(list, "something", { by, at: AT })).toThrow(
      new ConfigurationError([
        { path: ["item"], message: `there is no item "something"; allowed: ${shown.join(", ")}` },
      ]),
    );
  });

  it("is one of a hundred at most", () => {
    let list = fresh();
    for (let turn = 0; turn < 100; turn += 1) list = triedItem(list, "act", { by, at: AT, note: "n" });
    expect(() => triedItem(list, "act", { by, at: AT, note: "n" })).toThrow(
      'item: "act" was changed 100 times; no more is kept',
    );
  });
});

describe("progress", () => {
  const done = (list: RunbookChecklist, id: string, at: number): RunbookChecklist => checkItem(list, id, { by, at });

  it("is since the last of what comes before, whatever comes later", () => {
    let list = done(done(fresh(), "look_at_it", AT + 500), "ask", AT + 900);
    expect(checklistProgress(list, AT + 1_000)).toEqual({
      done: 2,
      total: 7,
      skipped: 0,
      current: "act",
      since: AT + 500,
    });
    list = done(list, "act", AT + 400);
    expect(checklistProgress(list, AT + 1_000)).toMatchObject({ current: "call", since: AT + 500 });
    expect(checklistProgress(done(fresh(), "look_at_it", AT - 500), AT).since).toBe(AT);
  });

  it("is over its time only beyond it, and says whom to turn to where that is known", () => {
    expect(checklistProgress(fresh(), AT + 300_000)).toStrictEqual({
      ...{ done: 0, total: 7, skipped: 0, current: "look_at_it", since: AT },
    });
    expect(checklistProgress(fresh(), AT + 300_001)).toStrictEqual({
      ...{ done: 0, total: 7, skipped: 0, current: "look_at_it", since: AT, overdueMs: 1, escalation: "the team" },
    });
    const list = done(fresh(), "look_at_it", AT + 500);
    expect(checklistProgress(list, AT + 60_600)).toStrictEqual({
      ...{ done: 1, total: 7, skipped: 0, current: "act", since: AT + 500, overdueMs: 100 },
    });
  });

  it("has a first step though what comes before it in the document stands behind it", () => {
    const { items, ...rest } = fresh();
    const list = readChecklist(JSON.stringify({ ...rest, items: items.toReversed() }));
    expect(checklistProgress(list, AT)).toMatchObject({ current: "wait", since: AT });
  });

  it("is at its end when nothing is open", () => {
    const list = fresh().items.reduce((all, { id }) => skipItem(all, id, { by, at: AT, reason: "r" }), fresh());
    expect(checklistProgress(list, AT)).toStrictEqual({ done: 7, total: 7, skipped: 7 });
  });
});

describe("a run", () => {
  const step = (more: Partial<RunStep>): RunStep => ({
    ...{ name: "act", kind: "action", status: "succeeded", isRollback: false, attempts: [], ...more },
  });
  const runOf = (steps: readonly RunStep[]): RunbookRun => ({
    ...{ id: "RUN-0001", runbook: "Slow", title: "t", alert: "Slow", by: "a", status: "succeeded", isDry: false },
    ...{ startedAt: AT, steps, resumed: 0, lock: "l", version: 1 },
  });
  const marksAfter = (...steps: readonly RunStep[]): unknown => applyRun(fresh(), runOf(steps)).items[1]?.marks;

  it.each<[Partial<RunStep>, number]>([
    [{ startedAt: AT + 1, endedAt: AT + 2 }, AT + 2],
    [{ startedAt: AT + 1 }, AT + 1],
    [{}, AT],
  ])("ticks at its end, or when it is known to have been under way: %j", (more, at) => {
    expect(marksAfter(step(more))).toEqual([{ kind: "checked", by: "RUN-0001", at }]);
  });

  it("skips what its condition left out", () => {
    expect(marksAfter(step({ status: "skipped" }))).toEqual([
      { kind: "skipped", by: "RUN-0001", at: AT, note: "not for now, by its condition" },
    ]);
  });

  it("has taken back what each of its steps back is through with, at the last of them", () => {
    const back = (more: Partial<RunStep>): RunStep => step({ name: "undo", isRollback: true, of: "act", ...more });
    const note = "succeeded, and was taken back";
    expect(marksAfter(step({}), back({ endedAt: AT + 9 }), back({ name: "undo2", endedAt: AT + 5 }))).toEqual([
      { kind: "tried", by: "RUN-0001", at: AT + 9, note },
    ]);
    expect(
      marksAfter(step({}), back({ endedAt: AT + 5 }), back({ name: "undo2", endedAt: AT + 9, status: "failed" })),
    ).toEqual([{ kind: "tried", by: "RUN-0001", at: AT + 9, note: "succeeded, and was not wholly taken back" }]);
    // One that goes on, or is of another step, has taken back nothing.
    for (const other of [
      back({}),
      back({ of: "call", endedAt: AT + 5 }),
      step({ name: "undo", of: "act", endedAt: AT }),
    ])
      expect(marksAfter(step({}), other)).toEqual([{ kind: "checked", by: "RUN-0001", at: AT }]);
    expect(marksAfter(step({ status: "failed", reason: "no" }), back({ endedAt: AT + 5 }))).toEqual([
      { kind: "tried", by: "RUN-0001", at: AT, note: "failed: no" },
    ]);
  });
});
