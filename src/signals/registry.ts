/** The registry that metrics are published on: the home of prom-client. */
import { Registry } from "prom-client";

/** One time series of a metric, as prom-client writes it. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** The series' name where it is not the metric's: `x_bucket`, `x_sum`, `x_count`. */
  readonly metricName?: string;
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

/** A metric whose values are read when it is scraped. */
export interface ScrapedMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** The values now. */
  get(): Promise<MetricSnapshot>;
  /** Asked for by `registry.resetMetrics()`; the counts belong to the collector and stay. */
  reset(): void;
}

/** The part of a prom-client `Registry` that nines asks for. */
export interface MetricRegistry {
  /** The whole exposition, as text. */
  metrics(): Promise<string>;
  /** The media type of {@link metrics}. */
  readonly contentType: string;
  /** The metric of that name, if there is one. */
  getSingleMetric(name: string): unknown;
  /** Takes a metric away. */
  removeSingleMetric(name: string): void;
}

/** A new registry of prom-client's own. */
export function createRegistry(): MetricRegistry {
  return new Registry();
}

/** Puts `metric` on `registry`. */
export function register(registry: MetricRegistry, metric: ScrapedMetric): void {
  // prom-client's types ask for one of its own four classes; its code asks for a name and a get().
  (registry as unknown as { registerMetric(metric: ScrapedMetric): void }).registerMetric(metric);
}
