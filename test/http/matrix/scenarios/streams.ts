/** Durations, and answers without an end in sight. */
import { expect } from "vitest";

import type { Scenario } from "../cells.ts";
import { ask, exchange } from "../raw.ts";
import { read } from "../reading.ts";

export const streamScenarios: readonly Scenario[] = [
  {
    title: "a stream is timed to its last byte",
    alone: true,
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/stream/310"));
      expect(client.received).toContain("last");
      const { requests, seconds } = await read(signals);
      expect(requests).toEqual({ "GET /stream/:ms 200": 1 });
      expect(seconds["GET /stream/:ms 200"]).toBeGreaterThan(0.28);
      expect(seconds["GET /stream/:ms 200"]).toBeLessThan(0.6);
    },
  },
  {
    title: "a handler that waits is timed with its wait",
    alone: true,
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      await exchange(port, ask("/wait/60"));
      const { seconds } = await read(signals);
      expect(seconds["GET /wait/:ms 200"]).toBeGreaterThan(0.055);
      expect(seconds["GET /wait/:ms 200"]).toBeLessThan(0.4);
    },
  },
  {
    title: "headers that are flushed ahead of the body",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/flush"));
      expect(client.received).toContain("flushed");
      expect((await read(signals)).requests).toEqual({ "GET /flush 200": 1 });
    },
  },
  {
    title: "a body of 5 MB that is read is a 200",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const client = await exchange(port, ask("/large/5000000"));
      expect(client.received.length).toBeGreaterThan(5_000_000);
      expect((await read(signals)).requests).toEqual({ "GET /large/:bytes 200": 1 });
    },
  },
];
