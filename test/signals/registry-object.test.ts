import * as successor from "@prometheus-io/client";
import * as promClient from "prom-client";
import { describe, expect, it } from "vitest";

/** What a registry says of a metric that is not one of its own classes: the contract that nines builds on. */
interface Registry {
  registerMetric(metric: object): void;
  getSingleMetric(name: string): unknown;
  getSingleMetricAsString(name: string): Promise<string>;
  metrics(): Promise<string>;
  getMetricsAsJSON(aggregator?: string): Promise<{ name: string; values: object[] }[]>;
  setContentType(type: string): void;
  resetMetrics(): void;
}

interface Package {
  readonly Registry: new () => Registry;
  readonly AggregatorRegistry: { aggregate(metrics: object[]): Registry };
}

/** A counter by structure, with fresh values at each call. */
function counter(more: object = {}) {
  const metric = {
    name: "jobs_total",
    type: "counter",
    get: () => Promise.resolve({ ...told(), name: metric.name }),
    reset: () => undefined,
    ...more,
  };
  return metric;
}

function told() {
  return {
    name: "jobs_total",
    help: "Jobs.",
    type: "counter",
    aggregator: "sum",
    values: [{ labels: { queue: "mail" }, value: 3 }],
  };
}

// @prometheus-io/client calls `filter` of an iterator, which Node 20 does not have; it asks for Node 22.
const hasIteratorHelpers = "Iterator" in globalThis;

describe.each([
  ["prom-client", promClient as unknown as Package],
  ["@prometheus-io/client", successor as unknown as Package],
])("%s", (name, { Registry, AggregatorRegistry }) => {
  it("takes an object with a name and get(), and reads it at each scrape", async () => {
    const registry = new Registry();
    let jobs = 0;
    const metric = counter({
      get: () => Promise.resolve({ ...told(), values: [{ labels: {}, value: (jobs += 1) }] }),
    });
    registry.registerMetric(metric);
    expect(registry.getSingleMetric("jobs_total")).toBe(metric);
    expect(await registry.metrics()).toBe("# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n");
    expect(await registry.metrics()).toContain("jobs_total 2");
    expect((await registry.getMetricsAsJSON())[0]?.values).toEqual([{ labels: {}, value: 3 }]);
  });

  it("takes the same object twice, and no other of its name", () => {
    const registry = new Registry();
    const metric = counter();
    registry.registerMetric(metric);
    registry.registerMetric(metric);
    expect(() => registry.registerMetric(counter())).toThrow("jobs_total has already been registered");
  });

  it("prefers getForPromString() for text, and asks get() for JSON", async () => {
    const registry = new Registry();
    registry.registerMetric(
      counter({ getForPromString: () => Promise.resolve({ ...told(), values: [{ labels: {}, value: 4 }] }) }),
    );
    expect(await registry.metrics()).toContain("\njobs_total 4\n");
    expect(await registry.getSingleMetricAsString("jobs_total")).toContain("\njobs_total 4");
    expect(await registry.getMetricsAsJSON()).toEqual([told()]);
  });

  it("calls getForPromString() and get() as methods, also where they answer at once", async () => {
    const registry = new Registry();
    registry.registerMetric(
      counter({
        jobs: 5,
        getForPromString(this: { jobs: number }) {
          return { ...told(), values: [{ labels: {}, value: this.jobs }] };
        },
      }),
    );
    expect(await registry.metrics()).toContain("\njobs_total 5\n");
  });

  it("writes shared labels once made for as long as the object lives, after the series' own", async () => {
    const registry = new Registry();
    const sharedLabels: Record<string, string> = { route: "/" };
    const values = [{ metricName: "jobs_bucket", labels: { le: 1 }, sharedLabels, value: 2 }];
    registry.registerMetric(counter({ getForPromString: () => ({ ...told(), type: "histogram", values }) }));
    expect(await registry.metrics()).toContain('\njobs_bucket{le="1",route="/"} 2\n');
    sharedLabels.route = "/changed";
    expect(await registry.metrics()).toContain('route="/"');
  });

  it("takes _total off the object's own name before it writes OpenMetrics, and puts it behind each series", async () => {
    const registry = new Registry();
    registry.setContentType(promClient.openMetricsContentType);
    const metric = counter();
    registry.registerMetric(metric);
    expect(await registry.metrics()).toBe(
      '# HELP jobs Jobs.\n# TYPE jobs counter\njobs_total{queue="mail"} 3\n# EOF\n',
    );
    expect(metric.name).toBe("jobs");
    expect(registry.getSingleMetric("jobs_total")).toBe(metric);
  });

  it("calls reset() of every metric, so there has to be one", () => {
    const registry = new Registry();
    registry.registerMetric(counter({ reset: undefined }));
    expect(() => registry.resetMetrics()).toThrow(TypeError);
  });

  it("adds processes up by the aggregator of what get() gave", async () => {
    const worst = (value: number) => [{ ...told(), aggregator: "max", type: "gauge", values: [{ labels: {}, value }] }];
    const all = AggregatorRegistry.aggregate([worst(2), worst(5), worst(3)]);
    expect(await all.metrics()).toContain("\njobs_total 5\n");
  });

  it("carries over what a departing worker has by the aggregator of the object itself, and the successor only", async () => {
    const registry = new Registry();
    registry.registerMetric(counter());
    registry.registerMetric({ ...counter(), name: "size", aggregator: "max" });
    registry.registerMetric({ ...counter(), name: "untold", aggregator: undefined });
    const carried = registry.getMetricsAsJSON("sum").then(({ length }) => length);
    if (name === "prom-client") expect(await carried).toBe(3);
    else if (hasIteratorHelpers) expect(await carried).toBe(2);
    else await expect(carried).rejects.toThrow("filter is not a function");
  });
});
