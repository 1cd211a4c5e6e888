import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { metricsHandler, observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

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

/** Sends `text`, waits `ms` and goes away; resolves with what came. */
async function send(port: number, text: string, ms = 60): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(text);
  await pause(ms);
  socket.destroy();
  await pause(40);
  return answer;
}

async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  const text = await signals.metrics();
  return text.split("\n").flatMap((line) => /^http_requests_total\{method="GET",(.*\} \d+)$/.exec(line)?.[1] ?? []);
}

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;

describe("a plain node:http server", () => {
  it("leaves nothing in flight when a client pipelines requests and goes away", async () => {
    const { signals, port } = await serve((_request, response) => {
      setTimeout(() => response.end("late"), 500);
    });
    const gone = send(port, ask("/slow").repeat(50));
    await pause(40);
    expect(signals.inFlight).toBe(50);
    await gone;
    expect(signals.inFlight).toBe(0);
    expect(await counted(signals)).toEqual(['route="/slow",code="499"} 50']);
  });

  it("counts pipelined answers once, and listens to a connection once", async () => {
    const listeners: number[] = [];
    const { server, signals, port } = await serve((_request, response) => response.end("ok"));
    server.on("request", ({ socket }) => listeners.push(socket.listenerCount("close")));
    const answer = await send(port, ask("/a").repeat(200), 1_000);
    expect(answer.split("HTTP/1.1 200").length - 1).toBe(200);
    expect(await counted(signals)).toEqual(['route="/a",code="200"} 200']);
    expect(signals.inFlight).toBe(0);
    expect(Math.max(...listeners) - Math.min(...listeners)).toBeLessThanOrEqual(1);
  });

  it.each<[string, string, number, (server: Server) => RequestListener]>([
    ["a client that goes away", "499", 60, () => () => undefined],
    ["a server that destroys the response", "500", 60, () => (_request, response) => void response.destroy()],
    ["a server that destroys the connection", "500", 60, () => (request) => void request.socket.destroy()],
    [
      "a server whose time-out ends a handler that hangs",
      "500",
      250,
      (server) => () => {
        server.closeAllConnections();
      },
    ],
  ])("tells %s as %s", async (_what, code, ms, handler) => {
    const { server, signals, port } = await serve((request, response) => {
      handler(server)(request, response);
    });
    await send(port, ask("/x"), ms);
    expect(await counted(signals)).toEqual([`route="/x",code="${code}"} 1`]);
  });

  it("calls a handler that hung until the server's time-out a failure of the server", async () => {
    const { server, signals, port } = await serve(() => undefined);
    server.setTimeout(60);
    await send(port, ask("/hangs"), 300);
    expect(await counted(signals)).toEqual(['route="/hangs",code="500"} 1']);
  });

  it("keeps out of a response that something else has answered while the metrics were rendered", async () => {
    const holder = { contentType: "text/plain", metrics: () => pause(20).then(() => "metrics") };
    const { port } = await serve((request, response) => {
      metricsHandler(holder)(request, response);
      response.writeHead(503).end("timed out");
    });
    // A rejection that nobody handles would fail this run.
    expect(await send(port, ask("/metrics"), 80)).toContain("503");
  });
});
