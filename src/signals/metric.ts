/** What a metric says, as prom-client writes it. */
import type { ByteWriter } from "./byte-writer.ts";

/** Prometheus' own text format, which everything reads; or OpenMetrics, which has exemplars. */
export type ExpositionFormat = "prometheus" | "openmetrics";

/** One time series of a metric, as prom-client writes it. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** The series' name where it is not the metric's: `x_bucket`, `x_sum`, `x_count`. */
  readonly metricName?: string;
  /** An example of what was counted, in OpenMetrics. */
  readonly exemplar?: {
    readonly labelSet: Readonly<Record<string, string>>;
    readonly value: number;
    /** In epoch seconds. */
    readonly timestamp?: number;
  } | null;
}

/** A metric with its present values, as prom-client writes it. */
export interface MetricSnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** How the values of several processes become one. */
  readonly aggregator: "sum" | "max" | "average" | "first";
  readonly values: MetricValue[];
}

/** Samples that are too many to be made values of: rows of lines, written one by one. */
export interface SampleRows {
  readonly count: number;
  readonly linesEach: number;
  /** Writes the lines of a row, without the last one unless `whole`. */
  readonly write: (index: number, writer: ByteWriter, whole: boolean) => void;
  /** The last line of a row. */
  readonly last: (index: number) => MetricValue;
}

/** What a metric is. */
export interface MetricDefinition extends Omit<MetricSnapshot, "values"> {
  /** Its samples. */
  readonly values: () => MetricValue[] | Promise<MetricValue[]>;
  /** Its samples as rows of text, where they are many; without the labels of the registry. */
  readonly rows?: (format: ExpositionFormat) => SampleRows;
}
