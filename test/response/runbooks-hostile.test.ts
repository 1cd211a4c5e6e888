import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { invalid } from "../../src/core/errors.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import { AutomatedResponse, type AutomatedResponseOptions } from "../../src/response/automated-response.ts";
import type { ActionFunction } from "../../src/runbook/action.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import { ALERT, altered, gate, notesOf, trouble } from "../runbook/support.ts";

interface Setting {
  readonly incidents?: IncidentStore;
  readonly executing?: RunbookExecutorOptions;
  readonly responding?: Partial<AutomatedResponseOptions>;
  /** What the repair is given. */
  readonly input?: string;
}

/** A response whose runbook is one action; `alert` tells it of an alert that began so many seconds after another one. */
function setUp(repair: ActionFunction, { incidents: store, executing = {}, responding = {}, input }: Setting = {}) {
  const incidents = new IncidentManager(store === undefined ? {} : { store });
  const executor = new RunbookExecutor({ ...executing, actions: { repair } });
  executor.registerRunbook(ALERT, [{ name: "x", action: "repair", ...(input === undefined ? {} : { input }) }]);
  const response = new AutomatedResponse({ incidents, runbooks: executor, ...responding });
  const began = Date.now() - 60_000;
  const alert = async (second: number, status: "firing" | "resolved", service = "a"): Promise<void> => {
    const startsAt = began + second * 1_000;
    const over = status === "resolved" ? { endsAt: startsAt + 500 } : {};
    await response.alert({ name: ALERT, labels: { service }, startsAt, status, ...over });
  };
  /** All that is to be done. */
  const rest = async (): Promise<void> => {
    await response.settle();
    await response.drain();
  };
  return { incidents, executor, response, alert, rest };
}

describe("what came of a runbook", () => {
  it("is written when the incidents' store is well again", async () => {
    const store = new MemoryIncidentStore();
    let isDown = false;
    let refused = 0;
    const flaky = altered(store, {
      commit: (changes, options) => {
        if (!isDown) return store.commit(changes, options);
        refused += 1;
        return Promise.reject(trouble());
      },
    });
    const { opened, open } = gate();
    let isBegun = false;
    const { incidents, response, alert, rest } = setUp(() => ((isBegun = true), opened), { incidents: flaky });
    await alert(0, "firing");
    await expect.poll(() => isBegun).toBe(true);
    await response.settle();
    isDown = true;
    open();
    await response.drain();
    isDown = false;
    await rest();
    await rest();
    expect((await incidents.get("INC-0001")).status).toBe("monitoring");
    expect(refused).toBeGreaterThan(0);
  });

  it("is written though the run was given up, and resumed here", async () => {
    const runs = new MemoryIncidentStore();
    let isDown = true;
    const flaky = altered(runs, {
      commit: (changes, options) =>
        isDown && changes.some(({ events }) => events.some((event) => event.includes("step_ended")))
          ? Promise.reject(trouble())
          : runs.commit(changes, options),
    });
    let times = 0;
    const repair = async (): Promise<void> => {
      times += 1;
      await sleep(100);
    };
    const { incidents, executor, response, alert, rest } = setUp(repair, {
      executing: { store: flaky, patienceMs: 0, leaseMs: 1_000 },
    });
    await alert(0, "firing");
    await response.settle();
    await response.drain();
    isDown = false;
    await sleep(1_100);
    await executor.resumeAll();
    await rest();
    const run = await executor.get("RUN-0001");
    expect([times, run.status]).toEqual([2, "succeeded"]);
    expect((await incidents.get("INC-0001")).status).toBe("monitoring");
  });

  it("is not taken from a run of an incident that nobody knows any more", async () => {
    const runs = new MemoryIncidentStore();
    let times = 0;
    for (const expected of [1, 2]) {
      const { incidents, response, alert } = setUp(() => void (times += 1), { executing: { store: runs } });
      await alert(0, "firing");
      await response.drain();
      expect([times, (await incidents.get("INC-0001")).status]).toEqual([expected, "monitoring"]);
    }
  });

  it("of many processes over the same stores: one runs it, and each thing is said once", async () => {
    const runs = new MemoryIncidentStore();
    const kept = new MemoryIncidentStore();
    let times = 0;
    const many = Array.from({ length: 3 }, () => {
      const incidents = new IncidentManager({ store: kept });
      const executor = new RunbookExecutor({
        ...{ store: runs, incidents },
        actions: { repair: async () => ((times += 1), sleep(50)) },
      });
      executor.registerRunbook(ALERT, [{ name: "x", action: "repair" }]);
      return { incidents, response: new AutomatedResponse({ incidents, runbooks: executor }) };
    });
    const alert = { name: ALERT, labels: { service: "a" }, startsAt: "2026-11-28T10:00:00Z" };
    await Promise.all(many.map(({ response }) => response.alert(alert)));
    await Promise.all(many.map(({ response }) => response.settle()));
    await Promise.all(many.map(({ response }) => response.drain()));
    const incidents = new IncidentManager({ store: kept });
    const notes = await notesOf(incidents, "INC-0001");
    expect(times).toBe(1);
    expect(notes).toHaveLength(5);
    expect(new Set(notes).size).toBe(5);
    expect((await incidents.get("INC-0001")).status).toBe("monitoring");
  });
});

describe("a runbook that waited for its lock", () => {
  it("is not run for an alert that is over", async () => {
    const { opened, open } = gate();
    let times = 0;
    const { incidents, response, alert, rest } = setUp(() => ((times += 1), opened));
    await alert(0, "firing");
    await expect.poll(() => times).toBe(1);
    await alert(0, "resolved");
    await alert(1, "firing");
    await sleep(10);
    await alert(1, "resolved");
    open();
    await response.drain();
    await rest();
    expect([times, (await incidents.get("INC-0001")).firing]).toEqual([1, 0]);
  });

  it("is run for the incident that its alert went to meanwhile", async () => {
    const { opened, open } = gate();
    let times = 0;
    const { incidents, response, alert, rest } = setUp(() => ((times += 1), opened));
    await alert(0, "firing");
    await expect.poll(() => times).toBe(1);
    await alert(0, "firing", "b");
    await response.alert({ name: "Other", labels: { service: "c" } });
    await sleep(20);
    await incidents.merge("INC-0002", { into: "INC-0003", by: "ann" });
    open();
    await response.drain();
    await rest();
    expect([times, (await incidents.get("INC-0003")).firing]).toEqual([2, 2]);
  });
});

describe("the count of how often a runbook was run", () => {
  it("leaves out what was asked for and never begun", async () => {
    let times = 0;
    let asked = 0;
    let isRefused = true;
    const { incidents, executor } = setUp(() => void (times += 1));
    const runbooks: Pick<RunbookExecutor, "runbookFor" | "startRunbook"> = {
      runbookFor: (name) => executor.runbookFor(name),
      startRunbook: async (name, context) => {
        asked += 1;
        if (isRefused) throw invalid("x", "not now");
        return executor.startRunbook(name, context);
      },
    };
    const response = new AutomatedResponse({ incidents, runbooks });
    const began = Date.now() - 60_000;
    for (let round = 0; round < 3; round += 1) {
      const startsAt = began + round * 1_000;
      const alert = { name: ALERT, labels: { service: "a" }, startsAt };
      await response.alert(alert);
      await response.drain();
      await response.alert({ ...alert, status: "resolved", endsAt: startsAt + 500 });
      await response.drain();
    }
    expect([asked, times]).toEqual([3, 0]);
    isRefused = false;
    await response.alert({ name: ALERT, labels: { service: "a" }, startsAt: began + 5_000 });
    await response.drain();
    expect([asked, times]).toEqual([4, 1]);
    expect((await notesOf(incidents, "INC-0001")).filter((note) => note.includes("already"))).toEqual([]);
  });
});

describe("a message of alerts", () => {
  it("of one name in one incident has its runbook run once, for the first of them", async () => {
    const seen: unknown[] = [];
    const { response } = setUp(({ input }) => void seen.push(input), {
      input: "{{ labels.pod }}",
      responding: { groupBy: ["service"] },
    });
    await response.receive([
      { name: ALERT, labels: { service: "a", pod: "1" } },
      { name: ALERT, labels: { service: "a", pod: "2" } },
    ]);
    await response.drain();
    expect(seen).toEqual(["1"]);
  });

  it("opens an incident though the schedule of its commander throws", async () => {
    const incidents = new IncidentManager();
    let asked = 0;
    const schedule = {
      name: "primary",
      whoIsOnCall: () => {
        asked += 1;
        throw new Error("the schedule is broken");
      },
    };
    const response = new AutomatedResponse({ incidents, commander: { onCall: "primary" }, schedules: [schedule] });
    const answer = await response.alert({ name: "A", labels: {} });
    expect(answer.incidents).toEqual([{ id: "INC-0001", action: "opened" }]);
    expect(asked).toBe(1);
    expect((await incidents.get("INC-0001")).roles.commander).toBeUndefined();
  });
});
