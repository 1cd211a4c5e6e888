/** What the label sets of one party keep alive. */
import { Registry } from "prom-client";

import { answer } from "../support/child.ts";
import { HandWritten } from "./floor.ts";
import { usualMetrics } from "./prom-client.ts";
import { collector } from "./workload.ts";

export interface HeapInput {
  readonly party: "nines" | "prom-client" | "hand-written";
  readonly labelSets: number;
}

/** Bytes per label set. */
export interface HeapFigures {
  readonly recorded: number;
  /** After a scrape too, as everywhere where somebody scrapes. */
  readonly scraped: number;
}

interface Keeper {
  record(route: string): void;
  scrape(): unknown;
}

const SECONDS = 0.042;

function keeperOf({ party, labelSets }: HeapInput): Keeper {
  const registry = new Registry();
  if (party === "nines") {
    const signals = collector(registry, labelSets * 2);
    return {
      record: (route) => signals.record({ method: "GET", route, statusCode: 200, durationSeconds: SECONDS }),
      scrape: () => registry.metrics(),
    };
  }
  if (party === "prom-client") {
    const { histogram, counter } = usualMetrics(registry);
    return {
      record: (route) => {
        const labels = { method: "GET", route, code: "200" };
        histogram.observe(labels, SECONDS);
        counter.inc(labels);
      },
      scrape: () => registry.metrics(),
    };
  }
  const floor = new HandWritten();
  return {
    record: (route) => floor.record("GET", route, 200, SECONDS),
    scrape: () => {
      floor.scrape([]);
      floor.forgetPrefixes();
    },
  };
}

function bytesInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Names in one piece each: making a label of a concatenated one would change its size. */
function routeNames(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`/${prefix}-${index}/:id`).toString());
}

answer(async (input: HeapInput): Promise<HeapFigures> => {
  if (globalThis.gc === undefined) throw new Error("the garbage collector cannot be called");
  const { labelSets } = input;
  const routes = routeNames(labelSets, "resource");
  const keeper = keeperOf(input);
  for (const route of routeNames(labelSets / 10, "warm-up")) keeper.record(route);
  await keeper.scrape();

  const before = bytesInUse();
  for (const route of routes) keeper.record(route);
  const recorded = (bytesInUse() - before) / labelSets;
  await keeper.scrape();
  // A metric that is scraped hands its promise on; what hangs on it is let go of a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  const scraped = (bytesInUse() - before) / labelSets;
  // Nothing of it may be collected before it was measured.
  keeper.record(routes[0] ?? "");
  return { recorded, scraped };
});
