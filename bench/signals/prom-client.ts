/** What most services do by hand or through a middleware: a histogram of durations and a counter of requests. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

import { BUCKETS } from "./workload.ts";

/** The usual metrics on `registry`. */
export function usualMetrics(registry: Registry) {
  const labelNames = ["method", "route", "code"];
  const registers = [registry];
  return {
    histogram: new Histogram({
      name: "http_request_duration_seconds",
      help: "Duration.",
      labelNames,
      buckets: BUCKETS,
      registers,
    }),
    counter: new Counter({ name: "http_requests_total", help: "Requests.", labelNames, registers }),
    inFlight: () => new Gauge({ name: "http_requests_in_flight", help: "Requests being handled.", registers }),
  };
}
