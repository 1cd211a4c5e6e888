/** A load test cut into steps of one rate each, and each step judged. */
import { invalid, show } from "../../core/errors.ts";
import { type LoadTestFigures, type LoadTestResult, SHORTEST_PERIOD_SECONDS } from "./result.ts";

/** One rate that was tried: a run, or a period of one. Rates are for each replica. */
export interface LoadTestStep {
  /** Which it is, such as `run 2` or `run 1, period 3`; counted from 1. */
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly offeredPerSecond: number;
  /** Whether it kept the limits. */
  readonly met: boolean;
  /** Why not. */
  readonly problem?: string;
}

/** What a step must keep. */
export interface StepLimits {
  readonly replicas: number;
  readonly maxErrorRatio: number;
  readonly latency?: { readonly key: "p50" | "p90" | "p95" | "p99"; readonly limitMs: number };
}

const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;

/**
 * The periods of a run that are long enough, or else the run.
 *
 * @throws {@link ConfigurationError} on what is no result, or does not tell what the limits ask for
 */
export function stepsOf(run: LoadTestResult, index: number, count: number, limits: StepLimits): LoadTestStep[] {
  checkRun(run, index, limits);
  const runName = `run ${String(index + 1)}`;
  const periods = (run.periods ?? [])
    .map((period, at) => ({ period, name: `period ${String(at + 1)}` }))
    .filter(({ period }) => period.durationSeconds >= SHORTEST_PERIOD_SECONDS);
  if (periods.length === 0) return [judged(run, runName, limits)];
  return periods.map(({ period, name }) => judged(period, count === 1 ? name : `${runName}, ${name}`, limits));
}

/** Four digits are more than a load test knows. */
export function amountText(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function judged(figures: LoadTestFigures, name: string, limits: StepLimits): LoadTestStep {
  const problem = problemOf(figures, limits);
  const step = {
    name,
    requestsPerSecond: figures.requestsPerSecond / limits.replicas,
    offeredPerSecond: figures.offeredPerSecond / limits.replicas,
  };
  return problem === undefined ? { ...step, met: true } : { ...step, met: false, problem };
}

function problemOf(
  { requestsPerSecond, errorRatio, latencyMs }: LoadTestFigures,
  limits: StepLimits,
): string | undefined {
  if (requestsPerSecond === 0) return "no request was answered";
  const problems: string[] = [];
  if (limits.latency !== undefined) {
    const { key, limitMs } = limits.latency;
    const measured = latencyMs[key];
    if (measured === undefined) problems.push(`${key} is unknown`);
    else if (measured > limitMs) problems.push(`${key} was ${amountText(measured)} ms, over ${amountText(limitMs)} ms`);
  }
  // A period in which nothing ended has no share; that none was answered is said above.
  if (errorRatio !== undefined && errorRatio > limits.maxErrorRatio) {
    problems.push(`${percent(errorRatio)} of the requests failed, over ${percent(limits.maxErrorRatio)}`);
  }
  return problems.length === 0 ? undefined : problems.join(", and ");
}

function checkRun(run: unknown, index: number, { latency, maxErrorRatio }: StepLimits): void {
  const path = ["results", index];
  if (typeof run !== "object" || run === null) throw invalid(path, `${show(run)} is not the result of a load test`);
  const { requestsPerSecond, offeredPerSecond, latencyMs, errorRatio, tool } = run as Partial<LoadTestResult>;
  for (const [key, rate] of Object.entries({ requestsPerSecond, offeredPerSecond })) {
    if (typeof rate === "number" && rate >= 0 && rate < Infinity) continue;
    throw invalid(
      [...path, key],
      `${show(rate)} is not a rate; give what readK6Summary or readArtilleryReport returned`,
    );
  }
  if (requestsPerSecond === 0) return;
  if (latency !== undefined && latencyMs?.[latency.key] === undefined) {
    const known = PERCENTILES.filter((name) => latencyMs?.[name] !== undefined);
    const told = known.length === 0 ? "no percentile" : known.join(", ");
    const fix = tool === "k6" ? '; run k6 with --summary-trend-stats "avg,min,med,max,p(90),p(95),p(99)"' : "";
    throw invalid(
      [...path, "latencyMs"],
      `does not tell ${latency.key}, and none is estimated; it tells ${told}${fix}`,
    );
  }
  if (errorRatio === undefined && maxErrorRatio < 1) {
    throw invalid(
      [...path, "errorRatio"],
      "is unknown: the run does not tell how many requests failed; a maxErrorRatio of 1 leaves it out of account",
    );
  }
}

function percent(ratio: number): string {
  return `${amountText(ratio * 100)}%`;
}
