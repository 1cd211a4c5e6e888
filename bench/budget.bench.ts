/** What budgets cost: the status of very many SLOs, and very many violations. */
import { ErrorBudgetManager, GoldenSignalsCollector, parseSloDocument, seededRandom } from "nines";
import { ManualClock } from "nines/testing";

import { keep, paired } from "./support/paired.ts";
import type { Benchmark } from "./support/types.ts";

const DAY = 86_400_000;
const EVENTS_PER_SLO = 1_000;

/** So many SLOs that see the same requests, all through 30 days, and the requests themselves. */
function busyService(sloCount: number, progress: (message: string) => void) {
  const shop = Object.fromEntries(
    Array.from({ length: sloCount }, (_, index) => [
      `slo_${String(index)}`,
      { kind: "availability", target: "99.9%", measurement_window: "30d" } as const,
    ]),
  );
  const clock = new ManualClock();
  const { slos } = parseSloDocument({ service_level_objectives: { shop } });
  const signals = new GoldenSignalsCollector({ slos, clock });
  const random = seededRandom(1);
  const times = new Float64Array(EVENTS_PER_SLO);
  const good = new Uint8Array(EVENTS_PER_SLO);
  for (let event = 0; event < EVENTS_PER_SLO; event += 1) {
    clock.advance(event % 10 === 0 ? (30 * DAY * 10) / EVENTS_PER_SLO : 1);
    times[event] = clock.now();
    good[event] = random.next() < 0.999 ? 1 : 0;
    signals.record({ method: "GET", route: "/", statusCode: good[event] === 1 ? 200 : 500, durationSeconds: 0.01 });
    if (event % 200 === 0) progress(`recorded ${String(event)} requests for ${String(sloCount)} SLOs`);
  }
  const managers = slos.map((slo) => ({ slo, manager: new ErrorBudgetManager({ ...slo, clock }) }));
  return { clock, signals, managers, times, good };
}

function sumOfRawEvents(times: Float64Array, good: Uint8Array, from: number): number {
  let [goods, total] = [0, 0];
  for (let event = 0; event < times.length; event += 1) {
    if ((times[event] ?? 0) < from) continue;
    total += 1;
    goods += good[event] ?? 0;
  }
  return total === 0 ? 0 : goods / total;
}

function randomViolations(count: number) {
  const random = seededRandom(7);
  const now = Date.now();
  return Array.from({ length: count }, () => ({
    timestamp: now - random.next() * 30 * DAY,
    minutes: random.next() * 2,
  }));
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  keep(await work());
  return performance.now() - began;
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "slo.status-10k",
    unit: "ms",
    peerName: `summing ${String(EVENTS_PER_SLO)} raw events an SLO`,
    run: async (options) => {
      const count = options.quick ? 1_000 : 10_000;
      const { clock, signals, managers, times, good } = busyService(count, options.progress);
      const at = clock.now();
      const lookBacks = managers[0]?.manager.status(at).burnRates.map(({ windowMs }) => windowMs) ?? [];
      const windows = [...lookBacks, 30 * DAY];
      if (windows.length !== 8) throw new Error(`${String(windows.length)} windows instead of eight`);
      const ours = (): void => {
        for (const { slo, manager } of managers) {
          const questions = manager.questions(at);
          keep(manager.assess(questions, signals.source.measureNow(slo, questions.ranges), at));
        }
      };
      const peer = (): void => {
        for (let slo = 0; slo < count; slo += 1) {
          for (const windowMs of windows) keep(sumOfRawEvents(times, good, at - windowMs));
        }
      };
      const repeated = (work: () => void) => (iterations: number) => {
        for (let index = 0; index < iterations; index += 1) work();
      };
      const { ours: oursNs, peer: peerNs } = await paired(repeated(ours), repeated(peer), {
        ...options,
        rounds: options.quick ? 5 : 21,
      });
      return { ours: oursNs / 1e6, peer: peerNs / 1e6 };
    },
  },
  {
    name: "budget.violations-1m",
    unit: "ms",
    peerName: "sort and sum",
    run: async ({ quick, progress }) => {
      const violations = randomViolations(quick ? 100_000 : 1_000_000);
      const figures: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
      for (let round = 0; round < (quick ? 3 : 7); round += 1) {
        progress(`round ${String(round + 1)}`);
        figures.ours.push(
          await timed(() => {
            const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d" });
            budget.addViolations(violations);
            return budget.status();
          }),
        );
        figures.peer.push(
          await timed(() => {
            const sorted = [...violations].sort((a, b) => a.timestamp - b.timestamp);
            let [sum, reached] = [0, 0];
            for (const { timestamp, minutes } of sorted) {
              const end = timestamp + minutes * 60_000;
              if (end > reached) sum += end - Math.max(timestamp, reached);
              reached = Math.max(reached, end);
            }
            return sum;
          }),
        );
      }
      const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
      return { ours: middle(figures.ours), peer: middle(figures.peer) };
    },
  },
];
