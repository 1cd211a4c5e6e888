/** The requests that the benches record, the same for everyone. */
import { GoldenSignalsCollector, parseSloDocument } from "nines";
import type { Registry } from "prom-client";

import { lehmer } from "../support/paired.ts";

/** Upper bounds of the latency buckets that everyone has, in seconds. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

// The latency threshold is a bucket's bound, or nines would keep one bucket more than the others.
const DOCUMENT = `
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    latency: { target: 99%, threshold: 250ms, measurement_window: 30d }
    error_rate: { target: 0.1%, measurement_window: 30d }
    throughput: { target: 10, measurement_window: 1h }
`;

/** A collector with its four signals and four SLOs, published on the user's own registry. */
export function collector(registry: Registry, seriesLimit = 2_000): GoldenSignalsCollector {
  return new GoldenSignalsCollector({ slos: parseSloDocument(DOCUMENT).slos, registry, seriesLimit });
}

/** A duration as services have them: 20 ms in the middle, a long tail. */
export function randomSeconds(chance: () => number): number {
  return 0.02 * Math.exp(Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance()));
}

/** So many requests in random order; a loop over them takes `index & mask`. */
export interface Requests {
  readonly mask: number;
  readonly methods: readonly string[];
  readonly routes: readonly string[];
  readonly statusCodes: readonly number[];
  /** The same statuses as text, which is what prom-client is quickest with. */
  readonly codes: readonly string[];
  readonly seconds: Float64Array;
}

/** 20 routes, two methods, 2 % failures. */
export function steadyRequests(): Requests {
  const chance = lehmer();
  const names = Array.from({ length: 20 }, (_, index) => `/resource-${index}/:id`);
  const order = Array.from({ length: 4_096 }, () => ({
    method: chance() < 0.5 ? "GET" : "POST",
    route: names[Math.floor(chance() * names.length)] ?? "",
    statusCode: chance() < 0.02 ? 500 : 200,
  }));
  return {
    mask: order.length - 1,
    methods: order.map(({ method }) => method),
    routes: order.map(({ route }) => route),
    statusCodes: order.map(({ statusCode }) => statusCode),
    codes: order.map(({ statusCode }) => (statusCode === 500 ? "500" : "200")),
    seconds: Float64Array.from(order, () => randomSeconds(chance)),
  };
}

/** One label set of requests. */
export interface LabelSet {
  readonly method: string;
  readonly route: string;
  readonly statusCode: number;
  readonly code: string;
}

/** So many different label sets: two methods and two statuses for each route. */
export function labelSets(count: number): LabelSet[] {
  return Array.from({ length: count }, (_, index) => {
    const statusCode = index % 4 < 2 ? 200 : 500;
    const route = `/resource-${Math.floor(index / 4)}/:id`;
    return { method: index % 2 === 0 ? "GET" : "POST", route, statusCode, code: String(statusCode) };
  });
}
