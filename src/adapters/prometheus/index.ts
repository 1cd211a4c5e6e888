/** What a Prometheus knows of a service, by its HTTP API v1. */
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export type { PrometheusAddress } from "./client.ts";
export type { PrometheusRange } from "./range.ts";
export { PrometheusSamples, type PrometheusSamplesOptions } from "./samples.ts";
