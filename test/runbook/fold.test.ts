import { describe, expect, it } from "vitest";

import type { RunEvent, RunOccurrence } from "../../src/runbook/events.ts";
import { foldRun, publicRun, recordOf, type RunState } from "../../src/runbook/fold.ts";
import { ended, journalOf, STARTED, stateAfter } from "./journal.ts";

const LOOK = {
  name: "look",
  title: "Look at it",
  kind: "command",
  status: "pending",
  isRollback: false,
  attempts: [],
};
const begin = (step: string, attempt = 1): RunOccurrence => ({ type: "step_started", step, attempt });
const over: RunOccurrence = { type: "ended", status: "failed", reason: "no" };
const asking: RunOccurrence = { type: "approval_requested", step: "look", message: "Look?", expiresAt: 9_000 };

/** What `occurrence`, told at 99,000 by another process, makes of `state`: only what is another than before. */
function changes(state: RunState, occurrence: RunOccurrence): Partial<RunState> | undefined {
  const before = { ...state };
  const after = foldRun(state, { ...occurrence, at: 99_000, id: "other:7" }, "RUN-0001");
  expect(state).toEqual(before);
  if (after === undefined) return undefined;
  const keys = Object.keys(after) as (keyof RunState)[];
  const { version, latestAt, ...changed } = Object.fromEntries(
    keys.filter((key) => after[key] !== state[key]).map((key) => [key, after[key]]),
  ) as Partial<RunState>;
  expect([version, latestAt]).toEqual([state.version + 1, 99_000]);
  return changed;
}

describe("a run that began", () => {
  it("is what was told of it, with none of its steps done", () => {
    const { places, ...state } = stateAfter();
    expect(state).toEqual({
      ...{ id: "RUN-0001", runbook: "Slow", title: "It is slow", alert: "Latency", incident: "INC-0001", by: "ann" },
      ...{ status: "running", isDry: false, startedAt: 1_000, endedAt: undefined, reason: undefined },
      steps: [
        LOOK,
        { name: "both", kind: "parallel", status: "pending", isRollback: false, attempts: [] },
        { name: "part", kind: "http", status: "pending", of: "both", isRollback: false, attempts: [] },
      ],
      ...{ resumed: 0, lock: "slow", version: 1, owner: "own:er", cancel: undefined, outcome: undefined },
      started: {
        ...{ labels: { app: "web" }, annotations: { summary: "slow" }, parameters: { replicas: 3 } },
        fingerprint: "f00",
      },
      about: { id: "INC-0001", title: "memory is full", severity: "SEV2" },
      ...{ finished: [], mustTell: false, latestAt: 1_000 },
    });
    expect([...places]).toEqual([
      ["look", 0],
      ["both", 1],
      ["part", 2],
    ]);
    expect(Object.keys(state.steps[1] ?? {})).toEqual(["name", "kind", "status", "isRollback", "attempts"]);
    expect(Object.keys(state.started)).not.toContain("dryRun");
  });

  it("without an incident has none, and keeps whether it is dry", () => {
    const { incident: _incident, ...rest } = STARTED;
    const [event] = journalOf({ ...rest, dryRun: false });
    const state = foldRun(undefined, event as RunEvent, "RUN-0002");
    expect(state).toMatchObject({ id: "RUN-0002", started: { dryRun: false } });
    expect([state?.incident, state?.about]).toEqual([undefined, undefined]);
  });

  it("is known to others without what only its executor has to know, and cannot be changed", () => {
    const run = publicRun(stateAfter({ type: "cancel_requested", by: "bob" }));
    expect(Object.keys(run).sort()).toEqual(
      ["alert", "by", "endedAt", "id", "incident", "isDry", "lock", "reason", "resumed", "runbook"].concat([
        ...["startedAt", "status", "steps", "title", "version"],
      ]),
    );
    expect(Object.isFrozen(run) && Object.isFrozen(run.steps) && Object.isFrozen(run.steps[0])).toBe(true);
  });

  it("has its steps by their names", () => {
    expect(recordOf(stateAfter(), "part")?.kind).toBe("http");
    expect(recordOf(stateAfter(), "parts")).toBeUndefined();
  });
});

describe("what happens to a run", () => {
  it.each<[string, readonly RunOccurrence[], RunOccurrence, Partial<RunState>]>([
    ["another goes on with it", [], { type: "resumed" }, { owner: "other", resumed: 1 }],
    ["it is renewed", [], { type: "renewed" }, {}],
    ["it is being told", [{ ...over, mustTell: true }], { type: "telling" }, {}],
    ["it is told", [{ ...over, mustTell: true }], { type: "told" }, { mustTell: false }],
    [
      "it is to stop",
      [],
      { type: "cancel_requested", by: "bob", reason: "why" },
      { cancel: { by: "bob", reason: "why" } },
    ],
    ["it is to stop again", [{ type: "cancel_requested", by: "bob" }], { type: "cancel_requested", by: "cid" }, {}],
    [
      "it is taken back",
      [],
      { type: "rollback_began", reason: "no", outcome: "cancelled" },
      { status: "rolling_back", outcome: "cancelled", reason: "no" },
    ],
    ["it ends", [], { type: "ended", status: "succeeded" }, { status: "succeeded", endedAt: 99_000 }],
    [
      "it ends, and is to be told",
      [{ type: "rollback_began", reason: "no", outcome: "failed" }],
      { type: "ended", status: "failed", mustTell: true },
      { status: "failed", endedAt: 99_000, mustTell: true },
    ],
    [
      "it ends for another reason",
      [{ type: "rollback_began", reason: "no", outcome: "failed" }],
      { type: "ended", status: "failed", reason: "no; 1 of 1 done" },
      { status: "failed", endedAt: 99_000, reason: "no; 1 of 1 done" },
    ],
  ])("%s", (_title, before, occurrence, expected) => {
    expect(changes(stateAfter(...before), occurrence)).toEqual(expected);
  });

  it.each<[string, readonly RunOccurrence[], RunOccurrence]>([
    ["it begins again", [], STARTED],
    ["it is being told before its end", [], { type: "telling" }],
    ["it is told before its end", [], { type: "told" }],
    ["it is renewed after its end", [over], { type: "renewed" }],
    ["it ends again", [over], over],
    ["a step that nobody has planned begins", [], begin("more")],
    ["a step begins that is done with", [begin("look"), ended("look")], begin("look", 2)],
    ["a step ends that did not begin", [], ended("look")],
    ["another attempt ends than that which began", [begin("look")], ended("look", { number: 2 })],
    ["an attempt ends twice", [begin("look"), ended("look", {}, false)], ended("look")],
    [
      "a step is asked about that is done with",
      [begin("look"), ended("look")],
      { type: "approval_requested", step: "look", message: "?", expiresAt: 1 },
    ],
  ])("cannot be that %s", (_title, before, occurrence) => {
    const event = { ...occurrence, at: 99_000, id: "other:7" };
    expect(foldRun(stateAfter(...before), event, "RUN-0001")).toBeUndefined();
  });

  it("cannot be before it began", () => {
    expect(foldRun(undefined, { type: "resumed", at: 1, id: "o:1" }, "RUN-0001")).toBeUndefined();
  });

  it("was no sooner than what happened before it, whatever the clock said", () => {
    const state = stateAfter(begin("look"));
    const next = foldRun(state, { ...ended("look"), at: 5, id: "other:7" }, "RUN-0001");
    expect(next?.latestAt).toBe(2_000);
    expect(next?.steps[0]).toMatchObject({ startedAt: 2_000, endedAt: 2_000 });
    const asked = foldRun(state, { ...asking, expiresAt: 1_500, at: 500, id: "other:7" }, "RUN-0001");
    expect(asked?.steps[0]?.approval).toMatchObject({ requestedAt: 2_000, expiresAt: 3_000 });
  });
});

describe("a step", () => {
  const lookAfter = (...occurrences: readonly RunOccurrence[]) => recordOf(stateAfter(...occurrences), "look");
  const running = { number: 1, status: "running", startedAt: 2_000 };
  const died = { ...running, status: "failed", isInterrupted: true, reason: "its process died" };

  it.each<[string, readonly RunOccurrence[], object]>([
    [
      "begins",
      [{ type: "step_started", step: "look", attempt: 1, command: ["ls"] }],
      { status: "running", startedAt: 2_000, command: ["ls"], attempts: [running] },
    ],
    [
      "succeeds",
      [begin("look"), ended("look", { exitCode: 0, durationMs: 7 })],
      {
        ...{ status: "succeeded", startedAt: 2_000, command: undefined, reason: undefined, endedAt: 3_000 },
        attempts: [{ ...running, status: "succeeded", exitCode: 0, durationMs: 7, endedAt: 3_000 }],
      },
    ],
    [
      "fails, and is to be tried again",
      [begin("look"), ended("look", { status: "failed", reason: "exit code 1" }, false)],
      {
        ...{ status: "running", startedAt: 2_000, command: undefined },
        attempts: [{ ...running, status: "failed", reason: "exit code 1", endedAt: 3_000 }],
      },
    ],
    [
      "is tried again, by the same command unless told",
      [
        { type: "step_started", step: "look", attempt: 1, command: ["ls"] },
        ended("look", { status: "failed", reason: "no" }, false),
        begin("look", 2),
      ],
      {
        ...{ status: "running", startedAt: 2_000, command: ["ls"] },
        attempts: [
          { ...running, status: "failed", reason: "no", endedAt: 3_000 },
          { number: 2, status: "running", startedAt: 4_000 },
        ],
      },
    ],
    [
      "begins again though nobody saw how the attempt before ended",
      [begin("look"), { type: "resumed" }, begin("look", 2), { type: "resumed" }, begin("look", 3)],
      {
        ...{ status: "running", startedAt: 2_000, command: undefined },
        attempts: [died, { ...died, number: 2, startedAt: 4_000 }, { number: 3, status: "running", startedAt: 6_000 }],
      },
    ],
    [
      "is settled",
      [{ type: "step_settled", step: "look", status: "skipped", reason: "only if" }],
      { status: "skipped", reason: "only if", endedAt: 2_000 },
    ],
    [
      "is settled though nobody saw how its attempt ended",
      [begin("look"), { type: "step_settled", step: "look", status: "failed" }],
      {
        ...{ status: "failed", startedAt: 2_000, endedAt: 3_000, command: undefined, reason: undefined },
        attempts: [died],
      },
    ],
    [
      "is asked about",
      [asking],
      {
        status: "waiting",
        approval: { message: "Look?", requestedAt: 2_000, expiresAt: 9_000, afterAttempts: 0 },
      },
    ],
    [
      "is approved",
      [asking, { type: "approval_answered", step: "look", approved: true, by: "bob", reason: "fine" }],
      {
        status: "pending",
        approval: {
          ...{ message: "Look?", requestedAt: 2_000, expiresAt: 9_000, afterAttempts: 0 },
          ...{ approved: true, by: "bob", reason: "fine", answeredAt: 3_000 },
        },
      },
    ],
    [
      "is asked about again once it was tried, and the first answer counts",
      [
        begin("look"),
        asking,
        { type: "approval_answered", step: "look", approved: false, by: "bob" },
        { type: "approval_answered", step: "look", approved: true, by: "eve" },
      ],
      {
        ...{ status: "running", startedAt: 2_000, command: undefined, attempts: [running] },
        approval: {
          ...{ message: "Look?", requestedAt: 3_000, expiresAt: 9_000, afterAttempts: 1 },
          ...{ approved: false, by: "bob", answeredAt: 4_000 },
        },
      },
    ],
    [
      "is not changed by an answer that nobody asked for",
      [{ type: "approval_answered", step: "look", approved: true, by: "bob" }],
      {},
    ],
  ])("%s", (_title, occurrences, expected) => {
    expect(lookAfter(...occurrences)).toEqual({ ...LOOK, ...expected });
  });

  it("that ended as it was answered without a reason has none", () => {
    const step = lookAfter(asking, { type: "approval_answered", step: "look", approved: true, by: "bob" });
    expect(Object.keys(step?.approval ?? {})).not.toContain("reason");
  });

  it("that an attempt was made at is among those that came to their end; one that was only settled is not", () => {
    const state = stateAfter(
      begin("part"),
      ended("part"),
      { type: "step_settled", step: "both", status: "succeeded" },
      begin("look"),
      ended("look", { status: "dry" }),
    );
    expect(state.finished).toEqual(["part", "look"]);
    expect(state.isDry).toBe(true);
    expect(stateAfter(begin("part"), ended("part")).isDry).toBe(false);
    expect(stateAfter(begin("part"), ended("part", {}, false)).finished).toEqual([]);
  });

  it("that takes another back is there from its first event on", () => {
    const planned = { name: "undo", kind: "command", of: "look", isRollback: true } as const;
    const state = stateAfter({ type: "step_started", step: "undo", attempt: 1, planned });
    expect(state.steps[3]).toEqual({
      ...{ name: "undo", kind: "command", status: "running", of: "look", isRollback: true, startedAt: 2_000 },
      ...{ command: undefined, attempts: [running] },
    });
    expect(state.places.get("undo")).toBe(3);
    expect(changes(state, ended("undo"))).toMatchObject({ finished: ["undo"] });
  });
});
