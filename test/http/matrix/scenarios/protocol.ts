/** Every way in which HTTP/1 lets a request come. */
import { expect } from "vitest";

import type { Scenario } from "../cells.ts";
import { UNMATCHED } from "../host.ts";
import { ask, exchange, RawClient } from "../raw.ts";
import { read, underWay } from "../reading.ts";

const USER = "GET /users/:id 200";

export const protocolScenarios: readonly Scenario[] = [
  {
    title: "HEAD is a method of its own",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/users/7", { method: "HEAD" }));
      expect(client.statuses()).toEqual([200]);
      expect(client.received.endsWith("\r\n\r\n")).toBe(true);
      expect((await read(signals)).requests).toEqual({ "HEAD /users/:id 200": 1 });
    },
  },
  {
    title: "OPTIONS is counted with the status that its client saw",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/users/7", { method: "OPTIONS" }));
      const [status = 0] = client.statuses();
      const { requests } = await read(signals);
      expect([{ [`OPTIONS ${UNMATCHED} ${status}`]: 1 }, { [`OPTIONS /users/:id ${status}`]: 1 }]).toContainEqual(
        requests,
      );
    },
  },
  {
    title: "HTTP/1.0 without keep-alive",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/users/7", { version: "1.0", keep: true }));
      expect(client.statuses()).toEqual([200]);
      expect((await read(signals)).requests).toEqual({ [USER]: 1 });
    },
  },
  {
    title: "HTTP/1.0 with keep-alive",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      for (const count of [1, 2]) {
        client.send(ask("/users/7", { version: "1.0", keep: true, headers: ["Connection: keep-alive"] }));
        await client.answered(count);
      }
      expect((await read(signals)).requests).toEqual({ [USER]: 2 });
    },
  },
  {
    title: "three requests on one connection",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      for (const count of [1, 2, 3]) {
        client.send(ask("/users/7", { keep: true }));
        await client.answered(count);
      }
      expect((await read(signals)).requests).toEqual({ [USER]: 3 });
      client.leave();
    },
  },
  {
    title: "three pipelined requests",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(
        port,
        ask("/users/1", { keep: true }) + ask("/wait/20", { keep: true }) + ask("/users/3"),
      );
      expect(client.statuses()).toEqual([200, 200, 200]);
      expect((await read(signals)).requests).toEqual({ [USER]: 2, "GET /wait/:ms 200": 1 });
    },
  },
  {
    title: "a client that pipelines and leaves at a slow one is told for each",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      client.send(["/users/1", "/wait/900", "/users/3"].map((path) => ask(path, { keep: true })).join(""));
      await client.answered(1);
      await underWay(signals, 2);
      client.leave();
      expect((await read(signals)).requests).toEqual({
        [USER]: 1,
        "GET /users/:id 499": 1,
        "GET /wait/:ms 499": 1,
      });
    },
  },
  {
    title: "Expect: 100-continue",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      const headers = ["Expect: 100-continue", "Content-Length: 5", "Content-Type: application/octet-stream"];
      client.send(ask("/echo", { method: "POST", headers }));
      await client.got("100 Continue");
      client.send("hello");
      await client.over();
      expect(client.statuses()).toEqual([100, 200]);
      expect((await read(signals)).requests).toEqual({ "POST /echo 200": 1 });
    },
  },
  {
    title: "a chunked request body",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const headers = ["Transfer-Encoding: chunked", "Content-Type: application/octet-stream"];
      const client = await RawClient.open(port);
      client.send(ask("/echo", { method: "POST", headers, body: "5\r\nhello\r\n" }));
      await underWay(signals, 1);
      client.send("6\r\n world\r\n0\r\n\r\n");
      await client.over();
      expect(client.statuses()).toEqual([200]);
      expect(client.received).toMatch(/11(\r\n0)?\s*$/);
      expect((await read(signals)).requests).toEqual({ "POST /echo 200": 1 });
    },
  },
  ...[204, 304, 418, 503].map((status): Scenario => ({
    title: `the status ${status}`,
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      expect((await exchange(port, ask(`/status/${status}`))).statuses()).toEqual([status]);
      expect((await read(signals)).requests).toEqual({ [`GET /status/:code ${status}`]: 1 });
    },
  })),
  {
    title: "early hints are no answer",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      expect((await exchange(port, ask("/hints"))).statuses()).toEqual([103, 200]);
      expect((await read(signals)).requests).toEqual({ "GET /hints 200": 1 });
    },
  },
  {
    title: "an upgrade that somebody takes is no request",
    run: async (cell) => {
      const { port, signals } = await cell.serve(undefined, (server) => {
        server.on("upgrade", (_request, socket) => {
          socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\nswitched");
        });
      });
      const headers = ["Connection: Upgrade", "Upgrade: test"];
      const client = await exchange(port, ask("/users/7", { keep: true, headers }));
      expect(client.received).toContain("switched");
      expect((await read(signals)).requests).toEqual({});
    },
  },
  {
    title: "an upgrade that nobody takes is an ordinary request",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      client.send(ask("/users/7", { keep: true, headers: ["Connection: Upgrade, close", "Upgrade: websocket"] }));
      await client.answered(1);
      expect(client.statuses()).toEqual([200]);
      expect((await read(signals)).requests).toEqual({ [USER]: 1 });
      client.leave();
    },
  },
  {
    title: "CONNECT that nobody takes leaves nothing behind",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      await exchange(port, ask("elsewhere:443", { method: "CONNECT" }));
      expect((await read(signals)).requests).toEqual({});
    },
  },
];
