/**
 * The golden signals of a process, measured.
 *
 * @packageDocumentation
 */
export { GoldenSignalsCollector } from "./collector.ts";
export type { FinishDetails, RequestRecord } from "./collector.ts";
export type { MetricsExposition } from "./exposition.ts";
export type { ExpositionFormat } from "./metric.ts";
export { DEFAULT_BUCKETS } from "./options.ts";
export type { GoldenSignalsOptions } from "./options.ts";
export type { OperationRecorder } from "./recorder.ts";
export type { FetchLike, FetchOptions } from "./outbound.ts";
export type { OperationName, OperationOutcome } from "./recorder.ts";
export type { WrapOptions } from "./wrap.ts";
export type { MetricRegistry } from "./registry.ts";
export type { LabelValues } from "./labels.ts";
export type { HostOptions, ObserveOptions, SignalsHolder } from "./observer.ts";
export { RequestObserver } from "./observer.ts";
export type { HeadersLike, RequestLike, ResponseLike, SocketLike } from "./response.ts";
export type { SaturationGauge, SaturationReading } from "./saturation.ts";
export type { InProcessSliSource, SloCounts } from "./source.ts";
export type { OpenTelemetryLike, SpanLike } from "./traces.ts";
export type { LabelBounds } from "./user-labels.ts";
export type { TraceExample, TraceExampleOptions } from "./examples.ts";
