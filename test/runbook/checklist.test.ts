import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { IllegalTransitionError } from "../../src/core/errors.ts";
import {
  checkItem,
  checklistOf,
  itemStatus,
  type RunbookChecklist,
  skipItem,
  uncheckItem,
} from "../../src/runbook/checklist/checklist.ts";
import { checklistProgress } from "../../src/runbook/checklist/progress.ts";
import { readChecklist } from "../../src/runbook/checklist/read.ts";
import { applyRun } from "../../src/runbook/checklist/run.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { RunbookRun, StepStatus } from "../../src/runbook/run.ts";
import { told } from "./definition-support.ts";

const AT = Date.parse("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const RUNBOOK = runbookOf("Slow", {
  title: "It is slow",
  steps: [
    { title: "Look", timeLimit: 5, actions: ["a", "b"], escalation: "ann" },
    { name: "check", command: "c d", actions: "Read it" },
    {
      name: "both",
      parallel: [
        { name: "one", command: "e" },
        { name: "two", http: { url: "https://h/x" } },
      ],
    },
    { name: "tell", title: "Tell people" },
  ],
});
const fresh = (): RunbookChecklist => checklistOf(RUNBOOK, { at: AT });
const by = "ann";

function runOf(statuses: Record<string, StepStatus>, id = "RUN-0001"): RunbookRun {
  const steps = Object.entries(statuses).map(([name, status], index) => ({
    ...{
      name,
      status,
      kind: "command" as const,
      isRollback: name.includes("."),
      attempts: [],
      startedAt: AT,
      endedAt: AT + (index + 1) * MINUTE,
    },
  }));
  return {
    ...{
      id,
      runbook: "Slow",
      title: "It is slow",
      alert: "Slow",
      by: "alerts",
      status: "succeeded",
      isDry: false,
      startedAt: AT,
    },
    ...{ steps, resumed: 0, lock: "Slow", version: 1 },
  };
}

const statusesOf = ({ items }: RunbookChecklist): string =>
  items.map((item) => `${item.id} ${itemStatus(item)}`).join(", ");

describe("a checklist", () => {
  it("has a box for all that people do and for all that is run", () => {
    expect(fresh().items.map(({ id, text, isRun }) => `${id}: ${text}${isRun ? " (run)" : ""}`)).toEqual([
      "look/1: a",
      "look/2: b",
      "check/1: Read it",
      "check: Run: c d (run)",
      "one: Run: e (run)",
      "two: Ask: GET https://h/x (run)",
      "tell: Tell people",
    ]);
  });

  it("numbers its steps as the document does, and says what keeps people safe", () => {
    const runbook = runbookOf("Slow", [
      { title: "Look", timeLimit: 5 },
      { name: "drop", command: "a", destructive: true, approval: true, when: { step: "look", status: "manual" } },
      {
        name: "both",
        approval: { message: "Both?" },
        parallel: [
          { name: "one", command: "e", destructive: true },
          { name: "two", command: "f", approval: { message: "Two?" }, actions: ["Mind the gap"] },
        ],
      },
    ]);
    const { steps, items } = checklistOf(runbook, { at: AT });
    expect(steps).toEqual([
      { name: "look", number: "1", title: "Look", timeLimitMs: 5 * MINUTE },
      { name: "drop", number: "2", title: "drop", condition: "look was left to people" },
      { name: "both", number: "3", title: "both", approval: "Both?" },
      { name: "one", number: "3.1", title: "one" },
      { name: "two", number: "3.2", title: "two" },
    ]);
    expect(items).toMatchObject([
      { id: "look" },
      { id: "drop", isDestructive: true, needsApproval: true },
      { id: "one", isDestructive: true },
      { id: "two/1" },
      { id: "two", needsApproval: true },
    ]);
    expect(items.map((item) => Object.keys(item).length)).toEqual([5, 7, 6, 5, 6]);
    expect(readChecklist(JSON.stringify({ ...fresh(), steps, items }))).toEqual({ ...fresh(), steps, items });
  });

  it("keeps who ticked, took back and skipped", () => {
    let list = checkItem(fresh(), "look/1", { by, at: AT, note: "all pods" });
    list = uncheckItem(list, "look/1", { by: "bob", at: AT + 1 });
    list = skipItem(list, "look/1", { by: "cy", at: AT + 2, reason: "no need" });
    expect(list.items[0]?.marks).toEqual([
      { kind: "checked", by: "ann", at: AT, note: "all pods" },
      { kind: "unchecked", by: "bob", at: AT + 1 },
      { kind: "skipped", by: "cy", at: AT + 2, note: "no need" },
    ]);
    expect(itemStatus(list.items[0]!)).toBe("skipped");
    expect(fresh().items[0]?.marks).toEqual([]);
  });

  it("refuses what is done already, or not done yet", () => {
    const done = checkItem(fresh(), "tell", { by, at: AT });
    expect(() => checkItem(done, "tell", { by: "bob", at: AT })).toThrow(IllegalTransitionError);
    expect(() => skipItem(done, "tell", { by: "bob", at: AT, reason: "x" })).toThrow(
      /^"tell" is ticked already, by ann; untick it first$/,
    );
    expect(() => uncheckItem(fresh(), "tell", { by, at: AT })).toThrow(/^"tell" is neither ticked nor skipped$/);
    const skipped = skipItem(fresh(), "tell", { by, at: AT, reason: "x" });
    expect(() => checkItem(skipped, "tell", { by: "bob", at: AT })).toThrow(
      expect.objectContaining({
        message: '"tell" is skipped already, by ann; untick it first',
        ...{ from: "skipped", event: "checked", allowed: ["unchecked"] },
      }),
    );
  });

  test.each<[string, object, RegExp]>([
    ["tel", { by, at: AT }, /there is no item "tel"; did you mean "tell"/],
    ["tell", { by: "", at: AT }, /by: "".* write 1 to 200 characters/],
    ["tell", { by, at: NaN }, /at: NaN is no instant/],
    ["tell", { by, at: AT, note: "a\u001b[2J" }, /a control character/],
    ["tell", { by, at: AT, note: "a".repeat(2_001) }, /has 2001 characters/],
    ["tell", { at: AT }, /by: is missing/],
  ])("refuses to tick %j with %j", (id, how, message) => {
    expect(() => checkItem(fresh(), id, how as never)).toThrow(message);
  });

  it("does not grow for ever", () => {
    let list = fresh();
    for (let turn = 0; turn < 50; turn += 1)
      list = uncheckItem(checkItem(list, "tell", { by, at: AT }), "tell", { by, at: AT });
    expect(() => checkItem(list, "tell", { by, at: AT })).toThrow(/was changed 100 times/);
  });

  it("needs a reason to leave something out", () => {
    expect(() => skipItem(fresh(), "tell", { by, at: AT, reason: " " })).toThrow(/reason/);
  });
});

describe("progress", () => {
  it("counts, and says which step is the first with something to do", () => {
    let list = fresh();
    expect(checklistProgress(list, AT)).toEqual({ done: 0, total: 7, skipped: 0, current: "look", since: AT });
    list = skipItem(checkItem(list, "look/1", { by, at: AT + MINUTE }), "look/2", {
      by,
      at: AT + 2 * MINUTE,
      reason: "x",
    });
    expect(checklistProgress(list, AT + 9 * MINUTE)).toEqual({
      done: 2,
      total: 7,
      skipped: 1,
      current: "check",
      since: AT + 2 * MINUTE,
    });
    for (const { id } of list.items.slice(2)) list = checkItem(list, id, { by, at: AT });
    expect(checklistProgress(list, AT)).toEqual({ done: 7, total: 7, skipped: 1 });
  });

  it("says by how much a step is over its time, and whom to turn to", () => {
    expect(checklistProgress(fresh(), AT + 5 * MINUTE).overdueMs).toBeUndefined();
    expect(checklistProgress(fresh(), AT + 6 * MINUTE)).toMatchObject({ overdueMs: MINUTE, escalation: "ann" });
  });
});

describe("a run", () => {
  it("ticks what it has done, in its name, and leaves the rest to people", () => {
    const run = runOf({
      look: "manual",
      check: "succeeded",
      both: "succeeded",
      one: "failed",
      two: "skipped",
      "check.rollback": "succeeded",
      tell: "manual",
    });
    const list = applyRun(fresh(), run);
    expect(statusesOf(list)).toBe(
      "look/1 open, look/2 open, check/1 open, check done, one open, two skipped, tell open",
    );
    expect(list.items[3]?.marks).toEqual([{ kind: "checked", by: "RUN-0001", at: AT + 2 * MINUTE }]);
    expect(list.items[4]?.marks).toEqual([{ kind: "tried", by: "RUN-0001", at: AT + 4 * MINUTE, note: "failed" }]);
    expect(applyRun(list, run)).toEqual(list);
  });

  test.each<[StepStatus, string | undefined, string]>([
    ["timed_out", "took longer than 2s", "timed out: took longer than 2s"],
    ["failed", "exit code 3", "failed: exit code 3"],
    ["dry", undefined, "was only tried dry"],
    ["refused", "refused by bob: not\u001b[2J at noon", "was refused: refused by bob: not [2J at noon"],
    ["cancelled", "x".repeat(5_000), `was cancelled: ${"x".repeat(1_984)}…`],
  ])("tells of a step that %s that it was tried, and leaves it open", (status, reason, note) => {
    const run = runOf({ check: status });
    const list = applyRun(fresh(), { ...run, steps: run.steps.map((step) => ({ ...step, reason })) });
    expect(statusesOf(list)).toBe(statusesOf(fresh()));
    expect(list.items[3]?.marks).toEqual([{ kind: "tried", by: "RUN-0001", at: AT + MINUTE, note }]);
    expect(applyRun(list, run)).toEqual(list);
    expect(readChecklist(JSON.stringify(list))).toEqual(list);
    expect(() => uncheckItem(list, "check", { by, at: AT })).toThrow(IllegalTransitionError);
    expect(itemStatus(checkItem(list, "check", { by, at: AT }).items[3]!)).toBe("done");
    expect(itemStatus(applyRun(list, runOf({ check: "succeeded" }, "RUN-0002")).items[3]!)).toBe("done");
    expect(checklistProgress(list, AT).done).toBe(0);
  });

  test.each<[StepStatus, string]>([
    ["succeeded", "succeeded, and was taken back"],
    ["failed", "succeeded, and was not wholly taken back"],
  ])("that took a step back, which %s, leaves it open", (status, note) => {
    const run = runOf({ check: "succeeded", "check.rollback": status });
    const taken = { ...run, steps: run.steps.map((step) => (step.isRollback ? { ...step, of: "check" } : step)) };
    const mark = { kind: "tried", by: "RUN-0001", at: AT + 2 * MINUTE, note };
    const list = applyRun(fresh(), taken);
    expect(list.items[3]?.marks).toEqual([mark]);
    expect(applyRun(list, taken)).toEqual(list);

    const before = applyRun(fresh(), { ...taken, status: "rolling_back" });
    const after = applyRun(before, taken);
    expect(after.items[3]?.marks).toEqual([{ kind: "checked", by: "RUN-0001", at: AT + MINUTE }, mark]);
    expect(itemStatus(after.items[3]!)).toBe("open");
    expect(applyRun(after, taken)).toEqual(after);
    const own = checkItem(fresh(), "check", { by, at: AT });
    expect(applyRun(own, taken)).toEqual(own);
  });

  it("that has not come to a step says nothing of it", () => {
    for (const status of ["pending", "running", "waiting", "manual"] as const)
      expect(applyRun(fresh(), runOf({ check: status }))).toEqual(fresh());
  });

  it("does not tick what was only tried dry, or what a person knows better", () => {
    expect(statusesOf(applyRun(fresh(), runOf({ check: "dry" })))).toBe(statusesOf(fresh()));
    const ticked = checkItem(fresh(), "check", { by, at: AT });
    expect(applyRun(ticked, runOf({ check: "succeeded" }))).toEqual(ticked);
    const undone = uncheckItem(applyRun(fresh(), runOf({ check: "succeeded" })), "check", { by, at: AT });
    expect(applyRun(undone, runOf({ check: "succeeded" }))).toEqual(undone);
    expect(statusesOf(applyRun(undone, runOf({ check: "succeeded" }, "RUN-0002")))).toContain("check done");
  });

  it("of another runbook is refused", () => {
    expect(() => applyRun(fresh(), { ...runOf({}), runbook: "Other" })).toThrow(
      /"RUN-0001" is a run of "Other", and this is the checklist of "Slow"/,
    );
  });
});

describe("JSON", () => {
  it("leads there and back, whatever was done", () => {
    const ids = fresh().items.map(({ id }) => id);
    const act = fc.record({
      id: fc.constantFrom(...ids),
      kind: fc.constantFrom("check", "uncheck", "skip"),
      who: fc.constantFrom("ann", "bob"),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let list = fresh();
        for (const { id, kind, who, at } of acts) {
          try {
            if (kind === "check") list = checkItem(list, id, { by: who, at });
            else if (kind === "skip") list = skipItem(list, id, { by: who, at, reason: "r" });
            else list = uncheckItem(list, id, { by: who, at });
          } catch (error) {
            expect(error).toBeInstanceOf(IllegalTransitionError);
          }
        }
        expect(readChecklist(JSON.stringify(list))).toEqual(list);
      }),
    );
  });

  test.each<[string, (list: RunbookChecklist) => unknown, RegExp]>([
    ["a key that there is not", (list) => ({ ...list, more: 1 }), /unknown key "more"/],
    ["an item of no step", (list) => ({ ...list, steps: [] }), /items\[0\].step: is none of the steps/],
    [
      "an item twice",
      (list) => ({ ...list, items: [...list.items, list.items[0]] }),
      /items\[7\].id: is there already/,
    ],
    ["no list", () => ({}), /runbook: is missing/],
    ["an instant that is none", (list) => ({ ...list, startedAt: 1e300 }), /startedAt/],
  ])("with %s is refused", (_, change, message) => {
    expect(() => readChecklist(JSON.stringify(change(fresh())))).toThrow(message);
  });

  it("is told of each fault at its place", () => {
    const list = { ...fresh(), title: 5, items: [{ ...fresh().items[0], isRun: "yes" }] };
    expect(told(() => readChecklist(JSON.stringify(list)))).toEqual([
      ...["title: 5 is not text", 'items[0].isRun: "yes" is not true or false'],
    ]);
  });
});
