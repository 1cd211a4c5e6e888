/** HTTP requests as metrics. */
import { rowsOf } from "./blocks.ts";
import { countOf } from "./buckets.ts";
import { bytesOf, CLOSE, type ByteWriter } from "./byte-writer.ts";
import { histogram } from "./histogram.ts";
import { KeptTexts } from "./kept-texts.ts";
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
  const texts = new KeptTexts();
  const textOf = ({ key, route }: RequestSeries): string => {
    const { method, statusCode, labels: own } = partsOf(key);
    return `method="${method}",route="${escapeLabel(route)}",code="${String(statusCode)}"${ownText(own)}`;
  };
  const writeLabels = (series: RequestSeries, writer: ByteWriter): void => {
    writer.bytes((series.text ??= texts.keep(textOf(series))));
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
  const errorsStart = bytesOf("http_request_errors_total{");
  const errors = new ErrorSets(table, errorText);
  const errorsOf = ({ members }: ErrorSet): number => members.reduce((sum, series) => sum + countOf(series, bounds), 0);
  const errorCount = (set: ErrorSet): MetricValue => ({ labels: errorLabels(set.members[0]), value: errorsOf(set) });
  return [
    histogram(
      { name: "http_request_duration_seconds", bounds, labels, writeLabels },
      "Time from a request's arrival to the last byte of its response.",
      () => table.timedSets(),
    ),
    histogram(
      {
        name: "http_response_first_byte_seconds",
        bounds,
        labels: ({ method, route }) => ({ method, route }),
        writeLabels: ({ method, route }, writer) => {
          writer.text(`method="${method}",route="${escapeLabel(route)}"`);
        },
      },
      "Time from a request's arrival to the first byte of its response.",
      () => table.firstBytes,
    ),
    {
      name: "http_requests_total",
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
            writeLabels(series, writer);
            writer.lineEnd(CLOSE, countOf(series, bounds));
          },
          last: count,
        }),
    },
    {
      name: "http_request_errors_total",
      type: "counter",
      aggregator: "sum",
      help: "Requests that went wrong, by class.",
      values: () => errors.all().map(errorCount),
      rows: () =>
        rowsOf(errors.all(), 1, {
          write: (set, writer, whole) => {
            if (!whole) return;
            writer.bytes(errorsStart);
            writer.text(set.text);
            writer.lineEnd(CLOSE, errorsOf(set));
          },
          last: errorCount,
        }),
    },
  ];
}

/** Errors with the same labels: the statuses of one class are counted together. */
interface ErrorSet {
  readonly text: string;
  readonly members: [RequestSeries, ...RequestSeries[]];
}

/** The sets of errors, kept from one scrape to the next. */
class ErrorSets {
  readonly #table: SeriesTable;
  readonly #textOf: (series: RequestSeries) => string;
  readonly #byText = new Map<string, ErrorSet>();
  /** How many of the table's series are in their sets; it only grows. */
  #seen = 0;

  constructor(table: SeriesTable, textOf: (series: RequestSeries) => string) {
    this.#table = table;
    this.#textOf = textOf;
  }

  /** All sets now. */
  all(): readonly ErrorSet[] {
    const { all } = this.#table;
    for (; this.#seen < all.length; this.#seen += 1) this.#add(all[this.#seen] as RequestSeries);
    return [...this.#byText.values()];
  }

  #add(series: RequestSeries): void {
    if (series.errorClass === undefined) return;
    const text = this.#textOf(series);
    const known = this.#byText.get(text);
    if (known === undefined) this.#byText.set(text, { text, members: [series] });
    else known.members.push(series);
  }
}
