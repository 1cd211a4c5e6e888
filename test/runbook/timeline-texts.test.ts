import { describe, expect, it } from "vitest";

import type { RunOccurrence } from "../../src/runbook/events.ts";
import { type DescribedEvent, describeEvent } from "../../src/runbook/executor/timeline-texts.ts";
import { foldRun } from "../../src/runbook/fold.ts";
import type { StepStatus } from "../../src/runbook/run.ts";
import { ended, journalOf, STARTED, stateAfter } from "./journal.ts";

/** What the last of what happened is in the timeline. */
function told(...occurrences: readonly RunOccurrence[]): DescribedEvent | undefined {
  const event = journalOf(STARTED, ...occurrences).at(-1);
  if (event === undefined) throw new Error("nothing happened");
  return describeEvent(stateAfter(...occurrences), event);
}

const begin = (step: string, command?: readonly string[]): RunOccurrence => ({
  ...{ type: "step_started", step, attempt: 1 },
  ...(command === undefined ? {} : { command }),
});
const text = (words: string) => ({ text: words, bytes: words.length, isCut: false });
const answered = (approved: boolean, by: string, reason?: string): RunOccurrence => ({
  ...{ type: "approval_answered", step: "look", approved, by },
  ...(reason === undefined ? {} : { reason }),
});

describe("the timeline of an incident says of a run", () => {
  it.each<[string, readonly RunOccurrence[], DescribedEvent | undefined]>([
    ["began", [], { message: "Runbook Slow began (RUN-0001): 3 steps, for Latency" }],
    ["goes on", [{ type: "resumed" }], { message: "Runbook Slow goes on (RUN-0001): its process had died" }],
    [
      "asks",
      [{ type: "approval_requested", step: "look", message: "Look?", expiresAt: 9_000 }],
      {
        message: "Runbook Slow asks for an approval: Look?",
        ...{ step: "look", status: "waiting", asks: "Look?", expiresAt: 9_000 },
      },
    ],
    ["is approved", [answered(true, "bob")], { message: "bob approves look of Runbook Slow", step: "look" }],
    [
      "is refused, and why",
      [answered(false, "bob", "not now")],
      { message: "bob refuses look of Runbook Slow: not now", step: "look" },
    ],
    [
      "was answered too late, and that this is none",
      [{ type: "approval_requested", step: "look", message: "Look?", expiresAt: 2_500 }, answered(true, "bob", "fine")],
      {
        message: "bob approves look of Runbook Slow when the time for an answer was up, which is none: fine",
        step: "look",
      },
    ],
    [
      "was answered by nobody",
      [answered(false, "nobody", "nobody answered within 5 s")],
      { message: "Runbook Slow: look is refused: nobody answered within 5 s", step: "look" },
    ],
    ["is cancelled", [{ type: "cancel_requested", by: "bob" }], { message: "bob cancels Runbook Slow" }],
    [
      "is cancelled, and why",
      [{ type: "cancel_requested", by: "bob", reason: "wrong pod" }],
      { message: "bob cancels Runbook Slow: wrong pod" },
    ],
    [
      "is taken back",
      [{ type: "rollback_began", reason: "step look failed", outcome: "failed" }],
      { message: "Runbook Slow is rolled back: step look failed" },
    ],
    ["nothing of its being renewed", [{ type: "renewed" }], undefined],
    ["nothing of a step that began", [begin("look")], undefined],
    ["nothing of its being told", [{ type: "ended", status: "failed" }, { type: "telling" }], undefined],
    ["nothing of its having been told", [{ type: "ended", status: "failed" }, { type: "told" }], undefined],
    [
      "will be tried again",
      [begin("look"), ended("look", { status: "timed_out" }, false)],
      {
        message: "Runbook Slow: attempt 1 at look timed out; it is tried again",
        ...{ step: "look", status: "timed_out", attempt: 1 },
      },
    ],
    [
      "will be tried again, and why",
      [begin("look"), ended("look", { status: "failed", reason: "exit code 1" }, false)],
      {
        message: "Runbook Slow: attempt 1 at look failed (exit code 1); it is tried again",
        ...{ step: "look", status: "failed", attempt: 1 },
      },
    ],
  ])("that it %s", (_title, occurrences, expected) => {
    expect(told(...occurrences)).toEqual(expected);
  });

  it("that it began dry, and counts a single step", () => {
    const [event] = journalOf({ ...STARTED, dryRun: true, steps: STARTED.steps.slice(0, 1) });
    const state = foldRun(undefined, event!, "RUN-0007");
    expect(describeEvent(state!, event!)).toEqual({
      message: "Runbook Slow began (RUN-0007, dry): 1 step, for Latency",
    });
    const [other] = journalOf({ ...STARTED, dryRun: false });
    expect(describeEvent(foldRun(undefined, other!, "RUN-0007")!, other!)?.message).toContain("(RUN-0007)");
  });
});

describe("a step in the timeline", () => {
  it("has all that is known of how it ended", () => {
    const output = { stdout: text("one\ntwo\n"), stderr: text("a warning") };
    expect(
      told(
        begin("look", ["kubectl", "get", "pods"]),
        ended("look", { status: "failed", reason: "exit code 3", exitCode: 3, durationMs: 1_499, ...output }),
      ),
    ).toEqual({
      message: "Runbook Slow: look failed in 1 s: exit code 3",
      ...{ step: "look", status: "failed", attempt: 1, exitCode: 3, durationMs: 1_499 },
      ...{ command: ["kubectl", "get", "pods"], output: "one\ntwo" },
    });
  });

  it("has no more than is known", () => {
    const expected = { message: "Runbook Slow: look succeeded", step: "look", status: "succeeded", attempt: 1 };
    expect(told(begin("look"), ended("look"))).toStrictEqual(expected);
    expect(told({ type: "step_settled", step: "look", status: "skipped", reason: "only if x" })).toStrictEqual({
      ...{ message: "Runbook Slow: look was skipped: only if x", step: "look", status: "skipped" },
    });
  });

  it.each<[StepStatus, string]>([
    ["succeeded", "succeeded: why"],
    ["failed", "failed: why"],
    ["timed_out", "timed out: why"],
    ["cancelled", "was cancelled: why"],
    ["skipped", "was skipped: why"],
    ["dry", "was only tried dry: why"],
    // That it is left to people is all that there is to say.
    ["manual", "is left to people"],
    ["refused", "was refused: why"],
  ])("that is %s", (status, words) => {
    const occurrence = { type: "step_settled", step: "look", status, reason: "why" } as RunOccurrence;
    expect(told(occurrence)?.message).toBe(`Runbook Slow: look ${words}`);
  });

  it("that takes another back is said to", () => {
    const planned = { name: "undo", kind: "command", of: "look", isRollback: true } as const;
    expect(told({ type: "step_settled", step: "undo", status: "succeeded", planned })?.message).toBe(
      "Runbook Slow: rollback undo succeeded",
    );
  });

  it("that the run does not have is nothing", () => {
    const event = { type: "step_settled", step: "more", status: "failed", at: 1, id: "o:1" } as const;
    expect(describeEvent(stateAfter(), event)).toBeUndefined();
  });

  it.each([
    [undefined, undefined, undefined],
    ["out", "err", "out"],
    [" \n", "err", "err"],
    ["", undefined, undefined],
    ["x".repeat(1_000), "err", "x".repeat(1_000)],
    [`a${"x".repeat(1_000)}`, "err", `…${"x".repeat(1_000)}`],
  ])("shows the end of what it wrote: of %j and %j", (stdout, stderr, shown) => {
    const streams = {
      ...(stdout === undefined ? {} : { stdout: text(stdout) }),
      ...(stderr === undefined ? {} : { stderr: text(stderr) }),
    };
    const described = told(begin("look"), ended("look", streams));
    expect(described?.output).toBe(shown);
    expect(Object.keys(described ?? {}).includes("output")).toBe(shown !== undefined);
  });

  it.each([
    [["a".repeat(1_999), "b"], ["a".repeat(1_999)]],
    [
      ["a".repeat(1_998), "b", "c"],
      ["a".repeat(1_998), "b"],
    ],
    [
      ["a".repeat(1_990), "b".repeat(9), "c"],
      ["a".repeat(1_990), "b".repeat(9)],
    ],
    [
      ["a".repeat(1_990), "b".repeat(10), "c"],
      ["a".repeat(1_990), `${"b".repeat(8)}…`],
    ],
    [["a".repeat(2_001)], [`${"a".repeat(1_999)}…`]],
    [["a".repeat(2_000)], ["a".repeat(2_000)]],
  ])("shows no more than two thousand characters of its command (%#)", (command, shown) => {
    expect(told(begin("look", command), ended("look"))?.command).toEqual(shown);
  });
});

describe("the end of a run in the timeline", () => {
  const manual = (step: string): RunOccurrence => ({ type: "step_settled", step, status: "manual" });

  it.each<[readonly RunOccurrence[], RunOccurrence, DescribedEvent]>([
    [[], { type: "ended", status: "succeeded" }, { message: "Runbook Slow succeeded after 1 s", status: "succeeded" }],
    [
      [],
      { type: "ended", status: "cancelled", reason: "cancelled by bob" },
      { message: "Runbook Slow was cancelled after 1 s: cancelled by bob", status: "cancelled" },
    ],
    [
      [manual("look")],
      { type: "ended", status: "succeeded" },
      { message: "Runbook Slow succeeded after 2 s: 1 step left to people", status: "succeeded" },
    ],
    [
      [manual("look"), manual("part"), { type: "step_settled", step: "both", status: "dry" }],
      { type: "ended", status: "failed", reason: "no" },
      {
        message: "Runbook Slow failed after 4 s: some of it only dry; 2 steps left to people; no",
        status: "failed",
      },
    ],
  ])("after %j says how, and what is left", (before, end, expected) => {
    expect(told(...before, end)).toEqual(expected);
  });

  it("took no time if its clock was set back", () => {
    const state = { ...stateAfter({ type: "ended", status: "succeeded" }), endedAt: 10, startedAt: 1_000 };
    const event = { type: "ended", status: "succeeded", at: 10, id: "o:9" } as const;
    expect(describeEvent(state, event)?.message).toBe("Runbook Slow succeeded after 0 ms");
  });
});
