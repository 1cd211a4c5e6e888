import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import Router from "@koa/router";
import Koa, { type Context, type Middleware } from "koa";

import { goldenSignals } from "../../../../src/http/koa.ts";
import type { Host, Watch } from "../host.ts";
import {
  brokenStream,
  HandlerError,
  large,
  LATE_MS,
  lateStream,
  rawHandlers,
  slowStream,
  waitMs,
  wrongOnes,
} from "./bodies.ts";

function mount(host: { use(middleware: Middleware): unknown }, watches: readonly Watch[] = []): void {
  for (const { signals, options, times = 1 } of watches) {
    const middleware = goldenSignals(signals, options) as Middleware;
    for (let time = 0; time < times; time += 1) host.use(middleware);
  }
}

function text(context: Context, body: Context["body"]): void {
  context.type = "text/plain";
  context.body = body;
}

const param = (context: Context, name: string): string => (context.params as Record<string, string>)[name] ?? "";

function tenantsOf(inner: readonly Watch[] = []): Router {
  const tenants = new Router({ prefix: "/tenants/:tenant" });
  mount(tenants, inner);
  tenants.get("/users/:id", (context) => {
    text(context, `${param(context, "tenant")}/${param(context, "id")}`);
  });
  tenants.get("/throws/:id", () => {
    throw new HandlerError("thrown under a prefix");
  });
  return tenants;
}

function routes(): Router {
  const router = new Router();
  const answers: Readonly<Record<string, (context: Context) => unknown>> = {
    "/": (context) => (context.body = "home"),
    "/users/:id": (context) => text(context, param(context, "id")),
    "/throws/:id": () => {
      throw new HandlerError("thrown");
    },
    "/rejects/:id": () => Promise.reject(new HandlerError("rejected")),
    "/missing/:id": (context) => {
      context.status = 404;
      context.body = "no such thing";
    },
    "/status/:code": (context) => {
      context.status = Number(param(context, "code"));
      if (context.status !== 204 && context.status !== 304) context.body = `status ${context.status}`;
    },
    "/wait/:ms": async (context) => {
      await pause(waitMs(param(context, "ms")));
      context.body = "waited";
    },
    "/stream/:ms": (context) => text(context, slowStream(param(context, "ms"))),
    "/late": async (context) => {
      await pause(LATE_MS);
      text(context, lateStream());
    },
    "/breaks": (context) => text(context, brokenStream()),
    "/large/:bytes": (context) => (context.body = large(Number(param(context, "bytes")))),
    "/redirect": (context) => context.redirect("/users/7"),
    "/cookies": (context) => {
      context.cookies.set("a", "1");
      context.cookies.set("b", "2");
      context.body = "cookies";
    },
    "/wrong": (context) => {
      wrongOnes.add(context.req);
      context.body = { error: "sold out" };
    },
  };
  for (const [path, answer] of Object.entries(answers)) {
    router.get(path, async (context) => {
      await answer(context);
    });
  }
  router.post("/echo", async (context) => {
    let length = 0;
    for await (const chunk of context.req) length += (chunk as Buffer).length;
    context.body = String(length);
  });
  for (const [path, handler] of Object.entries(rawHandlers)) {
    router.get(path, (context) => {
      context.respond = false;
      handler(context.req, context.res);
    });
  }
  return router;
}

export const koaHost: Host = {
  name: "koa 3",
  lacks: {},
  build: async ({ top, inner }) => {
    const app = new Koa();
    app.silent = true;
    mount(app, top);
    app.use(tenantsOf(inner).routes() as unknown as Middleware);
    app.use(routes().routes() as unknown as Middleware);
    return { server: createServer(app.callback()), close: () => undefined };
  },
  rawOf: (request) => (request as Context).req,
};
