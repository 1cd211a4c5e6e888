import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { observeServer } from "../../../../src/http/node.ts";
import { PATTERNS, type Host } from "../host.ts";
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

type Handler = (params: readonly string[], request: IncomingMessage, response: ServerResponse) => unknown;

const stream = (response: ServerResponse, body: Readable): void => {
  response.setHeader("Content-Type", "text/plain");
  pipeline(body, response, () => undefined);
};

const handlers: Readonly<Record<string, Handler>> = {
  "/": (_params, _request, response) => response.end("home"),
  "/users/:id": ([id = ""], _request, response) => {
    response.setHeader("Content-Length", Buffer.byteLength(id)).end(id);
  },
  "/tenants/:tenant/users/:id": (params, _request, response) => response.end(params.join("/")),
  "/tenants/:tenant/throws/:id": () => {
    throw new HandlerError("thrown under a prefix");
  },
  "/throws/:id": () => {
    throw new HandlerError("thrown");
  },
  "/rejects/:id": () => Promise.reject(new HandlerError("rejected")),
  "/missing/:id": (_params, _request, response) => response.writeHead(404).end("no such thing"),
  "/status/:code": ([code], _request, response) => response.writeHead(Number(code)).end(`status ${String(code)}`),
  "/wait/:ms": async ([ms], _request, response) => {
    await pause(waitMs(ms));
    response.end("waited");
  },
  "/stream/:ms": ([ms], _request, response) => stream(response, slowStream(ms)),
  "/late": async (_params, _request, response) => {
    await pause(LATE_MS);
    stream(response, lateStream());
  },
  "/breaks": (_params, _request, response) => stream(response, brokenStream()),
  "/large/:bytes": ([bytes], _request, response) => response.end(large(Number(bytes))),
  "/redirect": (_params, _request, response) => response.writeHead(302, { Location: "/users/7" }).end(),
  "/cookies": (_params, _request, response) => {
    response.setHeader("Set-Cookie", ["a=1", "b=2"]).end("cookies");
  },
  "/wrong": (_params, request, response) => {
    wrongOnes.add(request);
    response.end('{"error":"sold out"}');
  },
  "POST /echo": (_params, request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => response.end(String(length)));
  },
  ...Object.fromEntries(
    Object.entries(rawHandlers).map(([path, handler]): [string, Handler] => [path, (_, ...both) => handler(...both)]),
  ),
};

const routes = PATTERNS.map((pattern) => ({
  pattern,
  expression: new RegExp(`^${pattern.replace(/:[a-z]+/g, "([^/]+)")}/?$`),
}));
const taken = new WeakMap<object, string>();

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").replace(/^https?:\/\/[^/]*/, "").replace(/\?.*/s, "");
  const found = routes.find(({ expression }) => expression.test(path));
  const method = request.method === "HEAD" || request.method === "GET" ? "" : `${String(request.method)} `;
  const handler = handlers[`${method}${found?.pattern ?? ""}`];
  if (found === undefined || handler === undefined) {
    response.writeHead(404).end("no such page");
    return;
  }
  taken.set(request, found.pattern);
  try {
    await handler(found.expression.exec(path)?.slice(1) ?? [], request, response);
  } catch {
    if (!response.headersSent) response.writeHead(500).end("failed");
  }
}

export const nodeHost: Host = {
  name: "node:http",
  lacks: {
    "two middlewares of one collector at different depths count once": "a plain server has no depths",
    "a middleware on a mounted router counts what comes by it, and shows no value": "a plain server has no routers",
    "a middleware on a mounted router knows the pattern of its mount": "a plain server has no routers",
  },
  build: async ({ top = [], inner = [] }) => {
    const server = createServer((request, response) => void route(request, response));
    if (inner.length > 0) throw new Error("a plain server has no depths");
    for (const { signals, options, times = 1 } of top) {
      for (let time = 0; time < times; time += 1) {
        observeServer(server, signals, { ...options, route: (request) => taken.get(request) });
      }
    }
    return { server, close: () => undefined };
  },
  rawOf: (request) => request as IncomingMessage,
};
