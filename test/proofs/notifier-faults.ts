import { setTimeout as pause } from "node:timers/promises";

import { WebhookNotifier } from "../../src/adapters/webhook/index.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";
import { faultyReceiver, type FaultyReceiver } from "./support/faulty-receiver.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Over receivers that answer 429, 500, hang or reset, each notification arrives once or is given up, in order.";

interface Size {
  readonly incidents: number;
  readonly deaths: number;
}

export const quick: Size = { incidents: 25, deaths: 3 };
export const full: Size = { incidents: 600, deaths: 30 };

const CHANNELS = ["pager", "room", "page"];
const FROM = Date.UTC(2026, 10, 22);
const SECRET = "0123456789abcdef";
const AT_ONCE = 8;
/** Seconds of back-off pass in milliseconds; calls over real sockets take as long as they take. */
const FASTER = 20;
const TIMEOUT_MS = 40_000;

/** A worker's process: one that has died does nothing any more, and what it waits for never comes. */
class Mortal {
  readonly worker: IncidentWorker;
  readonly #killed = new AbortController();

  constructor(store: MemoryIncidentStore, receivers: ReadonlyMap<string, FaultyReceiver>, seed: string) {
    const clock: Clock = {
      now: () => FROM + systemClock.monotonic() * FASTER,
      monotonic: () => systemClock.monotonic() * FASTER,
      schedule: (callback, delayMs) =>
        systemClock.schedule(() => {
          if (this.#alive) callback();
        }, delayMs / FASTER),
    };
    const mortal = this.#dies(store);
    const incidents = new IncidentManager({ store: mortal, clock });
    const channels = Object.fromEntries(
      [...receivers].map(([name, { url }]) => [name, this.#dies(new WebhookNotifier({ url, secret: SECRET, clock }))]),
    );
    const outbox = new NotificationOutbox({
      incidents,
      channels,
      clock,
      random: seededRandom(seed),
      timeoutMs: TIMEOUT_MS,
      leaseMs: 2 * TIMEOUT_MS,
      atOnce: AT_ONCE,
    });
    this.worker = new IncidentWorker({ incidents, work: [outbox], clock, everyMs: 1_000 });
    this.worker.start();
  }

  /** As `kill -9`: at whatever it is, between the sending of a message and the event that says so too. */
  kill(): void {
    this.#killed.abort();
  }

  #unlessDead(result: unknown): unknown {
    return this.#alive ? result : new Promise(() => undefined);
  }

  get #alive(): boolean {
    return !this.#killed.signal.aborted;
  }

  /** `target`, whose methods neither begin nor return once the process is dead. */
  #dies<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== "function") return method;
        return async (...given: unknown[]): Promise<unknown> => {
          if (!this.#alive) return new Promise(() => undefined);
          const result: unknown = await Promise.resolve(method.apply(target, given)).catch((error: unknown) => {
            if (!this.#alive) return new Promise(() => undefined);
            throw error;
          });
          return this.#unlessDead(result);
        };
      },
    });
  }
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const receivers = new Map<string, FaultyReceiver>();
  for (const name of CHANNELS) receivers.set(name, await faultyReceiver(seededRandom(`${seed}/${name}`), SECRET));
  const store = new MemoryIncidentStore();
  let workers = [new Mortal(store, receivers, `${seed}/0`), new Mortal(store, receivers, `${seed}/1`)];
  try {
    const { incidents, ids, asked } = await declare(store, size, random);
    let deaths = 0;
    const began = systemClock.monotonic();
    for (;;) {
      await pause(random.integer(20, 120));
      const waiting = await countWaiting(incidents, ids);
      if (waiting === 0) break;
      if (systemClock.monotonic() - began > 600_000) throw new Error(`${String(waiting)} still wait (seed ${seed})`);
      // Each of them dies in the midst of its work, and not before it has begun.
      if (deaths >= size.deaths || waiting > asked * (1 - (deaths + 1) / (size.deaths + 2))) continue;
      deaths += 1;
      if (deaths % 5 === 0) log(`${String(deaths)} deaths, ${String(waiting)} of ${String(asked)} wait`);
      workers[0]?.kill();
      workers = [...workers.slice(1), new Mortal(store, receivers, `${seed}/${String(deaths + 1)}`)];
    }
    await Promise.all(workers.map(({ worker }) => worker.close()));
    return await judge(incidents, ids, { receivers, asked, deaths, seed });
  } finally {
    for (const worker of workers) worker.kill();
    await Promise.all([...receivers.values()].map((receiver) => receiver.close()));
  }
}

/** What people do to the incidents, while messages are on their way already. */
async function declare(
  store: MemoryIncidentStore,
  { incidents: count }: Size,
  random: ReturnType<typeof seededRandom>,
): Promise<{ incidents: IncidentManager; ids: string[]; asked: number }> {
  const clock: Clock = {
    ...systemClock,
    now: () => FROM + systemClock.monotonic() * FASTER,
  };
  const planner = new NotificationPlan({ rules: [{ on: "all", to: CHANNELS }] });
  const incidents = new IncidentManager({ store, clock, planner });
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const { id } = await incidents.createIncident({ title: "t", severity: random.pick(["SEV1", "SEV3"]), by: "ann" });
    ids.push(id);
    if (number % 20 === 0) await pause(1);
    await incidents.acknowledge(id, { by: "bob" });
    if (random.next() < 0.5) await incidents.addUpdate(id, { by: "bob", message: "m" });
    await incidents.resolve(random.pick([id]), { by: "bob" });
  }
  let asked = 0;
  for (const id of ids) {
    for (const { type } of await incidents.timeline(id)) if (type === "notification_requested") asked += 1;
  }
  return { incidents, ids, asked };
}

async function countWaiting(incidents: IncidentManager, ids: readonly string[]): Promise<number> {
  let waiting = 0;
  for (const id of ids) waiting += (await incidents.get(id)).notifications.length;
  return waiting;
}

async function judge(
  incidents: IncidentManager,
  ids: readonly string[],
  {
    receivers,
    asked,
    deaths,
    seed,
  }: {
    receivers: ReadonlyMap<string, FaultyReceiver>;
    asked: number;
    deaths: number;
    seed: string;
  },
): Promise<ProofFigures> {
  const figures = {
    incidents: ids.length,
    notifications: asked,
    deaths,
    delivered: 0,
    givenUp: 0,
    attempts: 0,
    doubles: 0,
    timedOut: 0,
  };
  const wrong = (what: string): never => {
    throw new Error(`${what} (seed ${seed})`);
  };
  for (const id of ids) {
    const timeline = await incidents.timeline(id);
    const ends = new Map<string, string>();
    const attempts = new Map<string, number>();
    const askedFor = new Map<string, string[]>();
    for (const event of timeline) {
      if (event.type === "notification_requested") {
        askedFor.set(event.channel, [...(askedFor.get(event.channel) ?? []), event.key]);
      } else if (event.type === "notification_attempted") {
        attempts.set(event.key, (attempts.get(event.key) ?? 0) + 1);
      } else if (event.type === "notification_failed") {
        if (event.why.includes("did not finish within")) figures.timedOut += 1;
      } else if (event.type === "notification_delivered" || event.type === "notification_given_up") {
        if (ends.has(event.key)) wrong(`${id}/${event.key} ended twice`);
        ends.set(event.key, event.type);
      }
    }
    for (const [channel, keys] of askedFor) {
      const receiver = receivers.get(channel) as FaultyReceiver;
      const arrived = receiver.order.get(id) ?? [];
      const inOrder = keys.map((key) => `${id}/${key}`).filter((key) => receiver.times.has(key));
      if (arrived.join() !== inOrder.join()) wrong(`out of order: ${arrived.join()} instead of ${inOrder.join()}`);
      for (const key of keys) {
        const full = `${id}/${key}`;
        const times = receiver.times.get(full) ?? 0;
        const tried = attempts.get(key) ?? 0;
        figures.attempts += tried;
        if (times > tried) wrong(`${full} arrived ${String(times)} times in ${String(tried)} attempts`);
        if (times > 1) figures.doubles += times - 1;
        const end = ends.get(key);
        if (end === "notification_delivered") {
          figures.delivered += 1;
          if (times < 1) wrong(`${full} is said to be delivered and never arrived`);
        } else if (end === "notification_given_up") {
          figures.givenUp += 1;
          if (!receiver.refused.has(full)) wrong(`${full} was given up although nobody refused it`);
        } else wrong(`${full} was neither delivered nor given up`);
      }
    }
  }
  if (figures.delivered + figures.givenUp !== asked) wrong("the sum is wrong");
  const counted = (...names: string[]): number =>
    [...receivers.values()]
      .flatMap(({ faults }) => [...faults])
      .reduce((sum, [fault, count]) => sum + (names.includes(fault) ? count : 0), 0);
  // A double is a message whose answer was lost, or came too late on a busy machine, or whose worker died before it could
  // say so. There is no other.
  const lost = counted("lost_answer", "half_answer");
  const late = Math.max(0, figures.timedOut - counted("hang"));
  const mostByDeath = deaths * CHANNELS.length * AT_ONCE;
  if (figures.doubles > lost + late + mostByDeath) {
    wrong(`${String(figures.doubles)} doubles of ${String(lost)} lost and ${String(late)} late answers`);
  }
  const faults = counted(
    "too_many",
    "too_many_date",
    "broken",
    "reset",
    "hang",
    "lost_answer",
    "half_answer",
    "refused",
  );
  return { ...figures, lostAnswers: lost, lateAnswers: late, faults };
}
