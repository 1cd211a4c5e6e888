import { Counter, Gauge, Histogram, Registry, Summary, collectDefaultMetrics } from "prom-client";
import { describe, expect, it } from "vitest";

import { nodeProcessProbe } from "../../src/adapters/process/index.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { ExpositionFormat, MetricSnapshot } from "../../src/signals/metric.ts";
import { lineText } from "../../src/signals/text.ts";
import { expositionText } from "./reading.ts";

const OPEN_METRICS = Registry.OPENMETRICS_CONTENT_TYPE;
const FORMATS = ["prometheus", "openmetrics"] as const;

function registryOf(format: ExpositionFormat): Registry {
  const registry = new Registry();
  if (format === "openmetrics") registry.setContentType(OPEN_METRICS as never);
  return registry;
}

/** A collector that has seen so many routes of one request each. */
function collectorOf(routes: number, registry: Registry): GoldenSignalsCollector {
  const options = { labels: { plan: 2 }, exemplars: true, probe: nodeProcessProbe(), seriesLimit: 100_000 };
  const signals = new GoldenSignalsCollector({ registry, ...options });
  for (let index = 0; index < routes; index += 1) {
    signals.record({
      ...{ method: "GET", route: `/r/${String(index)}"\\`, statusCode: index % 7 === 0 ? 500 : 200 },
      ...{ durationSeconds: 0.1, firstByteSeconds: 0.05, traceId: "a".repeat(32) },
      labels: index % 2 === 0 ? { plan: "free" } : undefined,
      failed: index % 3 === 0 ? true : undefined,
    });
  }
  signals.recorder({ operation: "job" }).record(1);
  return signals;
}

/** Lines without those that are read anew at each scrape, labels in the order of the alphabet. */
function linesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !/^(?:service|process|nodejs)_/.test(line))
    .map((line) =>
      line.replace(
        /\{([^{}]*)\}/g,
        (_all, labels: string) =>
          `{${labels
            .split(/,(?=\w+=")/)
            .sort()
            .join(",")}}`,
      ),
    )
    .sort();
}

async function textOf(signals: GoldenSignalsCollector, format: ExpositionFormat): Promise<string> {
  return expositionText(signals, format);
}

describe.each(FORMATS)("a collector's text in %s", (format) => {
  it.each([
    ["few", 3],
    ["very many", 2_200],
  ])("has the lines that its registry writes, where there are %s", async (_what, routes) => {
    const registry = registryOf(format);
    const signals = collectorOf(routes, registry);
    const own = linesOf(await signals.metrics());
    expect(own).toEqual(linesOf(await registry.metrics()));
    expect(own).toEqual(linesOf(await textOf(signals, format)));
    if (routes > 1_000) expect(own.length).toBeGreaterThan(60_000);
    signals.close();
  });

  it("is what its values are one by one", async () => {
    const registry = registryOf(format);
    const signals = collectorOf(2_200, registry);
    const metrics = (await registry.getMetricsAsJSON()) as unknown as MetricSnapshot[];
    const lines = metrics.flatMap((metric) => metric.values.map((value) => lineText(metric, value, format).trimEnd()));
    const written = linesOf(await textOf(signals, format)).filter((line) => !line.startsWith("#"));
    expect(written).toEqual(linesOf(lines.join("\n")));
    expect(lines.filter((line) => line.includes(" # {")).length).toBe(format === "openmetrics" ? 2_200 : 0);
    signals.close();
  });

  it.each([
    ["without", {}],
    ["with", { pod: "a" }],
  ])("gives way again and again where it is long, %s labels of the registry", async (_what, labels) => {
    const registry = registryOf(format);
    const signals = collectorOf(2_200, registry);
    registry.setDefaultLabels(labels);
    let turns = 0;
    let over = false;
    const count = (): void => {
      turns += 1;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const { pieces } = await signals.exposition(format);
    over = true;
    expect(turns).toBeGreaterThanOrEqual(60_000 / 10_000);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
    signals.close();
  });
});

describe("a registry that others publish on too", () => {
  function shared(format: ExpositionFormat): { registry: Registry; signals: GoldenSignalsCollector } {
    const registry = registryOf(format);
    const registers = [registry];
    // Made on a registry of OpenMetrics, or prom-client refuses examples.
    const jobs = new Counter({ name: "jobs_total", help: 'The "jobs".', labelNames: ["queue"], registers });
    jobs.inc({ queue: 'a"b\\c\n' }, 3);
    new Counter({ name: "mails", help: "Back\\slash\nand line.", registers }).inc();
    new Gauge({ name: "heat", help: "Heat.", registers }).set(Number.NaN);
    new Histogram({ name: "size_bytes", help: "Size.", buckets: [1, 10], registers }).observe(5);
    new Summary({ name: "age_seconds", help: "Age.", percentiles: [0.5], registers }).observe(2);
    return { registry, signals: collectorOf(2, registry) };
  }
  const families = (text: string): string[] =>
    [...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name = ""]) => name);

  it("has each metric by its right name in both formats, alternately and at once", async () => {
    const { registry, signals } = shared("openmetrics");
    registry.setDefaultLabels({ pod: "p1" });
    const [plain, open] = [await textOf(signals, "prometheus"), await textOf(signals, "openmetrics")];
    await registry.metrics();
    for (let scrape = 0; scrape < 3; scrape += 1) {
      const texts = await Promise.all([
        textOf(signals, "prometheus"),
        registry.metrics(),
        textOf(signals, "openmetrics"),
      ]);
      expect(linesOf(texts[0])).toEqual(linesOf(plain));
      expect(linesOf(texts[2])).toEqual(linesOf(open));
    }
    expect(families(plain)).toEqual(expect.arrayContaining(["jobs_total", "mails", "http_requests_total"]));
    expect(families(open)).toEqual(expect.arrayContaining(["jobs", "mails", "http_requests"]));
    expect(linesOf(plain)).toEqual(
      expect.arrayContaining([
        '# HELP jobs_total The "jobs".',
        "# HELP mails Back\\\\slash\\nand line.",
        'jobs_total{pod="p1",queue="a\\"b\\\\c\\n"} 3',
        'mails{pod="p1"} 1',
        'heat{pod="p1"} NaN',
        'size_bytes_bucket{le="10",pod="p1"} 1',
        'age_seconds{pod="p1",quantile="0.5"} 2',
      ]),
    );
    expect(linesOf(open)).toEqual(
      expect.arrayContaining([
        '# HELP jobs The \\"jobs\\".',
        'mails_total{pod="p1"} 1',
        'age_seconds_count{pod="p1"} 1',
      ]),
    );
    expect(open.endsWith("\n# EOF\n")).toBe(true);
    expect(open).not.toContain("\n\n");
    expect(plain).not.toContain("# EOF");
    signals.close();
  });

  it.each(FORMATS)("says what the registry itself says, where that writes %s", async (format) => {
    const { registry, signals } = shared(format);
    const unescaped = (text: string): string[] =>
      linesOf(text.replaceAll('\\"jobs\\"', '"jobs"').replace(/ Nan$/m, " NaN"));
    expect(unescaped(await textOf(signals, format))).toEqual(unescaped(await registry.metrics()));
    signals.close();
  });

  it("keeps the examples of prom-client's own metrics, in OpenMetrics only", async () => {
    const registry = registryOf("openmetrics");
    collectDefaultMetrics({ register: registry });
    const orders = new Counter({ name: "orders_total", help: "x", registers: [registry], enableExemplars: true });
    orders.inc({ exemplarLabels: { trace_id: "abc" } } as never);
    const signals = new GoldenSignalsCollector({ registry });
    expect(await textOf(signals, "openmetrics")).toMatch(/^orders_total 1 # \{trace_id="abc"\} 1 \d+(\.\d+)?$/m);
    expect(await textOf(signals, "prometheus")).toMatch(/^orders_total 1$/m);
    expect(await textOf(signals, "openmetrics")).toMatch(/^process_cpu_seconds_total \S+$/m);
    signals.close();
    registry.clear();
  });
});
