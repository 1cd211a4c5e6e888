/** What one request costs, with all signals and four SLOs, beside the pair of calls that most services make. */
import { GoldenSignalsCollector, parseSloDocument } from "nines";
import { Counter, Histogram, Registry } from "prom-client";

import { paired } from "./support/paired.ts";
import type { Benchmark } from "./support/types.ts";

const DOCUMENT = `
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    latency: { target: 99%, threshold: 200ms, measurement_window: 30d }
    error_rate: { target: 0.1%, measurement_window: 30d }
    throughput: { target: 10, measurement_window: 1h }
`;

const ROUTES = Array.from({ length: 20 }, (_, index) => `/resource-${String(index)}/:id`);
const METHODS = ["GET", "POST"];

export const benchmarks: readonly Benchmark[] = [
  {
    name: "signals.record-with-slos",
    unit: "ns",
    peerName: "prom-client histogram + counter",
    run: async (options) => {
      const signals = new GoldenSignalsCollector({ slos: parseSloDocument(DOCUMENT).slos });
      const registers = [new Registry()];
      const labelNames = ["method", "route", "code"];
      const histogram = new Histogram({ name: "duration_seconds", help: "h", labelNames, registers });
      const counter = new Counter({ name: "requests_total", help: "c", labelNames, registers });
      const ours = (iterations: number): void => {
        for (let index = 0; index < iterations; index += 1) {
          signals.finish(signals.begin(), METHODS[index % 2] ?? "", ROUTES[index % 20], index % 50 === 0 ? 500 : 200);
        }
      };
      const peer = (iterations: number): void => {
        for (let index = 0; index < iterations; index += 1) {
          const code = index % 50 === 0 ? "500" : "200";
          histogram.labels(METHODS[index % 2] ?? "", ROUTES[index % 20] ?? "", code).observe((index % 100) / 1000);
          counter.labels(METHODS[index % 2] ?? "", ROUTES[index % 20] ?? "", code).inc();
        }
      };
      return paired(ours, peer, options);
    },
  },
];
