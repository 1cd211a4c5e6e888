/** HTTP requests as metrics. */
import { rowsOf } from "./blocks.ts";
import { countOf } from "./buckets.ts";
import { bytesOf, CLOSE, NEW_LINE } from "./byte-writer.ts";
import { histogram } from "./histogram.ts";
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
  const ownText = (own: number): string => (own === 0 ? "" : `,${labelText(userLabels.of(own))}`);
  const text = (series: RequestSeries): string => {
    if (series.text !== undefined) return series.text;
    const { method, statusCode, labels: own } = partsOf(series.key);
    const made = `method="${method}",route="${escapeLabel(series.route)}",code="${String(statusCode)}"${ownText(own)}`;
    series.text = made;
    return made;
  };
  const errorText = ({ key, route, errorClass }: RequestSeries): string => {
    const { method, labels: own } = partsOf(key);
    return `method="${method}",route="${escapeLabel(route)}",class="${errorClass ?? ""}"${ownText(own)}`;
  };
  const errorLabels = ({ key, route, errorClass = "client_error" }: RequestSeries): Labels => {
    const parts = partsOf(key);
    return { method: parts.method, route, class: errorClass, ...userLabels.of(parts.labels) };
  };
  const count = (series: RequestSeries): MetricValue => ({ labels: labels(series), value: countOf(series, bounds) });
  const requestsStart = bytesOf("http_requests_total{");
  const [requests, errors] = ["http_requests_total", "http_request_errors_total"];
  return [
    histogram(
      { name: "http_request_duration_seconds", bounds, labels, text },
      "Time from a request's arrival to the last byte of its response.",
      () => table.timedSets(),
    ),
    histogram(
      {
        name: "http_response_first_byte_seconds",
        bounds,
        labels: ({ method, route }) => ({ method, route }),
        text: ({ method, route }) => `method="${method}",route="${escapeLabel(route)}"`,
      },
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
            if (!whole) return;
            writer.bytes(requestsStart);
            writer.text(text(series));
            writer.bytes(CLOSE);
            writer.count(countOf(series, bounds));
            writer.byte(NEW_LINE);
          },
          last: count,
        }),
    },
    {
      name: errors,
      type: "counter",
      aggregator: "sum",
      help: "Requests that went wrong, by class.",
      values: () => errorsOf(table, errorText).map(({ series, value }) => ({ labels: errorLabels(series), value })),
      rows: () =>
        rowsOf(errorsOf(table, errorText), 1, {
          write: ({ text: label, value }, writer, whole) => {
            if (whole) writer.text(`${errors}{${label}} ${String(value)}\n`);
          },
          last: ({ series, value }) => ({ labels: errorLabels(series), value }),
        }),
    },
  ];
}

interface ErrorCount {
  readonly text: string;
  /** One of those that are counted here. */
  readonly series: RequestSeries;
  value: number;
}

/** Statuses of one class are counted together. */
function errorsOf(table: SeriesTable, textOf: (series: RequestSeries) => string): readonly ErrorCount[] {
  const counts = new Map<string, ErrorCount>();
  for (const series of table.all) {
    if (series.errorClass === undefined) continue;
    const text = textOf(series);
    const value = countOf(series, table.bounds);
    const sofar = counts.get(text);
    if (sofar === undefined) counts.set(text, { text, series, value });
    else sofar.value += value;
  }
  return [...counts.values()];
}
