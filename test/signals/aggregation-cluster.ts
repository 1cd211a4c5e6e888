/** A cluster of three workers; the primary prints the metrics of all. */
import cluster from "node:cluster";

import { AggregatorRegistry } from "prom-client";

import { measuredShop } from "./aggregation-shop.ts";

if (cluster.isPrimary) {
  const all = new AggregatorRegistry();
  const workers = [1, 2, 3].map((id) => cluster.fork({ SHOP: String(id) }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
  process.stdout.write(await all.clusterMetrics());
  cluster.disconnect();
} else {
  AggregatorRegistry.setRegistries(measuredShop(Number(process.env.SHOP)));
  // It is this object that answers the primary.
  new AggregatorRegistry();
  process.send?.({ type: "measured" });
}
