/** What chaos costs who has none now: requests through the middleware while no fault is placed, beside requests without it. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import express from "express";
import { InProcessFaults } from "nines";
import { faultInjection as onExpress } from "nines/express";
import { faultInjection as onNode } from "nines/node";

import { Client } from "./http/client.ts";
import { userOf } from "./http/served.ts";
import { alternate, median, spread } from "./support/paired.ts";
import type { Benchmark, BenchmarkOptions } from "./support/types.ts";

interface Running {
  readonly client: Client;
  readonly stop: () => void;
}

async function serve(listener: RequestListener): Promise<Running> {
  const server = createServer(listener);
  // The connections wait while the other one is measured.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = await Client.open((server.address() as AddressInfo).port);
  const stop = (): void => {
    client.close();
    server.close();
    server.closeAllConnections();
  };
  return { client, stop };
}

function idleFaults(): InProcessFaults {
  return new InProcessFaults({ routes: ["GET /users/:id", "/orders/*"] });
}

function nodeListener(withFaults: boolean): RequestListener {
  const handle: RequestListener = (request, response) => {
    response.setHeader("Content-Type", "application/json");
    const body = JSON.stringify(userOf(request.url?.slice("/users/".length)));
    response.setHeader("Content-Length", Buffer.byteLength(body));
    response.end(body);
  };
  if (!withFaults) return handle;
  const inject = onNode(idleFaults());
  return (request, response) => inject(request, response, () => handle(request, response));
}

function expressListener(withFaults: boolean): RequestListener {
  const app = express();
  if (withFaults) app.use(onExpress(idleFaults()));
  app.get("/users/:id", (request, response) => void response.json(userOf(request.params.id)));
  return app;
}

/** Both in one process, in turns of some hundred requests, client included: what differs is the middleware alone. */
async function requests(
  listenerOf: (withFaults: boolean) => RequestListener,
  { quick, progress }: BenchmarkOptions,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const [ours, peer] = [await serve(listenerOf(true)), await serve(listenerOf(false))];
  try {
    const contestants = {
      ours: { batch: (count: number) => ours.client.run(count) },
      peer: { batch: (count: number) => peer.client.run(count) },
    };
    for (const { client } of [ours, peer]) await client.run(quick ? 2_000 : 10_000);
    const size = quick ? { rounds: 15, iterations: 200 } : { rounds: 201, iterations: 500 };
    const times = await alternate(contestants, { quick, progress, ...size });
    progress(`with: ${spread(times.ours)} ns, without: ${spread(times.peer)} ns`);
    const differences = times.ours.map((each, round) => each - (times.peer[round] ?? NaN));
    progress(`difference within rounds: ${spread(differences)} ns`);
    return { ours: median(times.ours), peer: median(times.peer) };
  } finally {
    ours.stop();
    peer.stop();
  }
}

/** The decision alone, beside nothing at all. */
async function decision({
  quick,
  progress,
}: BenchmarkOptions): Promise<{ readonly ours: number; readonly peer: number }> {
  const inject = onNode(idleFaults());
  const request = { method: "GET", url: "/users/7" };
  const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined, on: () => undefined };
  let passed = 0;
  const next = (): void => {
    passed += 1;
  };
  const contestants = {
    ours: {
      batch: (count: number): void => {
        for (let index = 0; index < count; index += 1) inject(request, response, next);
      },
    },
    peer: {
      batch: (count: number): void => {
        for (let index = 0; index < count; index += 1) next();
      },
    },
  };
  const times = await alternate(contestants, { quick, progress });
  if (passed === 0) throw new Error("nothing has passed");
  return { ours: median(times.ours), peer: median(times.peer) };
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "chaos.idle",
    unit: "ns/request",
    peerName: "node:http without the middleware",
    run: (options) => requests(nodeListener, options),
  },
  {
    name: "chaos.idle.express",
    unit: "ns/request",
    peerName: "express without the middleware",
    run: (options) => requests(expressListener, options),
  },
  { name: "chaos.idle.middleware", unit: "ns/call", peerName: "calling next()", run: decision },
];
