/** Everything on a registry as text, in whichever format is asked for. */
import { giveWay } from "../core/give-way.ts";
import type { ExpositionFormat, MetricSnapshot } from "./metric.ts";
import { defaultLabelsOf, type MetricRegistry } from "./registry.ts";
import { ScrapedMetric } from "./scraped-metric.ts";
import { headText, lineText, MEDIA_TYPES } from "./text.ts";

type Labels = Readonly<Record<string, string | number>>;

/** What a scrape is answered with. */
export interface Exposition {
  /** Its media type. */
  readonly contentType: string;
  /** The text, in pieces of a few hundred kilobytes at most; together they are the whole. */
  readonly pieces: readonly string[];
}

/**
 * The exposition of all metrics on `registry`, those of others too. Its own `metrics()` writes one format for all and
 * changes the names of counters for good, so who is asked for both formats cannot use it.
 */
export async function exposition(registry: MetricRegistry, format: ExpositionFormat): Promise<Exposition> {
  const common = defaultLabelsOf(registry);
  const pieces: string[] = [];
  for (const metric of registry.getMetricsAsArray()) {
    // prom-client sets families apart by an empty line, which OpenMetrics forbids.
    if (format === "prometheus" && pieces.length > 0) pieces.push("\n");
    if (metric instanceof ScrapedMetric) pieces.push(...(await metric.text(format, common)));
    else pieces.push(textOf(await (metric as { get(): Promise<MetricSnapshot> }).get(), format, common));
    await giveWay();
  }
  if (format === "openmetrics") pieces.push("# EOF\n");
  return { contentType: MEDIA_TYPES[format], pieces };
}

function textOf(snapshot: MetricSnapshot, format: ExpositionFormat, common: Labels): string {
  const lines = snapshot.values.map((value) => lineText(snapshot, value, format, common));
  return headText(snapshot, format) + lines.join("");
}
