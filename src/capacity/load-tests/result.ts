/** What a load test has measured, whichever tool ran it: plain values that can be kept as JSON. */

/** Latency of requests that were answered, in milliseconds; what the tool did not tell is left out. */
export interface LoadTestLatency {
  readonly mean?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly max?: number;
}

/** One stretch of a load test, or all of it. */
export interface LoadTestFigures {
  /** How many requests were made. */
  readonly requests: number;
  /** Requests that came to an end, a second: the mean over the stretch. */
  readonly requestsPerSecond: number;
  /** Requests that were to be made, a second. More than {@link requestsPerSecond} where the service could not keep up. */
  readonly offeredPerSecond: number;
  /** Share of requests that failed, from 0 to 1; undefined if the tool did not tell. */
  readonly errorRatio: number | undefined;
  /** Percentiles as the tool has computed them; none is estimated from another. */
  readonly latencyMs: LoadTestLatency;
}

/** One reporting period of a load test: for Artillery ten seconds, less at either end. */
export interface LoadTestPeriod extends LoadTestFigures {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationSeconds: number;
}

/** A load test, as {@link readK6Summary} and {@link readArtilleryReport} tell it. */
export interface LoadTestResult extends LoadTestFigures {
  readonly tool: "k6" | "artillery";
  /** From the first to the last moment of the run; undefined if it cannot be told. */
  readonly durationSeconds: number | undefined;
  /** The rate of the fastest period, where the tool tells periods: a ramp-up makes the run's mean lower than this. */
  readonly peakRequestsPerSecond?: number;
  /** The run piece by piece, in order, where the tool tells it so. */
  readonly periods?: readonly LoadTestPeriod[];
  /** Whether the tool's own thresholds held; undefined if it had none or the file does not tell. */
  readonly thresholdsPassed: boolean | undefined;
  /** What a reader of these figures should know, as sentences. */
  readonly remarks: readonly string[];
}

/** How to read the file of a load test. */
export interface LoadTestReadOptions {
  /** What to call the file in an error. */
  readonly file?: string | undefined;
}

/** A period shorter than this is the ragged end of a run: its rate and percentiles are of too few requests. */
export const SHORTEST_PERIOD_SECONDS = 5;
