/** The summary of a k6 run: its three forms, and what they mean. */
import { checkOptions } from "../../core/options.ts";
import type { LoadTestLatency, LoadTestReadOptions, LoadTestResult } from "./result.ts";
import { type LoadTestFile, namesText, openLoadTestFile, type ReportPath } from "./input.ts";

const WANTED = { what: "a summary of k6", command: "k6 run --summary-export=summary.json script.js" };

// k6's JSON is in milliseconds whatever summaryTimeUnit says; "p90" is how the machine-readable form writes "p(90)".
const LATENCY_KEYS: Readonly<Record<keyof LoadTestLatency, readonly string[]>> = {
  mean: ["avg"],
  p50: ["med", "p(50)", "p50"],
  p90: ["p(90)", "p90"],
  p95: ["p(95)", "p95"],
  p99: ["p(99)", "p99"],
  max: ["max"],
};

/**
 * Reads the summary of a k6 run: the file of `--summary-export`, the `data` of `handleSummary(data)`, or the
 * machine-readable form of either (k6 1.5 with `--new-machine-readable-summary`, k6 2 without it). JSON text of up to 16 Mi
 * characters, or the parsed object.
 *
 * k6 has one mean rate for the whole run, so measure one rate a run (`constant-arrival-rate`) and give all of them to
 * {@link replicaCapacity}. It writes no p99 unless asked: `--summary-trend-stats "avg,min,med,max,p(90),p(95),p(99)"`;
 * the machine-readable form never has one, and no thresholds either.
 *
 * @param options.file - what to call the file in an error
 * @throws {@link ConfigurationError} on anything else, saying what it is where that can be told; and on a run that made no
 *   HTTP requests, naming the metrics that there are
 *
 * @example
 * ```ts
 * import { readK6Summary } from "nines";
 *
 * const run = readK6Summary(`{ "metrics": {
 *   "http_reqs": { "count": 6000, "rate": 200 },
 *   "http_req_failed": { "passes": 6, "fails": 5994, "value": 0.001, "thresholds": { "rate<=0.001": false } },
 *   "http_req_duration": { "avg": 21.5, "min": 4, "med": 19, "max": 240, "p(90)": 35, "p(95)": 44 }
 * } }`);
 * if (run.requestsPerSecond !== 200 || run.latencyMs.p95 !== 44) throw new Error("not read");
 * // In this form of k6's, false says that the threshold was not crossed.
 * if (run.thresholdsPassed !== true) throw new Error("the threshold held");
 * ```
 */
export function readK6Summary(input: string | object, options: LoadTestReadOptions = {}): LoadTestResult {
  checkOptions(options, "readK6Summary", ["file"]);
  const file = openLoadTestFile(input, WANTED, options.file);
  const metrics = metricsOf(file);
  const httpReqs = metrics.get("http_reqs");
  if (httpReqs === undefined) {
    const names = [...metrics.keys()].filter((name) => !name.includes("{"));
    throw file.fault([], `has no http_reqs: this run made no HTTP requests; its metrics: ${namesText(names)}`);
  }
  const requests = file.amount([...httpReqs, "count"]);
  if (requests === undefined) throw file.fault([...httpReqs, "count"], "is missing; it is the number of requests");
  const { durationSeconds, requestsPerSecond } = paceOf(file, httpReqs, requests);
  const errorRatio = errorRatioOf(file, metrics.get("http_req_failed"));
  const thresholds = thresholdsOf(file, metrics);
  const dropped = count(file, metrics, "dropped_iterations");
  const iterations = count(file, metrics, "iterations");
  const dropRatio =
    iterations > 0
      ? file.quotient(dropped, iterations, [...(metrics.get("iterations") ?? []), "count"], "dropped iterations")
      : 0;
  const remarks = ["k6 tells one mean rate for the whole run; ramps and pauses in it make it lower than the peak"];
  if (dropped > 0) {
    remarks.push(`k6 dropped ${String(dropped)} iterations: it had no free virtual user when they were due`);
  }
  if (errorRatio === undefined)
    remarks.push("the summary has no http_req_failed, so how many requests failed is unknown");
  else if (errorRatio > 0) remarks.push("k6 counts an answer of 4xx as failed, unless the script says otherwise");
  if (file.at(["results", "metrics"]) !== undefined && thresholds === undefined) {
    remarks.push("this form of summary does not tell whether thresholds held; k6 ends with exit code 99 if not");
  }
  return {
    tool: "k6",
    requests,
    requestsPerSecond,
    offeredPerSecond: requestsPerSecond * (1 + dropRatio),
    errorRatio,
    latencyMs: latencyOf(file, metrics.get("http_req_duration")),
    durationSeconds,
    thresholdsPassed: thresholds,
    remarks,
  };
}

/** Where the values of each metric are, by its name. */
function metricsOf(file: LoadTestFile): ReadonlyMap<string, ReportPath> {
  if (file.at(["aggregate"]) !== undefined) {
    throw file.fault([], "is a report of Artillery; read it with readArtilleryReport");
  }
  const list = file.at(["results", "metrics"]);
  if (Array.isArray(list)) {
    const found = new Map<string, ReportPath>();
    for (const index of list.keys()) {
      const name = file.at(["results", "metrics", index, "name"]);
      if (typeof name === "string") found.set(name, ["results", "metrics", index, "values"]);
    }
    return found;
  }
  const entries = file.entries(["metrics"]);
  if (entries.length === 0) throw file.fault([], `has no metrics; give the file that this writes: ${WANTED.command}`);
  return new Map(
    entries.map(([name]) => {
      const isWrapped = typeof file.at(["metrics", name, "values"]) === "object";
      return [name, isWrapped ? ["metrics", name, "values"] : ["metrics", name]];
    }),
  );
}

function paceOf(
  file: LoadTestFile,
  httpReqs: ReportPath,
  requests: number,
): { durationSeconds: number | undefined; requestsPerSecond: number } {
  const rate = file.amount([...httpReqs, "rate"]);
  const durationMs = file.amount(["state", "testRunDurationMs"]);
  const told = durationMs === undefined ? file.amount(["config", "duration"]) : durationMs / 1_000;
  const ratePath = [...httpReqs, "rate"];
  const durationSeconds =
    told ?? (rate !== undefined && rate > 0 ? file.quotient(requests, rate, ratePath) : undefined);
  const ofDuration = durationMs === undefined ? ["config", "duration"] : ["state", "testRunDurationMs"];
  const measured =
    rate === undefined && durationSeconds !== undefined && durationSeconds > 0
      ? file.quotient(requests, durationSeconds, ofDuration)
      : undefined;
  const requestsPerSecond = rate ?? measured ?? (requests === 0 ? 0 : undefined);
  if (requestsPerSecond !== undefined) return { durationSeconds, requestsPerSecond };
  throw file.fault(ratePath, "is missing, and the summary does not tell how long the run took");
}

function errorRatioOf(file: LoadTestFile, failed: ReportPath | undefined): number | undefined {
  if (failed === undefined) return undefined;
  return file.amount([...failed, "rate"], 1) ?? file.amount([...failed, "value"], 1);
}

function latencyOf(file: LoadTestFile, duration: ReportPath | undefined): LoadTestLatency {
  if (duration === undefined) return {};
  const found = Object.entries(LATENCY_KEYS).map(([name, keys]) => {
    const values = keys.map((key) => file.amount([...duration, key]));
    return [name, values.find((value) => value !== undefined)] as const;
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Whether all of them held; undefined if there are none. */
function thresholdsOf(file: LoadTestFile, metrics: ReadonlyMap<string, ReportPath>): boolean | undefined {
  let passed: boolean | undefined;
  for (const path of metrics.values()) {
    // handleSummary has them beside the values, --summary-export among them; there, true is a threshold that was crossed.
    // A metric may itself have the name "values".
    const beside = path.length > 2 ? path.slice(0, -1) : path;
    for (const [expression] of file.entries([...beside, "thresholds"])) {
      const place = [...beside, "thresholds", expression];
      const [crossed, ok] = [file.at(place), file.at([...place, "ok"])];
      const held = typeof crossed === "boolean" ? !crossed : ok;
      if (typeof held !== "boolean") throw file.fault(place, "does not tell whether the threshold held");
      passed = (passed ?? true) && held;
    }
  }
  return passed;
}

function count(file: LoadTestFile, metrics: ReadonlyMap<string, ReportPath>, name: string): number {
  const path = metrics.get(name);
  return path === undefined ? 0 : (file.amount([...path, "count"]) ?? 0);
}
