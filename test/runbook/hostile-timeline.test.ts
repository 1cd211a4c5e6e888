import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { altered, executing, hanging, incidentOf, mortal, notesOf, standing, trouble } from "./support.ts";

const GROUP = [
  {
    name: "g",
    parallel: [
      { name: "p", command: "hang", approval: true },
      { name: "q", command: "hang", approval: true },
    ],
  },
];

describe("what another process says of a run", () => {
  it("is in the timeline, all of it, though it is heard at once", async () => {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const { executor, run } = executing(GROUP, { store, incidents, behaviours: { hang: hanging } });
    const going = run({ incident });
    await expect
      .poll(async () => standing(await executor.get("RUN-0001")))
      .toMatchObject({ p: "waiting", q: "waiting" });
    const other = executing(GROUP, { store });
    await other.executor.answer("RUN-0001", { step: "p", approved: false, by: "bob" });
    await other.executor.answer("RUN-0001", { step: "q", approved: true, by: "cid" });
    await other.executor.cancel("RUN-0001", { by: "dan" });
    await going;
    const notes = (await notesOf(incidents, incident.id)).join("\n");
    for (const words of ["bob refuses p", "cid approves q", "dan cancels"]) expect(notes).toContain(words);
  });

  it("is there once, though who heard it died", async () => {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const dead = executing(GROUP, { store: process.store, incidents, behaviours: { hang: hanging } });
    void dead.run({ incident }).catch(() => undefined);
    await expect
      .poll(async () => standing(await dead.executor.get("RUN-0001")))
      .toMatchObject({ p: "waiting", q: "waiting" });
    const { executor } = executing(GROUP, { store, incidents });
    await executor.answer("RUN-0001", { step: "p", approved: true, by: "bob" });
    await executor.answer("RUN-0001", { step: "q", approved: true, by: "cid" });
    await expect.poll(() => dead.runner.lines, { timeout: 5_000 }).toEqual(["hang", "hang"]);
    await sleep(50);
    process.die();
    await executor.resume("RUN-0001", { force: true });
    const answers = (await notesOf(incidents, incident.id)).filter((note) => note.includes("approves"));
    expect(answers).toEqual(["bob approves p of Runbook HighMemoryUsage", "cid approves q of Runbook HighMemoryUsage"]);
  });
});

describe("an approval that was answered", () => {
  const steps = [{ name: "p", command: "x", approval: { timeout: "10s" } }];

  it("is not answered again, by whomever", async () => {
    const { incidents, incident } = await incidentOf();
    const store = new MemoryIncidentStore();
    const { executor, run } = executing(steps, { store, incidents });
    const going = run({ incident });
    await expect.poll(async () => standing(await executor.get("RUN-0001")).p).toBe("waiting");
    const other = executing(steps, { store });
    await other.executor.answer("RUN-0001", { step: "p", approved: false, by: "bob" });
    await expect(executor.answer("RUN-0001", { step: "p", approved: true, by: "ann" })).rejects.toMatchObject({
      name: "IllegalTransitionError",
    });
    expect(standing(await going)).toEqual({ p: "refused" });
    const notes = (await notesOf(incidents, incident.id)).join("\n");
    expect(notes).toContain("bob refuses p");
    expect(notes).not.toContain("ann approves");
  });

  it("in the moment in which its time is up is answered once", async () => {
    const clock = new ManualClock();
    const { incidents, incident } = await incidentOf(clock);
    const { executor, run } = executing(steps, { clock, incidents });
    const going = run({ incident });
    for (let second = 0; second < 10; second += 1) {
      await sleep(2);
      clock.advance(1_000);
    }
    await executor.answer("RUN-0001", { step: "p", approved: true, by: "ann" });
    expect((await going).status).toBe("succeeded");
    const answers = (await notesOf(incidents, incident.id)).filter((note) => /approves|refuses/.test(note));
    expect(answers).toHaveLength(1);
  });
});

describe("an incident that cannot be written", () => {
  it("delays the end of a run for seconds only, and its telling not at all", async () => {
    const clock = new ManualClock();
    const { incident } = await incidentOf(clock);
    let notes = 0;
    const incidents = {
      note: async () => {
        notes += 1;
        throw trouble();
      },
      timeline: async () => [],
    };
    const steps = Array.from({ length: 50 }, (_, index) => ({ name: `s${String(index)}`, command: "x" }));
    const { executor, run } = executing(steps, { clock, incidents });
    let isTold = false;
    const ends: string[] = [];
    executor.on("runEnded", () => void (isTold = true));
    void run({ incident }).then(({ status }) => ends.push(status));
    await expect.poll(() => isTold).toBe(true);
    let seconds = 0;
    for (; ends.length === 0 && seconds < 1_200; seconds += 1) {
      clock.advance(1_000);
      await sleep(0);
    }
    expect(seconds).toBeLessThan(60);
    expect(notes).toBeGreaterThan(1);
    expect(ends).toEqual(["succeeded"]);
  });

  it("and was written all the same, says each thing once", async () => {
    const store = new MemoryIncidentStore();
    let isLost = false;
    let lost = 0;
    const forgetful = altered(store, {
      commit: async (changes, options) => {
        const made = await store.commit(changes, options);
        if (!isLost) return made;
        isLost = false;
        lost += 1;
        throw trouble();
      },
    });
    const incidents = new IncidentManager({ store: forgetful });
    const incident = await incidents.createIncident({ title: "t", severity: "SEV2", by: "ann" });
    const { executor, run } = executing([{ name: "x", command: "x" }], { incidents });
    executor.on("stepStarted", () => void (isLost = true));
    await run({ incident });
    const notes = await notesOf(incidents, incident.id);
    expect([lost, notes]).toEqual([1, [...new Set(notes)]]);
    expect(notes).toHaveLength(3);
  });

  it.each([
    ["that was merged into another one", "INC-0001", 3, 0],
    ["that is resolved", "INC-0003", 3, 0],
    ["that is not there", "INC-0099", 0, 3],
    ["of another prefix", "ABC-0001", 0, 3],
    ["that is no id at all", "constructor", 0, 3],
  ])("or one %s: the run ends, and soon", async (_title, id, written, heard) => {
    const incidents = new IncidentManager();
    for (let count = 0; count < 3; count += 1) {
      await incidents.createIncident({ title: "t", severity: "SEV2", by: "ann" });
    }
    await incidents.merge("INC-0001", { into: "INC-0002", by: "ann" });
    await incidents.resolve("INC-0003", { by: "ann" });
    const { run, heard: log } = executing([{ name: "x", command: "x" }], { incidents });
    const began = performance.now();
    const ended = await run({ incident: { id, title: "t", severity: "SEV2" } });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(ended.status).toBe("succeeded");
    expect(await notesOf(incidents, id).catch(() => [])).toHaveLength(written);
    expect(log.lines).toHaveLength(heard);
  });
});
