/** What a collector is made of, checked. */
import type { Clock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { isThenable } from "../core/thenable.ts";
import { checkLogger, type Logger } from "../ports/logger.ts";
import type { ProcessProbe } from "../ports/process-probe.ts";
import type { Slo } from "../slo/model.ts";
import type { MetricRegistry } from "./registry.ts";
import type { OpenTelemetryLike } from "./traces.ts";
import type { LabelBounds } from "./user-labels.ts";

/** Upper bounds of the latency buckets, in seconds; the thresholds of latency SLOs are added to them. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OPTIONS: readonly (keyof GoldenSignalsOptions)[] = [
  "slos",
  "registry",
  "buckets",
  "seriesLimit",
  "countsAsError",
  "labels",
  "ignoreRoutes",
  "longLivedRoutes",
  "exemplars",
  "probe",
  "logger",
  "clock",
];

/** What a {@link GoldenSignalsCollector} is made of; everything has a default. */
export interface GoldenSignalsOptions {
  /** The SLOs to count for; those with an `expression` of their own are measured elsewhere and left out. */
  readonly slos?: readonly Slo[];
  /** A `Registry` of prom-client or `@prometheus-io/client` to publish on; one of its own without it. */
  readonly registry?: MetricRegistry;
  /** Upper bounds of the latency buckets, in seconds, ascending. */
  readonly buckets?: readonly number[];
  /** Most label sets of requests, and of operations; what comes later shares the name `(other)`. 2,000 without it. */
  readonly seriesLimit?: number;
  /** Which statuses count as failed in availability and error-rate SLOs; 500 and above without it. */
  readonly countsAsError?: (statusCode: number) => boolean;
  /** Labels of the service's own, whose values the middleware's `labels` tells, each with a bound on its values. */
  readonly labels?: LabelBounds;
  /** Patterns of routes that are not counted at all, such as `/healthz`; a trailing `*` stands for any rest. */
  readonly ignoreRoutes?: readonly string[];
  /**
   * Patterns of routes whose requests last as long as their client wishes (server-sent events, long polling): they are
   * counted, but are not in the latency histogram, and no latency SLO counts them.
   */
  readonly longLivedRoutes?: readonly string[];
  /**
   * Whether buckets have a trace as an example, in OpenMetrics: of the request's `traceparent` or B3 headers, or of the
   * active span of `@opentelemetry/api`, if that is handed in. False without it.
   *
   * @example
   * ```ts
   * import * as opentelemetry from "@opentelemetry/api";
   * import { GoldenSignalsCollector } from "nines";
   *
   * const signals = new GoldenSignalsCollector({ exemplars: { opentelemetry } });
   * ```
   */
  readonly exemplars?: boolean | { readonly opentelemetry: OpenTelemetryLike };
  /** Reads how full the process is; no CPU, memory and event-loop saturation without it. */
  readonly probe?: ProcessProbe;
  /** Told of faults inside; nothing is thrown at the service. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** @throws {@link ConfigurationError} if an option cannot be used */
export function checkCollectorOptions(options: GoldenSignalsOptions): void {
  checkOptions(options, "GoldenSignalsCollector", OPTIONS);
  checkMethods(options.registry, "registry", [
    "metrics",
    "registerMetric",
    "getMetricsAsArray",
    "getSingleMetric",
    "removeSingleMetric",
  ]);
  checkMethods(options.probe, "probe", ["sample", "close"]);
  checkLogger(options.logger);
  checkPatterns("ignoreRoutes", options.ignoreRoutes);
  checkPatterns("longLivedRoutes", options.longLivedRoutes);
  const { exemplars = false } = options;
  if (typeof exemplars === "boolean") return;
  if (typeof exemplars !== "object" || (exemplars as unknown) === null) {
    throw invalid("exemplars", `${show(exemplars)} is neither true, false nor { opentelemetry }`);
  }
  checkOptions(exemplars, "exemplars", ["opentelemetry"]);
  const { opentelemetry } = exemplars as { readonly opentelemetry?: { readonly trace?: unknown } };
  checkMethods(opentelemetry?.trace ?? null, "exemplars.opentelemetry.trace", ["getActiveSpan"]);
}

function checkPatterns(name: string, patterns: unknown): void {
  if (patterns === undefined) return;
  if (!Array.isArray(patterns)) throw invalid(name, `${show(patterns)} is no list of routes`);
  patterns.forEach((pattern: unknown, index) => {
    if (typeof pattern === "string" && /^[/*(]/.test(pattern) && pattern.length <= 1_000) return;
    throw invalid([name, index], `${show(pattern)} is not a route; begin it with /, such as /healthz or /internal/*`);
  });
}

/** The buckets, with the thresholds of the SLOs among them. */
export function bucketBounds(buckets: readonly number[], slos: readonly Slo[]): readonly number[] {
  if (!Array.isArray(buckets)) throw invalid("buckets", `${show(buckets)} is no list of seconds`);
  if (buckets.length > 100) throw invalid("buckets", `${String(buckets.length)} are too many; at most 100`);
  (buckets as readonly number[]).forEach((bound, index) => {
    const above = (buckets as readonly number[])[index - 1] ?? 0;
    if (!Number.isFinite(bound) || bound <= above) {
      throw invalid(["buckets", index], `${show(bound)} is not above ${show(above)}; write ascending seconds`);
    }
  });
  const thresholds = slos.flatMap((slo) => (slo.kind === "latency" ? [slo.thresholdMs / 1_000] : []));
  return [...new Set([...(buckets as readonly number[]), ...thresholds])].sort((a, b) => a - b);
}

/** A rule without a `return`, or an async one, would make everything healthy or everything failed. */
export function trueOrFalse(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (isThenable(value)) value.then(undefined, () => undefined);
  throw invalid("countsAsError", `${show(value)} is neither true nor false`);
}

/** @throws {@link ConfigurationError} if it is none */
export function positiveInteger(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(name, `${show(value)} is not a positive whole number`);
}
