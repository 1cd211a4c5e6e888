/** However often and wherever a collector is mounted, it counts a request once. */
import type { Server } from "node:http";

import { expect } from "vitest";

import { observeServer } from "../../../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../../../src/signals/collector.ts";
import { noConnections, type Scenario } from "../cells.ts";
import { ask, exchange, RawClient } from "../raw.ts";
import { read, underWay } from "../reading.ts";

const PATH = "/tenants/acme/users/7";
const ONCE = { "GET /tenants/:tenant/users/:id 200": 1 };

/** Puts the framework's own listener before all others. */
function frameworkFirst(server: Server): void {
  const framework = server.listeners("request").at(-1) as () => void;
  server.removeListener("request", framework);
  server.prependListener("request", framework);
}

export const mountScenarios: readonly Scenario[] = [
  {
    title: "the same middleware twice counts once",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ top: [{ signals, times: 2 }] });
      await exchange(port, ask(PATH));
      expect((await read(signals)).requests).toEqual(ONCE);
    },
  },
  {
    title: "two middlewares of one collector count once",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ top: [{ signals }, { signals }] });
      await exchange(port, ask(PATH));
      expect((await read(signals)).requests).toEqual(ONCE);
    },
  },
  {
    title: "two middlewares of one collector at different depths count once",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ top: [{ signals }], inner: [{ signals }] });
      await exchange(port, ask(PATH));
      await exchange(port, ask("/users/7"));
      expect((await read(signals)).requests).toEqual({ ...ONCE, "GET /users/:id 200": 1 });
    },
  },
  {
    title: "a middleware on a mounted router counts what comes by it, and shows no value",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ inner: [{ signals }] });
      for (const path of [PATH, "/tenants/b/users/8", "/users/7", "/nowhere"]) await exchange(port, ask(path));
      const { requests } = await read(signals);
      expect(Object.values(requests).reduce((sum, count) => sum + count, 0)).toBe(2);
      expect(Object.keys(requests).join("\n")).not.toMatch(/acme|\/b\/|\/[78]/);
    },
  },
  {
    title: "a middleware on a mounted router knows the pattern of its mount",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ inner: [{ signals }] });
      // By the very first request a host may only learn where to look.
      await exchange(port, ask(PATH));
      for (const tenant of ["b", "c"]) await exchange(port, ask(`/tenants/${tenant}/users/8`));
      expect((await read(signals)).requests["GET /tenants/:tenant/users/:id 200"]).toBeGreaterThanOrEqual(2);
    },
  },
  {
    title: "a listener on the server before the framework counts once, by the framework's route",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ top: [{ signals }] }, (server) => observeServer(server, signals));
      for (const path of [PATH, "/nowhere"]) await exchange(port, ask(path));
      expect((await read(signals)).requests).toEqual({ ...ONCE, "GET (unmatched) 404": 1 });
    },
  },
  {
    title: "a listener on the server after the framework counts once, by the framework's route",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port } = await cell.serve({ top: [{ signals }] }, (server) => {
        observeServer(server, signals);
        frameworkFirst(server);
      });
      for (const path of [PATH, "/nowhere"]) await exchange(port, ask(path));
      expect((await read(signals)).requests).toEqual({ ...ONCE, "GET (unmatched) 404": 1 });
    },
  },
  {
    title: "two collectors count every request once each",
    run: async (cell) => {
      const [one, two] = [new GoldenSignalsCollector(), new GoldenSignalsCollector()];
      const { port } = await cell.serve({ top: [{ signals: one }, { signals: two }] });
      for (const path of [PATH, "/throws/1", "/nowhere"]) await exchange(port, ask(path));
      const client = await RawClient.open(port);
      client.send(ask("/wait/900"));
      await underWay(one, 1);
      await underWay(two, 1);
      client.leave();
      const expected = { ...ONCE, "GET /throws/:id 500": 1, "GET (unmatched) 404": 1, "GET /wait/:ms 499": 1 };
      expect((await read(one)).requests).toEqual(expected);
      expect((await read(two)).requests).toEqual(expected);
    },
  },
  {
    title: "the connections of a server are counted once, and to zero",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const { port, server } = await cell.serve({ top: [{ signals }, { signals }] });
      const clients = [await RawClient.open(port), await RawClient.open(port)];
      for (const client of clients) {
        client.send(ask("/users/7", { keep: true }));
        await client.answered(1);
      }
      expect((await read(signals)).text).toMatch(/^http_open_connections 2$/m);
      for (const client of clients) client.leave();
      await noConnections(server);
      expect((await read(signals)).text).toMatch(/^http_open_connections 0$/m);
    },
  },
];
