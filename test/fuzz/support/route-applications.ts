/** Applications of four frameworks with any routes, each asked over one server. */
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import Router from "@koa/router";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import mount from "koa-mount";
import type { Random } from "../../../src/core/random.ts";
import { goldenSignals as forExpress } from "../../../src/http/express.ts";
import { goldenSignals as forFastify } from "../../../src/http/fastify.ts";
import { goldenSignals as forHono } from "../../../src/http/hono.ts";
import { goldenSignals as forKoa } from "../../../src/http/koa.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { endApp, listen } from "../../http/matrix/cells.ts";

export interface Asked {
  readonly method: string;
  readonly url: string;
}

export interface Application {
  readonly host: keyof typeof HOSTS;
  /** Prefixes, the outer one first. */
  readonly mounts: readonly string[];
  readonly routes: readonly {
    readonly pattern: string;
    readonly does: "answers" | "throws" | "passes on" | "is missing";
  }[];
  readonly requests: readonly Asked[];
}

/** What may be in an address and must never be in a label. */
export const MARK = "Zq9x";
/** What each host takes; the others are tried too. */
const USUAL = {
  express: ["users", ":id", "*rest", "a-b"],
  koa: ["users", ":id", "*rest", "a-b"],
  hono: ["users", ":id", "*", ":id{[0-9]+}"],
  fastify: ["users", ":id", "a-b", ":a-:b"],
} as const;
const SEGMENTS = [
  "users",
  ":id",
  ":id?",
  "*",
  "*rest",
  "a-b",
  "a.b",
  ":a-:b",
  "é",
  "{:x}",
  "(a|b)",
  ":id{[0-9]+}",
  ":id(\\d+)",
  "",
  "x".repeat(150),
];
const ODD = [
  "__proto__",
  "constructor",
  "\n",
  '"',
  "\\",
  "\ud800",
  "%2e",
  "%",
  "//",
  "/",
  " ",
  "?",
  "#",
  ";",
  ":",
  "**",
  "(",
  "[",
  "+",
  "$",
];
const VALUES = [
  MARK,
  `${MARK}%20`,
  `%${MARK}`,
  `${MARK}%ff`,
  `${MARK}/..`,
  "..",
  ".",
  `${MARK};a`,
  `${MARK}"}`,
  `é${MARK}`,
  `${MARK}?q=1`,
  `${MARK}${"y".repeat(3_000)}`,
];

function anyPattern(host: keyof typeof USUAL, random: Random): string {
  const parts = Array.from({ length: random.integer(0, 3) }, () => {
    const kind = random.next();
    return kind < 0.9 ? random.pick(USUAL[host]) : kind < 0.97 ? random.pick(SEGMENTS) : random.pick(ODD);
  });
  return `${random.next() < 0.97 ? "/" : ""}${parts.join("/")}${random.next() < 0.1 ? "/" : ""}`;
}

function anyUrl({ mounts, routes }: Pick<Application, "mounts" | "routes">, random: Random): string {
  const prefix = random.next() < 0.8 ? mounts.join("") : random.next() < 0.5 ? (mounts[0] ?? "") : "";
  const pattern = routes.length > 0 && random.next() < 0.9 ? random.pick(routes).pattern : `/${random.pick(VALUES)}`;
  const filled = `${prefix}${pattern}`.replace(/:\w+[?]?(\{[^}]*\}|\([^)]*\))?|\*\w*/g, () => random.pick(VALUES));
  const url = `${random.next() < 0.05 ? "//" : ""}${filled}${random.next() < 0.2 ? `?${MARK}=1` : ""}`;
  return url.startsWith("/") ? url : `/${url}`;
}

export function anyApplication(random: Random): Application {
  const host = random.pick(Object.keys(HOSTS) as (keyof typeof HOSTS)[]);
  const mounts = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () =>
    random.next() < 0.9 ? random.pick(["/api", "/tenants/:tenant", "/a.b", "/v1/"]) : anyPattern(host, random),
  );
  const does = ["answers", "answers", "answers", "throws", "passes on", "is missing"] as const;
  const routes = Array.from({ length: random.integer(1, 4) }, () => ({
    pattern: anyPattern(host, random),
    does: random.pick(does),
  }));
  const requests = Array.from({ length: random.integer(1, 6) }, () => ({
    method: random.next() < 0.85 ? "GET" : random.pick(["POST", "HEAD", "OPTIONS", "DELETE", "PUT"]),
    url: anyUrl({ mounts, routes }, random),
  }));
  return { host, mounts, routes, requests };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** One server for all of the applications: each is asked over it while it has its turn. */
let current: Listener = () => undefined;
let reached = 0;
let port = 0;
let forget: () => void = () => undefined;

/** Gives the server to an application. */
export function serve(application: Listener): void {
  current = application;
}

/** Takes away what the application has hung on the server. */
export function forgetListeners(): void {
  forget();
}
const agent = new Agent({ keepAlive: true });

export async function open(): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    reached += 1;
    void current(request, response);
  });
  port = await listen(server);
  const own = new Map(server.eventNames().map((name) => [name, server.listeners(name)]));
  // A server has one application for its life, and this one has thousands.
  forget = () => {
    for (const name of server.eventNames()) {
      for (const listener of server.listeners(name)) {
        if (own.get(name)?.includes(listener) !== true) server.removeListener(name, listener as () => void);
      }
    }
  };
  return {
    async close() {
      agent.destroy();
      await endApp({ server, close: () => undefined });
    },
  };
}

/** The status, and whether Node has handed the request on. */
export function ask({ method, url }: Asked): Promise<{ readonly status: number; readonly isReached: boolean }> {
  const before = reached;
  return new Promise((resolve, reject) => {
    const asked = send({ host: "127.0.0.1", port, method, path: url, agent }, (response) => {
      response.resume();
      response.once("end", () => resolve({ status: response.statusCode ?? 0, isReached: reached > before }));
    });
    asked.once("error", reject).end();
  });
}

export const HOSTS = { express: ofExpress, koa: ofKoa, hono: ofHono, fastify: ofFastify } as const;

async function ofExpress({ mounts, routes }: Application, signals: GoldenSignalsCollector): Promise<Listener> {
  const app = express();
  app.set("env", "test");
  app.use(forExpress(signals));
  let router: express.Router = app;
  for (const prefix of mounts) {
    const inner = express.Router({ mergeParams: true });
    router.use(prefix, inner);
    router = inner;
  }
  for (const { pattern, does } of routes) {
    router.get(pattern, (_request, response, next) => {
      if (does === "throws") throw new Error("thrown");
      if (does === "passes on") next();
      else response.status(does === "is missing" ? 404 : 200).send("x");
    });
  }
  app.use(
    (_error: unknown, _request: unknown, response: express.Response, _next: unknown) => void response.status(500).end(),
  );
  return app;
}

async function ofKoa({ mounts, routes }: Application, signals: GoldenSignalsCollector): Promise<Listener> {
  const app = new Koa();
  app.silent = true;
  app.use(forKoa(signals));
  const router = new Router();
  for (const { pattern, does } of routes) {
    router.get(pattern, (context, next) => {
      if (does === "throws") throw new Error("thrown");
      if (does === "passes on") return next();
      context.status = does === "is missing" ? 404 : 200;
      context.body = "x";
      return undefined;
    });
  }
  let middleware = router.routes() as Koa.Middleware;
  for (const prefix of mounts.toReversed()) middleware = mount(prefix, middleware);
  app.use(middleware);
  return app.callback();
}

async function ofHono({ mounts, routes }: Application, signals: GoldenSignalsCollector): Promise<Listener> {
  let app: Hono = new Hono();
  for (const { pattern, does } of routes) {
    app.get(pattern, async (context, next) => {
      if (does === "throws") throw new Error("thrown");
      if (does === "passes on") return next();
      return context.text("x", does === "is missing" ? 404 : 200);
    });
  }
  for (const prefix of mounts.toReversed()) {
    const outer = new Hono();
    outer.route(prefix, app);
    app = outer;
  }
  const whole = new Hono();
  const entered = new WeakSet<Request>();
  whole.use(async ({ req }, next) => {
    entered.add(req.raw);
    await next();
  });
  whole.use(forHono(signals) as never);
  whole.route("/", app);
  whole.onError((_error, context) => context.text("x", 500));
  return getRequestListener(async (request) => {
    try {
      return await whole.fetch(request);
    } catch (error) {
      if (entered.has(request)) throw error;
      // Patterns that Hono takes and cannot match by fail when they are asked for, before any middleware.
      return new Response("refused by the router", { status: 400 });
    }
  });
}

async function ofFastify({ mounts, routes }: Application, signals: GoldenSignalsCollector): Promise<Listener> {
  const app = fastify();
  await app.register(forFastify(signals) as never);
  const prefix = mounts.join("");
  await app.register(
    async (inner) => {
      for (const { pattern, does } of routes) {
        inner.get(pattern, async (_request, reply) => {
          if (does === "throws") throw new Error("thrown");
          if (does === "passes on") reply.callNotFound();
          else await reply.code(does === "is missing" ? 404 : 200).send("x");
          return reply;
        });
      }
    },
    prefix === "" ? {} : { prefix },
  );
  await app.ready();
  return (request, response) => app.server.emit("request", request, response);
}
