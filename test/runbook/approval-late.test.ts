import { describe, expect, it, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import { isLateAnswer } from "../../src/runbook/engine/approval.ts";
import { RunKeeper } from "../../src/runbook/engine/keeper.ts";
import type { ApprovalAnswered, RunEvent, RunOccurrence } from "../../src/runbook/events.ts";
import { foldRun, recordOf } from "../../src/runbook/fold.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { stateAfter } from "./journal.ts";
import {
  abandoned,
  altered,
  executing,
  gate,
  Heard,
  incidentOf,
  journalSays,
  notesOf,
  standing,
  stepOf,
  ticks,
} from "./support.ts";

const START = Date.UTC(2026, 10, 30, 3);
const HOUR = 3_600_000;
const GATED: readonly StepDefinition[] = [
  { name: "drop", command: "drop cache", approval: { message: "Drop it?", timeout: "5m" } },
];
const yes = { step: "drop", approved: true, by: "bob" };
const answered: ApprovalAnswered = { type: "approval_answered", ...yes };
const UNANSWERED = "nobody answered within 5 min, which is taken as no";

/** What another process adds to the first run, which looks at no clock before it does. */
async function sayElsewhere(
  store: IncidentStore,
  clock: ManualClock,
  ...occurrences: readonly RunOccurrence[]
): Promise<void> {
  const { logger } = new Heard();
  const keeper = new RunKeeper({
    ...{ store, prefix: "RUN", owner: "older", leaseMs: 30_000, patienceMs: 0, clock, logger, tell: () => undefined },
  });
  for (const occurrence of occurrences) await keeper.tell("RUN-0001", () => [occurrence]);
}

/** A run that asks for an approval, and whose process dies then. */
async function left(steps: readonly StepDefinition[] = GATED, options: Parameters<typeof abandoned>[2] = {}) {
  const clock = new ManualClock(START);
  const { store, dead } = await abandoned(steps, "approval_requested", { clock, ...options });
  return { clock, store, dead };
}

const messageOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "taken",
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );

describe("an answer that comes when its time is up", () => {
  it("is refused though nobody has noticed, and the run goes on as if nobody had answered", async () => {
    const { clock, store, dead } = await left();
    clock.advance(6 * HOUR);
    const { executor, runner } = executing(GATED, { store, clock });
    const message =
      'IllegalTransitionError: ann asked "Drop it?" for step drop of RUN-0001; the time for an answer was up at ' +
      "2026-11-30T03:05:00.000Z, 5 h 55 min ago, which is taken as no";
    expect(await messageOf(executor.answer("RUN-0001", yes))).toBe(message);
    expect(await messageOf(executor.answer("RUN-0001", { ...yes, approved: false }))).toBe(message);
    expect(await messageOf(executor.answer("RUN-0001", { ...yes, approved: false, by: "nobody" }))).toBe(message);
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(ended).toMatchObject({ status: "failed", reason: `step drop refused: ${UNANSWERED}` });
    expect(stepOf(ended, "drop").approval).toMatchObject({ approved: false, by: "nobody" });
    expect([...dead.lines, ...runner.lines]).toEqual([]);
  });

  it("is refused in the process that waits for it, whose timer is only about to fire", async () => {
    const clock = new ManualClock(START);
    const { executor, run, runner } = executing(GATED, { clock });
    const asked = gate();
    executor.on("approvalRequested", asked.open);
    const going = run();
    await asked.opened;
    await ticks(50);
    clock.advance(300_001);
    expect(await messageOf(executor.answer("RUN-0001", yes))).toMatch(/ 1 ms ago, which is taken as no$/);
    expect((await going).reason).toBe(`step drop refused: ${UNANSWERED}`);
    expect(runner.lines).toEqual([]);
  });

  it("names the other steps whose time is not up", async () => {
    const steps = [
      {
        name: "both",
        parallel: [
          { name: "drop", command: "x", approval: { timeout: "5m" } },
          { name: "one", command: "x", approval: { timeout: "5m" } },
          { name: "two", command: "x", approval: { timeout: "1h" } },
        ],
      },
    ];
    const clock = new ManualClock(START);
    const { store } = await abandoned(steps, '"step":"two"', { clock });
    clock.advance(600_000);
    const { executor } = executing(steps, { store, clock });
    await expect(executor.answer("RUN-0001", yes)).rejects.toMatchObject({
      ...{ code: "illegal_transition", event: "answer drop", allowed: ["answer two"] },
    });
  });

  it("is taken in the very last millisecond", async () => {
    const { clock, store } = await left();
    clock.advance(300_000);
    const { executor, runner } = executing(GATED, { store, clock });
    await executor.answer("RUN-0001", yes);
    expect((await executor.resume("RUN-0001", { force: true })).status).toBe("succeeded");
    expect(runner.lines).toEqual(["drop cache"]);
  });

  it("holds if it was given in time, though its run goes on only later", async () => {
    const { clock, store } = await left();
    const { executor, runner } = executing(GATED, { store, clock });
    await executor.answer("RUN-0001", yes);
    clock.advance(6 * HOUR);
    expect((await executor.resume("RUN-0001", { force: true })).status).toBe("succeeded");
    expect(runner.lines).toEqual(["drop cache"]);
  });

  it("is of the time at which it was decided on, however long the store takes", async () => {
    const { clock, store } = await left();
    const slow = altered(store, {
      commit: (...call) => {
        clock.stepWall(HOUR);
        return store.commit(...call);
      },
    });
    const { executor } = executing(GATED, { store: slow, clock });
    const run = await executor.answer("RUN-0001", yes);
    expect(stepOf(run, "drop").approval).toMatchObject({ approved: true, answeredAt: START });
  });
});

describe("a journal in which an answer came when its time was up", () => {
  it("has none: the run that goes on does not run the step, and says who spoke too late", async () => {
    const clock = new ManualClock(START);
    const { incidents, incident } = await incidentOf(clock);
    const { store } = await left(GATED, { clock, incident, incidents });
    clock.advance(300_001);
    await sayElsewhere(store, clock, answered);
    const { executor, runner } = executing(GATED, { store, clock, incidents });
    const told: unknown[] = [];
    executor.on("approvalAnswered", ({ step }) => told.push(step.approval?.by));
    expect(standing(await executor.get("RUN-0001"))).toEqual({ drop: "waiting" });
    const waiting = [];
    for await (const listed of executor.list({ open: true })) waiting.push(...listed.waiting.map(({ step }) => step));
    expect(waiting).toEqual(["drop"]);
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(ended.reason).toBe(`step drop refused: ${UNANSWERED}`);
    expect([runner.lines, told]).toEqual([[], ["nobody"]]);
    const notes = await notesOf(incidents, incident.id);
    expect(notes).toContain(
      "bob approves drop of Runbook HighMemoryUsage when the time for an answer was up, which is none",
    );
  });

  it("is not mistaken by the process that waits", async () => {
    const clock = new ManualClock(START);
    const { executor, run, store, runner } = executing(GATED, { clock });
    const told: unknown[] = [];
    executor.on("approvalAnswered", ({ step }) => told.push(step.approval?.by));
    const going = run();
    await journalSays(store, "approval_requested");
    await ticks(50);
    // Its clock is ahead of the one of the process that waits.
    await sayElsewhere(store, new ManualClock(START + 300_001), answered);
    clock.advance(1_000);
    await ticks(200);
    expect(told).toEqual([]);
    clock.advance(300_000);
    expect((await going).reason).toBe(`step drop refused: ${UNANSWERED}`);
    expect([runner.lines, told]).toEqual([[], ["nobody"]]);
  });

  test.each(["repeat", "fail"] as const)("and its step was begun, to %s: it is not done again", async (onInterrupt) => {
    const steps = GATED.map((step) => ({ ...step, onInterrupt }));
    const { clock, store } = await left(steps);
    clock.advance(300_001);
    await sayElsewhere(store, clock, answered, { type: "step_started", step: "drop", attempt: 1 });
    const { executor, runner } = executing(steps, { store, clock });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(standing(ended)).toEqual({ drop: onInterrupt === "fail" ? "failed" : "refused" });
    if (onInterrupt === "repeat") expect(ended.reason).toContain(UNANSWERED);
    expect(runner.lines).toEqual([]);
  });

  it("and its step failed once: it is not tried again", async () => {
    const steps = GATED.map((step) => ({ ...step, retries: 3 }));
    const { clock, store } = await left(steps);
    clock.advance(300_001);
    await sayElsewhere(...([store, clock, answered, { type: "step_started", step: "drop", attempt: 1 }] as const), {
      type: "step_ended",
      step: "drop",
      attempt: { number: 1, status: "failed" },
      isFinal: false,
    });
    const { executor, runner } = executing(steps, { store, clock });
    expect(standing(await executor.resume("RUN-0001", { force: true }))).toEqual({ drop: "refused" });
    expect(runner.lines).toEqual([]);
  });

  it("and its step ran to its end: that stays as it was", async () => {
    const { clock, store } = await left();
    clock.advance(300_001);
    await sayElsewhere(...([store, clock, answered, { type: "step_started", step: "drop", attempt: 1 }] as const), {
      type: "step_ended",
      step: "drop",
      attempt: { number: 1, status: "succeeded" },
      isFinal: true,
    });
    const { executor, runner } = executing(GATED, { store, clock });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect([ended.status, standing(ended), runner.lines]).toEqual(["succeeded", { drop: "succeeded" }, []]);
  });

  it("about a group that was begun: no other part of it begins", async () => {
    const steps: readonly StepDefinition[] = [
      {
        ...{ name: "drop", approval: { timeout: "5m" }, maxParallel: 1 },
        parallel: [
          { name: "one", command: "one" },
          { name: "two", command: "two" },
        ],
      },
    ];
    const { clock, store } = await left(steps);
    clock.advance(300_001);
    await sayElsewhere(...([store, clock, answered, { type: "step_started", step: "one", attempt: 1 }] as const), {
      type: "step_ended",
      step: "one",
      attempt: { number: 1, status: "succeeded" },
      isFinal: true,
    });
    const { executor, runner } = executing(steps, { store, clock });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(standing(ended)).toMatchObject({ drop: "refused", one: "succeeded", two: "pending" });
    expect(runner.lines).toEqual([]);
  });
});

describe("folding an answer", () => {
  const asking: RunOccurrence = { type: "approval_requested", step: "look", message: "Look?", expiresAt: 9_000 };
  const fold = (at: number, some: Partial<ApprovalAnswered> = {}, before: readonly RunOccurrence[] = []) => {
    const event: RunEvent = { ...answered, step: "look", ...some, at, id: "other:7" };
    const state = foldRun(stateAfter(asking, ...before), event, "RUN-0001");
    return state && { ...recordOf(state, "look"), version: state.version, latestAt: state.latestAt };
  };

  it.each<[string, number, Partial<ApprovalAnswered>, string]>([
    ["in time", 8_999, {}, "pending"],
    ["at its end", 9_000, {}, "pending"],
    ["after it, with a yes", 9_001, {}, "waiting"],
    ["after it, with a no", 9_001, { approved: false }, "waiting"],
    ["after it, with a yes of somebody who is called nobody", 9_001, { by: "nobody" }, "waiting"],
    ["after it, that there was none", 9_001, { approved: false, by: "nobody" }, "pending"],
  ])("that came %s", (_title, at, some, status) => {
    const step = fold(at, some);
    expect(step).toMatchObject({ status, version: 3, latestAt: at });
    expect(step?.approval?.approved).toBe(status === "waiting" ? undefined : (some.approved ?? true));
  });

  it("goes by its own time, whatever happened before it was kept", () => {
    const others = Array.from({ length: 9 }, (): RunOccurrence => ({ type: "renewed" }));
    const step = fold(8_000, {}, others);
    expect(step).toMatchObject({ status: "pending", latestAt: 11_000 });
    expect(step?.approval).toMatchObject({ approved: true, answeredAt: 11_000 });
  });

  it("of a step that is done with cannot be, late or not", () => {
    const done: RunOccurrence = { type: "step_settled", step: "look", status: "refused" };
    expect(fold(9_001, {}, [done])).toBeUndefined();
    expect(fold(8_000, {}, [done])).toBeUndefined();
  });

  it("that nobody asked for is never late", () => {
    expect(isLateAnswer({ approved: true, by: "bob", at: 9_001 }, undefined)).toBe(false);
  });
});
