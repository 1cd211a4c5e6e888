/** Everything on a registry as text, in whichever format is asked for. */
import { giveWay } from "../core/give-way.ts";
import { valueRows, writeRows } from "./blocks.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { ExpositionFormat, MetricSnapshot, MetricValue } from "./metric.ts";
import { defaultLabelsOf, type MetricRegistry } from "./registry.ts";
import { ScrapedMetric } from "./scraped-metric.ts";
import { headText, lineText, MEDIA_TYPES } from "./text.ts";

/** A millisecond of work on a slow machine. */
const PIECES_PER_TURN = 8;

/** What a scrape is answered with. */
export interface MetricsExposition {
  /** Its media type. */
  readonly contentType: string;
  /** The text in UTF-8, in pieces; together they are the whole. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * The exposition of all metrics on `registry`, those of others too. Its own `metrics()` writes one format for all and
 * changes the names of counters for good, so who is asked for both formats cannot use it.
 */
export async function exposition(registry: MetricRegistry, format: ExpositionFormat): Promise<MetricsExposition> {
  const labels = defaultLabelsOf(registry);
  const common = Object.keys(labels).length === 0 ? undefined : labels;
  const writer = new ByteWriter();
  const pieces: Uint8Array[] = [];
  let given = 0;
  for (const metric of registry.getMetricsAsArray()) {
    // prom-client sets families apart by an empty line, which OpenMetrics forbids.
    if (format === "prometheus" && (pieces.length > 0 || writer.length > 0)) writer.text("\n");
    if (metric instanceof ScrapedMetric) {
      const written = metric.write(writer, pieces, format, common);
      if (written !== undefined) await written;
    } else {
      const snapshot = await snapshotOf(metric, registry);
      writer.text(headText(snapshot, format));
      const lineOf = (value: MetricValue): string => lineText(snapshot, value, format, common);
      await writeRows(valueRows(snapshot.values, lineOf), writer, pieces);
    }
    writer.cut(pieces);
    if (pieces.length - given < PIECES_PER_TURN) continue;
    given = pieces.length;
    await giveWay();
  }
  if (format === "openmetrics") writer.text("# EOF\n");
  pieces.push(writer.take());
  writer.release();
  return { contentType: MEDIA_TYPES[format], pieces };
}

async function snapshotOf(metric: object, registry: MetricRegistry): Promise<MetricSnapshot> {
  const snapshot = await (metric as { get(): Promise<MetricSnapshot> }).get();
  // A registry that has written OpenMetrics before still knows its counters by their full names.
  const fullName = `${snapshot.name}_total`;
  const stripped = snapshot.type === "counter" && registry.getSingleMetric(fullName) === metric;
  return stripped ? { ...snapshot, name: fullName } : snapshot;
}
