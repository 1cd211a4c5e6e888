/** The registry that metrics are published on: the home of prom-client. */
import { Registry } from "prom-client";

/** The part of a `Registry` of prom-client, or of its successor `@prometheus-io/client`, that nines asks for. */
export interface MetricRegistry {
  /** The whole exposition, as text. */
  metrics(): Promise<string>;
  /** The media type of {@link metrics}. */
  readonly contentType: string;
  /** All metrics on it. */
  getMetricsAsArray(): readonly object[];
  /** The metric of that name, if there is one. */
  getSingleMetric(name: string): unknown;
  /** Takes a metric away. */
  removeSingleMetric(name: string): void;
}

/** A new registry of prom-client's own. */
export function createRegistry(): MetricRegistry {
  return new Registry();
}

/** The labels that a registry gives to all its metrics. Both libraries keep them under this name, and say so nowhere. */
export function defaultLabelsOf(registry: object): Readonly<Record<string, string | number>> {
  const { _defaultLabels: labels } = registry as { readonly _defaultLabels?: unknown };
  return typeof labels === "object" && labels !== null ? (labels as Record<string, string | number>) : {};
}
