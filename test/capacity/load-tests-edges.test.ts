import { describe, expect, test } from "vitest";

import { readArtilleryReport } from "../../src/capacity/load-tests/artillery.ts";
import { replicaCapacity } from "../../src/capacity/load-tests/capacity.ts";
import { readK6Summary } from "../../src/capacity/load-tests/k6.ts";
import type { LoadTestPeriod, LoadTestResult } from "../../src/capacity/load-tests/result.ts";

import { refusal } from "../support/refusal.ts";

const BEGUN = 1_795_900_360_000;
const COUNTERS = { "http.requests": 100, "http.responses": 100 };
const TIMES = { firstMetricAt: BEGUN, lastMetricAt: BEGUN + 20_000 };
type Fields = Readonly<Record<string, unknown>>;

/** A report of twenty seconds with these counters, and with what else its aggregate has. */
const artillery = (counters: Fields = {}, aggregate: Fields = {}, rest: Fields = {}): LoadTestResult =>
  readArtilleryReport({ aggregate: { counters: { ...COUNTERS, ...counters }, ...TIMES, ...aggregate }, ...rest });
const periodsOf = (periods: readonly Fields[], aggregate: Fields = {}): readonly LoadTestPeriod[] | undefined =>
  artillery({}, aggregate, { intermediate: periods }).periods;
/** When periods begin, after the run did, and how long they are. */
const spans = (periods: readonly Fields[], aggregate: Fields = {}): readonly unknown[] =>
  (periodsOf(periods, aggregate) ?? []).map((period) => [period.startedAt - BEGUN, period.durationSeconds]);

describe("a report of Artillery", () => {
  test("is read as a whole", () => {
    const counters = {
      "http.requests": 100,
      "http.responses": 90,
      "http.codes.200": 79,
      "http.codes.404": 5,
      "http.codes.429": 2,
      "http.codes.500": 3,
      "http.codes.503": 1,
      "errors.ETIMEDOUT": 8,
      "errors.ECONNRESET": 4,
      "errors.Failed capture or match": 3,
      "errors.Undefined function": 0,
      "vusers.created": 7,
    };
    const summary = { mean: 20, p50: 19, p75: 25, p90: 30, p95: 40, p99: 50, p999: 60, max: 70, count: 90 };
    const period = { counters: { "http.requests": 50, "http.responses": 30, "errors.ETIMEDOUT": 2 } };
    const report = {
      aggregate: { counters, summaries: { "http.response_time": summary }, ...TIMES },
      intermediate: [
        { ...period, period: String(BEGUN + 10_000), summaries: { "http.response_time": { p95: 44 } } },
        { ...period, period: String(BEGUN) },
        { counters: {}, period: String(BEGUN) },
      ],
    };
    const figures = { requests: 50, requestsPerSecond: 3, offeredPerSecond: 5, errorRatio: 2 / 32 };
    expect(readArtilleryReport(report)).toEqual({
      tool: "artillery",
      requests: 100,
      requestsPerSecond: 4.5,
      offeredPerSecond: 5,
      // 4 of 5xx and 12 without an answer, of 90 and 12.
      errorRatio: 16 / 102,
      latencyMs: { mean: 20, p50: 19, p90: 30, p95: 40, p99: 50, max: 70 },
      durationSeconds: 20,
      peakRequestsPerSecond: 3,
      periods: [
        { startedAt: BEGUN, durationSeconds: 10, ...figures, latencyMs: {} },
        { startedAt: BEGUN + 10_000, durationSeconds: 10, ...figures, latencyMs: { p95: 44 } },
      ],
      thresholdsPassed: undefined,
      remarks: [
        "7 answers were 4xx; they are not counted as failed",
        "12 requests got no answer: they count as failed, and are in no percentile of latency",
        'errors of the script itself are not counted as failed requests: "errors.Failed capture or match"',
      ],
    });
  });

  test("without periods has none, and nothing to remark on", () => {
    const bare = {
      tool: "artillery",
      requests: 100,
      requestsPerSecond: 5,
      offeredPerSecond: 5,
      errorRatio: 0,
      latencyMs: {},
      durationSeconds: 20,
      thresholdsPassed: undefined,
      remarks: [],
    };
    expect(artillery()).toEqual(bare);
    expect(Object.keys(artillery())).not.toContain("periods");
    expect(Object.keys(artillery())).not.toContain("peakRequestsPerSecond");
    expect(artillery({}, {}, { intermediate: {} })).toEqual(bare);
    expect(artillery({}, {}, { intermediate: [] })).toEqual(bare);
  });

  test.each<[string, Fields, number]>([
    ["requests that had an error", { "errors.EPIPE": 12, "http.responses": 90 }, 12 / 102],
    ["requests that had no answer at the end", { "errors.EPIPE": 2, "http.responses": 90 }, 10 / 100],
    ["answers of 5xx", { "http.codes.500": 1, "http.codes.599": 2 }, 3 / 100],
    ["no answers of other classes", { "http.codes.301": 9, "http.codes.499": 9, "http.codes.600": 9 }, 0],
    ["no other counters", { "http.codes.5033": 9, "my.http.codes.503": 9, http_codes_503: 9, errorsEPIPE: 9 }, 0],
    ["no errors of the script", { "errors.no data": 9 }, 0],
    ["no null", { "http.codes.500": null, "errors.EPIPE": null }, 0],
    ["at most all of them", { "http.codes.500": 300 }, 1],
  ])("counts as failed %s", (_, counters, ratio) => {
    expect(artillery(counters).errorRatio).toBe(ratio);
  });

  test("counts requests by answers and errors where it does not tell them", () => {
    const counters = { "http.requests": undefined, "http.responses": 90, "errors.EPIPE": 10 };
    expect(artillery(counters)).toMatchObject({ requests: 100, offeredPerSecond: 5, requestsPerSecond: 4.5 });
  });

  test("that nothing came of has no share of failures", () => {
    expect(artillery({ "http.requests": 0, "http.responses": 0 })).toMatchObject({
      requests: 0,
      requestsPerSecond: 0,
      offeredPerSecond: 0,
      errorRatio: undefined,
    });
    expect(artillery({ "http.responses": null })).toMatchObject({ requestsPerSecond: 0, errorRatio: 1 });
  });

  test("of less than a second is a rate of its second", () => {
    expect(artillery({}, { lastMetricAt: BEGUN + 500 })).toMatchObject({
      requestsPerSecond: 100,
      durationSeconds: 0.5,
    });
    expect(artillery({}, { lastMetricAt: BEGUN })).toMatchObject({ requestsPerSecond: 100, durationSeconds: 0 });
    expect(artillery({}, { lastMetricAt: BEGUN + 2_000 })).toMatchObject({ requestsPerSecond: 50, durationSeconds: 2 });
  });

  test("goes by its counters' times where it has no metrics', and by its rate where it has neither", () => {
    const none = { firstMetricAt: undefined, lastMetricAt: undefined };
    const counted = { ...none, firstCounterAt: BEGUN, lastCounterAt: BEGUN + 4_000 };
    expect(artillery({}, counted)).toMatchObject({ durationSeconds: 4, requestsPerSecond: 25 });
    const both = { firstCounterAt: BEGUN + 1, lastCounterAt: BEGUN + 2 };
    expect(artillery({}, both).durationSeconds).toBe(20);
    const rates = { "http.request_rate": 50 };
    for (const times of [none, { lastMetricAt: undefined }, { firstMetricAt: undefined }, { lastMetricAt: BEGUN - 1 }])
      expect(artillery({}, { ...times, rates })).toMatchObject({ durationSeconds: undefined, requestsPerSecond: 50 });
  });

  test.each<[string, Fields]>([
    ["none", {}],
    ["one of 0", { rates: { "http.request_rate": 0 } }],
  ])("without times, and with a rate that is %s, is refused", (_, rates) => {
    expect(refusal(() => artillery({}, { firstMetricAt: undefined, ...rates }))).toBe(
      "aggregate.firstMetricAt: is missing or after lastMetricAt, so no rate can be told",
    );
  });

  test("of a rate that is next to nothing is refused", () => {
    const aggregate = { firstMetricAt: undefined, rates: { "http.request_rate": 1e-14 } };
    expect(refusal(() => artillery({}, aggregate))).toBe(
      'aggregate.rates["http.request_rate"]: 1e-14 is too little for 100 requests',
    );
    expect(artillery({}, { ...aggregate, rates: { "http.request_rate": 1e-13 } }).requestsPerSecond).toBeCloseTo(
      1e-13,
      20,
    );
  });

  test("takes latency from its summaries, or from histograms, whose middle is called median", () => {
    const summaries = { "http.response_time": { p50: 3, median: 4 } };
    const histograms = { "http.response_time": { median: 5, p99: 9 } };
    expect(artillery({}, { summaries, histograms }).latencyMs).toEqual({ p50: 3 });
    expect(artillery({}, { histograms }).latencyMs).toEqual({ p50: 5, p99: 9 });
    expect(artillery({}, { summaries: { "http.response_time": { median: 4 } } }).latencyMs).toEqual({ p50: 4 });
    expect(artillery({}, { summaries: { other: { p50: 4 } } }).latencyMs).toStrictEqual({});
  });

  test.each<[string, unknown, string]>([
    ["k6's export", { metrics: {} }, "is a summary of k6; read it with readK6Summary"],
    ["k6's machine-readable form", { results: { metrics: [] } }, "is a summary of k6; read it with readK6Summary"],
    [
      "another object",
      { results: {} },
      "has no aggregate; give the file that this writes: artillery run --output report.json script.yml",
    ],
    [
      "a report of Artillery 1",
      { aggregate: { requestsCompleted: 3 } },
      "is a report of Artillery 1; those of Artillery 2 are read",
    ],
    [
      "a run of nothing",
      { aggregate: {} },
      "aggregate.counters: has no http.requests: this run made no HTTP requests; its counters: none",
    ],
    [
      "a list",
      [],
      "a list of 0 is not a report of Artillery; give the file that this writes: artillery run --output report.json script.yml",
    ],
    [
      "a count that is none",
      { aggregate: { counters: { ...COUNTERS, "http.codes.500": "3" }, ...TIMES } },
      'aggregate.counters["http.codes.500"]: "3" is not a measurement; allowed are numbers from 0 to 1000000000000000',
    ],
  ])("is not %s", (_, report, message) => {
    expect(refusal(() => readArtilleryReport(report as object))).toBe(message);
    expect(refusal(() => readArtilleryReport(report as object, { file: "r.json" }))).toMatch(/^r\.json:? /);
  });

  test("has options that are spelt right", () => {
    expect(refusal(() => readArtilleryReport("{}", { name: "r" } as object))).toBe(
      "name: is no option of readArtilleryReport; allowed: file",
    );
    expect(refusal(() => readK6Summary("{}", { name: "r" } as object))).toBe(
      "name: is no option of readK6Summary; allowed: file",
    );
  });
});

describe("the periods of a report of Artillery", () => {
  const counters = COUNTERS;

  test.each<[string, unknown, unknown]>([
    ["text", String(BEGUN + 5_000), [5_000, 10]],
    ["a number", BEGUN + 5_000, [5_000, 10]],
    ["before the run began", BEGUN - 4_000, [0, 6]],
    ["until after the run ended", BEGUN + 13_000, [13_000, 7]],
    // Then by its own metrics, from 1 s to 3 s.
    ["nothing", undefined, [1_000, 2]],
    ["words", "now", [1_000, 2]],
    ["text with spaces", ` ${String(BEGUN + 5_000)} `, [1_000, 2]],
    ["text with more digits than a time has", `000${String(BEGUN + 5_000)}`, [1_000, 2]],
    ["a fraction", BEGUN + 0.5, [1_000, 2]],
    ["before all time", -1, [1_000, 2]],
    ["no number", NaN, [1_000, 2]],
    ["that ends where the run begins", BEGUN - 10_000, [1_000, 2]],
    ["that begins where the run ends", BEGUN + 20_000, [1_000, 2]],
    ["after the run", BEGUN + 90_000, [1_000, 2]],
  ])("are ten seconds from when they say, of which there is the run: %s", (_, period, span) => {
    const own = { counters, firstMetricAt: BEGUN + 1_000, lastMetricAt: BEGUN + 3_000 };
    expect(spans([{ ...own, period }])).toEqual([span]);
  });

  test("of a run without times are whole", () => {
    const aggregate = { firstMetricAt: undefined, rates: { "http.request_rate": 5 } };
    const own = { counters, firstMetricAt: BEGUN + 1_000, lastMetricAt: BEGUN + 3_000 };
    expect(spans([{ ...own, period: BEGUN }], aggregate)).toEqual([[0, 10]]);
    expect(spans([{ counters, period: 0 }], aggregate)).toEqual([[-BEGUN, 10]]);
    expect(spans([{ ...own, period: -3 }], aggregate)).toEqual([[1_000, 2]]);
  });

  test("are in the order of time", () => {
    const later = [9_000, 3_000, 6_000].map((at) => ({ counters, period: BEGUN + at }));
    expect(spans(later)).toEqual([
      [3_000, 10],
      [6_000, 10],
      [9_000, 10],
    ]);
  });

  test("in which nothing was, or whose time nobody knows, are left out", () => {
    expect(periodsOf([{ counters: {}, period: BEGUN }, { counters }, "period" as never])).toBeUndefined();
    expect(spans([{ counters: { "http.responses": 3 }, period: BEGUN }])).toEqual([[0, 10]]);
    expect(spans([{ counters: { "http.requests": 3 }, period: BEGUN }])).toEqual([[0, 10]]);
  });

  test("count as failed what is known to be, for others may be under way", () => {
    const [period] = periodsOf([
      { counters: { "http.requests": 90, "http.responses": 40, "errors.EPIPE": 10 }, period: BEGUN },
    ]) as [LoadTestPeriod];
    expect(period).toEqual({
      startedAt: BEGUN,
      durationSeconds: 10,
      requests: 90,
      requestsPerSecond: 4,
      offeredPerSecond: 9,
      errorRatio: 10 / 50,
      latencyMs: {},
    });
  });

  test("of five seconds and more tell the peak", () => {
    const of = (responses: number, seconds: number): Fields => ({
      counters: { "http.requests": responses, "http.responses": responses },
      period: BEGUN + 20_000 - seconds * 1_000,
    });
    const peak = (...periods: Fields[]): number | undefined =>
      artillery({}, {}, { intermediate: periods }).peakRequestsPerSecond;
    expect(peak(of(100, 10), of(90, 5), of(900, 4.999))).toBe(18);
    expect(peak(of(100, 10), of(40, 5))).toBe(10);
    expect(peak(of(900, 4.999))).toBeUndefined();
  });

  test("are at most a hundred thousand", () => {
    const most = Array.from({ length: 100_000 }, () => null);
    expect(artillery({}, {}, { intermediate: most })).not.toHaveProperty("periods");
    expect(refusal(() => artillery({}, {}, { intermediate: [...most, null] }))).toBe(
      "intermediate: has 100001 periods; at most 100000 are read",
    );
  });
});

const k6 = (metrics: Fields, rest: Fields = {}): LoadTestResult => readK6Summary({ metrics, ...rest });
const MEAN = "k6 tells one mean rate for the whole run; ramps and pauses in it make it lower than the peak";
const UNKNOWN_FAILURES = "the summary has no http_req_failed, so how many requests failed is unknown";

describe("a summary of k6", () => {
  test("is read as a whole", () => {
    const summary = k6({
      http_reqs: { count: 600, rate: 10, thresholds: { "rate>5": false } },
      http_req_failed: { value: 0.1, thresholds: { "rate<0.2": false } },
      http_req_duration: { avg: 1, med: 2, "p(90)": 3, "p(95)": 4, "p(99)": 5, max: 6, min: 7 },
      iterations: { count: 300 },
      dropped_iterations: { count: 150 },
    });
    expect(summary).toEqual({
      tool: "k6",
      requests: 600,
      requestsPerSecond: 10,
      offeredPerSecond: 15,
      errorRatio: 0.1,
      latencyMs: { mean: 1, p50: 2, p90: 3, p95: 4, p99: 5, max: 6 },
      durationSeconds: 60,
      thresholdsPassed: true,
      remarks: [
        MEAN,
        "k6 dropped 150 iterations: it had no free virtual user when they were due",
        "k6 counts an answer of 4xx as failed, unless the script says otherwise",
      ],
    });
  });

  test("of requests alone says what is not known", () => {
    expect(k6({ http_reqs: { count: 600, rate: 10 } })).toEqual({
      tool: "k6",
      requests: 600,
      requestsPerSecond: 10,
      offeredPerSecond: 10,
      errorRatio: undefined,
      latencyMs: {},
      durationSeconds: 60,
      thresholdsPassed: undefined,
      remarks: [MEAN, UNKNOWN_FAILURES],
    });
    expect(k6({ http_reqs: { count: 600, rate: 10 }, http_req_failed: { rate: 0, value: 1 } })).toMatchObject({
      errorRatio: 0,
      remarks: [MEAN],
    });
  });

  test("that dropped iterations and finished none offered what it tells", () => {
    const dropped = { http_reqs: { count: 60, rate: 1 }, dropped_iterations: { count: 9 } };
    expect(k6(dropped).offeredPerSecond).toBe(1);
    expect(k6({ ...dropped, iterations: { count: 0 } }).offeredPerSecond).toBe(1);
    expect(k6({ ...dropped, iterations: {} }).offeredPerSecond).toBe(1);
    expect(k6({ ...dropped, iterations: { count: 3 } }).offeredPerSecond).toBe(4);
  });

  test.each<[string, Fields, Fields, [rate: number, seconds: number | undefined]]>([
    ["by its rate", { count: 60, rate: 2 }, {}, [2, 30]],
    ["by its duration", { count: 60 }, { state: { testRunDurationMs: 4_000 } }, [15, 4]],
    ["by the seconds of its configuration", { count: 60 }, { config: { duration: 5 } }, [12, 5]],
    [
      "by both, and its duration before its configuration",
      { count: 60, rate: 2 },
      { state: { testRunDurationMs: 4_000 }, config: { duration: 5 } },
      [2, 4],
    ],
    ["by its rate, whatever its duration", { count: 60, rate: 2 }, { state: { testRunDurationMs: 1e-12 } }, [2, 1e-15]],
    ["of no request", { count: 0 }, {}, [0, undefined]],
    ["of no request in no time", { count: 0 }, { config: { duration: 0 } }, [0, 0]],
    ["of no rate", { count: 0, rate: 0 }, {}, [0, undefined]],
    ["of requests at no rate", { count: 7, rate: 0 }, {}, [0, undefined]],
  ])("tells its pace %s", (_, http_reqs, rest, [requestsPerSecond, durationSeconds]) => {
    expect(k6({ http_reqs }, rest)).toMatchObject({ requestsPerSecond, durationSeconds });
  });

  test.each<[string, Fields, Fields, string]>([
    [
      "neither a rate nor a duration",
      { count: 9 },
      {},
      "metrics.http_reqs.rate: is missing, and the summary does not tell how long the run took",
    ],
    [
      "a duration of nothing",
      { count: 9 },
      { state: { testRunDurationMs: 0 } },
      "metrics.http_reqs.rate: is missing, and the summary does not tell how long the run took",
    ],
    [
      "a rate that is next to nothing",
      { count: 9, rate: 1e-15 },
      {},
      "metrics.http_reqs.rate: 1e-15 is too little for 9 requests",
    ],
    [
      "a duration that is next to nothing",
      { count: 9 },
      { state: { testRunDurationMs: 1e-12 } },
      "state.testRunDurationMs: 1e-15 is too little for 9 requests",
    ],
    [
      "a configuration of next to nothing",
      { count: 9 },
      { config: { duration: 1e-15 } },
      "config.duration: 1e-15 is too little for 9 requests",
    ],
    ["no count", { rate: 9 }, {}, "metrics.http_reqs.count: is missing; it is the number of requests"],
    [
      "more requests than there can be",
      { count: 1.1e15, rate: 1 },
      {},
      "metrics.http_reqs.count: 1100000000000000 is not a measurement; allowed are numbers from 0 to 1000000000000000",
    ],
  ])("with %s is refused", (_, http_reqs, rest, message) => {
    expect(refusal(() => k6({ http_reqs }, rest))).toBe(message);
  });

  test("of as much as can be measured is read", () => {
    expect(k6({ http_reqs: { count: 1e15, rate: 1 } })).toMatchObject({ requests: 1e15, durationSeconds: 1e15 });
    const http_reqs = { count: 1, rate: 1 };
    expect(k6({ http_reqs, http_req_failed: { value: 1 } }).errorRatio).toBe(1);
    expect(refusal(() => k6({ http_reqs, http_req_failed: { rate: 1.01 } }))).toBe(
      "metrics.http_req_failed.rate: 1.01 is not a measurement; allowed are numbers from 0 to 1",
    );
    expect(refusal(() => k6({ http_reqs, http_req_failed: { value: -0.1 } }))).toBe(
      "metrics.http_req_failed.value: -0.1 is not a measurement; allowed are numbers from 0 to 1",
    );
  });

  test.each<[string, Fields, Fields]>([
    ["with brackets", { "p(50)": 1, "p(90)": 2, "p(95)": 3, "p(99)": 4 }, { p50: 1, p90: 2, p95: 3, p99: 4 }],
    ["without", { p50: 1, p90: 2, p95: 3, p99: 4 }, { p50: 1, p90: 2, p95: 3, p99: 4 }],
    ["the first of several", { med: 1, "p(50)": 2, p50: 3, "p(90)": 4, p90: 5 }, { p50: 1, p90: 4 }],
    ["of nothing", { min: 1 }, {}],
  ])("has its percentiles %s", (_, http_req_duration, latencyMs) => {
    expect(k6({ http_reqs: { count: 1, rate: 1 }, http_req_duration }).latencyMs).toStrictEqual(latencyMs);
  });

  test("of handleSummary has its values and its thresholds beside each other", () => {
    const values = { count: 6, rate: 2 };
    const held = (...oks: unknown[]): boolean | undefined =>
      k6({
        http_reqs: {
          type: "counter",
          values,
          thresholds: Object.fromEntries(oks.map((ok, at) => [`rate>${String(at)}`, { ok }])),
        },
      }).thresholdsPassed;
    expect([held(), held(true), held(true, false), held(false, true), held(true, true)]).toEqual([
      undefined,
      true,
      false,
      false,
      true,
    ]);
    expect(refusal(() => held(true, "no"))).toBe(
      'metrics.http_reqs.thresholds["rate>1"]: does not tell whether the threshold held',
    );
    // A metric by the name of values is still one.
    expect(k6({ http_reqs: values, values: { thresholds: { "a>1": true } } }).thresholdsPassed).toBe(false);
  });

  test("in the machine-readable form is a list, and does not tell of thresholds", () => {
    const metrics = [
      { name: "http_reqs", values: { count: 6, rate: 2 } },
      { values: { count: 1 } },
      null,
      { name: "http_req_failed", values: { rate: 0.5 } },
    ];
    const summary = readK6Summary({ results: { metrics } });
    expect(summary).toMatchObject({ requests: 6, errorRatio: 0.5, thresholdsPassed: undefined });
    expect(summary.remarks).toEqual([
      MEAN,
      "k6 counts an answer of 4xx as failed, unless the script says otherwise",
      "this form of summary does not tell whether thresholds held; k6 ends with exit code 99 if not",
    ]);
    const held = { ...metrics[0], thresholds: { "rate>1": { ok: true } } };
    expect(readK6Summary({ results: { metrics: [held, metrics[3]] } })).toMatchObject({
      thresholdsPassed: true,
      remarks: [MEAN, "k6 counts an answer of 4xx as failed, unless the script says otherwise"],
    });
    expect(refusal(() => readK6Summary({ results: { metrics: [metrics[1], { name: "vus" }] } }))).toBe(
      'has no http_reqs: this run made no HTTP requests; its metrics: "vus"',
    );
  });

  test.each<[string, unknown, string]>([
    ["a report of Artillery", { aggregate: {} }, "is a report of Artillery; read it with readArtilleryReport"],
    [
      "without metrics",
      { metrics: {} },
      "has no metrics; give the file that this writes: k6 run --summary-export=summary.json script.js",
    ],
    [
      "without HTTP, of which sub-metrics are not told",
      { metrics: { vus: {}, "http_reqs{name:a}": {}, iterations: {} } },
      'has no http_reqs: this run made no HTTP requests; its metrics: "vus", "iterations"',
    ],
    [
      "of ten metrics, all of which are told",
      { metrics: Object.fromEntries(Array.from("abcdefghij", (name) => [name, {}])) },
      'has no http_reqs: this run made no HTTP requests; its metrics: "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"',
    ],
    [
      "of eleven, ten of which are",
      { metrics: Object.fromEntries(Array.from("abcdefghijk", (name) => [name, {}])) },
      'has no http_reqs: this run made no HTTP requests; its metrics: "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 1 more',
    ],
  ])("that is %s is refused", (_, summary, message) => {
    expect(refusal(() => readK6Summary(summary as object))).toBe(message);
  });
});

describe("a file that is none", () => {
  const [wanted, advice] = [
    "a summary of k6",
    "give the file that this writes: k6 run --summary-export=summary.json script.js",
  ];
  const stream = `is the stream of k6 run --out json, a measurement a line, and not ${wanted}; ${advice}`;
  const [script, yaml] = [`is a script, not ${wanted}; ${advice}`, `is YAML, not ${wanted}; ${advice}`];
  const [html, json] = [`is HTML, not ${wanted}; ${advice}`, `is not JSON; ${advice}`];
  const empty = `is empty; ${advice}`;
  const line = '{"type":"Metric","data":{"name":"http_reqs"},"metric":"http_reqs"}';

  test.each<[string, string, string]>([
    ["nothing", "", empty],
    ["lines of nothing", " \n\t\n", empty],
    ["twenty thousand spaces, whatever is behind them", `${" ".repeat(20_000)}x`, empty],
    ["one space fewer", `${" ".repeat(19_999)}x`, json],
    ["a line of a stream", line, stream],
    ["a point of a stream", line.replace("Metric", "Point"), stream],
    ["a stream", `${line}\n${line}\n`, stream],
    ["a stream of Windows", `${line}\r\n${line}\r\n`, stream],
    ["a stream of which the first line is empty", `\n\n${line}\n${line}`, stream],
    ["lines of something else", '{"type":"Other","data":{}}\n{}', json],
    ["lines without data", '{"type":"Metric"}\n{}', json],
    ["lines with data that are no mapping", '{"type":"Point","data":3}\n{}', json],
    ["a line with a letter too many", `${line}x`, json],
    ["half a line", '{"type":"Metric"\n{}', json],
    ["a page", "  <html>", html],
    ["an import", 'import http from "k6/http";', script],
    ["an export", "// a test\nexport default 3;", script],
    ["a constant", "const a = 3;", script],
    ["a variable", "let a = 3;", script],
    ["an old variable", "var a = 3;", script],
    ["a function", "function a() {}", script],
    ["a word that begins like one", "constant", json],
    ["a word that is not at the beginning of a line", "an import of it", json],
    ["YAML", "config:\n  target: x", yaml],
    ["YAML of one letter", "a: 1", yaml],
    ["YAML of nothing", "config:", yaml],
    ["YAML of a long name, behind a comment", "# a\nmy-long_name9: 3", yaml],
    ["a document of YAML", "---\n- 1", yaml],
    ["an address", "http://localhost", json],
    ["a name that does not begin a line", "My name: x", json],
    ["dashes that do not begin a line", "a --- b", json],
    ["another text", "hello", json],
  ])("%s", (_, text, message) => {
    expect(refusal(() => readK6Summary(text))).toBe(message);
    expect(refusal(() => readK6Summary(text, { file: "run.json" }))).toBe(`run.json: ${message}`);
  });

  test("but for its mark of the order of bytes is read", () => {
    const text = JSON.stringify({ metrics: { http_reqs: { count: 1, rate: 1 } } });
    expect(readK6Summary(`\uFEFF${text}`)).toEqual(readK6Summary(text));
    expect(refusal(() => readK6Summary(`${text}\uFEFF`))).toBe(json);
  });

  test("but for too much space is read", () => {
    const text = JSON.stringify({ metrics: { http_reqs: { count: 1, rate: 1 } } });
    const most = 16 * 1024 * 1024;
    expect(readK6Summary(text.padEnd(most)).requests).toBe(1);
    expect(refusal(() => readK6Summary(text.padEnd(most + 1)))).toBe(
      "too large: 16777217 characters; at most 16777216 are read",
    );
  });

  test.each<[string, unknown, string]>([
    ["null", "null", `null is not ${wanted}; ${advice}`],
    ["a list", [], `a list of 0 is not ${wanted}; ${advice}`],
    ["a number", 5, `5 is not ${wanted}; ${advice}`],
    ["a parsed line of a stream", JSON.parse(line), stream],
  ])("that is %s", (_, given, message) => {
    expect(refusal(() => readK6Summary(given as object))).toBe(message);
  });
});

describe("steps of load tests", () => {
  const step = (rest: Partial<LoadTestResult> = {}): LoadTestResult => ({
    tool: "artillery",
    requests: 600,
    requestsPerSecond: 10,
    offeredPerSecond: 10,
    errorRatio: 0,
    latencyMs: { p50: 10, p95: 20 },
    durationSeconds: 60,
    thresholdsPassed: undefined,
    remarks: [],
    ...rest,
  });
  const of = (rate: number, rest: Partial<LoadTestResult> = {}): LoadTestResult =>
    step({ requestsPerSecond: rate, offeredPerSecond: rate, ...rest });
  const latency = { percentile: 95, limitMs: 250 } as const;

  test("are told from the lowest rate to the highest, each with what it broke", () => {
    const runs = [of(300, { errorRatio: 0.5, latencyMs: { p95: 1_234.56 } }), of(100), of(200)];
    expect(replicaCapacity(runs, { replicas: 2, latency })).toEqual({
      requestsPerSecond: 100,
      bound: "measured",
      limitReached: true,
      reason:
        "run 1, with 150/s offered to a replica, broke the limits: p95 was 1235 ms, over 250 ms, and 50% of the requests failed, over 1%; the highest rate below that is 100/s a replica (run 3)",
      steps: [
        { name: "run 2", requestsPerSecond: 50, offeredPerSecond: 50, met: true },
        { name: "run 3", requestsPerSecond: 100, offeredPerSecond: 100, met: true },
        {
          name: "run 1",
          requestsPerSecond: 150,
          offeredPerSecond: 150,
          met: false,
          problem: "p95 was 1235 ms, over 250 ms, and 50% of the requests failed, over 1%",
        },
      ],
    });
  });

  test("that offered as much as one that broke do not count, and of equal ones the first does", () => {
    const capacity = replicaCapacity([of(100), of(100, { errorRatio: 1 }), of(50), of(50)]);
    expect(capacity).toMatchObject({ requestsPerSecond: 50, bound: "measured" });
    expect(capacity.reason).toBe(
      "run 2, with 100/s offered to a replica, broke the limits: 100% of the requests failed, over 1%; the highest rate below that is 50/s a replica (run 3)",
    );
    const most = replicaCapacity([of(9), of(12, { offeredPerSecond: 30 }), of(11, { offeredPerSecond: 40 })]);
    expect(most.requestsPerSecond).toBe(12);
  });

  test("that broke are told of from the lowest rate", () => {
    const { reason } = replicaCapacity([of(300, { errorRatio: 1 }), of(200, { errorRatio: 1 })]);
    expect(reason).toBe(
      "run 2, with 200/s offered to a replica, broke the limits: 100% of the requests failed, over 1%; no lower rate kept the limits",
    );
  });

  test("keep their limits where they are met exactly", () => {
    const exact = of(10, { errorRatio: 0.2, latencyMs: { p95: 250 } });
    expect(replicaCapacity(exact, { latency, maxErrorRatio: 0.2 }).limitReached).toBe(false);
    expect(replicaCapacity({ ...exact, errorRatio: 0.2001 }, { maxErrorRatio: 0.2 }).limitReached).toBe(true);
    expect(replicaCapacity({ ...exact, latencyMs: { p95: 250.1 } }, { latency, maxErrorRatio: 1 }).limitReached).toBe(
      true,
    );
  });

  test("in which nothing was answered broke the limits, whatever else is known", () => {
    const silent = of(0, { offeredPerSecond: 40, errorRatio: undefined, latencyMs: {} });
    expect(replicaCapacity(silent, { latency })).toEqual({
      requestsPerSecond: 0,
      bound: "none",
      limitReached: true,
      reason:
        "run 1, with 40/s offered to a replica, broke the limits: no request was answered; no lower rate kept the limits",
      steps: [
        { name: "run 1", requestsPerSecond: 0, offeredPerSecond: 40, met: false, problem: "no request was answered" },
      ],
    });
  });

  test("are the periods of five seconds and more, named by their run where there are several", () => {
    const period = (rate: number, durationSeconds: number, rest: Partial<LoadTestPeriod> = {}): LoadTestPeriod => ({
      startedAt: BEGUN,
      durationSeconds,
      requests: 100,
      requestsPerSecond: rate,
      offeredPerSecond: rate,
      errorRatio: 0,
      latencyMs: { p95: 20 },
      ...rest,
    });
    const run = of(10, { periods: [period(900, 4.999), period(20, 5), period(30, 10, { latencyMs: {} })] });
    const named = (results: LoadTestResult[]): readonly unknown[] =>
      replicaCapacity(results, { latency }).steps.map(({ name, problem }) => [name, problem]);
    expect(named([run])).toEqual([
      ["period 2", undefined],
      ["period 3", "p95 is unknown"],
    ]);
    expect(named([of(5, { periods: [period(900, 4)] }), run])).toEqual([
      ["run 1", undefined],
      ["run 2, period 2", undefined],
      ["run 2, period 3", "p95 is unknown"],
    ]);
  });

  test.each<[string, unknown, object, string]>([
    ["none", [], {}, "results: there are none; give at least one load test"],
    ["null", [null], {}, "results[0]: null is not the result of a load test"],
    ["text", [of(1), "text"], {}, 'results[1]: "text" is not the result of a load test'],
    [
      "no rate",
      [{}],
      {},
      "results[0].requestsPerSecond: undefined is not a rate; give what readK6Summary or readArtilleryReport returned",
    ],
    [
      "a rate as text",
      [of(1, { requestsPerSecond: "5" as never })],
      {},
      'results[0].requestsPerSecond: "5" is not a rate; give what readK6Summary or readArtilleryReport returned',
    ],
    [
      "a rate below nothing",
      [of(1, { offeredPerSecond: -1 })],
      {},
      "results[0].offeredPerSecond: -1 is not a rate; give what readK6Summary or readArtilleryReport returned",
    ],
    [
      "a rate without end",
      of(1, { offeredPerSecond: Infinity }),
      {},
      "results[0].offeredPerSecond: Infinity is not a rate; give what readK6Summary or readArtilleryReport returned",
    ],
    [
      "another percentile",
      of(1),
      { latency: { percentile: 99, limitMs: 5 } },
      "results[0].latencyMs: does not tell p99, and none is estimated; it tells p50, p95",
    ],
    [
      "no percentile",
      of(1, { latencyMs: {} }),
      { latency },
      "results[0].latencyMs: does not tell p95, and none is estimated; it tells no percentile",
    ],
    [
      "no latency, of k6",
      of(1, { latencyMs: undefined as never, tool: "k6" }),
      { latency },
      "results[0].latencyMs: does not tell p95, and none is estimated; it tells no percentile; " +
        'run k6 with --summary-trend-stats "avg,min,med,max,p(90),p(95),p(99)"',
    ],
    [
      "no failures",
      of(1, { errorRatio: undefined }),
      { maxErrorRatio: 0.999 },
      "results[0].errorRatio: is unknown: the run does not tell how many requests failed; a maxErrorRatio of 1 leaves it out of account",
    ],
  ])("of %s are refused", (_, results, options, message) => {
    expect(refusal(() => replicaCapacity(results as LoadTestResult, options))).toBe(message);
  });

  test.each<[object, string]>([
    [{ replicas: 0 }, "replicas: 0 is not a number of replicas; write one from 1 to 1000000"],
    [{ replicas: 1.5 }, "replicas: 1.5 is not a number of replicas; write one from 1 to 1000000"],
    [{ replicas: 1_000_001 }, "replicas: 1000001 is not a number of replicas; write one from 1 to 1000000"],
    [{ maxErrorRatio: 1.01 }, "maxErrorRatio: 1.01 is not a share of requests; write one from 0 to 1"],
    [{ maxErrorRatio: -0.01 }, "maxErrorRatio: -0.01 is not a share of requests; write one from 0 to 1"],
    [{ maxErrorRatio: "0.1" }, 'maxErrorRatio: "0.1" is not a share of requests; write one from 0 to 1'],
    [{ latency: 5 }, "replicaCapacity's latency takes an object of options, not 5"],
    [
      { latency: { percentil: 95, limitMs: 5 } },
      'percentil: is no option of replicaCapacity\'s latency; did you mean "percentile"? allowed: percentile, limitMs',
    ],
    [
      { latency: { percentile: 75, limitMs: 5 } },
      "latency.percentile: 75 is not one that is read; allowed: 50, 90, 95, 99",
    ],
    [{ latency: { percentile: 95, limitMs: 0 } }, "latency.limitMs: 0 is not a limit; write milliseconds above 0"],
    [
      { latency: { percentile: 95, limitMs: Infinity } },
      "latency.limitMs: Infinity is not a limit; write milliseconds above 0",
    ],
    [{ latency: { percentile: 95, limitMs: "5" } }, 'latency.limitMs: "5" is not a limit; write milliseconds above 0'],
    [
      { replica: 3 },
      'replica: is no option of replicaCapacity; did you mean "replicas"? allowed: replicas, latency, maxErrorRatio',
    ],
  ])("with %j are refused", (options, message) => {
    expect(refusal(() => replicaCapacity(of(1), options))).toBe(message);
  });

  test("have limits as wide as they may be", () => {
    for (const percentile of [50, 90, 95, 99] as const) {
      const latencyMs = { p50: 4, p90: 4, p95: 4, p99: 4, [`p${String(percentile)}`]: 6 };
      const told = replicaCapacity(of(1, { latencyMs }), { latency: { percentile, limitMs: 5 } });
      expect(told.steps[0]?.problem).toBe(`p${String(percentile)} was 6 ms, over 5 ms`);
    }
    expect(replicaCapacity(of(1), { replicas: 1_000_000 }).requestsPerSecond).toBe(1e-6);
    expect(replicaCapacity(of(1), { maxErrorRatio: 0 }).bound).toBe("at least");
    expect(replicaCapacity(of(1, { errorRatio: 1 }), { maxErrorRatio: 1 }).bound).toBe("at least");
    expect(replicaCapacity(of(1, { errorRatio: undefined }), { maxErrorRatio: 1 }).bound).toBe("at least");
    expect(replicaCapacity(of(1, { errorRatio: 0.01 })).bound).toBe("at least");
    expect(replicaCapacity(of(1, { errorRatio: 0.0101 })).bound).toBe("none");
    expect(replicaCapacity(of(1)).reason).toBe(
      "nothing broke the limits; the highest rate that was tried is 1/s a replica (run 1), so it carries at least that",
    );
  });
});
