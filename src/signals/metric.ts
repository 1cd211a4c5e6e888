/** What a metric says, as prom-client writes it. */

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

/**
 * Many samples as text: whole lines, and the last one as a value. A registry writes `metricName`, labels and value of
 * each value it is given, so a name with the lines before it in front carries them all.
 */
export interface TextBlock {
  readonly before: string;
  readonly last: MetricValue;
}

/** What a metric is. */
export interface MetricDefinition extends Omit<MetricSnapshot, "values"> {
  /** Its samples. */
  readonly values: () => MetricValue[] | Promise<MetricValue[]>;
  /** Its samples as text, where they are many; without the labels of the registry. */
  readonly blocks?: (format: ExpositionFormat) => Promise<TextBlock[]>;
}
