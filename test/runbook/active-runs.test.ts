import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import type { RunbookEvents } from "../../src/runbook/executor/events.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { abandoned, altered, executing, gate, hanging, Heard, incidentOf, journalSays, notesOf } from "./support.ts";
import { ticks, trouble } from "./support.ts";

const STEP = { name: "a", command: "x" };
/** Lets time pass until `ended` has settled. */
async function passingUntil(ended: Promise<unknown>, clock: ManualClock): Promise<void> {
  const state = { isOver: false };
  const over = (): void => void (state.isOver = true);
  ended.then(over, over);
  for (let turn = 0; turn < 500 && !state.isOver; turn += 1) {
    await ticks(60);
    clock.advance(100);
  }
}

const NAMES = [
  ...(["runStarted", "stepStarted", "stepEnded", "output", "approvalRequested"] as const),
  ...(["approvalAnswered", "rollbackBegan", "runResumed", "runEnded"] as const),
];

describe("who listens to an executor", () => {
  it("hears of each thing that happens, with the run and the step as they stood then", async () => {
    const { executor, run } = executing(
      [
        { name: "a", command: "echo hi", approval: true, rollback: { command: "undo" } },
        { name: "b", run: () => Promise.reject(new Error("no")) },
      ],
      { approver: () => ({ approved: true, by: "night" }) },
    );
    const heard: unknown[] = [];
    for (const name of NAMES) {
      executor.on(name, (event: RunbookEvents[typeof name]) => {
        if ("text" in event) heard.push([name, event.run, event.step, event.stream, event.text]);
        else heard.push([name, event.run.status, ...("step" in event ? [event.step.name, event.step.status] : [])]);
      });
    }
    await run();
    expect(heard).toEqual([
      ["runStarted", "running"],
      ["approvalRequested", "running", "a", "waiting"],
      ["approvalAnswered", "running", "a", "pending"],
      ["stepStarted", "running", "a", "running"],
      ["output", "RUN-0001", "a", "stdout", "hi\n"],
      ["stepEnded", "running", "a", "succeeded"],
      ["stepStarted", "running", "b", "running"],
      ["stepEnded", "running", "b", "failed"],
      ["rollbackBegan", "rolling_back"],
      ["stepStarted", "rolling_back", "a.rollback", "running"],
      ["output", "RUN-0001", "a.rollback", "stdout", "\n"],
      ["stepEnded", "rolling_back", "a.rollback", "succeeded"],
      ["runEnded", "failed"],
    ]);
  });

  it("hears nothing of what another process does", async () => {
    const clock = new ManualClock();
    const { executor, run, store } = executing([{ ...STEP, approval: true }], { clock });
    const other = executing([STEP], { store, clock });
    const heard: string[] = [];
    other.executor.on("approvalAnswered", () => heard.push("other"));
    executor.on("approvalAnswered", ({ step }) => heard.push(step.approval?.by ?? ""));
    const ended = run();
    await ticks(100);
    await other.executor.answer("RUN-0001", { step: "a", approved: true, by: "bob" });
    clock.advance(1_000);
    await ended;
    expect(heard).toEqual(["bob"]);
  });
});

describe("a run that is changed while nobody works on it", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `s${String(index)}`, command: "hang" }));
  const changed = [{ name: "other", command: "x" }];

  it.each([
    [1, "s0"],
    [10, "s0, s1, s2, s3, s4, s5, s6, s7, s8, s9"],
    [12, "s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more"],
  ])("ends, and of its %i steps it is said which were not done", async (count, names) => {
    const { store } = await abandoned(many(count), '"step_started"');
    const ended = await executing(changed, { store }).executor.resume("RUN-0001", { force: true });
    expect(ended).toMatchObject({
      status: "failed",
      reason: `the runbook was changed while the run was interrupted; not done: ${names}; nothing was rolled back`,
    });
  });

  it("says what was taken back by then", async () => {
    const steps = [
      { name: "one", command: "x", rollback: { command: "undo" } },
      { name: "two", command: "x", rollback: { command: "hang" } },
      { name: "three", command: "x", rollback: { command: "undo" } },
      { name: "bad", run: () => Promise.reject(new Error("no")) },
    ];
    const { store } = await abandoned(steps, '"step_started","step":"two.rollback"');
    const ended = await executing(changed, { store }).executor.resume("RUN-0001", { force: true });
    expect(ended.reason).toBe(
      "step bad failed: Error: no; the runbook was changed while the run was interrupted; not done: two.rollback; " +
        "its rollback was not finished, done: three.rollback",
    );
  });

  it("says that nothing was, where the first step back was under way", async () => {
    const steps = [
      { name: "one", command: "x", rollback: { command: "hang" } },
      { name: "bad", run: () => Promise.reject(new Error("no")) },
    ];
    const { incidents, incident } = await incidentOf();
    const { store } = await abandoned(steps, '"step_started","step":"one.rollback"', { incidents, incident });
    const { executor } = executing(changed, { store, incidents });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(ended.reason?.endsWith("not done: one.rollback; its rollback was not finished, done: nothing")).toBe(true);
    expect((await executor.journal("RUN-0001")).slice(-3)).toMatchObject([
      { type: "resumed" },
      { type: "ended", status: "failed", mustTell: true },
      { type: "told" },
    ]);
    expect((await notesOf(incidents, incident.id)).at(-1)).toContain("done: nothing");
  });
});

describe("a run that is found and cannot be resumed", () => {
  it("is left, and it is said why", async () => {
    const clock = new ManualClock();
    const { store } = await abandoned([STEP], '"step_started"', { clock, behaviours: { x: hanging } });
    clock.advance(30_000);
    const { lines, logger } = new Heard();
    expect(await new RunbookExecutor({ store, clock, logger }).resumeAll()).toEqual([]);
    const why = 'id: RUN-0001 is of "HighMemoryUsage", for "HighMemoryUsage", and no runbook is registered for that';
    expect(lines).toEqual([`a run could not be resumed ${JSON.stringify({ run: "RUN-0001", error: why })}`]);
  });
});

describe("a run that is over and not told", () => {
  /** One whose incident could not be written to at its end. */
  async function untold() {
    const clock = new ManualClock();
    const { incidents, incident } = await incidentOf(clock);
    const timeline = incidents.timeline.bind(incidents);
    const closed = { note: () => Promise.reject(trouble()), timeline };
    const first = executing([STEP], { clock, incidents: closed });
    const ended = first.run({ incident });
    await passingUntil(ended, clock);
    await ended;
    return { ...first, clock, incidents, incident, last: async () => (await first.store.read(1)).at(-1) };
  }
  const typesOf = async (executor: ReturnType<typeof executing>["executor"]): Promise<RunOccurrence["type"][]> =>
    (await executor.journal("RUN-0001")).map(({ type }) => type);

  it("is told by whoever resumes it, and then is", async () => {
    const { executor, incidents, incident, store, clock, heard } = await untold();
    expect(heard.lines.some((line) => line.includes("is missing in its incident's timeline"))).toBe(true);
    expect(await typesOf(executor)).toEqual(["started", "step_started", "step_ended", "ended"]);
    const second = executing([STEP], { store, clock, incidents });
    await expect(second.executor.resume("RUN-0001")).rejects.toThrow("RUN-0001 is over: it succeeded");
    expect(await second.executor.resume("RUN-0001", { force: true })).toMatchObject({ status: "succeeded" });
    expect(await typesOf(executor)).toEqual(["started", "step_started", "step_ended", "ended", "telling", "told"]);
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
    await expect(second.executor.resume("RUN-0001", { force: true })).rejects.toThrow("RUN-0001 is over");
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
  });

  it("is so too without force once its lease is over", async () => {
    const { incidents, incident, store, clock } = await untold();
    clock.advance(30_000);
    const second = executing([STEP], { store, clock, incidents });
    expect(await second.executor.resumeAll()).toMatchObject([{ id: "RUN-0001", status: "succeeded" }]);
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
    expect(await second.executor.resumeAll()).toEqual([]);
  });

  it("is so too in the moment in which its lease is over, and not before", async () => {
    const { incidents, incident, store, clock } = await untold();
    const second = executing([STEP], { store, clock, incidents });
    const [{ dueAt = NaN } = {}] = await store.rows({ limit: 1 });
    clock.advance(dueAt - 1 - clock.now());
    await expect(second.executor.resume("RUN-0001")).rejects.toThrow("RUN-0001 is over: it succeeded");
    clock.advance(1);
    expect(await second.executor.resume("RUN-0001")).toMatchObject({ status: "succeeded" });
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
  });

  it("is so too if nobody knows how long it was anybody's", async () => {
    const { incidents, incident, store, clock } = await untold();
    const rows = async (page: Parameters<typeof store.rows>[0]) =>
      (await store.rows(page)).map(({ dueAt: _dueAt, ...row }) => row);
    const second = executing([STEP], { store: altered(store, { rows }), clock, incidents });
    expect(await second.executor.resume("RUN-0001")).toMatchObject({ status: "succeeded" });
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
  });

  it("is told by one of two that come at once", async () => {
    const { incidents, incident, store, clock, executor } = await untold();
    clock.advance(30_000);
    const others = [executing([STEP], { store, clock, incidents }), executing([STEP], { store, clock, incidents })];
    const told = await Promise.all(others.map((other) => other.executor.resumeAll()));
    expect(told.flat()).toHaveLength(1);
    expect((await typesOf(executor)).filter((type) => type === "telling")).toHaveLength(1);
    expect(await notesOf(incidents, incident.id)).toHaveLength(3);
  });

  it("stays so if it cannot be told again", async () => {
    const { incident, store, clock, incidents, executor } = await untold();
    const note = () => Promise.reject(new TypeError("closed"));
    const second = executing([STEP], {
      store,
      clock,
      incidents: { note, timeline: incidents.timeline.bind(incidents) },
    });
    const resumed = second.executor.resume("RUN-0001", { force: true });
    await passingUntil(resumed, clock);
    expect(await resumed).toMatchObject({ status: "succeeded" });
    expect(await typesOf(executor)).toEqual(["started", "step_started", "step_ended", "ended", "telling"]);
    expect(await notesOf(incidents, incident.id)).toEqual([]);
  });

  it("is as good as told if only that could not be kept", async () => {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const broken = altered(store, {
      commit: (changes, options) =>
        changes.some(({ events }) => events.some((event) => event.includes('"type":"told"')))
          ? Promise.reject(new TypeError("closed"))
          : store.commit(changes, options),
    });
    const { run, heard } = executing([STEP], { store: broken, incidents, patienceMs: 0 });
    expect(await run({ incident })).toMatchObject({ status: "succeeded" });
    expect(heard.lines).toEqual([
      'a run that is told could not be marked so {"run":"RUN-0001","error":"run store could not commit: it failed with TypeError"}',
    ]);
  });
});

describe("an executor that is closed", () => {
  it("waits for what is under way, and hands over what waits for people", async () => {
    const { opened, open } = gate();
    const { executor, heard } = executing([{ name: "a", run: () => opened }]);
    const { ended } = await executor.startRunbook("HighMemoryUsage", { by: "ann" });
    const closed = executor.close();
    open();
    await closed;
    expect((await ended).status).toBe("succeeded");
    expect(heard.lines).toEqual([]);
  });

  it("says so if it could not hand it over at once", async () => {
    const store = new MemoryIncidentStore();
    let isBroken = false;
    const broken = altered(store, {
      commit: (changes, options) =>
        isBroken ? Promise.reject(new TypeError("closed")) : store.commit(changes, options),
    });
    const { executor, run, heard } = executing([{ ...STEP, approval: true }], { store: broken });
    const asked = new Promise((resolve) => executor.on("approvalRequested", resolve));
    const ended = run();
    const refused = expect(ended).rejects.toThrow("RUN-0001 waits for an approval, and its executor is closed");
    await asked;
    isBroken = true;
    await executor.close();
    await refused;
    expect(heard.lines).toEqual([
      'a run is left to others only when its lease is over {"run":"RUN-0001","error":"run store could not commit: it failed with TypeError"}',
    ]);
  });

  it("hands over a group of which as many wait for people as go side by side", async () => {
    const gated = ["one", "two", "three"].map((name) => ({ name, command: name, approval: true }));
    const { executor, run, store } = executing([{ name: "g", parallel: gated, maxParallel: 2 }], {
      clock: new ManualClock(),
    });
    const refused = expect(run()).rejects.toThrow("RUN-0001 waits for an approval, and its executor is closed");
    await journalSays(store, '"step":"two"');
    let isClosed = false;
    void executor.close().then(() => (isClosed = true));
    await ticks(200);
    expect(isClosed).toBe(true);
    await refused;
  });

  it("hands over a group only when no other part of it can be done", async () => {
    const { opened, open } = gate();
    const parts = [
      { ...STEP, approval: true },
      { name: "b", run: () => opened },
      { name: "c", command: "c" },
    ];
    const { executor, run, store, runner } = executing([{ name: "g", parallel: parts, maxParallel: 2 }], {
      clock: new ManualClock(),
    });
    const refused = expect(run()).rejects.toThrow("RUN-0001 waits for an approval, and its executor is closed");
    await journalSays(store, "approval_requested");
    const closed = executor.close();
    open();
    await closed;
    await refused;
    expect(runner.lines).toEqual(["c"]);
  });

  it("says of a run that it gave it up", async () => {
    const store = new MemoryIncidentStore();
    const { run, heard } = executing([STEP], { store, behaviours: { x: hanging }, leaseMs: 1_000 });
    const ended = run();
    await expect.poll(async () => (await store.read(1)).length, { interval: 1 }).toBe(2);
    await executing([STEP], { store }).executor.resume("RUN-0001", { force: true });
    await expect(ended).rejects.toThrow("RUN-0001 was taken over by another process");
    expect(heard.lines.at(-1)).toBe(
      'a run was given up; it can be resumed {"run":"RUN-0001","error":"RUN-0001 was taken over by another process"}',
    );
  });
});
