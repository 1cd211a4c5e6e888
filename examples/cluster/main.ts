/** Two workers, and metrics that add up: `node --import tsx examples/cluster/main.ts` */
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { GoldenSignalsCollector } from "nines";
import { observeServer } from "nines/node";
import { AggregatorRegistry, Registry } from "prom-client";

const WORKERS = 2;
const REQUESTS = 20;

function serve(): Server {
  const registry = new Registry();
  const signals = new GoldenSignalsCollector({ registry });
  AggregatorRegistry.setRegistries(registry);
  // It is this object that answers the primary.
  new AggregatorRegistry();

  const server = createServer((request, response) => {
    response.writeHead(request.url === "/items/0" ? 503 : 200).end(`${String(process.pid)} `);
  });
  observeServer(server, signals, { route: ({ url = "" }) => (url.startsWith("/items/") ? "/items/:id" : undefined) });
  return server.listen(0, "127.0.0.1");
}

async function askAll(): Promise<void> {
  const all = new AggregatorRegistry();
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  // Workers that listen on "any port" are given the same one.
  const ports = await Promise.all(
    workers.map(async (worker) => ((await once(worker, "listening")) as [AddressInfo])[0].port),
  );
  const url = `http://127.0.0.1:${String(ports[0])}`;

  const taken = new Map<string, number>();
  for (let id = 0; id < REQUESTS; id += 1) {
    // A connection belongs to one worker, so each request has its own.
    const response = await fetch(`${url}/items/${String(id)}`, { headers: { connection: "close" } });
    const pid = await response.text();
    taken.set(pid, (taken.get(pid) ?? 0) + 1);
  }
  const metrics = await all.clusterMetrics();
  for (const line of metrics.split("\n").sort()) {
    if (line.startsWith("http_requests_total") || line.includes("_seconds_count{")) console.log(line);
  }
  const counts = [...metrics.matchAll(/^http_requests_total\S+ (\d+)$/gm)].map(([, count]) => Number(count));
  const sum = counts.reduce((one, other) => one + other, 0);
  console.log(`${String(taken.size)} workers took ${String(REQUESTS)} requests, and ${String(sum)} are counted`);
  cluster.disconnect();
}

if (cluster.isPrimary) await askAll();
else serve();
