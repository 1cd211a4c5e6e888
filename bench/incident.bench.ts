/** What incidents cost: one event of one incident, and the figures of very many. */
import { incidentMetrics, type IncidentEvent, seededRandom, transitionIncident } from "nines";

import { changed, figuresByHand, type PlainEvent, type PlainIncident } from "./incident/by-hand.ts";
import { keep, paired } from "./support/paired.ts";
import type { Benchmark } from "./support/types.ts";

const MINUTE = 60_000;
const AT = Date.UTC(2026, 0, 1);

/** A usual incident, which comes back once. */
const EVENTS = [
  { type: "created", title: "t", severity: "SEV2", services: ["shop"], startedAt: AT - 2 * MINUTE, detectedAt: AT },
  { type: "acknowledged" },
  { type: "role_assumed", role: "commander", person: "bob" },
  { type: "status_changed", to: "identified" },
  { type: "severity_changed", to: "SEV1" },
  { type: "updated", message: "m", audience: "public" },
  { type: "status_changed", to: "monitoring" },
  { type: "resolved" },
  { type: "reopened" },
  { type: "resolved" },
].map((event, index) => ({ ...event, by: "ann", at: AT + index * MINUTE })) as unknown as IncidentEvent[];

function manyIncidents(count: number) {
  const random = seededRandom(3);
  const between = (least: number, most: number): number => Math.round(least + random.next() * (most - least));
  return Array.from({ length: count }, () => {
    const startedAt = AT + between(0, 365 * 24 * 60 * MINUTE);
    const detectedAt = startedAt + between(0, 10 * MINUTE);
    const acknowledgedAt = detectedAt + between(0, 10 * MINUTE);
    const resolvedAt = acknowledgedAt + between(0, 120 * MINUTE);
    const services = [`service-${String(between(0, 49))}`, `service-${String(between(50, 99))}`];
    return { severity: `SEV${String(between(1, 4))}`, services, startedAt, detectedAt, acknowledgedAt, resolvedAt };
  });
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "incident.transition",
    unit: "ns/event",
    peerName: "a plain object and a switch",
    run: async (options) => {
      const ours = (iterations: number): void => {
        for (let index = 0; index < iterations; index += 1) {
          let state: Parameters<typeof transitionIncident>[0];
          for (const event of EVENTS) state = transitionIncident(state, event, event.at);
          keep(state);
        }
      };
      const peer = (iterations: number): void => {
        for (let index = 0; index < iterations; index += 1) {
          let state: PlainIncident | undefined;
          for (const event of EVENTS as unknown as readonly PlainEvent[]) state = changed(state, event);
          keep(state);
        }
      };
      const nanoseconds = await paired(ours, peer, options);
      return { ours: nanoseconds.ours / EVENTS.length, peer: nanoseconds.peer / EVENTS.length };
    },
  },
  {
    name: "incident.metrics-100k",
    unit: "ms",
    peerName: "one pass by hand",
    run: async (options) => {
      const incidents = manyIncidents(options.quick ? 10_000 : 100_000);
      const window = { from: AT, until: AT + 400 * 24 * 60 * MINUTE, at: AT + 500 * 24 * 60 * MINUTE };
      const { mttr, mtbf, count } = incidentMetrics(incidents, window);
      if (mttr.state !== "value" || mtbf.state !== "value" || count !== incidents.length) throw new Error(mttr.state);
      const repeated = (work: () => unknown) => (iterations: number) => {
        for (let index = 0; index < iterations; index += 1) keep(work());
      };
      const ours = repeated(() => incidentMetrics(incidents, window));
      const peer = repeated(() => figuresByHand(incidents));
      const nanoseconds = await paired(ours, peer, { ...options, rounds: options.quick ? 5 : 21 });
      return { ours: nanoseconds.ours / 1e6, peer: nanoseconds.peer / 1e6 };
    },
  },
];
