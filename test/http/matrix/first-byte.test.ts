import { afterAll, describe, expect, it } from "vitest";

import { Cell, type Scenario } from "./cells.ts";
import { hosts } from "./hosts/index.ts";
import { hushHono } from "./hosts/hono.ts";
import { ask, exchange, RawClient } from "./raw.ts";
import { read, samplesOf, underWay } from "./reading.ts";

const NAME = "http_response_first_byte_seconds";

/** Count and sum of the first-byte histogram by `METHOD ROUTE`. */
function firstBytes(text: string): Record<string, { count: number; sum: number }> {
  const found: Record<string, { count: number; sum: number }> = {};
  for (const { name, labels, value } of samplesOf(text)) {
    const part = name === `${NAME}_count` ? "count" : name === `${NAME}_sum` ? "sum" : undefined;
    if (part === undefined) continue;
    expect(Object.keys(labels).sort()).toEqual(["method", "route"]);
    (found[`${labels.method ?? ""} ${labels.route ?? ""}`] ??= { count: 0, sum: 0 })[part] = value;
  }
  return found;
}

const scenarios: readonly Scenario[] = [
  {
    title: "a first byte after 30 ms is told from a last one after 230 ms",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const { received } = await exchange(port, ask("/late"));
      expect(received).toContain("z");
      const { text, seconds } = await read(signals);
      const { count, sum } = firstBytes(text)["GET /late"] ?? {};
      expect(count).toBe(1);
      expect(sum).toBeGreaterThan(0.025);
      expect(sum).toBeLessThan(0.15);
      expect(seconds["GET /late 200"]).toBeGreaterThan(0.22);
    },
  },
  {
    title: "headers without a body are a first byte",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      await exchange(port, ask("/status/204"));
      const { text } = await read(signals);
      expect(firstBytes(text)["GET /status/:code"]?.count).toBe(1);
    },
  },
  {
    title: "headers that are flushed are the first byte, not the body after them",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      await exchange(port, ask("/flush"));
      const { text, seconds } = await read(signals);
      const { count, sum = 1 } = firstBytes(text)["GET /flush"] ?? {};
      expect(count).toBe(1);
      expect((seconds["GET /flush 200"] ?? 0) - sum).toBeGreaterThan(0.025);
    },
  },
  {
    title: "a client that leaves before a first byte leaves none",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await RawClient.open(port);
      client.send(ask("/never"));
      await underWay(signals, 1);
      client.leave();
      const { text, requests } = await read(signals);
      expect(requests).toEqual({ "GET /never 499": 1 });
      expect(firstBytes(text)["GET /never"]?.count ?? 0).toBe(0);
    },
  },
];

afterAll(hushHono());

describe.each(hosts)("$name", (host) => {
  for (const { title, run } of scenarios) {
    it(`${host.name}: ${title}`, async () => {
      const cell = new Cell(host);
      await run(cell).finally(() => cell.end());
    });
  }
});
