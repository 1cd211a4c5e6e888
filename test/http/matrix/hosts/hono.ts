import type { Server } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { goldenSignals, observeApp } from "../../../../src/http/hono.ts";
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

interface Env {
  Bindings: HttpBindings;
}
type App = Hono<Env>;

function mount(app: App, watches: readonly Watch[] = []): void {
  for (const { signals, options, times = 1 } of watches) {
    const middleware = goldenSignals(signals, options) as unknown as MiddlewareHandler<Env>;
    for (let time = 0; time < times; time += 1) app.use(middleware);
  }
}

function observe(app: App, watches: readonly Watch[] = []): void {
  for (const { signals, options, times = 1 } of watches) {
    for (let time = 0; time < times; time += 1) observeApp(app, signals, options);
  }
}

const stream = (context: Context<Env>, body: Readable): Response =>
  context.body(Readable.toWeb(body) as never, 200, { "Content-Type": "text/plain" });

function tenantsOf(inner: readonly Watch[] = []): App {
  const tenants: App = new Hono<Env>();
  mount(tenants, inner);
  tenants.get("/users/:id", (context) =>
    context.text(`${context.req.param("tenant" as never)}/${context.req.param("id")}`),
  );
  tenants.get("/throws/:id", () => {
    throw new HandlerError("thrown under a prefix");
  });
  return tenants;
}

function addRoutes(app: App): void {
  app.get("/", (context) => context.text("home"));
  app.get("/users/:id", (context) => context.text(context.req.param("id")));
  app.get("/throws/:id", () => {
    throw new HandlerError("thrown");
  });
  app.get("/rejects/:id", () => Promise.reject(new HandlerError("rejected")));
  app.get("/missing/:id", (context) => context.text("no such thing", 404));
  app.get("/status/:code", (context) => {
    const code = Number(context.req.param("code"));
    if (code === 204 || code === 304) return context.body(null, code);
    return context.text(`status ${code}`, code as ContentfulStatusCode);
  });
  app.get("/wait/:ms", async (context) => {
    await pause(waitMs(context.req.param("ms")));
    return context.text("waited");
  });
  app.get("/stream/:ms", (context) => stream(context, slowStream(context.req.param("ms"))));
  app.get("/late", async (context) => {
    await pause(LATE_MS);
    return stream(context, lateStream());
  });
  app.get("/breaks", (context) => stream(context, brokenStream()));
  app.get("/large/:bytes", (context) => context.body(large(Number(context.req.param("bytes"))) as never));
  app.get("/redirect", (context) => context.redirect("/users/7"));
  app.get("/cookies", (context) => {
    setCookie(context, "a", "1");
    setCookie(context, "b", "2");
    return context.text("cookies");
  });
  app.get("/wrong", (context) => {
    wrongOnes.add(context.env.incoming);
    return context.json({ error: "sold out" });
  });
  app.post("/echo", async (context) => context.text(String((await context.req.arrayBuffer()).byteLength)));
  for (const [path, handler] of Object.entries(rawHandlers)) {
    app.get(path, (context) => {
      // To HEAD, Hono answers by a response of its own whatever its handler says.
      if (context.env.incoming.method === "HEAD") return context.body(null);
      handler(context.env.incoming, context.env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  }
}

function hostWith(name: string, watch: typeof mount): Host {
  return {
    name,
    lacks: { "an asterisk for a path": "its Node server answers 400 before the application is asked" },
    build: async ({ top, inner }) => {
      const app: App = new Hono<Env>();
      app.onError((_error, context) => context.text("failed", 500));
      watch(app, top);
      app.route("/tenants/:tenant", tenantsOf(inner));
      addRoutes(app);
      const server = createAdaptorServer({ fetch: app.fetch }) as Server;
      return { server, close: () => undefined };
    },
    rawOf: (request) => (request as Context<Env>).env.incoming,
  };
}

export const honoHost: Host = hostWith("hono 4 by middleware", mount);
export const honoAppHost: Host = hostWith("hono 4 by observeApp", observe);

/** The Node server of Hono reports broken streams on the terminal; gives back how to listen to all else again. */
export function hushHono(): () => void {
  const { error, info } = console;
  console.error = (...values: unknown[]) => {
    if (!(values[0] instanceof HandlerError)) error(...values);
  };
  console.info = (...values: unknown[]) => {
    if (values[0] !== "The user aborted a request.") info(...values);
  };
  return () => Object.assign(console, { error, info });
}
