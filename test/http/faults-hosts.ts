/** One little application for each framework, with faults behind golden signals. */
import { createServer, type Server } from "node:http";

import { createAdaptorServer } from "@hono/node-server";
import Router from "@koa/router";
import express5 from "express";
import express4 from "express4";
import fastify from "fastify";
import { Hono } from "hono";
import Koa, { type Context, type Middleware } from "koa";

import * as onExpress from "../../src/http/express.ts";
import * as onFastify from "../../src/http/fastify.ts";
import * as onHono from "../../src/http/hono.ts";
import * as onKoa from "../../src/http/koa.ts";
import * as onNode from "../../src/http/node.ts";
import type { RequestFaults } from "../../src/http/node.ts";
import type { GoldenSignalsCollector } from "../../src/signals/collector.ts";

/** What the application has besides its routes; nothing without them. */
export interface FaultedPlan {
  readonly signals?: GoldenSignalsCollector;
  readonly faults?: RequestFaults;
}

/**
 * `GET /hit/:id` answers the id, `GET /safe` `safe`, `GET /api/things/:id` the id from under a mount, `GET /throws` fails, `POST /echo` reads
 * a body; nothing else is there. `ran` is the paths whose handlers have run.
 */
export interface FaultedHost {
  readonly name: string;
  build(plan: FaultedPlan, ran: string[]): Promise<{ readonly server: Server; readonly close: () => unknown }>;
}

const nodeHost: FaultedHost = {
  name: "node:http",
  build: async ({ signals, faults }, ran) => {
    const inject = faults === undefined ? undefined : onNode.faultInjection(faults);
    const server = createServer((request, response) => {
      const path = (request.url ?? "").replace(/\?.*/s, "");
      const handle = (): void => {
        const route = patternOf(path);
        if (route === undefined) {
          response.writeHead(404).end("no such page");
          return;
        }
        ran.push(path);
        if (route === "/throws") response.writeHead(500).end("failed");
        else if (route === "/echo") {
          let length = 0;
          request.on("data", (chunk: Buffer) => (length += chunk.length));
          request.on("end", () => response.end(String(length)));
        } else response.end(path.split("/").at(-1));
      };
      if (inject === undefined) handle();
      else inject(request, response, handle);
    });
    if (signals !== undefined) {
      onNode.observeServer(server, signals, { route: ({ url = "" }) => patternOf(url.replace(/\?.*/s, "")) });
    }
    return { server, close: () => undefined };
  },
};

function patternOf(path: string): string | undefined {
  if (path === "/safe" || path === "/throws" || path === "/echo") return path;
  const [, before] = /^(\/hit|\/api\/things)\/[^/]+$/.exec(path) ?? [];
  return before === undefined ? undefined : `${before}/:id`;
}

function expressHost(name: string, express: typeof express5): FaultedHost {
  return {
    name,
    build: async ({ signals, faults }, ran) => {
      const app = express();
      if (signals !== undefined) app.use(onExpress.goldenSignals(signals));
      if (faults !== undefined) app.use(onExpress.faultInjection(faults));
      const answer = (request: express5.Request<{ id?: string }>, response: express5.Response): void => {
        ran.push(request.originalUrl);
        response.type("text/plain").send(request.params.id ?? "safe");
      };
      app.get("/hit/:id", answer);
      app.get("/safe", answer);
      const api = express.Router();
      api.get("/things/:id", answer);
      app.use("/api", api);
      app.get("/throws", () => {
        throw new Error("thrown");
      });
      app.post("/echo", (request, response) => {
        let length = 0;
        request.on("data", (chunk: Buffer) => (length += chunk.length));
        request.on("end", () => response.send(String(length)));
      });
      const onError: express5.ErrorRequestHandler = (_error, _request, response, _next) => {
        response.status(500).send("failed");
      };
      app.use(onError);
      return { server: createServer(app), close: () => undefined };
    },
  };
}

const fastifyHost: FaultedHost = {
  name: "fastify 5",
  build: async ({ signals, faults }, ran) => {
    const app = fastify();
    app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((_error, _request, reply) => reply.code(500).send("failed"));
    // Behind golden signals, though registered before.
    if (faults !== undefined) app.register(onFastify.faultInjection(faults));
    if (signals !== undefined) app.register(onFastify.goldenSignals(signals));
    app.register((routes, _options, done) => {
      const answer = (request: { originalUrl: string; params: unknown }): string => {
        ran.push(request.originalUrl);
        return (request.params as { id?: string }).id ?? "safe";
      };
      routes.get("/hit/:id", answer);
      routes.get("/safe", answer);
      routes.register(
        (api, _own, ready) => {
          api.get("/things/:id", answer);
          ready();
        },
        { prefix: "/api" },
      );
      routes.get("/throws", () => {
        throw new Error("thrown");
      });
      routes.post("/echo", (request, reply) => reply.send(String((request.body as Buffer).length)));
      done();
    });
    await app.ready();
    return { server: app.server, close: () => app.close() };
  },
};

const koaHost: FaultedHost = {
  name: "koa 3",
  build: async ({ signals, faults }, ran) => {
    const app = new Koa();
    app.silent = true;
    if (signals !== undefined) app.use(onKoa.goldenSignals(signals) as Middleware);
    if (faults !== undefined) app.use(onKoa.faultInjection(faults));
    const answer = (context: Context): void => {
      ran.push(context.originalUrl);
      context.type = "text/plain";
      context.body = (context.params as { id?: string }).id ?? "safe";
    };
    const router = new Router();
    router
      .get("/hit/:id", answer)
      .get("/safe", answer)
      .get("/throws", () => {
        throw new Error("thrown");
      });
    router.post("/echo", async (context) => {
      let length = 0;
      for await (const chunk of context.req) length += (chunk as Buffer).length;
      context.body = String(length);
    });
    const api = new Router({ prefix: "/api" });
    api.get("/things/:id", answer);
    app.use(router.routes() as unknown as Middleware);
    app.use(api.routes() as unknown as Middleware);
    return { server: createServer(app.callback()), close: () => undefined };
  },
};

/** The application of both hosts of Hono. */
export function honoApp({ signals, faults }: FaultedPlan, ran: string[], by: "middleware" | "observeApp"): Hono {
  const app = new Hono();
  app.onError((_error, context) => context.text("failed", 500));
  if (signals !== undefined && by === "observeApp") onHono.observeApp(app, signals);
  if (signals !== undefined && by === "middleware") app.use(onHono.goldenSignals(signals));
  if (faults !== undefined) app.use(onHono.faultInjection(faults));
  app.get("/hit/:id", (context) => {
    ran.push(context.req.path);
    return context.text(context.req.param("id"));
  });
  app.get("/safe", (context) => {
    ran.push(context.req.path);
    return context.text("safe");
  });
  const api = new Hono();
  api.get("/things/:id", (context) => {
    ran.push(context.req.path);
    return context.text(context.req.param("id"));
  });
  app.route("/api", api);
  app.get("/throws", () => {
    throw new Error("thrown");
  });
  app.post("/echo", async (context) => context.text(String((await context.req.arrayBuffer()).byteLength)));
  return app;
}

function honoHost(by: "middleware" | "observeApp"): FaultedHost {
  return {
    name: `hono 4 by ${by}`,
    build: async (plan, ran) => {
      const app = honoApp(plan, ran, by);
      return { server: createAdaptorServer({ fetch: app.fetch }) as Server, close: () => undefined };
    },
  };
}

/** All of them. */
export const faultedHosts: readonly FaultedHost[] = [
  nodeHost,
  expressHost("express 5", express5),
  expressHost("express 4", express4),
  fastifyHost,
  koaHost,
  honoHost("middleware"),
  honoHost("observeApp"),
];
