import { describe, expect, it } from "vitest";

import type { Clock } from "../../src/core/time/clock.ts";
import { AdapterError, invalid } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import type { Notification } from "../../src/ports/notifier.ts";
import { EscalationPlanner } from "../../src/response/escalation/planner.ts";
import { EscalationPolicy } from "../../src/response/escalation/policy.ts";
import { combinePlanners, NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import { ChannelGate } from "../../src/response/telling/outbox-gate.ts";
import {
  type GivenUpNotification,
  NotificationOutbox,
  type NotificationOutboxOptions,
} from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";

const AT = Date.UTC(2026, 10, 22, 3);
type Behaviour = (notification: Notification, signal: AbortSignal | undefined) => unknown;

/** A room with a store, and as many outboxes with workers as are asked for. */
function room(options: { store?: IncidentStore; clock?: ManualClock } = {}) {
  const { clock = new ManualClock(AT), store = new MemoryIncidentStore() } = options;
  const planner = new NotificationPlan({ rules: [{ on: "all", to: ["pager", "room"] }] });
  const log: string[] = [];
  const logger = {
    warn: (message: string, fields: object = {}) => void log.push(`${message} ${JSON.stringify(fields)}`),
    error: (message: string, fields: object = {}) => void log.push(`${message} ${JSON.stringify(fields)}`),
  };
  const givenUp: GivenUpNotification[] = [];
  const incidents = new IncidentManager({ clock, store, planner });
  const outbox = (
    behaviours: Record<string, Behaviour>,
    more: Partial<NotificationOutboxOptions> = {},
    manager = incidents,
  ) => {
    const channels = Object.fromEntries(
      Object.entries(behaviours).map(([name, behave]) => [
        name,
        {
          notify: async (one: Notification, { signal }: { signal?: AbortSignal } = {}) => {
            await behave(one, signal);
          },
        },
      ]),
    );
    const box = new NotificationOutbox({
      incidents: manager,
      channels,
      clock,
      random: seededRandom("outbox"),
      logger,
      onGivenUp: (given) => givenUp.push(given),
      elsewhere: ["pager", "room", "page"].filter((name) => !(name in behaviours)),
      ...more,
    });
    return { box, worker: new IncidentWorker({ incidents: manager, work: [box], clock, logger }) };
  };
  const declare = (title = "t") => incidents.createIncident({ title, severity: "SEV1", by: "ann" });
  return { clock, store, incidents, planner, outbox, declare, log, givenUp };
}

const busy = (retryAfterMs?: number): AdapterError =>
  new AdapterError("it is busy", {
    adapter: "fake",
    operation: "notify",
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { context: { retryAfterMs } }),
  });

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("a notification outbox", () => {
  it("delivers each message once and in order, with severity and status of its moment", async () => {
    const { incidents, outbox, declare } = room();
    const got: Notification[] = [];
    const { worker } = outbox({ pager: (one) => got.push(one), room: () => undefined });
    const { id } = await declare("checkout fails");
    await incidents.changeSeverity(id, { to: "SEV3", by: "ann" });
    await incidents.resolve(id, { by: "ann" });
    await worker.tick();
    await worker.tick();
    expect(
      got.map(({ idempotencyKey, kind, incident }) => [idempotencyKey, kind, incident.severity, incident.status]),
    ).toEqual([
      ["INC-0001/1/pager", "opened", "SEV1", "investigating"],
      ["INC-0001/4/pager", "severity_changed", "SEV3", "investigating"],
      ["INC-0001/7/pager", "resolved", "SEV3", "resolved"],
    ]);
    expect(got.map(({ incident }) => incident.resolvedAt)).toEqual([undefined, undefined, AT]);
    expect((await incidents.get(id)).notifications).toEqual([]);
  });

  it("tries again later and later, with the next message waiting, and other channels going on", async () => {
    const { clock, incidents, outbox, declare } = room();
    const tried: [string, number][] = [];
    const heard: string[] = [];
    const { worker } = outbox({
      pager: ({ kind }) => {
        tried.push([kind, clock.now() - AT]);
        if (tried.length < 6) throw busy();
      },
      room: ({ kind }) => heard.push(kind),
    });
    const { id } = await declare();
    await incidents.acknowledge(id, { by: "bob" });
    for (let second = 0; second < 60; second += 1) {
      await worker.tick();
      clock.advance(1_000);
    }
    expect(tried.map(([kind]) => kind)).toEqual([...Array<string>(6).fill("opened"), "acknowledged"]);
    const waits = tried.slice(1, 6).map(([, at], index) => at - (tried[index]?.[1] ?? 0));
    // A look comes each second, so up to one more than the back-off of (0.5 to 1) * 2^n.
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(1_000 * 2 ** index + 1_000);
    });
    expect(heard).toEqual(["opened", "acknowledged"]);
  });

  it("waits as long as a channel asks for, with all that goes there", async () => {
    const { clock, outbox, declare } = room();
    const tried: number[] = [];
    const { worker } = outbox(
      {
        pager: () => {
          tried.push((clock.now() - AT) / 1_000);
          if (tried.length === 1) throw busy(30_000);
        },
        room: () => undefined,
      },
      { atOnce: 1 },
    );
    await declare();
    await declare();
    worker.start();
    for (let second = 0; second < 40; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    await worker.close();
    expect(tried[0]).toBe(1);
    expect(tried).toHaveLength(3);
    expect(tried.slice(1).every((at) => at >= 31 && at <= 33)).toBe(true);
  });

  it("does not wait longer than a quarter of an hour because a server said so", async () => {
    const { clock, incidents, outbox, declare } = room();
    const { worker } = outbox({ pager: () => Promise.reject(busy(86_400_000)), room: () => undefined });
    const { id } = await declare();
    await worker.tick();
    const { notifications } = await incidents.get(id);
    expect((notifications[0]?.nextAt ?? 0) - clock.now()).toBe(900_000);
  });

  it.each<[string, unknown, string]>([
    [
      "what the channel will never take",
      new AdapterError("400", { adapter: "fake", operation: "notify", retryable: false }),
      "fake could not notify: 400",
    ],
    ["what is configured wrongly", invalid("token", "is missing"), "token: is missing"],
  ])("gives up %s, tells why, and goes on with the next", async (_, error, why) => {
    const { incidents, outbox, declare, givenUp, log } = room();
    const kinds: string[] = [];
    const { worker } = outbox({
      pager: ({ kind }) => {
        kinds.push(kind);
        if (kind === "opened") throw error;
      },
      room: () => undefined,
    });
    const { id } = await declare();
    await incidents.acknowledge(id, { by: "bob" });
    await worker.tick();
    expect(kinds).toEqual(["opened", "acknowledged"]);
    expect(givenUp.map(({ notification, why: told }) => [notification.key, told])).toEqual([["1/pager", why]]);
    expect((await incidents.timeline(id)).filter(({ type }) => type === "notification_given_up")).toMatchObject([
      { key: "1/pager", why },
    ]);
    expect(log.join()).toContain("a message is given up");
  });

  it("gives up after so many attempts, also when a worker died at each of them", async () => {
    const { clock, incidents, outbox, declare, givenUp } = room();
    let calls = 0;
    const { worker } = outbox(
      {
        pager: () => {
          calls += 1;
          throw busy();
        },
        room: () => undefined,
      },
      { maxAttempts: 3 },
    );
    const { id } = await declare();
    for (let minute = 0; minute < 5; minute += 1) {
      await worker.tick();
      clock.advance(60_000);
    }
    expect([calls, givenUp.length, givenUp[0]?.why]).toEqual([
      3,
      1,
      "3 attempts failed, at last: fake could not notify: it is busy",
    ]);

    const other = await declare();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await incidents.apply(other.id, { by: "a worker that dies" }, () => [
        { type: "notification_attempted", key: "1/pager", until: clock.now() + 1_000 },
      ]);
      clock.advance(2_000);
    }
    await worker.tick();
    expect([calls, givenUp[1]?.why]).toEqual([3, "3 attempts failed"]);
    expect((await incidents.get(id)).notifications).toEqual([]);
  });

  it("gives up what is too old, also for channels that nobody knows", async () => {
    const { clock, incidents, outbox, declare, givenUp, log } = room();
    const { worker } = outbox({ room: () => Promise.reject(busy()) }, { maxAgeMs: 3_600_000 });
    const { id } = await declare();
    await worker.tick();
    await worker.tick();
    expect((await incidents.get(id)).notifications.map(({ channel, attempts }) => [channel, attempts])).toEqual([
      ["pager", 0],
      ["room", 1],
    ]);
    expect(log.filter((line) => line.includes("a channel that is not known here"))).toHaveLength(1);
    clock.advance(3_600_001);
    await worker.tick();
    expect(givenUp.map(({ why }) => why).sort()).toEqual([
      "it is too old after 1 attempt",
      "it is too old, and no such channel is known here",
    ]);
  });

  it("writes no foreign words into the record or the log", async () => {
    const { incidents, outbox, declare, log } = room();
    const { worker } = outbox({ pager: () => Promise.reject(new TypeError("token hunter2")), room: () => undefined });
    const { id } = await declare();
    await worker.tick();
    const record = JSON.stringify(await incidents.timeline(id)) + log.join();
    expect(record).toContain("the notifier failed with TypeError");
    expect(record).not.toContain("hunter2");
  });

  it("ends a call that hangs, and lets nobody else wait for it", async () => {
    const { clock, incidents, outbox, declare } = room();
    const heard: string[] = [];
    const aborted: unknown[] = [];
    const { worker } = outbox(
      {
        pager: (_, signal) =>
          new Promise(() => {
            signal?.addEventListener("abort", () => aborted.push(signal.reason));
          }),
        room: ({ incident }) => heard.push(incident.id),
      },
      { timeoutMs: 5_000, atOnce: 2 },
    );
    worker.start();
    for (let count = 0; count < 300; count += 1) await declare();
    clock.advance(0);
    await settle();
    // Two calls hang, 298 wait for their places, and all are told in the other channel.
    expect(new Set(heard).size).toBe(300);
    expect(aborted).toEqual([]);
    await incidents.acknowledge("INC-0001", { by: "bob" });
    clock.advance(0);
    await settle();
    expect(heard).toHaveLength(301);
    clock.advance(5_000);
    await settle();
    expect(aborted).toHaveLength(2);
    expect(String(aborted[0])).toContain("notify pager did not finish within 5000 ms");
    const closed = worker.close();
    await settle();
    clock.advance(5_000);
    await closed;
    expect(aborted).toHaveLength(4);
  });

  it("of two workers one delivers, and the other leaves it alone", async () => {
    const { clock, store, planner, incidents, outbox, declare } = room();
    const got: string[] = [];
    const slowly: Behaviour = async ({ idempotencyKey }) => {
      got.push(idempotencyKey);
      await settle();
    };
    const second = new IncidentManager({ clock, store, planner });
    const one = outbox({ pager: slowly, room: slowly });
    const two = outbox({ pager: slowly, room: slowly }, {}, second);
    for (let count = 0; count < 10; count += 1) {
      const { id } = await declare();
      await incidents.acknowledge(id, { by: "bob" });
    }
    await Promise.all([one.worker.tick(), two.worker.tick(), one.worker.tick(), two.worker.tick()]);
    await Promise.all([one.worker.tick(), two.worker.tick()]);
    expect(new Set(got).size).toBe(40);
    expect(got).toHaveLength(40);
  });

  it("takes over from a worker that died, when its lease is over and not before", async () => {
    const { clock, store, planner, outbox, declare } = room();
    const dead = outbox({ pager: () => new Promise(() => undefined), room: () => undefined });
    const { id } = await declare();
    const incident = await new IncidentManager({ store, clock }).get(id);
    void dead.box.attend(incident, { at: clock.now() });
    await settle();
    const got: [string, number][] = [];
    const heir = new IncidentManager({ clock: clock, store, planner });
    const { worker } = outbox(
      { pager: ({ idempotencyKey }) => got.push([idempotencyKey, clock.now() - AT]), room: () => undefined },
      {},
      heir,
    );
    // The dead one's timers do not ring: its clock stands still.
    clock.stepWall(29_999);
    await worker.tick();
    expect(got).toEqual([]);
    clock.stepWall(1);
    await worker.tick();
    expect(got).toEqual([["INC-0001/1/pager", 30_000]]);
  });

  it("does not send again what arrived while the store could not be told", async () => {
    const memory = new MemoryIncidentStore();
    let broken = false;
    const store: IncidentStore = {
      commit: async (changes, options) => {
        if (broken) throw new Error("the store is away");
        return memory.commit(changes, options);
      },
      read: (number, options) => memory.read(number, options),
      rows: (page) => memory.rows(page),
      due: (at, limit) => memory.due(at, limit),
      holderOf: (key) => memory.holderOf(key),
    };
    const { clock, incidents, outbox, declare } = room({ store });
    const got: string[] = [];
    const { worker } = outbox({
      pager: ({ idempotencyKey }) => {
        got.push(idempotencyKey);
        broken = true;
      },
      room: () => undefined,
    });
    const { id } = await declare();
    const tick = worker.tick();
    for (let second = 0; second < 35; second += 1) {
      await settle();
      clock.advance(1_000);
    }
    await tick;
    broken = false;
    clock.advance(60_000);
    await worker.tick();
    expect(got).toEqual(["INC-0001/1/pager"]);
    expect((await incidents.get(id)).notifications).toEqual([]);
  });

  it.each(["monotonic", "now"] as const)(
    "does not call when the process stood still for so long that the lease could end meanwhile, by its clock %s",
    async (hand) => {
      const clock = new ManualClock(AT);
      let stoodStillMs = 0;
      const stalling = {
        now: () => clock.now() + (hand === "now" ? stoodStillMs : 0),
        monotonic: () => clock.monotonic() + (hand === "monotonic" ? stoodStillMs : 0),
        schedule: (callback: () => void, delayMs: number) => clock.schedule(callback, delayMs),
      };
      for (const [stallMs, calls] of [
        [10_000, 1],
        [10_001, 0],
      ] as const) {
        stoodStillMs = 0;
        const { incidents, declare, outbox, log } = room({ clock });
        incidents.on("notificationAttempted", () => void (stoodStillMs = stallMs));
        const got: string[] = [];
        const notifier: Behaviour = ({ kind }) => got.push(kind);
        const { box } = outbox({ pager: notifier }, { timeoutMs: 10_000, leaseMs: 20_000, clock: stalling });
        const { id } = await declare();
        await box.attend(await incidents.get(id), { at: AT });
        expect(got).toHaveLength(calls);
        expect(log.some((line) => line.startsWith("it took so long to claim a message"))).toBe(calls === 0);
      }
    },
  );

  it("goes on after a pause though the timer was early, as Node's are", async () => {
    const clock = new ManualClock(AT);
    const early: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (callback, delayMs) => clock.schedule(callback, delayMs > 100 ? delayMs - 3 : delayMs),
    };
    const gate = new ChannelGate({ atOnce: 1, clock: early });
    gate.pause(1_000);
    gate.pause(5_000);
    let passed = false;
    const pass = gate.pass(async () => void (passed = true), undefined);
    clock.advance(4_997);
    await settle();
    expect(passed).toBe(false);
    clock.advance(3);
    await pass;
    expect([passed, clock.pendingTimers]).toEqual([true, 0]);
  });

  it("pages nobody for what is in good hands by then, or over", async () => {
    const escalations = new EscalationPlanner({
      policies: [
        new EscalationPolicy({ name: "p", steps: [{ to: [{ channel: "pager", person: "ann" }], wait: "1m" }] }),
      ],
    });
    const { clock, store, planner, outbox, givenUp } = room();
    const incidents = new IncidentManager({ clock, store, planner: combinePlanners(planner, escalations) });
    let down = true;
    const got: string[] = [];
    const pager: Behaviour = ({ kind, incident }) => {
      if (down) throw busy();
      got.push(`${incident.id} ${kind}`);
    };
    const { worker } = outbox({ pager, room: () => undefined }, {}, incidents);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await incidents.createIncident({ title: "t", severity: "SEV1", by: "hook" })).id);
    }
    await worker.tick();
    const [acknowledged = "", resolved = "", waiting = ""] = ids;
    await incidents.acknowledge(acknowledged, { by: "ann" });
    await incidents.resolve(resolved, { by: "ann" });
    down = false;
    clock.advance(10_000);
    await worker.tick();
    expect(got.filter((told) => told.endsWith(" escalated"))).toEqual([`${waiting} escalated`]);
    const withdrawn = (await incidents.timeline(acknowledged)).find(({ type }) => type === "notification_given_up");
    expect(withdrawn).toMatchObject({ why: "nobody has to acknowledge any more: somebody has" });
    expect(await Promise.all(ids.map(async (id) => (await incidents.get(id)).notifications))).toEqual([[], [], []]);
    expect(givenUp).toEqual([]);
  });

  it.each([
    [{ leaseMs: 15_000 }, "leaseMs: 15000 is out of range; write a number from 20000"],
    [{ timeoutMs: 0 }, "timeoutMs: 0 is out of range"],
    [{ channels: { "a b": { notify: async () => undefined } } }, 'channels["a b"]: "a b" cannot name a channel'],
    [{ channels: { pager: {} } }, "has no method notify()"],
    [{ chanels: {} }, 'did you mean "channels"?'],
  ])("refuses the options %j", (options, message) => {
    const { incidents } = room();
    expect(() => new NotificationOutbox({ incidents, channels: {}, ...(options as object) })).toThrow(message);
  });
});

describe("channels", () => {
  it("that messages go to and nobody delivers to are refused at once, with the one that was probably meant", () => {
    const planner = combinePlanners(new NotificationPlan({ rules: [{ on: "all", to: ["slakc"] }] }));
    const incidents = new IncidentManager({ planner });
    const channels = { slack: { notify: () => Promise.resolve() } };
    expect(() => new NotificationOutbox({ incidents, channels })).toThrow(
      'channels: nothing is known of "slakc", which messages go to; add it, or name it in `elsewhere` if another ' +
        'process delivers to it; did you mean "slack"?',
    );
    expect(new NotificationOutbox({ incidents, channels, elsewhere: ["slakc"] })).toBeInstanceOf(NotificationOutbox);
  });
});
