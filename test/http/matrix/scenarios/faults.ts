/** What the user's own callbacks do wrong is counted, and the request goes on. */
import { expect } from "vitest";

import { GoldenSignalsCollector } from "../../../../src/signals/collector.ts";
import type { ObserveOptions } from "../../../../src/signals/observer.ts";
import type { Scenario } from "../cells.ts";
import { ask, exchange } from "../raw.ts";
import { read } from "../reading.ts";

const THROWS = (): never => {
  throw new Error("a fault of the user's");
};
const REJECTS = (): Promise<never> => Promise.reject(new Error("a late fault of the user's"));
const LATE = (): Promise<boolean> => Promise.resolve(true);

/** How callbacks go wrong. */
export const WAYS: readonly [string, () => unknown][] = [
  ["throws", THROWS],
  ["rejects", REJECTS],
  ["answers late", LATE],
  ["answers a number", () => 42],
  ["answers a symbol", () => Symbol("junk")],
];

/** A callback of that name that goes wrong in the ways given. */
export function faulty(
  callback: "labels" | "countsAsError",
  ways: readonly (typeof WAYS)[number][],
  collect: () => GoldenSignalsCollector,
): Scenario[] {
  return ways.map(([way, answer]) => ({
    title: `a callback ${callback} that ${way} is a fault, and the request goes on`,
    run: async (cell) => {
      const signals = collect();
      const options = { [callback]: answer } as ObserveOptions<unknown>;
      const { port } = await cell.serve({ top: [{ signals, options }] });
      const client = await exchange(port, ask("/users/7", { keep: true }) + ask("/throws/7"));
      expect(client.statuses()).toEqual([200, 500]);
      const { requests, rejected } = await read(signals);
      expect(requests).toEqual({ "GET /users/:id 200": 1, "GET /throws/:id 500": 1 });
      expect(rejected).toEqual({ fault: 2 });
    },
  }));
}

export const faultScenarios: readonly Scenario[] = [
  ...faulty("countsAsError", WAYS, () => new GoldenSignalsCollector()),
  ...faulty("labels", WAYS.slice(0, 1), () => new GoldenSignalsCollector()),
  {
    title: "a logger that throws stops nobody",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector({ logger: { warn: THROWS, error: THROWS } });
      const { port } = await cell.serve({ top: [{ signals, options: { countsAsError: THROWS } }] });
      expect((await exchange(port, ask("/users/7"))).statuses()).toEqual([200]);
      const { requests, rejected } = await read(signals);
      expect([requests, rejected]).toEqual([{ "GET /users/:id 200": 1 }, { fault: 1 }]);
    },
  },
  {
    title: "callbacks that answer undefined are no fault",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const options = { labels: () => undefined, countsAsError: () => undefined };
      const { port } = await cell.serve({ top: [{ signals, options }] });
      await exchange(port, ask("/users/7"));
      expect((await read(signals)).rejected).toEqual({});
    },
  },
  {
    title: "callbacks are given the framework's own request, and the status",
    run: async (cell) => {
      const signals = new GoldenSignalsCollector();
      const seen: unknown[] = [];
      const countsAsError = (request: unknown, status: number): undefined => {
        seen.push([cell.host.rawOf(request).url, status]);
      };
      const labels = (request: unknown): undefined => {
        seen.push(cell.host.rawOf(request).method);
      };
      const { port } = await cell.serve({ top: [{ signals, options: { countsAsError, labels } }] });
      await exchange(port, ask("/missing/7"));
      expect((await read(signals)).rejected).toEqual({});
      expect(seen).toHaveLength(2);
      expect(seen).toEqual(expect.arrayContaining([["/missing/7", 404], "GET"]));
    },
  },
];
