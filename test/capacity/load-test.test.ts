import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LoadTestResult } from "../../src/capacity/load-tests/result.ts";
import { readArtilleryReport } from "../../src/capacity/load-tests/artillery.ts";
import { replicaCapacity } from "../../src/capacity/load-tests/capacity.ts";
import { readK6Summary } from "../../src/capacity/load-tests/k6.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { refusal } from "../support/refusal.ts";

const captured = (name: string): string => readFileSync(join(import.meta.dirname, "../data/load-tests", name), "utf8");

/** A run of k6 at a rate, with what it measured. */
function run(rate: number, { p95 = 20, errorRatio = 0, dropped = 0 } = {}): LoadTestResult {
  const iterations = rate * 60;
  return readK6Summary({
    metrics: {
      http_reqs: { count: iterations, rate },
      http_req_failed: { passes: iterations * errorRatio, fails: iterations * (1 - errorRatio), value: errorRatio },
      http_req_duration: { avg: 10, med: 9, "p(90)": p95 / 2, "p(95)": p95 },
      iterations: { count: iterations, rate },
      ...(dropped === 0 ? {} : { dropped_iterations: { count: dropped * iterations } }),
    },
  });
}

describe("a real summary of k6", () => {
  test("by --summary-export, in which true is a threshold that was crossed", () => {
    expect(readK6Summary(captured("k6-summary-export.json"))).toEqual({
      tool: "k6",
      requests: 401,
      requestsPerSecond: 39.97432914774039,
      offeredPerSecond: 39.97432914774039,
      errorRatio: 12 / 401,
      // Milliseconds, though the script has summaryTimeUnit: "s".
      latencyMs: {
        mean: 29.074444975062363,
        p50: 26.669693,
        p90: 42.170609,
        p95: 44.196625,
        p99: 47.884864,
        max: 341.182213,
      },
      durationSeconds: 401 / 39.97432914774039,
      thresholdsPassed: false,
      remarks: [
        "k6 tells one mean rate for the whole run; ramps and pauses in it make it lower than the peak",
        "k6 counts an answer of 4xx as failed, unless the script says otherwise",
      ],
    });
  });

  test("by handleSummary, in which each threshold is ok or not", () => {
    const text = captured("k6-handle-summary.json");
    const summary = readK6Summary(text);
    expect(summary).toMatchObject({ requests: 400, requestsPerSecond: 39.94123754465821, errorRatio: 0.03 });
    expect(summary.durationSeconds).toBe(10.014712227);
    expect(summary.latencyMs).toMatchObject({ p95: 44.25125894999999 });
    expect(summary.latencyMs).not.toHaveProperty("p99");
    expect(summary.thresholdsPassed).toBe(false);
    expect(readK6Summary(text.replace('"ok": false', '"ok": true')).thresholdsPassed).toBe(true);
    expect(readK6Summary(JSON.parse(text) as object)).toEqual(summary);
  });

  test("in the machine-readable form, which does not tell about thresholds", () => {
    const summary = readK6Summary(captured("k6-machine-readable.json"));
    expect(summary).toMatchObject({ requests: 121, durationSeconds: 3.018895475, thresholdsPassed: undefined });
    expect(summary.requestsPerSecond).toBe(121 / 3.018895475);
    expect(summary.errorRatio).toBe(3 / 121);
    expect(summary.latencyMs).toMatchObject({ mean: 27.921140123966932, p90: 41.820489, p95: 44.318641 });
    expect(summary.remarks.join()).toContain("exit code 99");
  });

  test("without a threshold says neither that they held nor that they did not", () => {
    expect(run(100).thresholdsPassed).toBeUndefined();
  });

  test("with dropped iterations tells what was offered", () => {
    const summary = readK6Summary(captured("k6-step-160.json"));
    expect(summary.requestsPerSecond).toBeCloseTo(99.96, 2);
    expect(summary.offeredPerSecond).toBeCloseTo(149.06, 2);
    expect(summary.remarks.join()).toContain("k6 dropped 422 iterations");
  });

  test("without HTTP is refused, and its metrics are named", () => {
    expect(refusal(() => readK6Summary(captured("k6-no-http.json"), { file: "summary.json" }))).toBe(
      "summary.json: has no http_reqs: this run made no HTTP requests; its metrics: " +
        '"iterations", "data_sent", "data_received", "iteration_duration"',
    );
  });
});

describe("a real report of Artillery", () => {
  const read = (): LoadTestResult => readArtilleryReport(captured("artillery-report.json"));

  test("tells the run, and that its mean is below its peak", () => {
    const report = read();
    expect(report).toMatchObject({ tool: "artillery", requests: 1300, durationSeconds: 29.954 });
    expect(report.requestsPerSecond).toBe(1274 / 29.954);
    expect(report.offeredPerSecond).toBe(1300 / 29.954);
    expect(report.peakRequestsPerSecond).toBe(520 / 8.835);
    expect(report.latencyMs).toEqual({ mean: 29.5, p50: 26.8, p90: 41.7, p95: 44.3, p99: 308, max: 342 });
    expect(report.thresholdsPassed).toBeUndefined();
  });

  test("counts as failed what had no answer and what was answered with 5xx", () => {
    const report = read();
    expect(report.errorRatio).toBe((26 + 26 + 12) / 1300);
    expect(report.remarks).toEqual([
      "26 requests got no answer: they count as failed, and are in no percentile of latency",
    ]);
  });

  test("is cut into periods, the first and the last of them shorter", () => {
    const report = read();
    expect(report.periods?.map(({ durationSeconds }) => durationSeconds)).toEqual([1.119, 10, 10, 8.835]);
    expect(report.periods?.map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([
      12 / 1.119,
      24.4,
      49.8,
      520 / 8.835,
    ]);
    expect(report.periods?.[1]?.errorRatio).toBe(12 / 249);
    expect(report.periods?.[1]?.latencyMs.p95).toBe(44.3);
  });

  test("does not take 4xx and errors of the script for failed requests, and says so", () => {
    const errors = readArtilleryReport(captured("artillery-errors.json"));
    expect(errors.errorRatio).toBeCloseTo(14 / 38, 12);
    expect(errors.remarks).toEqual([
      "6 answers were 4xx; they are not counted as failed",
      "14 requests got no answer: they count as failed, and are in no percentile of latency",
      'errors of the script itself are not counted as failed requests: "errors.Failed capture or match"',
    ]);
  });

  test("of a port where nobody listens is a run in which everything failed", () => {
    const refused = readArtilleryReport(captured("artillery-refused.json"));
    expect(refused).toMatchObject({ requests: 15, requestsPerSecond: 0, errorRatio: 1, latencyMs: {} });
    expect(replicaCapacity(refused).bound).toBe("none");
  });

  test("without HTTP is refused, and its counters are named", () => {
    const aggregate = { counters: { "websocket.messages_sent": 12, "vusers.created": 3 } };
    expect(refusal(() => readArtilleryReport({ aggregate, intermediate: [] }))).toBe(
      "aggregate.counters: has no http.requests: this run made no HTTP requests; its counters: " +
        '"websocket.messages_sent", "vusers.created"',
    );
  });

  test("of Artillery 1 is refused as such", () => {
    expect(refusal(() => readArtilleryReport({ aggregate: { requestsCompleted: 12, latency: {} } }))).toContain(
      "Artillery 1",
    );
  });

  test("without times goes by Artillery's own rate, and without that is refused", () => {
    const counters = { "http.requests": 100, "http.responses": 100 };
    const timeless = { aggregate: { counters, rates: { "http.request_rate": 20 } } };
    expect(readArtilleryReport(timeless)).toMatchObject({ requestsPerSecond: 20, durationSeconds: undefined });
    expect(refusal(() => readArtilleryReport({ aggregate: { counters } }))).toContain("firstMetricAt");
  });
});

describe("another file given by mistake", () => {
  const k6 = "give the file that this writes: k6 run --summary-export=summary.json script.js";
  test.each([
    ["the stream of --out json", captured("k6-out-json.ndjson"), "is the stream of k6 run --out json"],
    ["one line of that stream", captured("k6-out-json.ndjson").split("\n")[0]!, "is the stream of k6 run --out json"],
    ["a page", "<!doctype html>\n<html></html>", "is HTML, not a summary of k6"],
    ["a script of k6", 'import http from "k6/http";\nexport default () => {};\n', "is a script, not a summary of k6"],
    ["a script of Artillery", "config:\n  target: http://localhost\n", "is YAML, not a summary of k6"],
    ["nothing", " \n", "is empty"],
    ["half a file", '{ "metrics": { "http_reqs": {', "is not JSON"],
    ["a list", "[1, 2]", "a list of 2 is not a summary of k6"],
    ["a number", "12", "12 is not a summary of k6"],
    ["another object", '{ "a": 1 }', "has no metrics"],
  ])("%s is named, and what to give instead", (_, text, problem) => {
    const message = refusal(() => readK6Summary(text, { file: "run.json" }));
    expect(message).toContain(`run.json: ${problem}`);
    expect(message).toContain(k6);
  });

  test("each reader knows the other's files", () => {
    expect(refusal(() => readK6Summary(captured("artillery-report.json")))).toContain("readArtilleryReport");
    for (const name of ["k6-summary-export.json", "k6-handle-summary.json", "k6-machine-readable.json"]) {
      expect(refusal(() => readArtilleryReport(captured(name)))).toContain("readK6Summary");
    }
  });

  test("a misspelt option is named", () => {
    expect(refusal(() => readK6Summary("{}", { fiel: "a" } as object))).toContain('did you mean "file"?');
  });
});

describe("hostile input", () => {
  test.each([-1, Infinity, 1e16, "12", true, {}])("a count of %j is refused with its place", (count) => {
    const metrics = { http_reqs: { count, rate: 1 } };
    expect(refusal(() => readK6Summary({ metrics }))).toContain("metrics.http_reqs.count");
  });

  test("a rate so low, or a run so short, that a quotient is beyond all numbers is refused with its place", () => {
    const low = { metrics: { http_reqs: { count: 9, rate: 1e-320 } } };
    expect(refusal(() => readK6Summary(low))).toContain("metrics.http_reqs.rate: 1e-320 is too little for 9 requests");
    const few = { http_reqs: { count: 9, rate: 9 }, dropped_iterations: { count: 2 }, iterations: { count: 5e-324 } };
    expect(refusal(() => readK6Summary({ metrics: few }))).toContain(
      "metrics.iterations.count: 5e-324 is too little for 2 dropped iterations",
    );
    const short = { state: { testRunDurationMs: 1e-320 }, metrics: { http_reqs: { count: 9 } } };
    expect(refusal(() => readK6Summary(short))).toContain("state.testRunDurationMs: ");
    const artillery = { aggregate: { counters: { "http.requests": 9 }, rates: { "http.request_rate": 1e-320 } } };
    expect(refusal(() => readArtilleryReport(artillery))).toContain("aggregate.rates");
  });

  test("a number beyond all numbers is refused", () => {
    expect(refusal(() => readK6Summary('{"metrics":{"http_reqs":{"count":1e999,"rate":1}}}'))).toContain("Infinity");
  });

  test("shares above 1, negative latencies and NaN are refused", () => {
    const http_reqs = { count: 1, rate: 1 };
    for (const metrics of [
      { http_reqs, http_req_failed: { value: 1.5 } },
      { http_reqs, http_req_duration: { "p(95)": -3 } },
      { http_reqs, http_req_duration: { med: NaN } },
    ]) {
      expect(refusal(() => readK6Summary({ metrics }))).toContain("is not a measurement");
    }
  });

  test("a threshold that is neither held nor crossed is refused", () => {
    const metrics = { http_reqs: { count: 1, rate: 1, thresholds: { "rate>1": "yes" } } };
    expect(refusal(() => readK6Summary({ metrics }))).toContain("does not tell whether the threshold held");
  });

  test("text above the limit is refused before it is parsed", () => {
    expect(refusal(() => readK6Summary(" ".repeat(16 * 1024 * 1024 + 1)))).toContain("too large");
  });

  test("depth does no harm", () => {
    expect(refusal(() => readK6Summary("[".repeat(200_000) + "]".repeat(200_000)))).toContain("a list of 1");
    expect(refusal(() => readK6Summary('{"a":'.repeat(200_000)))).toContain("is not JSON");
  });

  test("__proto__ gives nothing to anybody", () => {
    const evil = '{"__proto__":{"metrics":{"http_reqs":{"count":9,"rate":9}}},"metrics":{"__proto__":{"count":1}}}';
    expect(refusal(() => readK6Summary(evil))).toContain("has no http_reqs");
    expect(({} as Record<string, unknown>).metrics).toBeUndefined();
    expect(refusal(() => readArtilleryReport('{"__proto__":{"aggregate":{}}}'))).toContain("has no aggregate");
  });

  test("names from outside are quoted, cut and few", () => {
    const metrics = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`m${String(i)}\n${"x".repeat(99)}`, {}]),
    );
    const message = refusal(() => readK6Summary({ metrics }));
    expect(message).not.toContain("\n");
    expect(message).toContain("and 4990 more");
    expect(message.length).toBeLessThan(1_000);
  });

  test("more periods than a test can have are refused", () => {
    const counters = { "http.requests": 1, "http.responses": 1 };
    const aggregate = { counters, firstMetricAt: 0, lastMetricAt: 10_000 };
    const intermediate = Array.from({ length: 100_001 }, () => ({}));
    expect(refusal(() => readArtilleryReport({ aggregate, intermediate }))).toContain("has 100001 periods");
  });

  test("whatever JSON is given, it is read or refused as a configuration error", () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({ metrics: fc.dictionary(fc.constantFrom("http_reqs", "http_req_failed"), fc.jsonValue()) }),
      fc.record({ aggregate: fc.record({ counters: fc.dictionary(fc.string(), fc.jsonValue()) }) }),
    );
    fc.assert(
      fc.property(json, (value) => {
        for (const read of [readK6Summary, readArtilleryReport]) {
          try {
            const { requestsPerSecond, errorRatio = 0 } = read(JSON.stringify(value));
            expect(requestsPerSecond).toBeGreaterThanOrEqual(0);
            expect(errorRatio).toBeLessThanOrEqual(1);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationError);
          }
        }
      }),
    );
  });
});

describe("the capacity of a replica", () => {
  const latency = { percentile: 95, limitMs: 250 } as const;

  test("of one worker of 10 ms a request is below 100, by real runs of k6", () => {
    const runs = [40, 80, 160].map((rate) => readK6Summary(captured(`k6-step-${String(rate)}.json`)));
    const capacity = replicaCapacity(runs, { latency: { percentile: 99, limitMs: 200 } });
    expect(capacity).toMatchObject({ bound: "measured", limitReached: true });
    expect(capacity.requestsPerSecond).toBe(runs[1]!.requestsPerSecond);
    expect(capacity.reason).toBe(
      "run 3, with 149.1/s offered to a replica, broke the limits: p99 was 600.5 ms, over 200 ms; " +
        "the highest rate below that is 80.01/s a replica (run 2)",
    );
  });

  test("by the periods of one real run of Artillery, without the ragged first one", () => {
    const report = readArtilleryReport(captured("artillery-report.json"));
    const options = { latency: { percentile: 95, limitMs: 45 }, maxErrorRatio: 0.1, replicas: 2 } as const;
    const capacity = replicaCapacity(report, options);
    expect(capacity.requestsPerSecond).toBe(24.9);
    expect(capacity.steps.map(({ name, met }) => `${name} ${String(met)}`)).toEqual([
      "period 2 true",
      "period 3 true",
      "period 4 false",
    ]);
  });

  test("is divided by the replicas that shared the load", () => {
    expect(replicaCapacity([run(100), run(200), run(300, { p95: 400 })], { latency, replicas: 4 })).toMatchObject({
      requestsPerSecond: 50,
      bound: "measured",
    });
  });

  test("is only a lower bound while nothing has broken", () => {
    const capacity = replicaCapacity([run(200), run(100)], { latency });
    expect(capacity).toMatchObject({ requestsPerSecond: 200, bound: "at least", limitReached: false });
    expect(capacity.reason).toBe(
      "nothing broke the limits; the highest rate that was tried is 200/s a replica (run 1), so it carries at least that",
    );
  });

  test("is none where the lowest rate breaks the limits, though a higher one kept them", () => {
    const capacity = replicaCapacity([run(50, { errorRatio: 0.02 }), run(100)]);
    expect(capacity).toMatchObject({ requestsPerSecond: 0, bound: "none", limitReached: true });
    expect(capacity.reason).toBe(
      "run 1, with 50/s offered to a replica, broke the limits: 2% of the requests failed, over 1%; " +
        "no lower rate kept the limits",
    );
  });

  test("does not shrink because an overloaded service answers less", () => {
    // 300 a second were due and 80 came to an end; at 100 all was well.
    const collapsed = run(80, { p95: 5_000, dropped: 2.75 });
    expect(collapsed.offeredPerSecond).toBe(300);
    expect(replicaCapacity([run(100), collapsed], { latency }).requestsPerSecond).toBe(100);
  });

  test("takes a limit as kept when it is met exactly", () => {
    const exact = run(100, { p95: 250, errorRatio: 0.01 });
    expect(replicaCapacity(exact, { latency }).bound).toBe("at least");
  });

  test("names both limits when both broke", () => {
    expect(replicaCapacity(run(9, { p95: 300, errorRatio: 0.5 }), { latency }).steps[0]?.problem).toBe(
      "p95 was 300 ms, over 250 ms, and 50% of the requests failed, over 1%",
    );
  });

  test("is not told by a percentile that the run does not have", () => {
    expect(refusal(() => replicaCapacity(run(100), { latency: { percentile: 99, limitMs: 300 } }))).toBe(
      "results[0].latencyMs: does not tell p99, and none is estimated; it tells p50, p90, p95; " +
        'run k6 with --summary-trend-stats "avg,min,med,max,p(90),p(95),p(99)"',
    );
  });

  test("is not told where nobody knows how many requests failed, unless that does not matter", () => {
    const unknown = readK6Summary({ metrics: { http_reqs: { count: 600, rate: 10 } } });
    expect(refusal(() => replicaCapacity(unknown))).toContain("results[0].errorRatio: is unknown");
    expect(replicaCapacity(unknown, { maxErrorRatio: 1 }).requestsPerSecond).toBe(10);
  });

  test.each([
    [{ replicas: 0 }, "replicas: 0 is not a number of replicas"],
    [{ replicas: 1.5 }, "replicas: 1.5"],
    [{ maxErrorRatio: 2 }, "maxErrorRatio: 2"],
    [{ maxErrorRatio: NaN }, "maxErrorRatio: NaN"],
    [{ latency: { percentile: 97, limitMs: 1 } }, "latency.percentile: 97"],
    [{ latency: { percentile: 95, limitMs: 0 } }, "latency.limitMs: 0"],
    [{ latencyMs: 3 }, 'did you mean "latency"?'],
  ])("options of %j are refused", (options, problem) => {
    expect(refusal(() => replicaCapacity(run(1), options as object))).toContain(problem);
  });

  test.each([[[]], [null], [[{}]], ["text"], [[{ requestsPerSecond: NaN }]]])(
    "results of %j are refused",
    (results) => {
      expect(refusal(() => replicaCapacity(results as unknown as LoadTestResult[]))).toContain("results");
    },
  );

  test("is that of the slow way of finding it, whatever the order of the runs", () => {
    const runs = fc.array(
      fc.record({
        rate: fc.integer({ min: 1, max: 40 }),
        p95: fc.constantFrom(100, 300),
        dropped: fc.constantFrom(0, 1),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(runs, (tried) => {
        const results = tried.map(({ rate, ...rest }) => run(rate, rest));
        const rates = tried
          .filter(({ p95 }) => p95 <= 250)
          .filter((one) =>
            tried.every(({ rate, p95, dropped }) => p95 <= 250 || rate * (1 + dropped) > one.rate * (1 + one.dropped)),
          )
          .map(({ rate }) => rate);
        const capacity = replicaCapacity(results, { latency });
        expect(capacity.requestsPerSecond).toBe(Math.max(0, ...rates));
        expect(replicaCapacity(results.toReversed(), { latency }).requestsPerSecond).toBe(capacity.requestsPerSecond);
        const anyBroke = tried.some(({ p95 }) => p95 > 250);
        expect(capacity.bound).toBe(rates.length === 0 ? "none" : anyBroke ? "measured" : "at least");
      }),
    );
  });
});
