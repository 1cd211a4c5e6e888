import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentChange } from "../../src/ports/incident-store.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import { fnv64 } from "../../src/runbook/fingerprint.ts";
import { ALERT, altered, executing, failingLooks, FakeRunner, gate, incidentOf, ticks } from "./support.ts";

const held = (options: RunbookExecutorOptions = {}) => {
  const { opened, open } = gate();
  const all = executing([{ name: "a", run: () => opened }], options);
  return { ...all, open };
};

describe("what a run begins with", () => {
  it("is kept as it was said, without its secrets, and claimed by its lock and its key", async () => {
    const { incident } = await incidentOf();
    const changes: IncidentChange[] = [];
    const store = new MemoryIncidentStore();
    const executor = new RunbookExecutor({
      runner: new FakeRunner(),
      secrets: { token: "tok-12345" },
      store: altered(store, {
        commit: (all, options) => {
          changes.push(...all);
          return store.commit(all, options);
        },
      }),
    });
    executor.registerRunbook(ALERT, {
      ...{ name: "memory", title: "Memory of tok-12345", lock: "restart {{ labels.app }}" },
      steps: [{ name: "a", title: "Show tok-12345", command: "x", environment: { API_KEY: "{{ labels.key }}" } }],
    });
    const about = { id: incident.id, title: "tok-12345 leaks", severity: "SEV1" } as const;
    await executor.executeRunbook(ALERT, {
      ...{ by: "ann of tok-12345", labels: { app: "web", key: "k-9876" }, annotations: { summary: "k-9876 is slow" } },
      ...{ parameters: { why: "tok-12345", count: 3 }, dryRun: true, key: "INC/1", incident: about },
    });
    const { at: _at, id: _id, ...started } = (await executor.journal("RUN-0001"))[0]!;
    expect(started).toEqual({
      ...{ type: "started", runbook: "memory", title: "Memory of [redacted]", alert: ALERT, lock: "restart web" },
      ...{ by: "ann of [redacted]", incident: { ...about, title: "[redacted] leaks" }, dryRun: true },
      ...{ labels: { app: "web", key: "[redacted]" }, annotations: { summary: "[redacted] is slow" } },
      parameters: { why: "[redacted]", count: 3 },
      steps: [{ name: "a", kind: "command", title: "Show [redacted]" }],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
    });
    expect(changes[0]?.claims).toEqual([{ key: "lock/restart web" }, { key: "key/INC/1" }]);
  });

  it("is no more than was said", async () => {
    const { executor, run } = executing([{ name: "a", command: "x" }]);
    await run();
    const [started] = await executor.journal("RUN-0001");
    for (const name of ["incident", "dryRun"]) expect(Object.keys(started!)).not.toContain(name);
  });

  it("has a lock of 150 characters, or a short name for a longer one", async () => {
    const keys: string[] = [];
    const store = new MemoryIncidentStore();
    const executor = new RunbookExecutor({
      runner: new FakeRunner(),
      store: altered(store, { holderOf: (key, options) => (keys.push(key), store.holderOf(key, options)) }),
    });
    executor.registerRunbook(ALERT, { lock: "{{ labels.lock }}", steps: [{ name: "a", command: "x" }] });
    for (const length of [150, 151]) {
      await executor.executeRunbook(ALERT, { by: "ann", labels: { lock: "l".repeat(length) } });
    }
    expect(keys).toEqual([`lock/${"l".repeat(150)}`, `lock/${fnv64("l".repeat(151))}`]);
    await expect(executor.executeRunbook(ALERT, { by: "ann" })).rejects.toThrow(
      `lock: the lock of "${ALERT}" cannot be filled in: labels.lock is missing; the call has no labels`,
    );
  });

  it("frees the lock of a run that is over for the next", async () => {
    const { run, executor } = executing([{ name: "a", command: "x" }]);
    expect([(await run()).id, (await run()).id]).toEqual(["RUN-0001", "RUN-0002"]);
    await expect(executor.executeRunbook("Other", { by: "ann" })).rejects.toThrow(
      `alertName: there is no runbook for "Other"; allowed: ${ALERT}`,
    );
    await expect(new RunbookExecutor().executeRunbook("Other", { by: "ann" })).rejects.toThrow(
      'alertName: there is no runbook for "Other"; none is registered',
    );
  });
});

describe("who gives up while a run begins", () => {
  it.each([
    ["holderOf", {}],
    ["holderOf", { key: "k" }],
    ["rows", {}],
  ] as const)("hears so at once, though the store does not answer %s, with %j", async (name, more) => {
    const store = new MemoryIncidentStore();
    await executing([{ name: "a", command: "x" }], { store }).run();
    const controller = new AbortController();
    const until = (signal: AbortSignal | undefined): Promise<never> =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
    const never = altered(
      store,
      name === "rows"
        ? { rows: ({ signal }) => until(signal) }
        : { holderOf: (_key, options) => until(options?.signal) },
    );
    const { run } = executing([{ name: "a", command: "x" }], { store: never, clock: new ManualClock() });
    const begun = run({ ...more, signal: controller.signal });
    await ticks(50);
    controller.abort(new Error("enough"));
    await expect(begun).rejects.toThrow("enough");
    expect(await store.read(2)).toEqual([]);
  });
});

describe("a run that holds a lock", () => {
  it("is named to whoever comes second", async () => {
    const { run, open, executor } = held();
    const first = await executor.startRunbook(ALERT, { by: "ann" });
    expect(first.run).toMatchObject({ id: "RUN-0001", status: "running" });
    await expect(run()).rejects.toMatchObject({
      message: `RUN-0001 holds the lock "${ALERT}"; one run at a time`,
      context: { lock: ALERT, holder: "RUN-0001" },
    });
    open();
    expect((await first.ended).status).toBe("succeeded");
  });

  it("counts among those that are allowed at once", async () => {
    const { executor, open } = held({ maxRuns: 1 });
    executor.registerRunbook("Other", [{ name: "a", command: "x" }]);
    const { ended } = await executor.startRunbook(ALERT, { by: "ann" });
    await expect(executor.executeRunbook("Other", { by: "ann" })).rejects.toMatchObject({
      message: "1 runs are under way already, as many as maxRuns allows",
      context: { maxRuns: 1 },
    });
    open();
    await ended;
    await expect(executor.executeRunbook("Other", { by: "ann" })).resolves.toMatchObject({ status: "succeeded" });
    await executor.close();
    await expect(executor.executeRunbook("Other", { by: "ann" })).rejects.toThrow(
      "the executor is closed; nothing new is begun",
    );
  });

  it("is claimed from its last holder, which is looked for again where another was first, twenty times", async () => {
    const claims: unknown[] = [];
    const store = new MemoryIncidentStore();
    const { run, executor } = executing([{ name: "a", command: "x" }], {
      store: altered(store, {
        commit: (changes, options) => {
          const [change] = changes;
          if (change?.claims === undefined) return store.commit(changes, options);
          claims.push(...change.claims);
          return claims.length > 1
            ? store.commit([{ ...change, claims: [{ key: `lock/${ALERT}`, from: 7 }] }])
            : store.commit(changes, options);
        },
      }),
    });
    await run();
    await expect(executor.executeRunbook(ALERT, { by: "ann" })).rejects.toMatchObject({ name: "ConflictError" });
    expect(claims[0]).toEqual({ key: `lock/${ALERT}` });
    expect(claims.slice(1)).toEqual(Array(20).fill({ key: `lock/${ALERT}`, from: 1 }));
  });
});

describe("a second call for one occasion", () => {
  it("is answered with the first one's run, here and elsewhere", async () => {
    const clock = new ManualClock();
    const { run, executor, store, open } = held({ clock });
    const first = run({ key: "k" });
    await ticks(50);
    const again = await executor.startRunbook(ALERT, { by: "bob", key: "k" });
    expect(again.run).toMatchObject({ id: "RUN-0001", by: "ann" });
    const looks = failingLooks(store);
    const other = executing([{ name: "a", command: "x" }], { store: looks, clock });
    const elsewhere = await other.executor.startRunbook(ALERT, { by: "cid", key: "k" });
    let isOver = false;
    void elsewhere.ended.then(() => (isOver = true));
    looks.looks.failNext();
    clock.advance(1_000);
    await ticks(50);
    open();
    expect([await first, await again.ended].map(({ id, status }) => `${id} ${status}`)).toEqual([
      ...["RUN-0001 succeeded", "RUN-0001 succeeded"],
    ]);
    expect([isOver, looks.looks.failed]).toEqual([false, 1]);
    clock.advance(999);
    await ticks(50);
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await elsewhere.ended).toMatchObject({ id: "RUN-0001", status: "succeeded" });
    // It is over by now: nobody waits.
    expect(await other.run({ key: "k" })).toMatchObject({ id: "RUN-0001" });
    expect((await run({ key: "other" })).id).toBe("RUN-0002");
  });

  it("waits no longer than it wants to, or its executor lives", async () => {
    const clock = new ManualClock();
    const { run, store, open } = held({ clock });
    const first = run({ key: "k" });
    await ticks(50);
    const controller = new AbortController();
    const other = executing([{ name: "a", command: "x" }], { store, clock });
    const impatient = other.run({ key: "k", signal: controller.signal });
    const waiting = other.run({ key: "k" });
    await ticks(50);
    controller.abort(new Error("enough"));
    await expect(impatient).rejects.toThrow("enough");
    await other.executor.close();
    clock.advance(1_000);
    await expect(waiting).rejects.toThrow("the executor was closed while it waited for RUN-0001");
    open();
    await first;
  });

  it("hears of what cannot be well again", async () => {
    const clock = new ManualClock();
    const { run, store, open } = held({ clock });
    const first = run({ key: "k" });
    await ticks(50);
    let isBroken = false;
    const broken = altered(store, {
      read: (number, options) =>
        isBroken
          ? Promise.reject(new AdapterError("gone", { adapter: "test", operation: "read", retryable: false }))
          : store.read(number, options),
    });
    const waiting = executing([{ name: "a", command: "x" }], { store: broken, clock }).run({ key: "k" });
    await ticks(50);
    isBroken = true;
    clock.advance(1_000);
    await expect(waiting).rejects.toThrow("test could not read: gone");
    open();
    await first;
  });
});
