/** What is asked of a Prometheus, and the checks of what comes of it. */
import { PrometheusApi } from "../../../src/adapters/prometheus/api.ts";
import type { PrometheusResult } from "../../../src/adapters/prometheus/result.ts";
import { PROMETHEUS_FAILURES } from "../../../src/adapters/prometheus/result.ts";
import { PrometheusSamples } from "../../../src/adapters/prometheus/samples.ts";
import { PrometheusSource } from "../../../src/adapters/prometheus/source.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { type Random } from "../../../src/core/random.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { SloStatusReader } from "../../../src/status/reader.ts";
import { REPEATED, type Reply, type Sample } from "./replies.ts";
import { oddNumber } from "./values.ts";
import type { Outcome } from "../types.ts";

export interface Asked {
  readonly question: string;
  readonly retries: number;
  readonly partial: "refuse" | "accept";
  readonly replies: readonly Reply[];
}

/** What a question came to; a failure is a value, or an error that the documents name. */
type Ask = (options: Connection) => Promise<Outcome>;
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly fetch: HttpFetch;
  readonly clock: ManualClock;
  readonly retries: number;
  readonly partial: "refuse" | "accept";
  readonly random: Random;
}

export const AT = Date.UTC(2026, 9, 1);
const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
const RANGE = { start: AT - HOUR, end: AT, stepMs: MINUTE };
export const SLOS = parseSloDocument(`
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    latency: { kind: latency, target: 99%, threshold: 300ms, measurement_window: 7d }
    rate: { kind: error_rate, target: 99.5%, measurement_window: { calendar: month, time_zone: UTC } }
`).slos;

export const QUESTIONS: Readonly<Record<string, Ask>> = {
  query: api((one) => one.query("up", { at: AT, needed: true })),
  range: api((one) => one.queryRange("up", { start: 0, end: 25_000 * MINUTE, stepMs: MINUTE })),
  freshness: api((one) => one.freshness('up{job="shop"}', { newerThanMs: HOUR })),
  series: api((one) => one.series("up")),
  labelNames: api((one) => one.labelNames()),
  labelValues: api((one) => one.labelValues("job")),
  metadata: api((one) => one.metadata()),
  buildInfo: api((one) => one.buildInfo()),
  ready: api((one) => one.ready()),
  samples: samples((one) => one.samples({ cpu: "sum(up)", load: "sum(down)" }, RANGE)),
  sampled: samples((one) => one.series("sum(up)", RANGE)),
  ...Object.fromEntries(
    (["rules", "expressions", "auto"] as const).flatMap((use) => [
      [`status by ${use}`, source(use, (reader) => reader.getSloStatus("shop", { at: AT + 7 * MINUTE }))],
      [`status of a week by ${use}`, source(use, (reader) => reader.getSloStatus("shop", { at: AT, window: "7d" }))],
    ]),
  ),
  course: measured((one) => {
    const ranges = Array.from({ length: 12 }, (_, index) => ({
      start: AT + (index - 1) * HOUR,
      end: AT + index * HOUR,
    }));
    return one.measureAll(SLOS.map((subject) => ({ subject, ranges })));
  }),
  latencies: measured((one) => one.latenciesMs(SLOS, { quantile: 0.95, range: { start: AT - DAY, end: AT } })),
};

function api(ask: (one: PrometheusApi) => Promise<PrometheusResult<unknown>>): Ask {
  return async (options) => {
    const result = await ask(new PrometheusApi(options));
    if (result.ok) {
      checkData(result.data);
      return { taken: true };
    }
    const { kind, message, reason, attempts } = result.failure;
    if (!PROMETHEUS_FAILURES.includes(kind)) throw new Error(`an unknown failure ${kind}`);
    if (attempts > 4 * (options.retries + 1)) throw new Error(`${attempts} attempts`);
    if (oddNumber(result.failure) !== undefined) throw new Error(`a failure with ${oddNumber(result.failure)}`);
    checkMessage(message);
    checkMessage(reason);
    return { refused: message, at: kind };
  };
}

function samples(ask: (one: PrometheusSamples) => Promise<unknown>): Ask {
  return async ({ url, token, fetch }) => {
    try {
      checkData(await ask(new PrometheusSamples({ url, token, fetch })));
      return { taken: true };
    } catch (error) {
      return refusal(error);
    }
  };
}

function source(use: "rules" | "expressions" | "auto", ask: (reader: SloStatusReader) => Promise<unknown>): Ask {
  return async (options) => {
    const reader = new SloStatusReader({
      slos: SLOS,
      source: new PrometheusSource({ ...options, use }),
      clock: options.clock,
    });
    const status = await ask(reader);
    const odd = oddNumber(status);
    if (odd !== undefined) throw new Error(`a status with a number that is none: ${odd}`);
    JSON.stringify(status);
    return { taken: true };
  };
}

function measured(ask: (one: PrometheusSource) => Promise<unknown>): Ask {
  return async (options) => {
    try {
      const answers = await ask(new PrometheusSource(options));
      const odd = oddNumber(answers);
      if (odd !== undefined) throw new Error(`a measurement with a number that is none: ${odd}`);
      return { taken: true };
    } catch (error) {
      return refusal(error);
    }
  };
}

function refusal(error: unknown): Outcome {
  if (!isReliabilityError(error) || error.code !== "adapter") throw error;
  checkMessage(error.message);
  return { refused: error.message, at: /could not ([^:]+)/.exec(error.message)?.[1] ?? "" };
}

/** Values may be what Prometheus calls numbers; times may not. */
function checkData(data: unknown): void {
  const odd = oddNumber(data, (path) => /\.(value|cpu|load)$/.test(path));
  if (odd !== undefined) throw new Error(`data with a number that is none: ${odd}`);
}

function checkMessage(message: string): void {
  if (message.length > 2_000) throw new Error(`a message of ${message.length} characters`);
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(message))
    throw new Error(`a message of several lines: ${JSON.stringify(message)}`);
  if (message.includes("prometheus.example") || message.includes(REPEATED))
    throw new Error(`a message that tells a secret: ${message}`);
}

const metric = { __name__: "up", job: "shop", instance: "a:1" };
const times = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => [AT / 1_000 - HOUR / 1_000 + index * 60, String(index / 7)]);
export const success = (data: unknown, rest: object = {}): string =>
  JSON.stringify({ status: "success", data, ...rest });
/** What a Prometheus answers to each question, and what it says where it does not. */
export const PLAIN: Readonly<Record<string, readonly string[]>> = {
  query: [
    success({
      resultType: "vector",
      result: [
        { metric, value: [AT / 1_000, "1"] },
        { metric: { job: "b" }, value: [AT / 1_000, "NaN"] },
      ],
    }),
    success({ resultType: "scalar", result: [AT / 1_000, "-0.5e-3"] }, { infos: ["PromQL info: x"] }),
    success({
      resultType: "vector",
      result: [{ metric, histogram: [AT / 1_000, { count: "1", sum: "2", buckets: [[0, "1", "2", "1"]] }] }],
    }),
  ],
  range: [
    success({
      resultType: "matrix",
      result: [
        { metric, values: times(60) },
        { metric: { job: "b" }, values: [[AT / 1_000, "+Inf"]] },
      ],
    }),
  ],
  freshness: [
    success({ resultType: "vector", result: [{ metric: {}, value: [AT / 1_000, String(AT / 1_000 - 30)] }] }),
    success({ resultType: "vector", result: [] }),
  ],
  series: [success([metric, { job: "b" }])],
  labelNames: [success(["__name__", "job"])],
  labelValues: [success(["shop", "é"])],
  metadata: [success({ up: [{ type: "gauge", help: "", unit: "" }], http: [{ type: "counter", help: "h" }] })],
  buildInfo: [success({ version: "2.42.0", revision: "x" })],
  ready: ["Prometheus Server is Ready.\n"],
  samples: [
    success({ resultType: "matrix", result: [{ metric: {}, values: times(61) }] }, { warnings: ["a part is missing"] }),
  ],
  sampled: [success({ resultType: "matrix", result: [{ metric: {}, values: times(61) }] })],
};
export const REFUSALS: readonly Sample[] = [
  {
    status: 400,
    body: '{"status":"error","errorType":"bad_data","error":"invalid parameter \\"query\\": 1:5: parse error"}',
  },
  { status: 503, body: '{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}' },
  { status: 503, body: "Service Unavailable", headers: { "content-type": "text/plain" } },
];
