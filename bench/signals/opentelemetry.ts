/** The usual pair in OpenTelemetry, read by its Prometheus exporter. */
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

import { BUCKETS } from "./workload.ts";

/** A histogram and a counter, and how they are scraped. */
export function openTelemetry() {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  // The exporter brings its own copy of the SDK, whose types are others by name only.
  const provider = new MeterProvider({ readers: [exporter] });
  const meter = provider.getMeter("bench");
  // Without the lines and labels that the others do not have.
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    meter,
    histogram: meter.createHistogram("http_request_duration_seconds", {
      description: "Duration.",
      advice: { explicitBucketBoundaries: BUCKETS },
    }),
    counter: meter.createCounter("http_requests_total", { description: "Requests." }),
    scrape: async (): Promise<string> => {
      const { resourceMetrics, errors } = await exporter.collect();
      if (errors.length > 0) throw new AggregateError(errors, "the collection failed");
      return serializer.serialize(resourceMetrics);
    },
  };
}
