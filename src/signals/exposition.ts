/** The golden signals as metrics, read when they are scraped. */
import type { MetricSnapshot, MetricValue, ScrapedMetric } from "./registry.ts";
import type { Saturation } from "./saturation.ts";
import type { SeriesTable } from "./series.ts";

/** Where each metric takes its values from. */
export interface SignalReadings {
  readonly table: SeriesTable;
  readonly saturation: Saturation;
  readonly inFlight: () => number;
  readonly connections: readonly (() => Promise<number>)[];
  readonly rejected: ReadonlyMap<string, number>;
}

type Aggregator = MetricSnapshot["aggregator"];

/** All metrics of a collector. Names follow the Prometheus conventions: base units, `_total` for counters. */
export function signalMetrics(readings: SignalReadings): ScrapedMetric[] {
  const { table, saturation, inFlight, connections, rejected } = readings;
  const process = (pick: (sample: NonNullable<ReturnType<Saturation["sample"]>>) => number) => (): MetricValue[] => {
    const sample = saturation.sample();
    return sample === undefined ? [] : [plain(pick(sample))];
  };
  return [
    metric(
      "http_request_duration_seconds",
      "histogram",
      "sum",
      "Time from a request's arrival to the last byte of its response.",
      () => histogramValues(table),
    ),
    metric("http_requests_total", "counter", "sum", "Requests answered, or given up by their client (code 499).", () =>
      table.all.map(({ method, route, statusCode, offset }) => ({
        labels: { method, route, code: String(statusCode) },
        value: table.cells[offset] ?? 0,
      })),
    ),
    metric("http_request_errors_total", "counter", "sum", "Requests that went wrong, by class.", () =>
      errorValues(table),
    ),
    metric("http_requests_in_flight", "gauge", "sum", "Requests being handled now.", () => [plain(inFlight())]),
    metric("http_open_connections", "gauge", "sum", "Client connections open now.", async () => [
      plain(await sumOf(connections)),
    ]),
    metric("service_saturation_ratio", "gauge", "max", "How full a resource is: 0 is idle, 1 is full.", () =>
      Object.entries(saturation.read()).map(([resource, value]) => ({ labels: { resource }, value })),
    ),
    metric(
      "service_cpu_seconds_total",
      "counter",
      "sum",
      "CPU time used.",
      process((sample) => sample.cpuSeconds),
    ),
    metric(
      "service_memory_bytes",
      "gauge",
      "sum",
      "Resident memory.",
      process((sample) => sample.memoryBytes),
    ),
    metric(
      "service_heap_used_bytes",
      "gauge",
      "sum",
      "JavaScript heap in use.",
      process((sample) => sample.heapUsedBytes),
    ),
    metric(
      "service_event_loop_active_seconds_total",
      "counter",
      "sum",
      "Time that the event loop was busy.",
      process((sample) => sample.eventLoopActiveSeconds),
    ),
    metric("service_event_loop_delay_seconds", "gauge", "max", "How late the event loop is, by statistic.", () =>
      Object.entries(saturation.sample()?.eventLoopDelaySeconds ?? {}).map(([stat, value]) => ({
        labels: { stat },
        value,
      })),
    ),
    metric("nines_rejected_values_total", "counter", "sum", "Values that were not recorded, by reason.", () =>
      [...rejected].map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    metric(
      "nines_series_overflow_total",
      "counter",
      "sum",
      "Requests counted under the shared route because the limit on series was reached.",
      () => [plain(table.overflowed)],
    ),
  ];
}

/** A metric whose values are read by `values` when it is scraped. */
export function metric(
  name: string,
  type: ScrapedMetric["type"],
  aggregator: Aggregator,
  help: string,
  values: () => MetricValue[] | Promise<MetricValue[]>,
): ScrapedMetric {
  const scraped: ScrapedMetric = {
    name,
    type,
    // prom-client takes `_total` off a counter's name before it writes OpenMetrics, and puts it on again afterwards.
    get: async () => ({ name: scraped.name, help, type, aggregator, values: await values() }),
    reset: () => undefined,
  };
  return scraped;
}

async function sumOf(readers: readonly (() => Promise<number>)[]): Promise<number> {
  const counts = await Promise.all(readers.map((read) => read().catch(() => 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function plain(value: number): MetricValue {
  return { labels: {}, value };
}

function histogramValues({ all, cells, bounds }: SeriesTable): MetricValue[] {
  const values: MetricValue[] = [];
  const name = "http_request_duration_seconds";
  for (const { method, route, statusCode, offset } of all) {
    const labels = { method, route, code: String(statusCode) };
    let below = 0;
    bounds.forEach((bound, index) => {
      below += cells[offset + 2 + index] ?? 0;
      values.push({ metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: below });
    });
    const count = cells[offset] ?? 0;
    values.push(
      { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
      { metricName: `${name}_sum`, labels, value: cells[offset + 1] ?? 0 },
      { metricName: `${name}_count`, labels, value: count },
    );
  }
  return values;
}

function errorValues({ all, cells }: SeriesTable): MetricValue[] {
  const byLabels = new Map<string, MetricValue>();
  for (const { method, route, errorClass, offset } of all) {
    if (errorClass === undefined) continue;
    const key = JSON.stringify([method, route, errorClass]);
    const sofar = byLabels.get(key)?.value ?? 0;
    byLabels.set(key, { labels: { method, route, class: errorClass }, value: sofar + (cells[offset] ?? 0) });
  }
  return [...byLabels.values()];
}
