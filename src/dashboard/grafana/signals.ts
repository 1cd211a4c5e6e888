/** Latency, traffic, errors and saturation of a service that measures itself with nines. */
import { datasourceOf, traceLinks } from "./frame.ts";
import type { GrafanaSettings } from "./options.ts";
import { timeseries, type UnplacedPanel } from "./panels.ts";

const PERCENTILES = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
] as const;

/** The panels; none where they are not wanted. */
export function signalPanels(settings: GrafanaSettings): readonly UnplacedPanel[] {
  const { signals } = settings;
  if (signals === undefined) return [];
  const datasource = datasourceOf(settings);
  const rate = (metric: string): string => `rate(${metric}{${signals}}[$__rate_interval])`;
  return [
    timeseries(
      {
        title: "Latency",
        description: "Percentiles of all requests. The diamonds are single requests that have a trace.",
        datasource,
      },
      PERCENTILES.map(([legend, quantile], index) => ({
        expr: `histogram_quantile(${String(quantile)}, sum by (le) (${rate("http_request_duration_seconds_bucket")}))`,
        legend,
        // Each query has the same ones.
        exemplars: index === PERCENTILES.length - 1,
      })),
      { fields: { unit: "s", min: 0 }, overrides: traceLinks(settings) },
    ),
    timeseries(
      { title: "Traffic", description: "Requests a second, by the status of their response.", datasource },
      [{ expr: `sum by (code) (${rate("http_requests_total")})`, legend: "{{code}}" }],
      { fields: { unit: "reqps", min: 0 }, stacked: true },
    ),
    timeseries(
      { title: "Errors by class", description: "Requests a second that went wrong.", datasource },
      [{ expr: `sum by (class) (${rate("http_request_errors_total")})`, legend: "{{class}}" }],
      { fields: { unit: "reqps", min: 0 }, stacked: true },
    ),
    timeseries(
      { title: "Saturation", description: "0 is idle, 1 is full; of the fullest process.", datasource },
      [{ expr: `max by (resource) (service_saturation_ratio{${signals}})`, legend: "{{resource}}" }],
      { fields: { unit: "percentunit", min: 0 } },
    ),
    timeseries(
      {
        title: "Saturation in a day",
        description: "What a straight line through the last six hours leads to. It knows nothing of seasons.",
        datasource,
      },
      [
        {
          expr: `clamp_min(max by (resource) (predict_linear(service_saturation_ratio{${signals}}[6h], 86400)), 0)`,
          legend: "{{resource}}",
        },
      ],
      { fields: { unit: "percentunit", min: 0 } },
    ),
    timeseries(
      { title: "Requests in flight", description: "Being handled now, by all processes.", datasource },
      [{ expr: `sum(http_requests_in_flight{${signals}})`, legend: "in flight" }],
      { fields: { unit: "none", min: 0, decimals: 0 } },
    ),
  ];
}
