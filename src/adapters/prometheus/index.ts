/** What a Prometheus knows of a service, by its HTTP API v1. */
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export { PrometheusApi, type PrometheusMatchOptions, type PrometheusQueryOptions } from "./api.ts";
export type { PrometheusApiOptions } from "./api-options.ts";
export type { PrometheusAddress, PrometheusBasic } from "./client.ts";
export type { PrometheusMatch } from "./matching.ts";
export type { PrometheusRange } from "./range.ts";
export {
  type InstantSample,
  type MetricMetadata,
  PROMETHEUS_FAILURES,
  type PrometheusBuild,
  type PrometheusFailure,
  type PrometheusFailureKind,
  type PrometheusFreshness,
  type PrometheusResult,
  type SampledSeries,
  type SeriesLabels,
} from "./result.ts";
export { PrometheusSamples, type PrometheusSamplesOptions } from "./samples.ts";
export { PrometheusSource, type PrometheusSourceOptions } from "./source.ts";
