/** HTTP requests as metrics. */
import { rowsOf } from "./blocks.ts";
import { countOf } from "./buckets.ts";
import { histogramValues, histogramWriter, type HistogramFamily, type HistogramRow } from "./histogram.ts";
import type { MetricDefinition, MetricValue } from "./metric.ts";
import { partsOf, type RequestSeries, type SeriesTable } from "./series.ts";
import { escapeLabel, labelText } from "./text.ts";
import type { UserLabels } from "./user-labels.ts";

type Labels = Readonly<Record<string, string>>;

/** The metrics of requests. */
export function requestMetrics(table: SeriesTable, userLabels: UserLabels): MetricDefinition[] {
  const { bounds } = table;
  const labels = ({ key, route }: RequestSeries): Labels => {
    const parts = partsOf(key);
    return { method: parts.method, route, code: String(parts.statusCode), ...userLabels.of(parts.labels) };
  };
  const text = ({ key, route }: RequestSeries): string => {
    const { method, statusCode, labels: own } = partsOf(key);
    const common = `method="${method}",route="${escapeLabel(route)}",code="${String(statusCode)}"`;
    return own === 0 ? common : `${common},${labelText(userLabels.of(own))}`;
  };
  const count = (series: RequestSeries): MetricValue => ({ labels: labels(series), value: countOf(series, bounds) });
  const requests = "http_requests_total";
  return [
    histogram(
      { name: "http_request_duration_seconds", bounds, labels, text },
      "Time from a request's arrival to the last byte of its response.",
      () => table.timedSets(),
    ),
    histogram(
      { name: "http_response_first_byte_seconds", bounds, labels: ({ method, route }) => ({ method, route }) },
      "Time from a request's arrival to the first byte of its response.",
      () => table.firstBytes,
    ),
    {
      name: requests,
      type: "counter",
      aggregator: "sum",
      help: "Requests answered, or given up by their client (code 499).",
      values: () => table.labelSets().map(count),
      rows: () =>
        rowsOf(table.labelSets(), 1, {
          // OpenMetrics and Prometheus write a counter's samples alike.
          write: (series, writer, whole) => {
            if (whole) writer.text(`${requests}{${text(series)}} ${String(countOf(series, bounds))}\n`);
          },
          last: count,
        }),
    },
    {
      name: "http_request_errors_total",
      type: "counter",
      aggregator: "sum",
      help: "Requests that went wrong, by class.",
      values: () => errorValues(table, userLabels),
    },
  ];
}

/** A histogram of many rows. */
export function histogram<Item extends HistogramRow>(
  family: HistogramFamily<Item>,
  help: string,
  items: () => readonly Item[],
): MetricDefinition {
  const writers = histogramWriter(family);
  return {
    name: family.name,
    type: "histogram",
    aggregator: "sum",
    help,
    values: () => items().flatMap((item) => histogramValues(family, item)),
    rows: (format) => rowsOf(items(), family.bounds.length + 3, writers[format]),
  };
}

function errorValues(table: SeriesTable, userLabels: UserLabels): MetricValue[] {
  const byLabels = new Map<string, MetricValue>();
  for (const series of table.all) {
    const { route, errorClass } = series;
    if (errorClass === undefined) continue;
    const parts = partsOf(series.key);
    const labels = { method: parts.method, route, class: errorClass, ...userLabels.of(parts.labels) };
    const key = JSON.stringify([parts.method, route, errorClass, parts.labels]);
    const sofar = byLabels.get(key)?.value ?? 0;
    byLabels.set(key, { labels, value: sofar + countOf(series, table.bounds) });
  }
  return [...byLabels.values()];
}
