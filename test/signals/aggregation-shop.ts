/** What one of several processes measures in aggregation.test.ts: known figures, told apart by the number of the process. */
import { Registry } from "prom-client";

import { GoldenSignalsCollector } from "../../src/index.ts";

/** A registry with the requests of process `id` (1, 2, 3): `id` good ones, one failed, `id` more in flight. */
export function measuredShop(id: number): Registry {
  const registry = new Registry();
  const signals = new GoldenSignalsCollector({
    registry,
    buckets: [0.1, 1],
    probe: {
      sample: () => ({
        cpuSeconds: id,
        cpuCores: 1,
        memoryBytes: 100 * id,
        memoryLimitBytes: 1_000,
        heapUsedBytes: 10 * id,
        eventLoopActiveSeconds: id,
        eventLoopIdleSeconds: id,
        eventLoopDelaySeconds: { p50: id / 1_000, p99: id / 100, max: id / 10 },
      }),
      close: () => undefined,
    },
  });
  signals.addSaturation("db_pool", () => id / 4);
  signals.addConnections(() => Promise.resolve(10 * id));
  for (let request = 0; request < id; request += 1) {
    signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.0625 });
    signals.begin();
  }
  signals.record({ method: "GET", route: "/", statusCode: 500, durationSeconds: 0.5 });
  // Only this process has it.
  signals.record({ method: "GET", route: `/only/${String(id)}`, statusCode: 200, durationSeconds: 2 });
  return registry;
}
