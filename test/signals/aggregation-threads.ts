/** Three worker threads that post their metrics to the main one, which prints the metrics of all. */
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { AggregatorRegistry } from "prom-client";

import { measuredShop } from "./aggregation-shop.ts";

// A thread of Node 20 does not take over from its parent how TypeScript is read.
const THREAD = `import("tsx/esm/api").then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`;

if (isMainThread) {
  const posted = [1, 2, 3].map(async (id) => {
    const [metrics] = (await once(new Worker(THREAD, { eval: true, workerData: id }), "message")) as [object[]];
    return metrics;
  });
  const all = AggregatorRegistry.aggregate(await Promise.all(posted));
  process.stdout.write(await all.metrics());
} else {
  parentPort?.postMessage(await measuredShop(workerData as number).getMetricsAsJSON());
}
