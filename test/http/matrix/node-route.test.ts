import { createServer } from "node:http";

import { expect, it } from "vitest";

import { observeServer } from "../../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { endApp, listen } from "./cells.ts";
import { ask, exchange } from "./raw.ts";
import { read } from "./reading.ts";
import { WAYS } from "./scenarios/faults.ts";

it.each(WAYS)("node:http: a callback route that %s is a fault, and the request goes on", async (_way, answer) => {
  const signals = new GoldenSignalsCollector();
  const server = createServer((_request, response) => response.end("fine"));
  observeServer(server, signals, { route: answer as () => string });
  try {
    const client = await exchange(await listen(server), ask("/a", { keep: true }) + ask("/b"));
    expect(client.statuses()).toEqual([200, 200]);
    const { requests, rejected } = await read(signals);
    expect(requests).toEqual({ "GET (unmatched) 200": 2 });
    expect(rejected).toEqual({ fault: 2 });
  } finally {
    await endApp({ server, close: () => undefined });
  }
});
