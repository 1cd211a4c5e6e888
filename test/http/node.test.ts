import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { metricsHandler, observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { ask as request, RawClient } from "./matrix/raw.ts";
import { underWay } from "./matrix/reading.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function serve(
  listener: RequestListener,
): Promise<{ server: Server; signals: GoldenSignalsCollector; port: number }> {
  const signals = new GoldenSignalsCollector();
  const server = createServer(listener);
  servers.push(server);
  observeServer(server, signals, { route: ({ url }) => url });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, signals, port: (server.address() as AddressInfo).port };
}

async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  const text = await signals.metrics();
  return text.split("\n").flatMap((line) => /^http_requests_total\{method="GET",(.*\} \d+)$/.exec(line)?.[1] ?? []);
}

const ask = (path: string): string => request(path, { keep: true });

describe("a plain node:http server", () => {
  it("leaves nothing in flight when a client pipelines requests and goes away", async () => {
    const { signals, port } = await serve((_request, response) => {
      setTimeout(() => response.end("late"), 5_000).unref();
    });
    const client = (await RawClient.open(port)).send(ask("/slow").repeat(50));
    await underWay(signals, 50);
    client.leave();
    await underWay(signals, 0);
    expect(await counted(signals)).toEqual(['route="/slow",code="499"} 50']);
  });

  it("counts pipelined answers once, and listens to a connection once", async () => {
    const listeners: number[] = [];
    const { server, signals, port } = await serve((_request, response) => response.end("ok"));
    server.on("request", ({ socket }) => listeners.push(socket.listenerCount("close")));
    const client = (await RawClient.open(port)).send(ask("/a").repeat(200));
    await client.answered(200);
    await pause(40);
    client.leave();
    expect(client.statuses()).toEqual(Array(200).fill(200));
    await underWay(signals, 0);
    expect(await counted(signals)).toEqual(['route="/a",code="200"} 200']);
    expect(Math.max(...listeners) - Math.min(...listeners)).toBeLessThanOrEqual(1);
  });

  it.each<[string, string, (server: Server) => RequestListener]>([
    ["a client that goes away", "499", () => () => undefined],
    ["a server that destroys the response", "500", () => (_request, response) => void response.destroy()],
    ["a server that destroys the connection", "500", () => (request) => void request.socket.destroy()],
    [
      "a server whose time-out ends a handler that hangs",
      "500",
      (server) => () => {
        server.closeAllConnections();
      },
    ],
  ])("tells %s as %s", async (_what, code, handler) => {
    const { server, signals, port } = await serve((request, response) => {
      handler(server)(request, response);
    });
    const client = (await RawClient.open(port)).send(ask("/x"));
    if (code === "499") {
      await underWay(signals, 1);
      client.leave();
    }
    await client.over();
    await underWay(signals, 0);
    expect(await counted(signals)).toEqual([`route="/x",code="${code}"} 1`]);
  });

  it("calls a handler that hung until the server's time-out a failure of the server", async () => {
    const { server, signals, port } = await serve(() => undefined);
    server.setTimeout(500);
    const client = (await RawClient.open(port)).send(ask("/hangs"));
    await client.over();
    await underWay(signals, 0);
    expect(await counted(signals)).toEqual(['route="/hangs",code="500"} 1']);
  });

  it("keeps out of a response that something else has answered while the metrics were rendered", async () => {
    const holder = { contentType: "text/plain", metrics: () => pause(20).then(() => "metrics") };
    const { port } = await serve((request, response) => {
      metricsHandler(holder)(request, response);
      response.writeHead(503).end("timed out");
    });
    const client = (await RawClient.open(port)).send(ask("/metrics"));
    await client.got("503");
    // A rejection that nobody handles would fail this run.
    await pause(40);
    client.leave();
  });
});
