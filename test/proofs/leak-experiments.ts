import { getEventListeners } from "node:events";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import {
  ConnectionCutExperiment,
  ErrorInjectionExperiment,
  NetworkLatencyExperiment,
} from "../../src/chaos/experiments/fault-experiments.ts";
import { InProcessFaults } from "../../src/chaos/in-process/in-process-faults.ts";
import { noteOnIncidents } from "../../src/chaos/links/incident-link.ts";
import { probe } from "../../src/chaos/probes.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { logEvents } from "../../src/logging/log-events.ts";
import { linesTo } from "../../src/logging/writers.ts";
import { plateauFigures, plateauOf } from "./support/plateau.ts";
import { RecentIncidentStore } from "./support/recent-store.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However many experiments are run, to their end, ended early or found unsteady, nothing is left of them but the reports that are remembered.";

interface Size {
  readonly experiments: number;
  /** Moments at which the heap is measured. */
  readonly moments: number;
}

export const quick: Size = { experiments: 180, moments: 3 };
export const full: Size = { experiments: 1_000, moments: 9 };

/** Reports that are remembered: far fewer than there are experiments before the plateau. */
const HISTORY = 10;
const MOST_BYTES_EACH = { quick: 8_000, full: 1_000 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const faults = new InProcessFaults({ routes: ["GET /orders/:id", "GET /carts/:id"], clock, random });
  const store = new MemoryStateStore();
  const runner = await ChaosRunner.open({
    ...{ store, guard: "none", armed: true, history: HISTORY, clock, random },
    ...{ blastRadius: { maxShare: 1 }, recovery: "2s" },
  });
  const incidents = new IncidentManager({ store: new RecentIncidentStore(20), clock });
  let [lines, held, isSteady] = [0, 0, true];
  const stopLog = logEvents({ chaos: runner, incidents }, { logger: linesTo(() => (lines += 1)), clock });
  const unlink = noteOnIncidents(runner, incidents, { killOn: "none" });
  const common = { plane: faults, services: ["shop"], duration: "2s", steadyState: [probe("steady", () => isSteady)] };
  const kinds = [
    new ErrorInjectionExperiment({ ...common, name: "errors" }),
    new NetworkLatencyExperiment({ ...common, name: "latency", latency: "300ms" }),
    new ConnectionCutExperiment({ ...common, name: "cut" }),
  ];
  const outside = new AbortController();
  const outcomes: Record<string, number> = {};

  const one = async (number: number): Promise<void> => {
    const ending = new AbortController();
    const signal = number % 3 === 0 ? ending.signal : outside.signal;
    const running = runner.run(random.pick(kinds), { by: "ann", signal });
    let isOver = false;
    void running.finally(() => (isOver = true));
    for (let passedMs = 0; !isOver; passedMs += 100) {
      for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      if (faults.isActive) {
        const met = faults.decide({ method: "GET", path: "/orders/7" });
        if (met?.fault.kind === "latency") held += 1;
      }
      if (number % 3 === 0 && passedMs === 700) ending.abort();
      isSteady = !(number % 5 === 0 && passedMs >= 900 && passedMs <= 2_200);
      clock.advance(100);
    }
    isSteady = true;
    const { outcome } = await running;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (faults.isActive) throw new Error(`a fault is left after experiment ${String(number)} (seed ${seed})`);
  };
  const pending: number[] = [];
  let count = 0;
  const plateau = await plateauOf({
    ...{ times: size.experiments, moments: size.moments, log },
    mostBytesEach: size.experiments < 500 ? MOST_BYTES_EACH.quick : MOST_BYTES_EACH.full,
    work: async (times) => {
      for (let done = 0; done < times; done += 1) await one((count += 1));
      pending.push(clock.pendingTimers);
    },
  });
  if (pending.some((timers) => timers > 0)) throw new Error(`timers are left after experiments: ${pending.join(" ")}`);
  const listening = getEventListeners(outside.signal, "abort").length;
  if (listening > 0) throw new Error(`${String(listening)} listeners are left on a signal that outlives its runs`);
  if (outcomes.completed === undefined || outcomes.aborted === undefined) throw new Error(JSON.stringify(outcomes));
  await unlink();
  stopLog();
  await runner.stop();
  if (clock.pendingTimers > 0) throw new Error(`${String(clock.pendingTimers)} timers are left`);
  return { experiments: count, ...outcomes, lines, struckRequests: held, ...plateauFigures(plateau) };
}
