/** What a service promises whose clock jumps, and a machine that has nothing to do. */
import type { ProcessSample } from "../../../src/ports/process-probe.ts";
import type { ReliabilityOptions } from "../../../src/reliability.ts";

/** SLOs over long windows, which keep each request, and one over a short one, which alerts and calms down again. */
export function documentOf(windowMs: number): NonNullable<ReliabilityOptions["document"]> {
  const quick = { target: "90%", measurement_window: `${String(windowMs)}ms`, minimum_events: 50 };
  const month = { target: "50%", measurement_window: { calendar: "month", time_zone: "Europe/Berlin" } } as const;
  return {
    service_level_objectives: {
      shop: {
        // What is lost of a month stays lost: it would keep its incident open for good.
        availability: { target: "50%", measurement_window: "30d" },
        quick: { kind: "availability", ...quick },
        latency: { target: "50%", threshold: "100ms", measurement_window: "7d" },
        month: { kind: "availability", ...month },
      },
    },
  };
}

/** One reading of a machine that is idle. */
export const IDLE: ProcessSample = {
  ...{ cpuSeconds: 0, cpuCores: 1, memoryBytes: 1, memoryLimitBytes: 10, heapUsedBytes: 1 },
  ...{ eventLoopActiveSeconds: 0, eventLoopIdleSeconds: 0, eventLoopDelaySeconds: { p50: 0, p99: 0, max: 0 } },
};
