/** Clients that leave, servers that break off: each is counted once, by whose fault it was. */
import { setTimeout as pause } from "node:timers/promises";

import { expect } from "vitest";

import type { Cell, Scenario } from "../cells.ts";
import { ask, exchange, RawClient } from "../raw.ts";
import { read, underWay } from "../reading.ts";

const LARGE = 50 << 20;

/** Sends a request, waits for it to be under way, and leaves in the one way and the other. */
function leaving(
  title: string,
  text: string,
  route: string,
  wait: (client: RawClient) => Promise<unknown> = async () => undefined,
  options: { deaf?: boolean } = {},
): Scenario[] {
  return (["leave", "reset"] as const).map((how) => ({
    title: how === "leave" ? title : `${title}, by a reset`,
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port, options);
      client.send(text);
      await underWay(signals, 1);
      await wait(client);
      client[how]();
      const { requests, rejected } = await read(signals);
      expect([requests, rejected]).toEqual([{ [`${route} 499`]: 1 }, {}]);
    },
  }));
}

interface HalfClose {
  readonly path: string;
  readonly route: string;
  /** When the client ends its side: with its request, once that is under way, or when the answer has begun. */
  readonly ends: "at once" | "under way" | "answered";
  /** Whether the server goes on answering such clients; Node's do not, unless somebody asks for it. */
  readonly goesOn?: boolean;
}

/** A client that ends its side and still reads: what it gets to see is what is counted. */
async function halfClosed(cell: Cell, { path, route, ends, goesOn = false }: HalfClose): Promise<boolean> {
  const { port, signals } = await cell.serve(undefined, (server) => {
    if (goesOn) Object.assign(server, { httpAllowHalfOpen: true });
  });
  const client = await RawClient.open(port, { allowHalfOpen: true });
  client.send(ask(path));
  if (ends === "under way") await underWay(signals, 1);
  if (ends === "answered") await client.got("\r\n\r\n");
  client.socket.end();
  await client.over();
  const whole = complete(client.received);
  expect((await read(signals)).requests).toEqual({ [`GET ${route} ${whole ? 200 : 499}`]: 1 });
  return whole;
}

function complete(received: string): boolean {
  const length = /content-length: (\d+)/i.exec(received)?.[1];
  const body = received.slice(received.indexOf("\r\n\r\n") + 4);
  return length === undefined ? received.endsWith("0\r\n\r\n") : body.length === Number(length);
}

export const abortScenarios: readonly Scenario[] = [
  ...leaving("a client that aborts before the headers is counted once, as 499", ask("/wait/900"), "GET /wait/:ms"),
  ...leaving(
    "a client that aborts in the body is counted once, as 499",
    ask("/stream/900"),
    "GET /stream/:ms",
    (client) => client.got("first"),
  ),
  ...leaving("a client that leaves a handler which never answers is 499", ask("/never"), "GET /never"),
  ...leaving(
    "a client that never reads 50 MB and leaves is 499",
    ask(`/large/${LARGE}`),
    "GET /large/:bytes",
    () => pause(60),
    { deaf: true },
  ),
  ...leaving(
    "a client that aborts while it uploads is 499",
    ask("/echo", {
      method: "POST",
      headers: ["Content-Length: 1000000", "Content-Type: application/octet-stream"],
      body: "x".repeat(10_000),
    }),
    "POST /echo",
    () => pause(20),
  ),
  {
    title: "a client that ends its side with its request is told by what it gets",
    run: async (cell) => {
      await halfClosed(cell, { path: "/users/7", route: "/users/:id", ends: "at once" });
    },
  },
  {
    title: "a client that ends its side while a handler waits is told by what it gets",
    run: async (cell) => {
      await halfClosed(cell, { path: "/wait/300", route: "/wait/:ms", ends: "under way" });
    },
  },
  {
    title: "a client that ends its side while a large answer is on its way has it all, and is a 200",
    run: async (cell) => {
      const path = "/large/4000000";
      expect(await halfClosed(cell, { path, route: "/large/:bytes", ends: "answered" })).toBe(true);
    },
  },
  {
    title: "a client that ends its side and waits for a server that goes on is a 200",
    run: async (cell) => {
      expect(await halfClosed(cell, { path: "/wait/200", route: "/wait/:ms", ends: "under way", goesOn: true })).toBe(
        true,
      );
    },
  },
  {
    title: "a client that leaves after its answer changes nothing",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      client.send(ask("/users/7", { keep: true }));
      await client.answered(1);
      await read(signals);
      client.reset();
      await client.over();
      expect((await read(signals)).requests).toEqual({ "GET /users/:id 200": 1 });
    },
  },
  {
    title: "a handler that destroys the response is a 500",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      expect((await exchange(port, ask("/destroys"))).received).toBe("");
      expect((await read(signals)).requests).toEqual({ "GET /destroys 500": 1 });
    },
  },
  {
    title: "a stream that fails after a 200 is a 500",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/breaks"));
      expect(client.received).toMatch(/^HTTP\/1\.1 200 /);
      expect(client.received).toContain("first");
      expect((await read(signals)).requests).toEqual({ "GET /breaks 500": 1 });
    },
  },
  {
    title: "a time-out of the server is a 500",
    run: async (cell) => {
      const { port, signals } = await cell.serve(undefined, (server) => server.setTimeout(500));
      expect((await exchange(port, ask("/never"))).received).toBe("");
      expect((await read(signals)).requests).toEqual({ "GET /never 500": 1 });
    },
  },
];
