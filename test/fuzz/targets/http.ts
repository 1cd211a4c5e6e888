/** Bytes to a server that has all of nines mounted: it still answers, counts what it was asked, and nothing is left in flight. */
import { createServer, type Server } from "node:http";

import express from "express";

import { systemClock } from "../../../src/core/time/clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { SloDashboard } from "../../../src/dashboard/dashboard.ts";
import { ReleaseGate } from "../../../src/gate/gate.ts";
import * as onExpress from "../../../src/http/express.ts";
import * as onNode from "../../../src/http/node.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { Reliability } from "../../../src/reliability.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";
import { endApp, listen } from "../../http/matrix/cells.ts";
import { eventually } from "../../http/matrix/eventually.ts";
import { ask, RawClient } from "../../http/matrix/raw.ts";
import { hostileBytes } from "../../proofs/support/hostile.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { drawn } from "../support/drawn.ts";
import { readScrape } from "../support/exposition.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

/** One client; what it says has a character a byte. */
interface Client {
  readonly host: "node" | "express";
  readonly text: string;
  /** Sent first; the rest follows, or never comes. */
  readonly cut: number;
  readonly goesOn: boolean;
  readonly ending: "leaves" | "resets" | "ends" | "waits";
}

const PATHS = [
  "/metrics",
  "/status",
  "/gate",
  "/gate/shop",
  "/hook",
  "/dashboard",
  "/dashboard/events",
  "/users/7",
  "/nowhere",
];
const QUERIES = [
  "",
  "",
  "?service=shop",
  "?data",
  "?events",
  "?service=",
  "?service=%ff",
  "?service=%00&service=a",
  "?__proto__=1",
  "?tags[]=a",
  "?history=1",
  "?since=1e999",
];
const NAMES = [
  "Accept",
  "Accept-Encoding",
  "Authorization",
  "If-None-Match",
  "Last-Event-ID",
  "Content-Type",
  "Content-Encoding",
  "traceparent",
  "b3",
  "X-Forwarded-For",
  "Cookie",
  "Origin",
];
const VALUES = [
  ...[
    "text/html",
    "application/json",
    "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1",
    "gzip;q=0",
    "gzip, *;q=1e99",
    ",".repeat(900),
  ],
  ...[
    "Basic eDp5",
    "Basic %%%",
    "Bearer x",
    '"x"',
    'W/"x"',
    "-1",
    "9".repeat(400),
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  ],
  ...["0", ";q=", "*/*;q=0.5;q=0.7", "text/event-stream", "__proto__", "q=1;".repeat(500)],
];
const BODIES = [
  "",
  "{}",
  '{"name":"a"}',
  '[{"name":"a","labels":{"__proto__":"x"}}]',
  "[".repeat(5_000),
  '{"alerts":[{}]}',
  "\u00ff\u00fe",
  "x".repeat(3_000),
];

/** What is asked of the endpoints of nines. */
function asking(random: Random): string {
  return Array.from({ length: random.integer(1, 4) }, () => {
    const body = random.next() < 0.5 ? random.pick(BODIES) : "";
    const headers = Array.from(
      { length: random.integer(0, 4) },
      () => `${random.pick(NAMES)}: ${random.next() < 0.85 ? random.pick(VALUES) : latin(hostileText(random))}`,
    );
    const length =
      body === "" ? [] : [random.next() < 0.95 ? `Content-Length: ${body.length}` : "Transfer-Encoding: chunked"];
    const target = `${random.pick(PATHS)}${random.pick(QUERIES)}`;
    const method = random.pick(["GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "DELETE"]);
    return ask(target, { method, headers: [...headers, ...length], body, keep: random.next() < 0.8 });
  }).join("");
}

/** Fit for a header: what is not is the business of the other half. */
function latin(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a0-\u00ff]/g, "?").slice(0, 500);
}

function anyClient(random: Random): Client {
  const text = random.next() < 0.6 ? asking(random) : hostileBytes(random);
  return {
    host: random.pick(["node", "express"] as const),
    text,
    cut: random.next() < 0.2 ? random.integer(1, text.length) : text.length,
    goesOn: random.next() < 0.5,
    ending: random.pick(["leaves", "resets", "ends", "waits"] as const),
  };
}

interface Place {
  readonly server: Server;
  readonly port: number;
  readonly reliability: Reliability;
}

const places = new Map<Client["host"], Place>();

async function open(): Promise<{ close(): Promise<void> }> {
  for (const host of ["node", "express"] as const) {
    const reliability = await Reliability.open({
      document: { service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h" } } } },
      ...{ evaluateEverySeconds: 0, saveEverySeconds: 0 },
    });
    const server = host === "node" ? nodeServer(reliability) : expressServer(reliability);
    // A client that says half of a head and no more must not wait longer than the fuzzer does.
    server.headersTimeout = 1_000;
    server.requestTimeout = 2_000;
    places.set(host, { server, port: await listen(server), reliability });
  }
  return {
    async close() {
      for (const { server, reliability } of places.values()) {
        await endApp({ server, close: () => undefined });
        await reliability.close();
      }
      places.clear();
    },
  };
}

function mounted(reliability: Reliability) {
  const incidents = new IncidentManager({ clock: systemClock });
  const response = new AutomatedResponse({ incidents, webhook: { open: true, rateLimit: false } });
  const gate = new ReleaseGate({ statuses: reliability, whenUnknown: "closed" });
  const dashboard = new SloDashboard({ statuses: reliability });
  return { response, gate, dashboard };
}

function nodeServer(reliability: Reliability): Server {
  const { response: hook, gate, dashboard } = mounted(reliability);
  const handlers: Readonly<Record<string, (request: never, response: never) => void>> = {
    "/metrics": onNode.metricsHandler(reliability),
    "/status": onNode.statusHandler(reliability),
    "/gate": onNode.gateHandler(gate),
    "/hook": onNode.webhookListener(hook),
    "/dashboard": onNode.dashboardHandler(dashboard),
  };
  const pathOf = (url = ""): string => /^\/[a-z]*/.exec(url)?.[0] ?? "";
  const server = createServer((request, response) => {
    const handler = handlers[pathOf(request.url)];
    if (handler !== undefined) handler(request as never, response as never);
    else response.writeHead(request.url?.startsWith("/users/") === true ? 200 : 404).end("x");
  });
  onNode.observeServer(server, reliability, {
    route: (request: { readonly url?: string }) => (pathOf(request.url) in handlers ? pathOf(request.url) : undefined),
  } as never);
  return server;
}

function expressServer(reliability: Reliability): Server {
  const { response: hook, gate, dashboard } = mounted(reliability);
  const app = express();
  app.set("env", "test");
  app.use(onExpress.goldenSignals(reliability));
  app.all("/metrics", onExpress.metricsHandler(reliability));
  app.all("/status", onExpress.statusHandler(reliability));
  app.all("/gate/:service", onExpress.gateHandler(gate));
  app.all("/gate", onExpress.gateHandler(gate));
  app.all("/hook", onNode.webhookListener(hook) as never);
  app.use("/dashboard", onExpress.dashboardHandler(dashboard));
  app.get("/users/:id", (_request, response) => void response.send("x"));
  app.use(
    (_error: unknown, _request: unknown, response: express.Response, _next: unknown) => void response.status(500).end(),
  );
  return createServer(app);
}

const ROUTES = new Set([
  "/metrics",
  "/status",
  "/gate",
  "/gate/:service",
  "/hook",
  "/dashboard",
  "/dashboard/*",
  "/users/:id",
  "(unmatched)",
]);

async function run({ host, text, cut, goesOn, ending }: Client): Promise<Outcome> {
  const { port, reliability } = places.get(host) as Place;
  const client = await RawClient.open(port, { allowHalfOpen: ending === "ends" });
  client.send(text.slice(0, cut));
  if (cut < text.length && goesOn) client.send(text.slice(cut));
  if (ending === "ends") client.socket.end();
  if (ending === "waits" || ending === "ends")
    await eventually(() => client.received !== "" || client.closed, "a word", 8).catch(() => undefined);
  if (ending === "resets") client.reset();
  else client.leave();
  const well = await RawClient.open(port);
  well.send(ask("/metrics", { version: "1.0" }));
  await well.over();
  const [status, ...others] = well.statuses();
  if (status !== 200 || others.length > 0)
    throw new Error(`the server no longer answers: ${well.received.slice(0, 300)}`);
  const samples = readScrape(well.received.slice(well.received.indexOf("\r\n\r\n") + 4));
  for (const { labels } of samples) {
    const route = labels.get("route");
    if (route !== undefined && !ROUTES.has(route)) throw new Error(`${JSON.stringify(route)} became a route`);
  }
  await eventually(
    () => reliability.signals.inFlight === 0,
    () => `nothing to be in flight; there are ${reliability.signals.inFlight}`,
  );
  const [refused] = client.statuses().filter((one) => one >= 400);
  return refused === undefined ? { taken: true } : { refused: `answered with ${refused}`, at: "the request" };
}

export const target: FuzzTarget<Client> = {
  name: "http",
  description: "bytes to a server with the middleware and all endpoints mounted",
  share: 0.2,
  open,
  inputs: drawn(anyClient),
  run,
};
