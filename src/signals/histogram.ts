/** Rows of buckets as the samples of a histogram. */
import { countOf, type Row } from "./buckets.ts";
import { rowsOf, type RowWriter } from "./blocks.ts";
import { bytesOf, CLOSE, NEW_LINE, type ByteWriter } from "./byte-writer.ts";
import type { Exemplars } from "./exemplars.ts";
import type { ExpositionFormat, MetricDefinition, MetricValue } from "./metric.ts";
import { exemplarText, labelText } from "./text.ts";

/** A row of one label set. */
export interface HistogramRow extends Row {
  readonly exemplars?: Exemplars | undefined;
}

/** A histogram's family. */
export interface HistogramFamily<Item extends HistogramRow> {
  readonly name: string;
  /** Upper bounds of the buckets, in seconds. */
  readonly bounds: readonly number[];
  readonly labels: (item: Item) => Readonly<Record<string, string>>;
  /** Writes the labels, where that can be done without making an object of them. */
  readonly writeLabels?: (item: Item, writer: ByteWriter) => void;
}

/** A histogram of many rows, as a metric. */
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

/** Its samples one by one: buckets, sum and count. */
function histogramValues<Item extends HistogramRow>(
  { name, bounds, labels: labelsOf }: HistogramFamily<Item>,
  item: Item,
): MetricValue[] {
  const { page, offset, exemplars } = item;
  const labels = labelsOf(item);
  const values: MetricValue[] = [];
  let below = 0;
  for (let bucket = 0; bucket <= bounds.length; bucket += 1) {
    below += page[offset + 1 + bucket] as number;
    const exemplar = exemplars?.[bucket];
    values.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: boundText(bounds, bucket) },
      value: below,
      ...(exemplar === undefined ? {} : { exemplar }),
    });
  }
  values.push({ metricName: `${name}_sum`, labels, value: page[offset] as number });
  values.push({ metricName: `${name}_count`, labels, value: below });
  return values;
}

/** The same as text, in each format. */
function histogramWriter<Item extends HistogramRow>(
  family: HistogramFamily<Item>,
): Readonly<Record<ExpositionFormat, RowWriter<Item>>> {
  const { name, bounds, labels: labelsOf } = family;
  const writeLabels =
    family.writeLabels ??
    ((item: Item, writer: ByteWriter): void => {
      writer.text(labelText(labelsOf(item)));
    });
  const ends = Array.from({ length: bounds.length + 1 }, (_, bucket) => bytesOf(`${boundText(bounds, bucket)}"} `));
  const le = bytesOf(',le="');
  const [bucket, sum, count] = [bytesOf(`${name}_bucket{`), bytesOf(`${name}_sum{`), bytesOf(`${name}_count{`)];
  const rowWriter = (withExemplars: boolean): RowWriter<Item> => ({
    write: (item, writer, whole) => {
      const { page, offset } = item;
      const exemplars = withExemplars ? item.exemplars : undefined;
      const lineStart = writer.length;
      writer.bytes(bucket);
      const labelStart = writer.length;
      writeLabels(item, writer);
      const labelEnd = writer.length;
      writer.bytes(le);
      const boundStart = writer.length;
      let below = 0;
      for (let index = 0; index < ends.length; index += 1) {
        if (index > 0) writer.again(lineStart, boundStart);
        below += page[offset + 1 + index] as number;
        const end = ends[index] as Uint8Array;
        if (exemplars?.[index] === undefined) writer.lineEnd(end, below);
        else {
          writer.bytes(end);
          writer.count(below);
          writer.text(exemplarText(exemplars[index]));
          writer.byte(NEW_LINE);
        }
      }
      writer.bytes(sum);
      writer.again(labelStart, labelEnd);
      writer.bytes(CLOSE);
      writer.text(String(page[offset]));
      writer.byte(NEW_LINE);
      if (!whole) return;
      writer.bytes(count);
      writer.again(labelStart, labelEnd);
      writer.lineEnd(CLOSE, below);
    },
    last: (item) => ({ metricName: `${name}_count`, labels: labelsOf(item), value: countOf(item, bounds) }),
  });
  return { prometheus: rowWriter(false), openmetrics: rowWriter(true) };
}

function boundText(bounds: readonly number[], bucket: number): string {
  return bucket < bounds.length ? String(bounds[bucket]) : "+Inf";
}
