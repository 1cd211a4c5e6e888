/** One little application for each framework, with a dashboard behind golden signals. */
import { createServer, type RequestListener, type Server } from "node:http";

import { createAdaptorServer } from "@hono/node-server";
import Router from "@koa/router";
import express5 from "express";
import express4 from "express4";
import fastify from "fastify";
import { Hono } from "hono";
import Koa, { type Middleware } from "koa";
import mount from "koa-mount";

import type { DashboardHandlerOptions, DashboardLike } from "../../src/http/dashboard.ts";
import * as onExpress from "../../src/http/express.ts";
import * as onFastify from "../../src/http/fastify.ts";
import * as onHono from "../../src/http/hono.ts";
import * as onKoa from "../../src/http/koa.ts";
import * as onNode from "../../src/http/node.ts";
import type { GoldenSignalsCollector } from "../../src/signals/collector.ts";

/** What is served. */
export interface DashboardPlan {
  readonly dashboard: DashboardLike;
  readonly options?: DashboardHandlerOptions;
  readonly signals: GoldenSignalsCollector;
}

/** The dashboard is at `/dashboard` to GET and HEAD, at `/behind/mount` to any method, and `/safe` answers `safe`; each has the header `x-before`. */
export interface DashboardHost {
  readonly name: string;
  build(plan: DashboardPlan): Promise<{ readonly server: Server; readonly close: () => Promise<unknown> | undefined }>;
}

const nothing = (): undefined => undefined;

function expressHost(name: string, express: typeof express5): DashboardHost {
  return {
    name,
    build: async ({ dashboard, options, signals }) => {
      const app = express();
      app.use(onExpress.goldenSignals(signals));
      app.use((_request, response, next) => {
        response.setHeader("x-before", "1");
        next();
      });
      const handler = onExpress.dashboardHandler(dashboard, options);
      app.get("/dashboard", handler);
      app.use("/behind/mount", handler);
      app.get("/safe", (_request, response) => void response.send("safe"));
      return { server: createServer(app), close: nothing };
    },
  };
}

const fastifyHost: DashboardHost = {
  name: "fastify 5",
  build: async ({ dashboard, options, signals }) => {
    const app = fastify();
    app.register(onFastify.goldenSignals(signals));
    app.addHook("onRequest", (_request, reply, done) => {
      reply.header("x-before", "1").header("set-cookie", ["a=1", "b=2"]);
      done();
    });
    const handler = onFastify.dashboardHandler(dashboard, options);
    app.get("/dashboard", handler);
    app.register((own) => void own.all("/mount", handler), { prefix: "/behind" });
    app.get("/safe", () => "safe");
    await app.ready();
    return { server: app.server, close: () => app.close() };
  },
};

const koaHost: DashboardHost = {
  name: "koa 3",
  build: async ({ dashboard, options, signals }) => {
    const app = new Koa();
    app.on("error", (error: Error & { readonly code?: string }) => {
      // Koa tells of each response whose connection was reset, whatever it was.
      if (error.code !== "ECONNRESET") throw error;
    });
    app.use(onKoa.goldenSignals(signals) as Middleware);
    app.use(async (context, next) => {
      context.set("x-before", "1");
      await next();
      context.set("x-after", "1");
    });
    const handler = onKoa.dashboardHandler(dashboard, options);
    const router = new Router();
    router.get("/dashboard", handler);
    router.get("/safe", (context) => void (context.body = "safe"));
    app.use(router.routes() as unknown as Middleware);
    app.use(mount("/behind/mount", handler));
    return { server: createServer(app.callback()), close: nothing };
  },
};

/** The application of both hosts of Hono. */
export function honoApp({ dashboard, options, signals }: DashboardPlan, by: "middleware" | "observeApp"): Hono {
  const app = new Hono();
  if (by === "observeApp") onHono.observeApp(app, signals);
  else app.use(onHono.goldenSignals(signals));
  app.use(async (context, next) => {
    context.header("x-before", "1");
    await next();
  });
  const handler = onHono.dashboardHandler(dashboard, options);
  app.get("/dashboard", handler);
  const own = new Hono();
  own.all("/", handler);
  app.route("/behind/mount", own);
  app.get("/safe", (context) => context.text("safe"));
  return app;
}

function honoHost(by: "middleware" | "observeApp"): DashboardHost {
  return {
    name: `hono 4 by ${by}`,
    build: async (plan) => ({
      server: createAdaptorServer({ fetch: honoApp(plan, by).fetch }) as Server,
      close: nothing,
    }),
  };
}

const nodeHost: DashboardHost = {
  name: "node:http",
  build: async ({ dashboard, options, signals }) => {
    const server = createServer(listenerOf({ dashboard, signals, ...(options === undefined ? {} : { options }) }));
    onNode.observeServer(server, signals, { route: ({ url = "" }) => url.replace(/\?.*/s, "") });
    return { server, close: nothing };
  },
};

/** What a server of Node's own answers with. */
export function listenerOf({ dashboard, options }: DashboardPlan): RequestListener {
  const handler = onNode.dashboardHandler(dashboard, options);
  return (request, response) => {
    response.setHeader("x-before", "1");
    if (request.url === "/safe") response.end("safe");
    else handler(request, response);
  };
}

/** All of them. */
export const dashboardHosts: readonly DashboardHost[] = [
  nodeHost,
  expressHost("express 5", express5),
  expressHost("express 4", express4),
  fastifyHost,
  koaHost,
  honoHost("middleware"),
  honoHost("observeApp"),
];
