import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { Notification } from "../../src/ports/notifier.ts";
import { NotificationPlan, type NotificationPlanOptions } from "../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import { ALERT, executing, FakeRunner } from "../runbook/support.ts";

const STEPS = [
  { name: "reset", command: "redis-cli FLUSHALL", approval: { message: "Drop the cache of web?", timeout: "15m" } },
];

async function setUp(plan: Partial<NotificationPlanOptions> = {}, options: RunbookExecutorOptions = {}) {
  const planner = new NotificationPlan({ rules: [{ on: "all", to: ["room"] }], ...plan });
  const incidents = new IncidentManager({ planner });
  const { executor, run, store } = executing(STEPS, { incidents, ...options });
  const incident = await incidents.createIncident({ title: "memory is full", severity: "SEV2", by: "alerts" });
  const sent: Notification[] = [];
  const channels = { room: { notify: async (one: Notification) => void sent.push(one) } };
  const worker = new IncidentWorker({ incidents, work: [new NotificationOutbox({ incidents, channels })] });
  const waits = async (): Promise<void> => {
    await expect.poll(async () => (await executor.get("RUN-0001")).steps[0]?.status).toBe("waiting");
  };
  const asked = async (): Promise<readonly string[]> => {
    const { notifications } = await incidents.get(incident.id);
    return notifications.flatMap(({ kind, message }) => (kind === "approval_requested" ? [message] : []));
  };
  return { incidents, incident, executor, run, store, sent, worker, waits, asked };
}

describe("a run that waits for an approval", () => {
  it("has people told what is asked, until when, and where to answer", async () => {
    const { incident, executor, run, sent, worker, asked } = await setUp({
      approvals: "https://ops.example.com/approvals?team=web",
    });
    const going = run({ incident });
    await expect.poll(async () => (await asked()).length).toBe(1);
    await worker.tick();
    const told = sent.find(({ kind }) => kind === "approval_requested");
    const { expiresAt = 0 } = (await executor.get("RUN-0001")).steps[0]?.approval ?? {};
    const until = new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ");
    expect(told?.message).toBe(
      `Runbook ${ALERT} waits for an approval: Drop the cache of web?\n` +
        `Step reset of RUN-0001. Without an answer by ${until} UTC it is no. ` +
        "Answer at https://ops.example.com/approvals?team=web&run=RUN-0001&step=reset",
    );
    expect(told?.incident.id).toBe(incident.id);
    await executor.answer("RUN-0001", { step: "reset", approved: true, by: "ann" });
    expect((await going).status).toBe("succeeded");
    await worker.close();
  });

  it("tells those who are not told where to answer what the answer needs", async () => {
    const { incident, executor, run, asked } = await setUp();
    const going = run({ incident });
    await expect.poll(async () => (await asked())[0]).toMatch(/it is no\. Answer with the run and the step\.$/);
    await executor.cancel("RUN-0001", { by: "ann" });
    await going;
  });

  it("is told of once, also by a process that goes on with the run", async () => {
    const { incidents, incident, executor, run, store, asked } = await setUp();
    const going = run({ incident });
    await expect.poll(async () => (await asked()).length).toBe(1);
    const next = new RunbookExecutor({ runner: new FakeRunner(), incidents, store });
    next.registerRunbook(ALERT, STEPS);
    const resumed = next.resume("RUN-0001", { force: true });
    await expect.poll(async () => (await next.get("RUN-0001")).resumed).toBe(1);
    await next.answer("RUN-0001", { step: "reset", approved: true, by: "ann" });
    expect((await resumed).status).toBe("succeeded");
    await going.catch(() => "it is another's now");
    expect(await asked()).toHaveLength(1);
    await executor.close();
  });

  it("tells nobody of what a policy answers, and of what it leaves to people", async () => {
    const policy = await setUp({}, { approver: async () => (await sleep(20), { approved: true, by: "policy" }) });
    expect((await policy.run({ incident: policy.incident })).status).toBe("succeeded");
    expect(await policy.asked()).toEqual([]);
    const people = await setUp({}, { approver: () => undefined });
    const going = people.run({ incident: people.incident });
    await expect.poll(people.asked, { timeout: 5_000 }).toHaveLength(1);
    await people.executor.answer("RUN-0001", { step: "reset", approved: true, by: "ann" });
    await going;
  });

  it("calls nobody, and has a call withdrawn, once its incident is over", async () => {
    const { incidents, incident, executor, run, sent, worker, asked } = await setUp();
    const going = run({ incident });
    await expect.poll(async () => (await asked()).length).toBe(1);
    await incidents.resolve(incident.id, { by: "ann" });
    await worker.tick();
    expect(sent.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
    const given = (await incidents.timeline(incident.id)).find(({ type }) => type === "notification_given_up");
    expect(given).toMatchObject({ why: "nobody has to answer any more: it is resolved" });
    await executor.cancel("RUN-0001", { by: "ann" });
    await going;
    await worker.close();

    const late = await setUp();
    await late.incidents.resolve(late.incident.id, { by: "ann" });
    const cleaning = late.run({ incident: late.incident });
    await late.waits();
    await late.executor.answer("RUN-0001", { step: "reset", approved: true, by: "ann" });
    await cleaning;
    expect(await late.asked()).toEqual([]);
  });
});

describe("a note that only looks like a question", () => {
  it.each([
    {},
    { event: "approval_requested" },
    { event: "approval_requested", run: "R", runbook: "B", step: "s", asks: 5, expiresAt: 5 },
    { event: "approval_requested", run: "R", runbook: "B", step: "s", asks: "?", expiresAt: "soon" },
    { event: "approval_requested", run: "R", runbook: "B", step: "s", asks: "?", expiresAt: 5, isAnswered: true },
  ])("%j calls nobody", async (data) => {
    const { incidents, incident, asked } = await setUp();
    await incidents.note(incident.id, { kind: "runbook", message: "x", data, by: "ann" });
    expect(await asked()).toEqual([]);
  });
});

it("the store keeps what was asked, for another process that delivers it", async () => {
  const store = new MemoryIncidentStore();
  const planner = new NotificationPlan({ rules: [{ on: ["approval_requested"], to: ["room"] }] });
  const incidents = new IncidentManager({ store, planner });
  const { executor, run } = executing(STEPS, { incidents });
  const going = run({
    incident: await incidents.createIncident({ title: "memory is full", severity: "SEV2", by: "alerts" }),
  });
  const other = new IncidentManager({ store });
  await expect.poll(async () => (await other.get("INC-0001")).notifications[0]?.kind).toBe("approval_requested");
  await executor.cancel("RUN-0001", { by: "ann" });
  await going;
});

it.each(["", "ops.example.com", "javascript:alert(1)", 5])("the address %j is refused", (approvals) => {
  expect(() => new NotificationPlan({ rules: [], approvals: approvals as string })).toThrow(/approvals: .* no address/);
});

it("nobody outside is asked", () => {
  const rules = [{ on: ["approval_requested"], audience: "public", to: ["page"] }] as const;
  expect(() => new NotificationPlan({ rules })).toThrow('rules[0].on: "approval_requested" is not possible');
});
