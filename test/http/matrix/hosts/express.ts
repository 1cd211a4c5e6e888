import { createServer, type IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";

import express5, { type ErrorRequestHandler, type Request, type Response, type Router } from "express";
import express4 from "express4";

import { goldenSignals } from "../../../../src/http/express.ts";
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

function mount(router: Router, watches: readonly Watch[] = []): void {
  for (const { signals, options, times = 1 } of watches) {
    const middleware = goldenSignals(signals, options);
    for (let time = 0; time < times; time += 1) router.use(middleware);
  }
}

function sendStream(response: Response, stream: Readable): void {
  response.type("text/plain");
  pipeline(stream, response, () => undefined);
}

function tenantsOf(express: typeof express5): Router {
  const tenants = express.Router({ mergeParams: true });
  tenants.get("/users/:id", (request: Request<{ tenant?: string; id: string }>, response) => {
    response.type("text/plain").send(`${request.params.tenant ?? ""}/${request.params.id}`);
  });
  tenants.get("/throws/:id", () => {
    throw new HandlerError("thrown under a mount");
  });
  return tenants;
}

function addRoutes(app: express5.Express): void {
  app.get("/", (_request, response) => void response.send("home"));
  app.get("/users/:id", (request, response) => void response.type("text/plain").send(request.params.id));
  app.get("/throws/:id", () => {
    throw new HandlerError("thrown");
  });
  // Express 4 leaves rejections to the handler; this is how they are passed on there.
  app.get("/rejects/:id", (_request, _response, next) => {
    Promise.reject(new HandlerError("rejected")).catch(next);
  });
  app.get("/missing/:id", (_request, response) => void response.status(404).send("no such thing"));
  app.get("/status/:code", (request, response) => {
    const code = Number(request.params.code);
    if (code === 204 || code === 304) response.status(code).end();
    else response.status(code).send(`status ${code}`);
  });
  app.get("/wait/:ms", (request, response) => {
    setTimeout(() => response.send("waited"), waitMs(request.params.ms));
  });
  app.get("/stream/:ms", (request, response) => {
    sendStream(response, slowStream(request.params.ms));
  });
  app.get("/late", (_request, response) => {
    setTimeout(() => sendStream(response, lateStream()), LATE_MS);
  });
  app.get("/breaks", (_request, response) => {
    sendStream(response, brokenStream());
  });
  app.get("/large/:bytes", (request, response) => void response.end(large(Number(request.params.bytes))));
  app.get("/redirect", (_request, response) => {
    response.redirect("/users/7");
  });
  app.get("/cookies", (_request, response) => void response.cookie("a", "1").cookie("b", "2").send("cookies"));
  app.get("/wrong", (request, response) => {
    wrongOnes.add(request);
    response.json({ error: "sold out" });
  });
  app.post("/echo", (request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => response.send(String(length)));
  });
  for (const [path, handler] of Object.entries(rawHandlers)) app.get(path, handler);
}

function expressHost(name: string, express: typeof express5, lacks: Host["lacks"] = {}): Host {
  return {
    name,
    lacks,
    build: async ({ top, inner }) => {
      const app = express();
      mount(app, top);
      const tenants = tenantsOf(express);
      const around = express.Router({ mergeParams: true });
      mount(around, inner);
      around.use(tenants);
      app.use("/tenants/:tenant", around);
      addRoutes(app);
      const onError: ErrorRequestHandler = (_error, _request, response, _next) => {
        if (response.headersSent) response.destroy();
        else response.status(500).send("failed");
      };
      app.use(onError);
      return { server: createServer(app), close: () => undefined };
    },
    rawOf: (request) => request as IncomingMessage,
  };
}

export const express5Host: Host = expressHost("express 5", express5);
export const express4Host: Host = expressHost("express 4", express4, {
  "a middleware on a mounted router knows the pattern of its mount":
    "Express 4 makes a request its own inside its router: prefixes that were entered before have no pattern",
});
