import { spawnSync } from "node:child_process";

import * as successor from "@prometheus-io/client";
import * as promClient from "prom-client";
import { describe, expect, it } from "vitest";

import { nodeProcessProbe } from "../../src/adapters/process/index.ts";
import { GoldenSignalsCollector } from "../../src/index.ts";
import type { MetricRegistry } from "../../src/signals/registry.ts";
import { describeWithService } from "../support/services.ts";

/** What the tests ask of both packages. */
interface Registry extends MetricRegistry {
  registerMetric(metric: object): void;
  getMetricsAsArray(): { readonly name: string }[];
  getMetricsAsJSON(): Promise<{ name: string; type: string; aggregator: string; values: Sample[] }[]>;
  getSingleMetricAsString(name: string): Promise<string>;
  setDefaultLabels(labels: object): void;
  setContentType(type: string): void;
  resetMetrics(): void;
  clear(): void;
}

interface Sample {
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface Package {
  readonly Registry: { new (): Registry; merge(registries: Registry[]): Registry };
  collectDefaultMetrics(options: { register: Registry }): void;
}

const OPEN_METRICS = promClient.openMetricsContentType;
const ONE = { method: "GET", route: "/", statusCode: 500, durationSeconds: 0.25 };

describe.each([
  ["prom-client", promClient as unknown as Package],
  ["@prometheus-io/client", successor as unknown as Package],
])("a registry of %s", (_name, { Registry, collectDefaultMetrics }) => {
  /** A collector that has seen one request. */
  function collectorOn(registry: Registry): GoldenSignalsCollector {
    const signals = new GoldenSignalsCollector({ registry, buckets: [0.1, 1] });
    signals.addSaturation("db_pool", () => 0.5);
    signals.record(ONE);
    return signals;
  }

  /** The lines of an exposition that begin so; labels in the order of the alphabet, which one comes first means nothing. */
  const lines = (text: string, start: string): string[] =>
    text
      .split("\n")
      .filter((line) => line.startsWith(start))
      .map((line) => line.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(",").sort().join(",")}}`));

  it("writes the metrics as text", async () => {
    const registry = new Registry();
    const signals = collectorOn(registry);
    const text = await registry.metrics();
    expect(text).toBe(await signals.metrics());
    expect(lines(text, "http_request_duration_seconds")).toEqual([
      'http_request_duration_seconds_bucket{code="500",le="0.1",method="GET",route="/"} 0',
      'http_request_duration_seconds_bucket{code="500",le="1",method="GET",route="/"} 1',
      'http_request_duration_seconds_bucket{code="500",le="+Inf",method="GET",route="/"} 1',
      'http_request_duration_seconds_sum{code="500",method="GET",route="/"} 0.25',
      'http_request_duration_seconds_count{code="500",method="GET",route="/"} 1',
    ]);
    expect(lines(text, "http_requests_total")).toEqual(['http_requests_total{code="500",method="GET",route="/"} 1']);
    expect(lines(text, "# TYPE http_requests_total")).toEqual(["# TYPE http_requests_total counter"]);
  });

  it("gives the metrics as JSON that survives a message to another process", async () => {
    const registry = new Registry();
    collectorOn(registry);
    const metrics = await registry.getMetricsAsJSON();
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
    expect(structuredClone(metrics)).toEqual(metrics);
    expect(metrics.find(({ name }) => name === "http_requests_total")).toMatchObject({
      type: "counter",
      aggregator: "sum",
      values: [{ labels: { method: "GET", route: "/", code: "500" }, value: 1 }],
    });
    expect(metrics.find(({ name }) => name === "service_saturation_ratio")?.aggregator).toBe("max");
  });

  it("writes one metric alone", async () => {
    const registry = new Registry();
    collectorOn(registry);
    const text = await registry.getSingleMetricAsString("service_saturation_ratio");
    expect(lines(text, "service_saturation_ratio")).toEqual(['service_saturation_ratio{resource="db_pool"} 0.5']);
    expect(registry.getSingleMetric("service_saturation_ratio")).toMatchObject({ name: "service_saturation_ratio" });
  });

  it("adds default labels to text and JSON, and takes them away again", async () => {
    const registry = new Registry();
    collectorOn(registry);
    registry.setDefaultLabels({ pod: "shop-1", route: "never" });
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const json = (await registry.getMetricsAsJSON()).find(({ name }) => name === "http_requests_total");
      expect(json?.values[0]?.labels).toEqual({ method: "GET", route: "/", code: "500", pod: "shop-1" });
      expect(lines(await registry.metrics(), "http_requests_total{")).toEqual([
        'http_requests_total{code="500",method="GET",pod="shop-1",route="/"} 1',
      ]);
    }
    registry.setDefaultLabels({});
    expect(await registry.metrics()).not.toContain("shop-1");
    expect(JSON.stringify(await registry.getMetricsAsJSON())).not.toContain("shop-1");
  });

  it("writes OpenMetrics: a counter's name once with _total, and an end, at every scrape", async () => {
    const registry = new Registry();
    registry.setContentType(OPEN_METRICS);
    const signals = collectorOn(registry);
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await registry.metrics();
      expect(lines(text, "# TYPE http_requests ")).toEqual(["# TYPE http_requests counter"]);
      expect(lines(text, "http_requests_total")).toEqual(['http_requests_total{code="500",method="GET",route="/"} 1']);
      expect(text).not.toContain("_total_total");
      expect(text.endsWith("\n# EOF\n")).toBe(true);
    }
    expect(signals.contentType).toBe(OPEN_METRICS);
    signals.close();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it("may be reset: the counts belong to the collector and stay", async () => {
    const registry = new Registry();
    collectorOn(registry);
    registry.resetMetrics();
    expect(lines(await registry.metrics(), "http_requests_total{")).toHaveLength(1);
  });

  it("may be cleared, and closing the collector afterwards harms nobody", async () => {
    const registry = new Registry();
    const signals = collectorOn(registry);
    registry.clear();
    expect((await registry.metrics()).trim()).toBe("");
    signals.close();
    collectorOn(registry);
    expect(lines(await registry.metrics(), "http_requests_total{")).toHaveLength(1);
  });

  it("is merged with another, and collectors in two registries count apart", async () => {
    const [own, other] = [new Registry(), new Registry()];
    const signals = collectorOn(own);
    other.registerMetric({
      name: "jobs",
      get: () => ({ name: "jobs", help: "x", type: "gauge", values: [{ value: 7 }] }),
    });
    const text = await Registry.merge([own, other]).metrics();
    expect([...lines(text, "http_requests_total{"), ...lines(text, "jobs")]).toHaveLength(2);

    const second = new Registry();
    collectorOn(second);
    signals.record(ONE);
    expect(lines(await own.metrics(), "http_requests_total{")[0]).toMatch(/ 2$/);
    expect(lines(await second.metrics(), "http_requests_total{")[0]).toMatch(/ 1$/);
  });

  it("takes one collector at a time: a second is refused by the name of the metric, and leaves nothing behind", () => {
    const registry = new Registry();
    const first = collectorOn(registry);
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    expect(() => new GoldenSignalsCollector({ registry })).toThrow(
      "registry: already has a metric named http_request_duration_seconds; give each collector a registry of its own",
    );
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(names);
    first.close();
    new GoldenSignalsCollector({ registry }).close();
  });

  it("has room for the package's own default metrics beside the collector's", async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const signals = new GoldenSignalsCollector({ registry, probe: nodeProcessProbe() });
    const names = lines(await registry.metrics(), "# TYPE ").map((line) => line.split(" ")[2]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["process_cpu_seconds_total", "service_cpu_seconds_total"]));
    signals.close();
    expect(registry.getMetricsAsArray().some(({ name }) => name.startsWith("nodejs_"))).toBe(true);
    registry.clear();
  });
});

describeWithService(["promtool"], "promtool, of a collector with a probe", ({ promtool = "" }) => {
  it.each([
    ["prom-client", promClient as unknown as Package],
    ["@prometheus-io/client", successor as unknown as Package],
  ])("has nothing to say about what a registry of %s writes", async (_name, { Registry }) => {
    const signals = new GoldenSignalsCollector({ registry: new Registry(), probe: nodeProcessProbe() });
    signals.record(ONE);
    const input = await signals.metrics();
    signals.close();
    const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
