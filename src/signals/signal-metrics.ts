/** All metrics of a collector, read when they are scraped. */
import type { MetricDefinition, MetricValue } from "./metric.ts";
import type { OperationTable } from "./operations.ts";
import { processMetrics } from "./process-metrics.ts";
import { requestMetrics } from "./request-metrics.ts";
import type { Saturation } from "./saturation.ts";
import type { SeriesTable } from "./series.ts";
import type { UserLabels } from "./user-labels.ts";

/** Where each metric takes its values from. */
export interface SignalReadings {
  readonly table: SeriesTable;
  readonly userLabels: UserLabels;
  readonly operations: readonly OperationTable[];
  readonly saturation: Saturation;
  readonly inFlight: () => number;
  readonly connections: readonly (() => Promise<number>)[];
  readonly rejected: ReadonlyMap<string, number>;
}

/** Names follow the Prometheus conventions: base units, `_total` for counters. */
export function signalMetrics(readings: SignalReadings): MetricDefinition[] {
  const { table, userLabels, operations, saturation, inFlight, connections, rejected } = readings;
  return [
    ...requestMetrics(table, userLabels),
    {
      name: "http_requests_in_flight",
      type: "gauge",
      aggregator: "sum",
      help: "Requests being handled now.",
      values: () => [plain(inFlight())],
    },
    {
      name: "http_open_connections",
      type: "gauge",
      aggregator: "sum",
      help: "Client connections open now.",
      values: async () => [plain(await sumOf(connections))],
    },
    ...operations.flatMap((operationTable) => operationTable.metrics()),
    {
      name: "service_saturation_ratio",
      type: "gauge",
      aggregator: "max",
      help: "How full a resource is: 0 is idle, 1 is full.",
      values: () => Object.entries(saturation.read()).map(([resource, value]) => ({ labels: { resource }, value })),
    },
    ...processMetrics(saturation),
    {
      name: "nines_rejected_values_total",
      type: "counter",
      aggregator: "sum",
      help: "Values that were not recorded, by reason.",
      values: () => [...rejected].map(([reason, value]) => ({ labels: { reason }, value })),
    },
    {
      name: "nines_series_overflow_total",
      type: "counter",
      aggregator: "sum",
      help: "Events counted under the shared name because the limit on series was reached.",
      values: () => [plain(operations.reduce((sum, { overflowed }) => sum + overflowed, table.overflowed))],
    },
  ];
}

function plain(value: number): MetricValue {
  return { labels: {}, value };
}

async function sumOf(readers: readonly (() => Promise<number>)[]): Promise<number> {
  const counts = await Promise.all(readers.map((read) => read().catch(() => 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}
