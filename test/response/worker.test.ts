import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { Incident } from "../../src/incident/model.ts";
import type { DueWork } from "../../src/response/escalation/due-work.ts";
import { NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function room(attend: DueWork["attend"]) {
  const clock = new ManualClock();
  const planner = new NotificationPlan({ rules: [{ on: "all", to: ["room"] }] });
  const incidents = new IncidentManager({ clock, planner });
  const log: string[] = [];
  const write = (message: string): void => void log.push(message);
  const worker = new IncidentWorker({ incidents, work: [{ attend }], clock, logger: { warn: write, error: write } });
  const declare = () => incidents.createIncident({ title: "t", severity: "SEV1", by: "ann" });
  /** What a delivery would record. */
  const deliver = ({ id }: Incident) =>
    incidents.apply(id, { by: "nines" }, ({ notifications }) =>
      notifications.map(({ key }) => ({ type: "notification_delivered", key })),
    );
  return { clock, incidents, worker, declare, deliver, log };
}

describe("an incident worker", () => {
  it("attends to what is due at once when its manager is told, and else when it looks", async () => {
    const attended: string[] = [];
    const { clock, incidents, worker, declare, deliver } = room(async (incident) => {
      attended.push(incident.id);
      await deliver(incident);
    });
    await declare();
    worker.start();
    worker.start();
    clock.advance(0);
    await settle();
    expect(attended).toEqual(["INC-0001"]);
    await declare();
    clock.advance(0);
    await settle();
    expect(attended).toEqual(["INC-0001", "INC-0002"]);
    await incidents.apply("INC-0001", { by: "nines" }, () => [
      { type: "escalated", message: "begins", next: { policy: "p", step: 0, round: 0, dueAt: clock.now() + 60_000 } },
    ]);
    for (let second = 0; second < 59; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    expect(attended).toHaveLength(2);
    clock.advance(2_000);
    await settle();
    expect(attended[2]).toBe("INC-0001");
    await worker.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it("goes through all that is due, however long the list", async () => {
    const attended = new Set<string>();
    const { worker, declare } = room(async ({ id }) => void attended.add(id));
    for (let count = 0; count < 730; count += 1) await declare();
    await worker.tick();
    expect(attended.size).toBe(730);
  });

  it("brings to its end what has begun when it is closed, and begins nothing new", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    let end = (): void => undefined;
    const { clock, worker, declare } = room((_, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => (end = resolve));
    });
    worker.start();
    await declare();
    clock.advance(0);
    await settle();
    let closed = false;
    const closing = worker.close().then(() => (closed = true));
    await settle();
    expect([signals[0]?.aborted, closed]).toEqual([true, false]);
    end();
    await closing;
    await declare();
    clock.advance(60_000);
    await worker.tick();
    worker.start();
    await settle();
    expect(signals).toHaveLength(1);
    await worker.close();
  });

  it("holds one back that fails, for longer each time, and attends to the others", async () => {
    const attended: string[] = [];
    const { clock, worker, declare, log } = room(async ({ id }) => {
      attended.push(id);
      if (id === "INC-0001") throw new Error("hunter2");
    });
    await declare();
    await declare();
    for (let second = 0; second < 64; second += 1) {
      await worker.tick();
      clock.advance(1_000);
    }
    expect(attended.filter((id) => id === "INC-0002")).toHaveLength(64);
    // At 0, 1, 3, 7, 15, 31 and 63 s.
    expect(attended.filter((id) => id === "INC-0001")).toHaveLength(7);
    expect(log).toHaveLength(7);
    expect(log.join()).not.toContain("hunter2");
  });

  it("goes on when the store cannot say what is due", async () => {
    const clock = new ManualClock();
    let asked = 0;
    const log: string[] = [];
    const worker = new IncidentWorker({
      incidents: {
        due: () => ((asked += 1), Promise.reject(new Error("away"))),
        get: () => Promise.reject(new Error()),
        on: () => () => undefined,
      },
      work: [{ attend: async () => undefined }],
      clock,
      logger: { warn: (message) => void log.push(message), error: () => undefined },
    });
    worker.start();
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    await worker.close();
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(log).toHaveLength(asked);
  });

  it("asks all its work, though one of them fails", async () => {
    const { incidents, declare } = room(async () => undefined);
    const done: string[] = [];
    const work = [
      {
        attend: () => {
          throw new Error("no");
        },
      },
      { attend: async () => void done.push("second") },
    ];
    await declare();
    await new IncidentWorker({ incidents, work, clock: new ManualClock() }).tick();
    expect(done).toEqual(["second"]);
  });

  it("does not call it a failure that work is left for the next one when it is closed", async () => {
    let goOn = (): void => undefined;
    const { worker, declare, log } = room(async (_incident, { signal }) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      signal?.throwIfAborted();
    });
    await declare();
    const looking = worker.tick();
    await settle();
    const closing = worker.close();
    goOn();
    await Promise.all([looking, closing]);
    expect(log).toEqual([]);
  });

  it("sees what is due behind hundreds that wait for a channel that is not there", async () => {
    const clock = new ManualClock();
    const planner = new NotificationPlan({
      rules: [
        { on: ["opened"], severity: ["SEV4"], to: ["gone"] },
        { on: ["opened"], severity: ["SEV1"], to: ["pager"] },
      ],
    });
    const incidents = new IncidentManager({ clock, planner });
    const [log, paged]: [string[], string[]] = [[], []];
    const write = (message: string): void => void log.push(message);
    const logger = { warn: write, error: write };
    const channels = {
      pager: { notify: async (one: { incident: { id: string } }) => void paged.push(one.incident.id) },
    };
    const outbox = new NotificationOutbox({ incidents, clock, logger, channels, elsewhere: ["gone"] });
    for (let count = 0; count < 900; count += 1) {
      await incidents.createIncident({ title: "t", severity: "SEV4", by: "ann" });
    }
    clock.advance(1);
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV1", by: "ann" });
    await new IncidentWorker({ incidents, work: [outbox], clock, logger }).tick();
    expect(paged).toEqual([id]);
    expect(log).toEqual(["messages wait for a channel that is not known here"]);
  });

  it.each([
    [{ work: [] }, "work: a list of 0 is not a list of work to do"],
    [{ work: [{}] }, "work: a mapping has no method attend()"],
    [{ everyMs: 0 }, "everyMs: 0 is out of range"],
    [{ everyMS: 5 }, 'did you mean "everyMs"?'],
  ])("refuses the options %j", (options, message) => {
    const incidents = new IncidentManager();
    const work = [{ attend: async () => undefined }];
    expect(() => new IncidentWorker({ incidents, work, ...(options as object) })).toThrow(message);
  });
});
