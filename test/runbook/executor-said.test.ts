import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { RunStore } from "../../src/ports/run-store.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ALERT, altered, executing, FakeRunner, Heard, hanging, incidentOf, ticks } from "./support.ts";

const GATED = [
  { name: "look", command: "echo look" },
  {
    name: "both",
    parallel: [
      { name: "one", command: "echo 1", approval: true },
      { name: "two", command: "echo 2", approval: true },
    ],
  },
];

/** A run of which two steps wait for approvals. */
async function waiting() {
  const all = executing(GATED);
  const asked = new Promise<void>((resolve) => {
    let count = 0;
    all.executor.on("approvalRequested", () => {
      count += 1;
      if (count === 2) resolve();
    });
  });
  const ended = all.run();
  await asked;
  return { ...all, ended };
}
const messageOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "none",
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );
const yes = { approved: true, by: "bob" };

describe("who answers an approval", () => {
  it("hears how the run stands then, and what is possible where it is not", async () => {
    const { executor, ended } = await waiting();
    const answer = (more: object) => messageOf(executor.answer("RUN-0001", { step: "one", ...yes, ...more }));
    expect(await answer({ step: "look" })).toBe(
      'IllegalTransitionError: "answer look" is not possible while it is succeeded; possible: answer one, answer two',
    );
    expect(await answer({ step: "tow" })).toBe(
      'ConfigurationError: step: RUN-0001 has no step "tow"; did you mean "two"? allowed: one, two',
    );
    const after = await executor.answer("RUN-0001", { step: "one", ...yes, reason: "fine" });
    expect(after).toMatchObject({ id: "RUN-0001", status: "running" });
    expect(Object.keys(after)).not.toContain("owner");
    expect(await answer({})).toBe(
      "IllegalTransitionError: step one of RUN-0001 was approved by bob already: fine; what waits: two",
    );
    await executor.answer("RUN-0001", { step: "two", approved: false, by: "cid" });
    expect(await answer({ step: "two" })).toBe(
      "IllegalTransitionError: step two of RUN-0001 was refused by cid already",
    );
    await ended;
    expect(await answer({ step: "three" })).toBe(
      'ConfigurationError: step: RUN-0001 has no step "three"; no step waits for an approval',
    );
    expect(await messageOf(executor.answer("RUN-0007", { step: "one", ...yes }))).toBe(
      'ConfigurationError: id: there is no run "RUN-0007"',
    );
  });

  it("is told that the time was up, if nobody had answered", async () => {
    const clock = new ManualClock();
    const { executor, run } = executing([{ name: "a", command: "x", approval: { timeout: "5s" } }], { clock });
    const asked = new Promise((resolve) => executor.on("approvalRequested", resolve));
    const ended = run();
    await asked;
    await ticks(50);
    clock.advance(1_000);
    await ticks(50);
    for (let second = 0; second < 4; second += 1) {
      clock.advance(1_000);
      await ticks(50);
    }
    await ended;
    expect(await messageOf(executor.answer("RUN-0001", { step: "a", ...yes }))).toBe(
      "IllegalTransitionError: step a of RUN-0001 was refused already: nobody answered within 5 s, which is taken as no",
    );
  });

  it.each<[object, string]>([
    [{ approved: "yes" }, 'approved: "yes" is neither true nor false'],
    [{ by: "" }, 'by: ""; write 1 to 200 characters'],
    [{ by: "x".repeat(201) }, "by: has 201 characters; write 1 to 200 characters"],
    [{ reason: " " }, 'reason: " "; write 1 to 2000 characters'],
    [{ reason: "x".repeat(2_001) }, "reason: has 2001 characters; write 1 to 2000 characters"],
    [{ steps: "a" }, 'steps: is no option of answer; did you mean "step"? allowed: step, approved, by, reason, signal'],
    [{ signal: AbortSignal.abort(new Error("too late")) }, "too late"],
  ])("may not say %j", async (more, message) => {
    const { executor, ended } = await waiting();
    expect(await messageOf(executor.answer("RUN-0001", { step: "one", ...yes, ...more }))).toContain(message);
    await executor.answer("RUN-0001", { step: "one", ...yes, by: "x".repeat(200), reason: "r".repeat(2_000) });
    await executor.answer("RUN-0001", { step: "two", ...yes });
    expect((await ended).steps.find(({ name }) => name === "one")?.approval?.reason).toHaveLength(2_000);
  });
});

describe("who cancels a run", () => {
  it("is not heard twice, and not when it is over", async () => {
    const { executor, ended } = await waiting();
    const first = await executor.cancel("RUN-0001", { by: "bob", reason: "wrong pod" });
    expect(first.status).toBe("running");
    expect((await executor.cancel("RUN-0001", { by: "eve", reason: "me too" })).id).toBe("RUN-0001");
    expect((await ended).reason).toBe("cancelled by bob: wrong pod");
    const said = (await executor.journal("RUN-0001")).filter(({ type }) => type === "cancel_requested");
    expect(said).toMatchObject([{ by: "bob", reason: "wrong pod" }]);
    expect(await messageOf(executor.cancel("RUN-0001", { by: "bob" }))).toBe(
      'IllegalTransitionError: "cancel" is not possible while cancelled; possible: nothing',
    );
  });

  it.each<[object, string]>([
    [{ by: undefined }, "by: is missing; write 1 to 200 characters"],
    [{ why: "x" }, "why: is no option of cancel; allowed: by, reason, signal"],
    [{ signal: AbortSignal.abort(new Error("too late")) }, "too late"],
  ])("may not say %j", async (more, message) => {
    const { executor, ended } = await waiting();
    expect(await messageOf(executor.cancel("RUN-0001", { by: "bob", ...more }))).toContain(message);
    await executor.cancel("RUN-0001", { by: "bob" });
    expect((await ended).reason).toBe("cancelled by bob");
  });
});

it("what people say holds no secret", async () => {
  const all = executing([{ name: "a", command: "x", approval: true }], { secrets: { token: "tok-12345" } });
  all.executor.on("approvalRequested", async ({ run: { id } }) => {
    await all.executor.answer(id, { step: "a", approved: false, by: "tok-12345", reason: "I know tok-12345" });
  });
  const { steps } = await all.run();
  expect(steps[0]?.approval).toMatchObject({ by: "[redacted]", reason: "I know [redacted]" });
});

describe("the runs of an executor", () => {
  async function several() {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const executor = new RunbookExecutor({ runner: new FakeRunner({ long: hanging }), store, incidents });
    executor.registerRunbook("Slow", [{ name: "a", command: "x" }]);
    executor.registerRunbook("Down", [{ name: "a", command: "x" }]);
    executor.registerRunbook("Long", [{ name: "a", command: "long" }]);
    await executor.executeRunbook("Slow", { by: "ann", incident });
    await executor.executeRunbook("Down", { by: "ann", incident });
    await executor.executeRunbook("Slow", { by: "ann" });
    const { ended } = await executor.startRunbook("Long", { by: "ann", incident });
    return { executor, incident, ended };
  }

  it("are listed, the newest first: those that are asked for", async () => {
    const { executor, incident, ended } = await several();
    const listed = async (filter?: object): Promise<string[]> => {
      const ids: string[] = [];
      for await (const { id } of executor.list(filter)) ids.push(id.slice(-1));
      return ids;
    };
    expect(await listed()).toEqual(["4", "3", "2", "1"]);
    expect(await listed({ open: true })).toEqual(["4"]);
    expect(await listed({ open: false })).toEqual(["3", "2", "1"]);
    expect(await listed({ incident: incident.id })).toEqual(["4", "2", "1"]);
    expect(await listed({ runbook: "Slow" })).toEqual(["3", "1"]);
    expect(await listed({ runbook: "Slow", incident: incident.id })).toEqual(["1"]);
    expect(await listed({ runbook: "Slow", open: true })).toEqual([]);
    await expect(listed({ alert: "Slow" })).rejects.toThrow(
      "alert: is no option of list; allowed: open, incident, runbook, signal",
    );
    await expect(listed({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    expect(await executor.runsOf(incident.id)).toMatchObject([
      { id: "RUN-0001", runbook: "Slow", status: "succeeded" },
      { id: "RUN-0002", runbook: "Down" },
      { id: "RUN-0004", runbook: "Long", status: "running" },
    ]);
    await expect(executor.runsOf("INC-0009")).resolves.toEqual([]);
    await executor.cancel("RUN-0004", { by: "bob" });
    await ended;
  });

  it("have a summary each", async () => {
    const { executor, ended } = await several();
    for await (const { startedAt, endedAt, ...run } of executor.list({ runbook: "Down" })) {
      expect(run).toEqual({
        ...{ id: "RUN-0002", runbook: "Down", alert: "Down", incident: "INC-0001", status: "succeeded", by: "ann" },
        ...{ steps: 1, settled: 1, waiting: [] },
      });
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    }
    await executor.cancel("RUN-0004", { by: "bob" });
    await ended;
  });
});

describe("an executor that looks for runs to resume", () => {
  const down: Partial<RunStore> = {
    due: () => Promise.reject(new AdapterError("down", { adapter: "test", operation: "list", retryable: false })),
  };

  it("looks at once and every third of a lease, until it is told to stop", async () => {
    const clock = new ManualClock();
    const looks: number[] = [];
    const store = new MemoryIncidentStore();
    const counting = altered(store, {
      due: (at, limit, options) => {
        looks.push(clock.monotonic());
        return store.due(at, limit, options);
      },
    });
    const executor = new RunbookExecutor({ clock, store: counting, leaseMs: 3_000 });
    const stop = executor.start();
    expect(executor.start({ everyMs: 1 })).toBeTypeOf("function");
    for (let step = 0; step < 5; step += 1) {
      clock.advance(Math.min(step, 1) * 500);
      await ticks(50);
    }
    expect(looks).toEqual([0, 1_000, 2_000]);
    stop();
    clock.advance(5_000);
    await ticks(50);
    expect(looks).toHaveLength(3);
    executor.start({ everyMs: 10 });
    clock.advance(1);
    await ticks(50);
    expect(looks).toHaveLength(4);
    await executor.close();
    clock.advance(5_000);
    await ticks(50);
    expect(looks).toHaveLength(4);
  });

  it("says that it could not, and looks again", async () => {
    const clock = new ManualClock();
    const heard = new Heard();
    const store = altered(new MemoryIncidentStore(), down);
    const executor = new RunbookExecutor({ clock, store, logger: heard.logger });
    const stop = executor.start({ everyMs: 1_000 });
    for (let step = 0; step < 2; step += 1) {
      clock.advance(step * 1_000);
      await ticks(50);
    }
    expect(heard.lines).toEqual(
      Array<string>(2).fill('runs to resume could not be looked for {"error":"test could not list: down"}'),
    );
    stop();
  });

  it.each([
    [{ everyMs: 0.5 }, "everyMs: 0.5 is out of range; write milliseconds from 1"],
    [null, "start takes an object of options, not null"],
  ])("takes no %j", (options, message) => {
    expect(() => new RunbookExecutor().start(options as never)).toThrow(message);
  });
});

describe("who resumes a run", () => {
  it.each<[string, object, string]>([
    ["RUN-0009", {}, 'ConfigurationError: id: there is no run "RUN-0009"'],
    ["RUN-0001", {}, "ConflictError: RUN-0001 is over: it succeeded"],
    [
      "RUN-0001",
      { forced: true },
      'ConfigurationError: forced: is no option of resume; did you mean "force"? allowed: force, signal',
    ],
    ["RUN-0001", { signal: AbortSignal.abort(new Error("too late")) }, "Error: too late"],
  ])("%s with %j hears why he cannot", async (id, options, message) => {
    const { executor, run } = executing([{ name: "a", command: "x" }]);
    await run();
    expect(await messageOf(executor.resume(id, options))).toBe(message);
  });

  it("hears that its runbook is not registered here", async () => {
    const { store, run } = executing([{ name: "a", command: "x" }]);
    await run();
    expect(await messageOf(new RunbookExecutor({ store }).resume("RUN-0001"))).toBe(
      `ConfigurationError: id: RUN-0001 is of "${ALERT}", for "${ALERT}", and no runbook is registered for that`,
    );
  });

  it("by force hears that it is being worked on here", async () => {
    const { executor, ended } = await waiting();
    expect(await messageOf(executor.resume("RUN-0001", { force: true }))).toBe(
      "ConflictError: RUN-0001 is being worked on here",
    );
    await executor.cancel("RUN-0001", { by: "bob" });
    await ended;
  });
});
