/** A small shop on Express, with a fault that can be switched on. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import express, { type Express, type Router } from "express";
import type { Reliability } from "nines";
import { goldenSignals, metricsHandler, statusHandler } from "nines/express";

/** The running shop. */
export interface Shop {
  readonly url: string;
  /** Whether its connection pool is stuck: a third of the requests fail then, and the others are slow. */
  broken: boolean;
  /** Pages beside the shop itself: no request to them is one of its requests. */
  readonly pages: Router;
  close(): Promise<void>;
}

/** Starts the shop on a free port of the loopback interface. */
export async function startShop(reliability: Reliability): Promise<Shop> {
  const state = { broken: false, pages: express.Router() };
  const server = createServer(shopApp(reliability, state)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${String(port)}`, close: () => closeServer(server) });
}

function shopApp(reliability: Reliability, state: { broken: boolean; pages: Router }): Express {
  const app = express();
  app.use(state.pages);
  app.get("/metrics", metricsHandler(reliability));
  app.get("/slo", statusHandler(reliability));
  app.get("/admin/pool", (_request, response) => {
    response.json({ pool: state.broken ? "stuck" : "fine" });
  });
  app.delete("/admin/pool", (_request, response) => {
    state.broken = false;
    response.json({ pool: "reset" });
  });
  app.use(goldenSignals(reliability));

  const work = async (usualMs: number): Promise<void> => {
    await sleep(usualMs + Math.random() * usualMs);
    if (!state.broken) return;
    if (Math.random() < 1 / 3) throw new Error("no connection is free");
    await sleep(120);
  };
  app.get("/products/:id", async (request, response) => {
    await work(4);
    response.json({ id: request.params.id });
  });
  app.post("/checkout/:cart", async (request, response) => {
    await work(10);
    response.status(201).json({ cart: request.params.cart });
  });
  app.use(((_error, _request, response, _next) => {
    response.status(500).json({ error: "sorry" });
  }) as express.ErrorRequestHandler);
  return app;
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
