/** What one replica carries, by load tests that kept the limits and load tests that broke them. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { LoadTestResult } from "./result.ts";
import { amountText, type LoadTestStep, type StepLimits, stepsOf } from "./steps.ts";

/** What is asked of the measured replicas. */
export interface ReplicaCapacityOptions {
  /** How many replicas shared the load of the tests; 1 without it. */
  readonly replicas?: number | undefined;
  /** The percentile of latency that must be within a limit; latency does not matter without it. */
  readonly latency?: { readonly percentile: 50 | 90 | 95 | 99; readonly limitMs: number } | undefined;
  /** The share of requests that may fail, from 0 to 1; 0.01 without it. */
  readonly maxErrorRatio?: number | undefined;
}

/** The capacity of one replica, and how it is known. */
export interface ReplicaCapacity {
  /** Requests a second that one replica carries within the limits; 0 if none is known. */
  readonly requestsPerSecond: number;
  /**
   * `"measured"`: a higher rate broke the limits. `"at least"`: none did, so the capacity may be higher. `"none"`: not even
   * the lowest rate kept them.
   */
  readonly bound: "measured" | "at least" | "none";
  /** Whether any step broke the limits. */
  readonly limitReached: boolean;
  /** Which step decided, and why, as a sentence. */
  readonly reason: string;
  /** Every step that was judged, from the lowest rate offered to the highest. */
  readonly steps: readonly LoadTestStep[];
}

/**
 * What one replica carries: the highest rate of a step that kept the limits, below every rate at which a step broke them.
 * A step is a run, or a period of five seconds or more of a run that tells periods. Steps are ordered by the rate that was
 * offered, since a service that is overloaded answers fewer requests than one that is not.
 *
 * Give a file of each rate that was tried, up to one that breaks the limits: without such a one the capacity is only
 * known to be `"at least"` the highest rate. Nothing is extrapolated.
 *
 * @throws {@link ConfigurationError} on options that are not possible, and on a run that does not tell the percentile (naming
 *   those that it tells) or how many requests failed
 *
 * @example
 * ```ts
 * import { readK6Summary, replicaCapacity } from "nines";
 *
 * const run = (rate: number, p95: number) =>
 *   readK6Summary({ metrics: {
 *     http_reqs: { count: rate * 60, rate },
 *     http_req_failed: { passes: 0, fails: rate * 60, value: 0 },
 *     http_req_duration: { avg: 20, med: 18, "p(95)": p95 },
 *   } });
 * const runs = [run(100, 40), run(200, 90), run(300, 800)];
 * const capacity = replicaCapacity(runs, { replicas: 2, latency: { percentile: 95, limitMs: 250 } });
 * if (capacity.requestsPerSecond !== 100 || capacity.bound !== "measured") throw new Error(capacity.reason);
 * ```
 */
export function replicaCapacity(
  results: LoadTestResult | readonly LoadTestResult[],
  options: ReplicaCapacityOptions = {},
): ReplicaCapacity {
  const limits = readLimits(options);
  const runs = Array.isArray(results) ? (results as readonly LoadTestResult[]) : [results as LoadTestResult];
  if (runs.length === 0) throw invalid("results", "there are none; give at least one load test");
  const steps = runs
    .flatMap((run, index) => stepsOf(run, index, runs.length, limits))
    .sort((a, b) => a.offeredPerSecond - b.offeredPerSecond);
  const broken = steps.filter(({ met }) => !met);
  const lowest = broken.reduce((least, step) => Math.min(least, step.offeredPerSecond), Infinity);
  const kept = steps.filter(({ met, offeredPerSecond }) => met && offeredPerSecond < lowest);
  const best = kept.reduce<LoadTestStep | undefined>(
    (most, step) => (most === undefined || step.requestsPerSecond > most.requestsPerSecond ? step : most),
    undefined,
  );
  const common = { limitReached: broken.length > 0, steps };
  const first = broken[0];
  if (best === undefined) {
    return { requestsPerSecond: 0, bound: "none", ...common, reason: `${told(first)}; no lower rate kept the limits` };
  }
  const carried = `${amountText(best.requestsPerSecond)}/s a replica (${best.name})`;
  if (first === undefined) {
    const reason = `nothing broke the limits; the highest rate that was tried is ${carried}, so it carries at least that`;
    return { requestsPerSecond: best.requestsPerSecond, bound: "at least", ...common, reason };
  }
  const reason = `${told(first)}; the highest rate below that is ${carried}`;
  return { requestsPerSecond: best.requestsPerSecond, bound: "measured", ...common, reason };
}

function told(step: LoadTestStep | undefined): string {
  if (step === undefined) return "there is no step";
  return `${step.name}, with ${amountText(step.offeredPerSecond)}/s offered to a replica, broke the limits: ${step.problem ?? ""}`;
}

function readLimits(options: ReplicaCapacityOptions): StepLimits {
  checkOptions(options, "replicaCapacity", ["replicas", "latency", "maxErrorRatio"]);
  const { replicas = 1, latency, maxErrorRatio = 0.01 } = options;
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 1_000_000) {
    throw invalid("replicas", `${show(replicas)} is not a number of replicas; write one from 1 to 1000000`);
  }
  if (typeof maxErrorRatio !== "number" || !(maxErrorRatio >= 0 && maxErrorRatio <= 1)) {
    throw invalid("maxErrorRatio", `${show(maxErrorRatio)} is not a share of requests; write one from 0 to 1`);
  }
  if (latency === undefined) return { replicas, maxErrorRatio };
  checkOptions(latency, "replicaCapacity's latency", ["percentile", "limitMs"]);
  const { percentile, limitMs } = latency;
  if (![50, 90, 95, 99].includes(percentile)) {
    throw invalid(["latency", "percentile"], `${show(percentile)} is not one that is read; allowed: 50, 90, 95, 99`);
  }
  if (typeof limitMs !== "number" || !(limitMs > 0 && limitMs < Infinity)) {
    throw invalid(["latency", "limitMs"], `${show(limitMs)} is not a limit; write milliseconds above 0`);
  }
  return { replicas, maxErrorRatio, latency: { key: `p${String(percentile)}` as "p50", limitMs } };
}
