/** The report of an Artillery run: its totals, and the periods of ten seconds that they are made of. */
import { checkOptions } from "../../core/options.ts";
import {
  type LoadTestFigures,
  type LoadTestLatency,
  type LoadTestPeriod,
  type LoadTestReadOptions,
  type LoadTestResult,
  SHORTEST_PERIOD_SECONDS,
} from "./result.ts";
import { type LoadTestFile, namesText, openLoadTestFile, type ReportPath } from "./input.ts";

const WANTED = { what: "a report of Artillery", command: "artillery run --output report.json script.yml" };
const PERIOD_MS = 10_000;
const MOST_PERIODS = 100_000;
const LATENCY = "http.response_time";

/**
 * Reads the report of `artillery run --output report.json` (Artillery 2): JSON text of up to 16 Mi characters, or the
 * parsed object. The periods of the report become {@link LoadTestResult.periods}, so one run with a ramp tells
 * {@link replicaCapacity} several rates.
 *
 * Failed are requests without an answer and answers of 5xx. Artillery's percentiles are of the answers only, each right to
 * about 1 %.
 *
 * @param options.file - what to call the file in an error
 * @throws {@link ConfigurationError} on anything else, saying what it is where that can be told; and on a run that made no
 *   HTTP requests, naming the counters that there are
 *
 * @example
 * ```ts
 * import { readArtilleryReport } from "nines";
 *
 * const run = readArtilleryReport({
 *   aggregate: {
 *     counters: { "http.requests": 1000, "http.responses": 998, "http.codes.200": 990, "http.codes.503": 8 },
 *     summaries: { "http.response_time": { min: 4, max: 310, mean: 22.1, p50: 19, p95: 44.3, p99: 80.6 } },
 *     firstMetricAt: 1795900360000,
 *     lastMetricAt: 1795900380000,
 *   },
 *   intermediate: [],
 * });
 * if (run.offeredPerSecond !== 50 || run.errorRatio !== 0.01) throw new Error("not read");
 * ```
 */
export function readArtilleryReport(input: string | object, options: LoadTestReadOptions = {}): LoadTestResult {
  checkOptions(options, "readArtilleryReport", ["file"]);
  const file = openLoadTestFile(input, WANTED, options.file);
  checkIsReport(file);
  const whole: ReportPath = ["aggregate"];
  const span = spanOf(file, whole);
  const seconds = span === undefined ? undefined : secondsOf(span);
  const tally = tallyOf(file, whole);
  // At the end no request is under way any more, so what has no answer will not get one.
  const unanswered = Math.max(tally.unanswered, tally.requests - tally.responses);
  const figures = figuresOf(tally, unanswered, seconds ?? secondsByRate(file, tally));
  const periods = periodsOf(file, span);
  const rates = periods
    .filter(({ durationSeconds }) => durationSeconds >= SHORTEST_PERIOD_SECONDS)
    .map(({ requestsPerSecond }) => requestsPerSecond);
  return {
    tool: "artillery",
    ...figures,
    latencyMs: latencyOf(file, whole),
    durationSeconds: seconds,
    ...(rates.length === 0 ? {} : { peakRequestsPerSecond: rates.reduce((a, b) => Math.max(a, b)) }),
    ...(periods.length === 0 ? {} : { periods }),
    thresholdsPassed: undefined,
    remarks: remarksOf(tally, unanswered),
  };
}

function checkIsReport(file: LoadTestFile): void {
  const isOfK6 = file.at(["metrics"]) !== undefined || file.at(["results", "metrics"]) !== undefined;
  if (isOfK6) throw file.fault([], "is a summary of k6; read it with readK6Summary");
  if (file.at(["aggregate"]) === undefined) {
    throw file.fault([], `has no aggregate; give the file that this writes: ${WANTED.command}`);
  }
  if (file.at(["aggregate", "counters", "http.requests"]) !== undefined) return;
  if (file.at(["aggregate", "counters", "http.responses"]) !== undefined) return;
  if (file.at(["aggregate", "requestsCompleted"]) !== undefined) {
    throw file.fault([], "is a report of Artillery 1; those of Artillery 2 are read");
  }
  const names = file.entries(["aggregate", "counters"]).map(([name]) => name);
  throw file.fault(
    ["aggregate", "counters"],
    `has no http.requests: this run made no HTTP requests; its counters: ${namesText(names)}`,
  );
}

/** What the counters of a stretch say. */
interface Tally {
  readonly requests: number;
  readonly responses: number;
  /** Answers of 4xx and of 5xx. */
  readonly refused: number;
  readonly broken: number;
  /** Requests that ended without an answer, by the errors' names. */
  readonly unanswered: number;
  /** Errors of the script's own, such as a failed capture, by name. */
  readonly others: readonly string[];
}

function tallyOf(file: LoadTestFile, stretch: ReportPath): Tally {
  const counters = [...stretch, "counters"];
  const responses = file.amount([...counters, "http.responses"]) ?? 0;
  let [refused, broken, unanswered] = [0, 0, 0];
  const others: string[] = [];
  for (const [name] of file.entries(counters)) {
    const [, code] = /^http\.codes\.([45])\d\d$/.exec(name) ?? [];
    if (code === undefined && !name.startsWith("errors.")) continue;
    const amount = file.amount([...counters, name]) ?? 0;
    if (code === "4") refused += amount;
    else if (code === "5") broken += amount;
    // Those of the network are codes, such as ECONNRESET; those of a script are sentences, such as "Failed capture or match".
    else if (!/\s/.test(name)) unanswered += amount;
    else if (amount > 0) others.push(name);
  }
  const requests = file.amount([...counters, "http.requests"]) ?? responses + unanswered;
  return { requests, responses, refused, broken, unanswered, others };
}

function figuresOf(tally: Tally, unanswered: number, seconds: number): Omit<LoadTestFigures, "latencyMs"> {
  // As Artillery's own rates: a burst within a second is not divided by less than one.
  const divisor = Math.max(1, seconds);
  const ended = tally.responses + unanswered;
  return {
    requests: tally.requests,
    requestsPerSecond: tally.responses / divisor,
    offeredPerSecond: tally.requests / divisor,
    errorRatio: ended === 0 ? undefined : Math.min(1, (tally.broken + unanswered) / ended),
  };
}

function periodsOf(file: LoadTestFile, run: Span | undefined): LoadTestPeriod[] {
  const list = file.at(["intermediate"]);
  if (!Array.isArray(list)) return [];
  if (list.length > MOST_PERIODS) {
    throw file.fault(["intermediate"], `has ${String(list.length)} periods; at most ${String(MOST_PERIODS)} are read`);
  }
  const periods: LoadTestPeriod[] = [];
  for (const index of list.keys()) {
    const path = ["intermediate", index];
    const tally = tallyOf(file, path);
    const span = periodSpan(file, path, run);
    if (span === undefined || tally.requests + tally.responses === 0) continue;
    const durationSeconds = secondsOf(span);
    const figures = figuresOf(tally, tally.unanswered, durationSeconds);
    periods.push({ startedAt: span[0], durationSeconds, ...figures, latencyMs: latencyOf(file, path) });
  }
  return periods.sort((a, b) => a.startedAt - b.startedAt);
}

/** The ten seconds from `period` on, without what is before or after the run. */
function periodSpan(file: LoadTestFile, path: ReportPath, run: Span | undefined): Span | undefined {
  const written = file.at([...path, "period"]);
  // Artillery writes it as text.
  const period = typeof written === "string" && /^\d{1,15}$/.test(written) ? Number(written) : written;
  if (typeof period !== "number" || !Number.isSafeInteger(period) || period < 0) return spanOf(file, path);
  const [first, last] = run ?? [0, Infinity];
  const [start, end] = [Math.max(period, first), Math.min(period + PERIOD_MS, last)];
  return end > start ? [start, end] : spanOf(file, path);
}

/** The first and the last moment of a stretch, in epoch milliseconds. */
type Span = readonly [first: number, last: number];

function secondsOf([first, last]: Span): number {
  return (last - first) / 1_000;
}

function spanOf(file: LoadTestFile, stretch: ReportPath): Span | undefined {
  const first = file.amount([...stretch, "firstMetricAt"]) ?? file.amount([...stretch, "firstCounterAt"]);
  const last = file.amount([...stretch, "lastMetricAt"]) ?? file.amount([...stretch, "lastCounterAt"]);
  return first === undefined || last === undefined || last < first ? undefined : [first, last];
}

/** For a report without times: how long so many requests take at Artillery's own mean rate. */
function secondsByRate(file: LoadTestFile, { requests }: Tally): number {
  const path = ["aggregate", "rates", "http.request_rate"];
  const rate = file.amount(path) ?? 0;
  if (rate > 0) return file.quotient(requests, rate, path);
  throw file.fault(["aggregate", "firstMetricAt"], "is missing or after lastMetricAt, so no rate can be told");
}

function latencyOf(file: LoadTestFile, stretch: ReportPath): LoadTestLatency {
  const path = [
    ...stretch,
    file.at([...stretch, "summaries", LATENCY]) === undefined ? "histograms" : "summaries",
    LATENCY,
  ];
  const p50 = file.amount([...path, "p50"]) ?? file.amount([...path, "median"]);
  const others = (["mean", "p90", "p95", "p99", "max"] as const).map(
    (key) => [key, file.amount([...path, key])] as const,
  );
  return Object.fromEntries([["p50", p50] as const, ...others].filter(([, value]) => value !== undefined));
}

function remarksOf({ refused, others }: Tally, unanswered: number): string[] {
  const remarks: string[] = [];
  if (refused > 0) remarks.push(`${String(refused)} answers were 4xx; they are not counted as failed`);
  if (unanswered > 0) {
    remarks.push(
      `${String(unanswered)} requests got no answer: they count as failed, and are in no percentile of latency`,
    );
  }
  if (others.length > 0) {
    remarks.push(`errors of the script itself are not counted as failed requests: ${namesText(others)}`);
  }
  return remarks;
}
