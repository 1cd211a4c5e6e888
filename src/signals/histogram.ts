/** Rows of buckets as the samples of a histogram. */
import { countOf, type Row } from "./buckets.ts";
import type { BlockWriter } from "./blocks.ts";
import type { Exemplars } from "./exemplars.ts";
import type { ExpositionFormat, MetricValue } from "./metric.ts";
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
  /** The labels as text, where that can be had without making an object of them. */
  readonly text?: (item: Item) => string;
}

/** Its samples one by one: buckets, sum and count. */
export function histogramValues<Item extends HistogramRow>(
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

/** The same as text. */
export function histogramWriter<Item extends HistogramRow>(
  family: HistogramFamily<Item>,
  format: ExpositionFormat,
): BlockWriter<Item> {
  const { name, bounds, labels: labelsOf } = family;
  const textOf = family.text ?? ((item: Item): string => labelText(labelsOf(item)));
  const ends = Array.from({ length: bounds.length + 1 }, (_, bucket) => `,le="${boundText(bounds, bucket)}"} `);
  const [bucketStart, sumStart, countStart] = [`${name}_bucket{`, `${name}_sum{`, `${name}_count{`];
  const write = (item: Item, whole: boolean): string => {
    const { page, offset } = item;
    const exemplars = format === "openmetrics" ? item.exemplars : undefined;
    const labels = textOf(item);
    const start = bucketStart + labels;
    // Text that was only added to is a tree until it is read. Read once here it is not walked again in every line.
    start.charCodeAt(0);
    let text = "";
    let below = 0;
    for (let bucket = 0; bucket < ends.length; bucket += 1) {
      below += page[offset + 1 + bucket] as number;
      const exemplar = exemplars === undefined ? "" : exemplarText(exemplars[bucket]);
      text += `${start}${ends[bucket] as string}${String(below)}${exemplar}\n`;
    }
    text += `${sumStart}${labels}} ${String(page[offset])}\n`;
    return whole ? `${text}${countStart}${labels}} ${String(below)}\n` : text;
  };
  return {
    before: (item) => write(item, false),
    last: (item) => ({ metricName: `${name}_count`, labels: labelsOf(item), value: countOf(item, bounds) }),
    whole: (item) => write(item, true),
  };
}

function boundText(bounds: readonly number[], bucket: number): string {
  return bucket < bounds.length ? String(bounds[bucket]) : "+Inf";
}
