import { setImmediate as turn } from "node:timers/promises";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { logEvents } from "../../src/logging/log-events.ts";
import { linesTo } from "../../src/logging/writers.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { EscalationPlanner } from "../../src/response/escalation/planner.ts";
import { EscalationPolicy } from "../../src/response/escalation/policy.ts";
import { EscalationWork } from "../../src/response/escalation/work.ts";
import { combinePlanners, NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../src/response/worker.ts";
import { plateauFigures, plateauOf } from "./support/plateau.ts";
import { RecentIncidentStore } from "./support/recent-store.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However many incidents are opened, told, acknowledged and resolved, nothing but what the store keeps is left of them.";

interface Size {
  readonly incidents: number;
  /** Moments at which the heap is measured. */
  readonly moments: number;
}

export const quick: Size = { incidents: 540, moments: 3 };
export const full: Size = { incidents: 100_000, moments: 9 };

/** Incidents at a time. */
const BATCH = 60;
/** What the store keeps of those that are over. */
const KEPT = 200;
/** Less than a listener, a timer or a line of a cache; the quick form ends before the manager's own cache of 1,000 is full. */
const MOST_BYTES_EACH = { quick: 6_000, full: 40 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const store = new RecentIncidentStore(KEPT);
  const escalation = new EscalationPlanner({
    policies: [
      new EscalationPolicy({ name: "all", steps: [{ to: [{ channel: "pager", person: "ann" }], wait: "5m" }] }),
    ],
  });
  const plan = new NotificationPlan({ rules: [{ on: ["opened", "resolved"], to: ["room"] }] });
  const incidents = new IncidentManager({ store, clock, planner: combinePlanners(plan, escalation) });
  let [lines, told] = [0, 0];
  const stopLog = logEvents({ incidents }, { logger: linesTo(() => (lines += 1)), clock });
  const notify = async (): Promise<void> => {
    await Promise.resolve();
    if (random.next() < 0.02) throw new Error("busy");
    told += 1;
  };
  const outbox = new NotificationOutbox({ incidents, channels: { room: { notify }, pager: { notify } }, random });
  const worker = new IncidentWorker({
    incidents,
    work: [outbox, new EscalationWork({ incidents, planner: escalation })],
  });
  const response = new AutomatedResponse({ incidents, clock, onResolved: "resolve", holdMs: 1_000, groupBy: ["pod"] });
  const stops = [stopLog, response.start()];
  worker.start();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let turns = 0; turns < 4; turns += 1) {
      await turn();
      clock.advance(0);
    }
  };
  const listeners = process.eventNames().length;

  let count = 0;
  const oneBatch = async (): Promise<void> => {
    const pods = Array.from({ length: BATCH }, () => `pod-${String((count += 1))}`);
    const send = (status: "firing" | "resolved") => {
      const alerts = pods.map((pod) => ({ name: "Slow", status, labels: { pod, service: "shop", severity: "page" } }));
      return response.receive(alerts, { source: "plain" });
    };
    const { incidents: opened } = await send("firing");
    await pass(1_000);
    await Promise.all(opened.map(({ id }) => incidents.acknowledge(id, { by: "ann" })));
    await send("resolved");
    for (let second = 0; store.waiting > 0; second += 1) {
      if (second > 1_000) throw new Error(`incidents are left open (seed ${seed})`);
      await pass(1_000);
    }
  };
  const pending: number[] = [];
  const plateau = await plateauOf({
    ...{ times: size.incidents, moments: size.moments, log },
    mostBytesEach: size.incidents < 10_000 ? MOST_BYTES_EACH.quick : MOST_BYTES_EACH.full,
    work: async (times) => {
      for (let done = 0; done < times; done += BATCH) await oneBatch();
      pending.push(clock.pendingTimers);
    },
  });
  if (pending.some((timers) => timers > pending[0]!)) throw new Error(`timers pile up: ${pending.join(" ")}`);
  for (const stop of stops) stop();
  await response.drain();
  await worker.close();
  if (clock.pendingTimers > 0) throw new Error(`${String(clock.pendingTimers)} timers are left`);
  if (process.eventNames().length !== listeners) throw new Error("listeners of the process are left");
  return { incidents: store.count, told, lines, timers: pending[0]!, ...plateauFigures(plateau) };
}
