import { describe, expect, it } from "vitest";

import type { RunOccurrence } from "../../src/runbook/events.ts";
import { publicRun } from "../../src/runbook/fold.ts";
import type { StepStatus } from "../../src/runbook/run.ts";
import { describeRun } from "../../src/runbook/run-words.ts";
import { ended, stateAfter } from "./journal.ts";

const linesOf = (...occurrences: readonly RunOccurrence[]): string[] =>
  describeRun(publicRun(stateAfter(...occurrences))).split("\n");
const begin = (step: string, attempt = 1): RunOccurrence => ({ type: "step_started", step, attempt });

describe("a run in words", () => {
  it("that goes on has no end, and what waits in it is said", () => {
    expect(
      linesOf(begin("look"), { type: "approval_requested", step: "part", message: "Go on?", expiresAt: 9_000 }),
    ).toEqual(["RUN-0001 Slow running", "  look: under way", "  both: not done", "    part: waits for an approval"]);
  });

  it("that is being taken back says why, and by what", () => {
    const planned = { name: "undo", kind: "command", of: "look", isRollback: true } as const;
    expect(
      linesOf(
        begin("look"),
        ended("look", { status: "failed", reason: "exit code 1", durationMs: 1_200 }, false),
        begin("look", 2),
        ended("look", { number: 2, status: "failed", reason: "exit code 2", durationMs: 34 }),
        { type: "rollback_began", reason: "step look failed", outcome: "failed" },
        { type: "step_started", step: "undo", attempt: 1, planned },
      ),
    ).toEqual([
      "RUN-0001 Slow rolling back: step look failed",
      "  look: failed in 34 ms, 2 attempts: exit code 2",
      "  both: not done",
      "    part: not done",
      "  undo (takes back look): under way",
    ]);
  });

  it("that was taken back without anybody saying of what says so", () => {
    const planned = { name: "undo", kind: "command", isRollback: true } as const;
    expect(linesOf({ type: "step_started", step: "undo", attempt: 1, planned }).at(-1)).toBe(
      "  undo (takes back ?): under way",
    );
  });

  it("is over after the time that it took, dry or not", () => {
    expect(linesOf({ type: "ended", status: "succeeded" })[0]).toBe("RUN-0001 Slow succeeded after 1 s");
    expect(
      linesOf({ type: "step_settled", step: "look", status: "dry" }, { type: "ended", status: "failed", reason: "no" }),
    ).toEqual([
      "RUN-0001 Slow failed after 2 s (some of it only dry): no",
      "  look: only tried dry",
      "  both: not done",
      "    part: not done",
    ]);
  });

  it("took no time if its clock was set back", () => {
    const run = { ...publicRun(stateAfter({ type: "ended", status: "succeeded" })), endedAt: 1 };
    expect(describeRun(run).split("\n")[0]).toBe("RUN-0001 Slow succeeded after 0 ms");
  });

  it.each<[StepStatus, string]>([
    ["succeeded", "succeeded: why"],
    ["failed", "failed: why"],
    ["timed_out", "timed out: why"],
    ["cancelled", "cancelled: why"],
    ["skipped", "skipped: why"],
    ["dry", "only tried dry: why"],
    ["manual", "left to people"],
    ["refused", "refused: why"],
  ])("has a step that is %s", (status, words) => {
    const settled = { type: "step_settled", step: "look", status, reason: "why" } as RunOccurrence;
    expect(linesOf(settled)[1]).toBe(`  look: ${words}`);
  });

  it("says who has approved a step, and not who has refused it", () => {
    const asked: RunOccurrence = { type: "approval_requested", step: "look", message: "?", expiresAt: 9_000 };
    const answer = (approved: boolean): RunOccurrence => ({
      type: "approval_answered",
      step: "look",
      approved,
      by: "bob",
    });
    expect(linesOf(asked, answer(true), begin("look"), ended("look"))[1]).toBe("  look: succeeded, approved by bob");
    expect(linesOf(asked, answer(false))[1]).toBe("  look: not done");
  });

  it("says that nobody has where that was not kept", () => {
    const run = publicRun(stateAfter());
    const approval = { message: "?", requestedAt: 1, expiresAt: 2, afterAttempts: 0, approved: true };
    const steps = run.steps.map((step) => ({ ...step, approval }));
    expect(describeRun({ ...run, steps }).split("\n")[1]).toBe("  look: not done, approved by nobody");
  });
});
