/** What becomes of a question to a Prometheus, as a value. */

/** Why there is no answer that can be trusted. */
export const PROMETHEUS_FAILURES = [
  /** Nothing answers there: the connection was refused, reset, or broke off within the answer. */
  "unreachable",
  /** No whole answer within the time. */
  "timeout",
  /**
   * Prometheus, or what stands before it, refuses the question: 4xx, with Prometheus' own message if it is one. Also an answer
   * of another kind than was asked for: native histograms, or a range or a text where values of one instant were wanted.
   */
  "refused",
  /** 401 or 403. */
  "unauthorized",
  /** 429, or another passing refusal with a wait that the server asks for. */
  "rate_limited",
  /** 5xx, 408 or 425: it is starting, overloaded, or gave a query up. */
  "unavailable",
  /** Something that is no answer of Prometheus: HTML of a proxy, a redirect, truncated JSON, no HTTP at all. */
  "not_prometheus",
  /** The answer is longer than is read. */
  "too_large",
  /** It comes with warnings: a part of the data is missing. */
  "partial",
  /** There is no such series. */
  "empty",
  /** The newest sample is older than it may be. */
  "stale",
  /** The caller's signal. */
  "aborted",
] as const;

/** One of {@link PROMETHEUS_FAILURES}. */
export type PrometheusFailureKind = (typeof PROMETHEUS_FAILURES)[number];

/** Why there is no answer. */
export interface PrometheusFailure {
  readonly kind: PrometheusFailureKind;
  /** One sentence: what was asked, and what came. It holds no secret, no address and no body. */
  readonly message: string;
  /** What came, without what was asked: the end of the message. */
  readonly reason: string;
  /** HTTP status, if there was one. */
  readonly status?: number;
  /** Prometheus' `errorType`: `bad_data`, `execution`, `timeout` and the like. */
  readonly errorType?: string;
  /** Whether the same question may be answered later. */
  readonly retryable: boolean;
  /** How many requests were sent. */
  readonly attempts: number;
  /** How long the server wants to be left alone, in milliseconds, if it said so. */
  readonly retryAfterMs?: number;
  /** Prometheus' warnings, if there were some. */
  readonly warnings?: readonly string[];
}

/** An answer, or why there is none. */
export type PrometheusResult<Data> =
  | {
      readonly ok: true;
      readonly data: Data;
      /** A part of the data may be missing, as of Thanos without one of its stores. Empty unless partial data are accepted. */
      readonly warnings: readonly string[];
      /** Remarks on the query, which say nothing of the data. */
      readonly infos: readonly string[];
    }
  | { readonly ok: false; readonly failure: PrometheusFailure };

/** Labels of a series, `__name__` among them. It has no prototype, since labels may have any name. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** One series at one instant. */
export interface InstantSample {
  readonly labels: SeriesLabels;
  /** Epoch milliseconds. */
  readonly at: number;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** One series over a range. */
export interface SampledSeries {
  readonly labels: SeriesLabels;
  /** In order of time. Values may be NaN or infinite. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** What is told of a metric. Targets that disagree make several of one metric. */
export interface MetricMetadata {
  readonly metric: string;
  /** `counter`, `gauge`, `histogram`, `summary` and the like. */
  readonly type: string;
  readonly help: string;
  /** Empty unless the target told it. */
  readonly unit: string;
}

/** What answers. */
export interface PrometheusBuild {
  /** Such as `3.5.0`; that of Thanos, Mimir or VictoriaMetrics if one of these answers. */
  readonly version: string;
}

/** How old the newest sample of a selector is. */
export interface PrometheusFreshness {
  /** When it was taken, in epoch milliseconds. */
  readonly newestAt: number;
  /** How long before the time of the question that was, by the clock of the server. */
  readonly ageMs: number;
}
