import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { prometheus } from "@hono/prometheus";
import { Hono } from "hono";
import { routePath } from "hono/route";
import { observeApp } from "nines/hono";
import { Registry } from "prom-client";

import { collector } from "../signals/workload.ts";
import { byHand, countedIn, nothing, portOf, ROUTES, userOf, type Served, type Variants } from "./served.ts";

function serve(instrument: (app: Hono) => void, counted: Served["counted"]): Promise<Served> {
  const app = new Hono();
  instrument(app);
  for (const route of ROUTES) app.get(route, (context) => context.json(userOf(context.req.param("id"))));
  return portOf(createAdaptorServer({ fetch: app.fetch }) as Server, counted);
}

export const variants: Variants = {
  bare: () => serve(() => {}, nothing),
  nines: () => {
    const signals = collector(new Registry());
    return serve(
      (app) => observeApp(app, signals),
      countedIn(() => signals.metrics()),
    );
  },
  floor: () => {
    const { floor, counted } = byHand();
    return serve((app) => {
      app.use(async (context, next) => {
        const began = floor.begin();
        await next();
        floor.finish(began, context.req.method, routePath(context, -1), context.res.status);
      });
    }, counted);
  },
  peer: () => {
    const registry = new Registry();
    const { registerMetrics } = prometheus({ registry });
    return serve(
      (app) => app.use("*", registerMetrics),
      countedIn(() => registry.metrics()),
    );
  },
};
