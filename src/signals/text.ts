/** The two text formats that Prometheus reads. */
import type { ExpositionFormat, MetricSnapshot, MetricValue } from "./metric.ts";

/** Media type of each format. */
export const MEDIA_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** The format of a media type; Prometheus' own for what is not known. */
export function formatOf(mediaType: string): ExpositionFormat {
  return mediaType.startsWith("application/openmetrics-text") ? "openmetrics" : "prometheus";
}

/** A label's value between its quotes. */
export function escapeLabel(value: string): string {
  return /["\\\n]/.test(value) ? value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"') : value;
}

/** Labels between their braces; empty if there are none. */
export function labelText(labels: Readonly<Record<string, string | number>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(String(value))}"`)
    .join(",");
}

/** A sample's value. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** `name` as a metric family is called in `format`: OpenMetrics leaves `_total` to a counter's samples. */
export function familyName(name: string, type: string, format: ExpositionFormat): string {
  return format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
}

/** The two lines before a family's samples. */
export function headText({ name, help, type }: Omit<MetricSnapshot, "values">, format: ExpositionFormat): string {
  const family = familyName(name, type, format);
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  // OpenMetrics wants quotes escaped here too, and Prometheus' own format has them as they are.
  const told = format === "openmetrics" ? escaped.replaceAll('"', '\\"') : escaped;
  return `# HELP ${family} ${told}\n# TYPE ${family} ${type}\n`;
}

/** One sample's line. `common` are labels that every sample has, unless it has its own of that name. */
export function lineText(
  { name, type }: Omit<MetricSnapshot, "values">,
  { labels, value, metricName, exemplar }: MetricValue,
  format: ExpositionFormat,
  common?: Readonly<Record<string, string | number>>,
): string {
  const total = format === "openmetrics" && type === "counter" ? "_total" : "";
  const text = labelText(common === undefined ? labels : { ...common, ...labels });
  const series = `${metricName ?? familyName(name, type, format)}${total}${text === "" ? "" : `{${text}}`}`;
  return `${series} ${numberText(value)}${format === "openmetrics" ? exemplarText(exemplar) : ""}\n`;
}

/** What follows a sample that has an example. Seconds since the epoch, to the millisecond. */
export function exemplarText(exemplar: MetricValue["exemplar"]): string {
  if (exemplar === undefined || exemplar === null) return "";
  const { labelSet, value, timestamp } = exemplar;
  const at = timestamp === undefined ? "" : ` ${timestamp.toFixed(3)}`;
  return ` # {${labelText(labelSet)}} ${numberText(value)}${at}`;
}
