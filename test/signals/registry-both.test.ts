/** A service on a registry of prom-client's successor tells what the same service tells on one of prom-client. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import * as successor from "@prometheus-io/client";
import express from "express";
import * as promClient from "prom-client";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { goldenSignals, metricsHandler } from "../../src/http/express.ts";
import { Reliability } from "../../src/reliability.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { MetricRegistry } from "../../src/signals/registry.ts";

interface Registry extends MetricRegistry {
  getMetricsAsJSON(aggregator?: string): Promise<{ name: string; values: object[] }[]>;
  setDefaultLabels(labels: object): void;
  setContentType(type: string): void;
}

interface Package {
  readonly Registry: new () => Registry;
  readonly Counter: new (options: object) => { inc(labels: object, value: number): void };
  readonly AggregatorRegistry: { aggregate(metrics: object[]): { metrics(): Promise<string> } };
}

const PACKAGES: readonly Package[] = [promClient as unknown as Package, successor as unknown as Package];
const OPEN_METRICS = promClient.openMetricsContentType;
const AT = Date.UTC(2026, 0, 15, 12);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** Labels in the order of the alphabet: which comes first means nothing, and the two differ in it where there are default labels. */
function ordered(text: string): string {
  return text.replaceAll(/\{([^{}]*)\}/g, (_all, labels: string) => `{${labels.split(",").sort().join(",")}}`);
}

/** A collector that has seen a morning of a service, and a counter of the service's own beside it. */
function morning(
  { Registry, Counter }: Package,
  contentType?: string,
): { registry: Registry; signals: GoldenSignalsCollector } {
  const registry = new Registry();
  if (contentType !== undefined) registry.setContentType(contentType);
  const clock = new ManualClock(AT);
  const labels = { tier: ["free", "pro"] };
  const signals = new GoldenSignalsCollector({
    registry,
    clock,
    labels,
    exemplars: true,
    buckets: [0.1, 1],
    seriesLimit: 20,
  });
  signals.addSaturation("db_pool", () => 0.5);
  new Counter({ name: "orders_total", help: "Orders.", labelNames: ["kind"], registers: [registry] }).inc(
    { kind: 'é\n"' },
    3,
  );
  for (let request = 0; request < 200; request += 1) {
    signals.record({
      method: request % 3 === 0 ? "POST" : "GET",
      route: `/r${String(request % 9)}`,
      statusCode: request % 17 === 0 ? 500 : 200,
      durationSeconds: (request % 40) / 20,
      labels: { tier: request % 2 === 0 ? "pro" : "free" },
      traceId: request % 5 === 0 ? TRACE : undefined,
    });
    clock.advance(100);
  }
  return { registry, signals };
}

describe("on both registries a scrape is the same", () => {
  it.each<[string, string | undefined, object]>([
    ["as text", undefined, {}],
    ["as OpenMetrics, with exemplars", OPEN_METRICS, {}],
    ["as text, with default labels", undefined, { pod: "shop-1" }],
    ["as OpenMetrics, with default labels", OPEN_METRICS, { pod: "shop-1" }],
  ])("%s", async (_title, contentType, defaults) => {
    const [one = "", other = ""] = await Promise.all(
      PACKAGES.map(async (one) => {
        const { registry } = morning(one, contentType);
        registry.setDefaultLabels(defaults);
        return ordered(await registry.metrics());
      }),
    );
    expect(other).toBe(one);
    expect(one.split("\n").length).toBeGreaterThan(100);
    expect(one).toContain("orders_total{");
    expect(one.includes(TRACE)).toBe(contentType === OPEN_METRICS);
    expect(one.includes('pod="shop-1"')).toBe("pod" in defaults);
  });

  it("as JSON, and added up over processes", async () => {
    const [one = "", other = ""] = await Promise.all(
      PACKAGES.map(async (one) => {
        const told = await Promise.all([morning(one), morning(one)].map(({ registry }) => registry.getMetricsAsJSON()));
        const posted = JSON.parse(JSON.stringify(told)) as object[];
        // The order of lines is each library's own.
        return ordered(await one.AggregatorRegistry.aggregate(posted).metrics())
          .split("\n")
          .sort()
          .join("\n");
      }),
    );
    expect(other).toBe(one);
    expect(one).toContain('http_requests_total{code="200",method="GET",route="/r1",tier="pro"}');
    expect(one).toContain('service_saturation_ratio{resource="db_pool"} 0.5');
  });
});

// It calls `filter` of an iterator, which Node 20 does not have; it asks for Node 22.
const hasIteratorHelpers = "Iterator" in globalThis;

it("a worker that ends leaves its counts, and no gauge, to the successor", async () => {
  const { registry } = morning(successor as unknown as Package);
  const left = registry.getMetricsAsJSON("sum").then((metrics) => metrics.map(({ name }) => name));
  if (!hasIteratorHelpers) return expect(left).rejects.toThrow("filter is not a function");
  const names = await left;
  expect(names).toEqual(
    expect.arrayContaining(["orders_total", "http_requests_total", "http_request_duration_seconds"]),
  );
  expect(names.filter((name) => /in_flight|saturation|open_connections/.test(name))).toEqual([]);
});

it.each([
  ["prom-client", promClient as unknown as Package],
  ["@prometheus-io/client", successor as unknown as Package],
])(
  "a whole service runs on a registry of %s: budgets, both formats, and an orderly end",
  async (_name, { Registry }) => {
    const registry = new Registry();
    registry.setDefaultLabels({ pod: "shop-1" });
    const reliability = await Reliability.open({
      document: {
        service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
      },
      signals: { registry },
      evaluateEverySeconds: 0,
    });
    const app = express();
    app.get("/metrics", metricsHandler(reliability));
    app.use(goldenSignals(reliability));
    app.get("/items/:id", (request, response) => void response.json({ id: request.params.id }));
    const server = app.listen(0);
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    try {
      await (await fetch(`${url}/items/1`)).text();
      await reliability.evaluate();
      const plain = await (await fetch(`${url}/metrics`)).text();
      const open = await (
        await fetch(`${url}/metrics`, { headers: { accept: "application/openmetrics-text" } })
      ).text();
      for (const text of [plain, open].map(ordered)) {
        expect(text).toContain('http_requests_total{code="200",method="GET",pod="shop-1",route="/items/:id"} 1');
        expect(text).toMatch(/slo="shop\/availability"|slo="availability"/);
      }
      expect(open.endsWith("# EOF\n")).toBe(true);
    } finally {
      server.close();
      server.closeAllConnections();
      await reliability.close();
    }
    expect(registry.getMetricsAsArray()).toEqual([]);
  },
);
