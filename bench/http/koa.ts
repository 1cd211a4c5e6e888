import { createRequire } from "node:module";
import { Router } from "@koa/router";
import promBundle from "express-prom-bundle";
import Koa from "koa";
import connect from "koa-connect";
import { goldenSignals } from "nines/koa";
import { register, Registry } from "prom-client";

import { collector } from "../signals/workload.ts";
import { byHand, countedIn, listen, nothing, ROUTES, userOf, type Served, type Variants } from "./served.ts";

// It asks for the module that requires it, and an import has none.
const { koaMiddleware } = createRequire(import.meta.url)(
  "prometheus-api-metrics",
) as typeof import("prometheus-api-metrics");

function serve(instrument: (app: Koa) => void, counted: Served["counted"]): Promise<Served> {
  const app = new Koa();
  instrument(app);
  const router = new Router();
  for (const route of ROUTES) {
    router.get(route, (context) => {
      context.body = userOf(context.params.id);
    });
  }
  app.use(router.routes());
  const handle = app.callback();
  return listen((request, response) => void handle(request, response), counted);
}

export const variants: Variants = {
  bare: () => serve(() => {}, nothing),
  nines: () => {
    const signals = collector(new Registry());
    return serve(
      (app) => app.use(goldenSignals(signals)),
      countedIn(() => signals.metrics()),
    );
  },
  floor: () => {
    const { floor, counted } = byHand();
    return serve((app) => {
      app.use(async (context, next) => {
        const began = floor.begin();
        try {
          await next();
        } finally {
          // Where the router writes down which of its routes it took.
          const route = (context as { readonly _matchedRoute?: string })._matchedRoute ?? "(unmatched)";
          floor.finish(began, context.method, route, context.status);
        }
      });
    }, counted);
  },
  peer: () =>
    serve(
      (app) => app.use(koaMiddleware()),
      countedIn(() => register.metrics()),
    ),
  // As the README of express-prom-bundle has it for Koa; its types know Express only.
  bundle: () =>
    serve(
      (app) =>
        app.use(
          connect(promBundle({ includeMethod: true, includePath: true }) as unknown as Parameters<typeof connect>[0]),
        ),
      countedIn(() => register.metrics()),
    ),
};
