import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { EscalationPlanner } from "../../src/response/escalation/planner.ts";
import { EscalationPolicy } from "../../src/response/escalation/policy.ts";
import { EscalationWork } from "../../src/response/escalation/work.ts";
import { combinePlanners, NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";
import { message, MINUTE, responding } from "./support.ts";

const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
const SPANS = [
  ["an hour", HOUR],
  ["a year", YEAR],
] as const;

/** Whoever is told, by a channel that may be busy, and a worker that looks every second. */
function room() {
  const clock = new ManualClock();
  const plan = new NotificationPlan({ rules: [{ on: "all", to: ["room"] }] });
  const to = [{ channel: "pager", person: "ann" }];
  const policy = new EscalationPolicy({ name: "all", steps: [{ to, wait: "5m" }], repeat: 5 });
  const escalation = new EscalationPlanner({ policies: [policy] });
  const incidents = new IncidentManager({ clock, planner: combinePlanners(plan, escalation) });
  const told: string[] = [];
  const channel = { busy: false };
  const notify = async ({ kind }: { readonly kind: string }): Promise<void> => {
    if (channel.busy) throw new Error("busy");
    told.push(kind);
    await Promise.resolve();
  };
  const outbox = new NotificationOutbox({ incidents, channels: { room: { notify }, pager: { notify } } });
  const worker = new IncidentWorker({
    incidents,
    work: [outbox, new EscalationWork({ incidents, planner: escalation })],
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      clock.advance(Math.min(1_000, left));
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const declare = () => incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "ann" });
  worker.start();
  return { clock, incidents, told, channel, worker, pass, declare };
}

describe.each(SPANS)("when the clock was %s ahead and is set right", (_, aheadMs) => {
  it("what then happens to an incident of that time is told at once", async () => {
    const { clock, incidents, told, worker, pass, declare } = room();
    clock.stepWall(aheadMs);
    const { id } = await declare();
    await pass(2_000);
    clock.stepWall(-aheadMs);
    await pass(2_000);
    told.length = 0;
    await incidents.resolve(id, { by: "bob" });
    await pass(3_000);
    expect(told).toEqual(["resolved"]);
    await worker.close();
  });

  it("a message that is to be tried again is", async () => {
    const { clock, told, channel, worker, pass, declare } = room();
    clock.stepWall(aheadMs);
    channel.busy = true;
    await declare();
    await pass(2_000);
    clock.stepWall(-aheadMs);
    channel.busy = false;
    await pass(MINUTE);
    expect(told.filter((kind) => kind === "opened")).toHaveLength(1);
    expect(told.filter((kind) => kind === "escalated").length).toBeGreaterThanOrEqual(1);
    await worker.close();
  });

  it("an escalation goes on, and then at its pace", async () => {
    const { clock, incidents, told, worker, pass, declare } = room();
    clock.stepWall(aheadMs);
    const { id } = await declare();
    await pass(2_000);
    clock.stepWall(-aheadMs);
    await pass(6 * MINUTE);
    const count = told.filter((kind) => kind === "escalated").length;
    expect(count).toBeGreaterThanOrEqual(2);
    expect(count).toBeLessThanOrEqual(3);
    // One that begins now, on an incident whose own times are ahead.
    await incidents.resolve(id, { by: "bob" });
    await incidents.reopen(id, { by: "bob" });
    told.length = 0;
    await pass(11 * MINUTE);
    expect(told.filter((kind) => kind === "escalated").length).toBeGreaterThanOrEqual(2);
    expect(told.length).toBeLessThanOrEqual(6);
    await worker.close();
  });

  it("an incident that is quiet ends when its hold is over", async () => {
    const { clock, incidents, response } = responding({ onResolved: "resolve", holdMs: 5 * MINUTE });
    clock.stepWall(aheadMs);
    await response.receive(message([{}]));
    await response.receive(message([{ status: "resolved" }]));
    await response.settle();
    clock.stepWall(-aheadMs);
    await response.settle();
    clock.advance(4 * MINUTE);
    expect(await response.settle()).toEqual([]);
    clock.advance(MINUTE);
    expect(await response.settle()).toEqual(["INC-0001"]);
    expect((await incidents.get("INC-0001")).status).toBe("resolved");
  });
});

it("a message does not grow old because the clock is set ahead", async () => {
  const { clock, told, channel, worker, pass, declare } = room();
  channel.busy = true;
  await declare();
  await pass(2_000);
  clock.stepWall(YEAR);
  await pass(5_000);
  channel.busy = false;
  await pass(MINUTE);
  expect(told.filter((kind) => kind === "opened")).toHaveLength(1);
  await worker.close();
});
