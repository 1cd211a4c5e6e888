/** Latencies, gauges, throughputs, and nines' own metrics. */
import { describe, expect, test } from "vitest";

import { boundSpellings, inUnitOf } from "../../../src/rules/indicator/units.ts";
import type { SloKind } from "../../../src/slo/model.ts";
import { counts, refused, sloOf, understood } from "./support.ts";

describe("bounds of buckets", () => {
  test.each([
    [0.2, ["0.2"]],
    [1, ["1", "1.0"]],
    [10, ["10", "10.0"]],
    [0.0005, ["0.0005", "5.0E-4"]],
    [1e-7, ["0.0000001", "1e-07", "1e-7", "1.0E-7"]],
    [0.00001, ["0.00001", "1e-05", "1.0E-5"]],
    [1_000_000, ["1000000", "1e+06", "1000000.0"]],
    [Infinity, ["+Inf"]],
  ])("%d is written as %j", (bound, spellings) => {
    expect(boundSpellings(bound)).toEqual(spellings);
  });

  test.each([
    ["http_request_duration_seconds_bucket", 0.25],
    ["http_server_duration_milliseconds_bucket", 250],
    ["latency_ms", 250],
    ["latency_us_bucket", 250_000],
    ["latency_bucket", 0.25],
  ])("250 ms of %s are %d", (metric, bound) => {
    expect(inUnitOf(metric, 250)).toBe(bound);
  });
});

describe("a latency", () => {
  const by = (expression: string): ReturnType<typeof counts> => counts(understood(sloOf("latency", { expression })));

  test.each([
    [
      'histogram_quantile(0.999, sum by (le) (rate(x_seconds_bucket{a="b"}[5m])))',
      'sum(increase(x_seconds_count{a="b"}[5m])) or vector(0)',
      'sum(increase(x_seconds_bucket{a="b",le="0.2"}[5m]))',
    ],
    [
      "histogram_quantile(0.9, sum by (le, job) (rate(x_ms_bucket[5m]))) <= bool 200",
      "sum by (job) (increase(x_ms_count[5m]))",
      String.raw`sum by (job) (increase(x_ms_bucket{le=~"200|200\\.0"}[5m]))`,
    ],
    [
      "1000 * histogram_quantile(0.9, rate(x_bucket[5m])) < 200",
      "sum(increase(x_count[5m])) or vector(0)",
      'sum(increase(x_bucket{le="0.2"}[5m]))',
    ],
    [
      "histogram_quantile(0.9, sum without (pod) (rate(x_bucket[5m])))",
      "sum without (pod, le) (increase(x_count[5m]))",
      'sum without (pod, le) (increase(x_bucket{le="0.2"}[5m]))',
    ],
    [
      'sum(rate(x_bucket{le="0.2"}[5m])) / sum(rate(x_count[5m]))',
      "sum(increase(x_count[5m])) or vector(0)",
      'sum(increase(x_bucket{le="0.2"}[5m]))',
    ],
    [
      "histogram_quantile(0.9, sum(rate(x[5m])))",
      "histogram_count(sum(increase(x[5m]))) or vector(0)",
      "(histogram_fraction(0, 0.2, sum(increase(x[5m]))) >= 0) * histogram_count(sum(increase(x[5m]))) or 0 * histogram_count(sum(increase(x[5m])))",
    ],
    [
      "probe_duration_seconds",
      "sum(count_over_time((probe_duration_seconds <= bool 0.2)[5m:30s])) or vector(0)",
      "sum(sum_over_time((probe_duration_seconds <= bool 0.2)[5m:30s]))",
    ],
  ])("%s", (expression, total, good) => {
    expect(by(expression)).toEqual({ total, good });
  });

  test("a quantile that differs from the target is remarked on", () => {
    const { remarks } = understood(
      sloOf("latency", { expression: "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))" }),
    );
    expect(remarks.join()).toContain("asks for the quantile 0.99, and the target is 0.999");
  });
});

describe("time", () => {
  test.each<[SloKind, string, object]>([
    ["availability", "up", { total: "sum(count_over_time(up[5m])) or vector(0)", good: "sum(sum_over_time(up[5m]))" }],
    ["availability", "avg_over_time(probe_success[1h])", { good: "sum(sum_over_time(probe_success[5m]))" }],
    [
      "availability",
      "avg by (dc) (up)",
      { total: "sum by (dc) (count_over_time(up[5m]))", good: "sum by (dc) (sum_over_time(up[5m]))" },
    ],
    ["availability", "sum(up) / count(up)", { good: "sum(sum_over_time(up[5m]))" }],
    ["error_rate", "up == 0", { good: "sum(sum_over_time(up[5m]))" }],
    ["availability", "queue_length < 100", { good: "sum(sum_over_time((queue_length < bool 100)[5m:30s]))" }],
    [
      "error_rate",
      "avg(queue_length) >= bool 100",
      { bad: "sum(sum_over_time((avg(queue_length) >= bool 100)[5m:30s]))" },
    ],
    ["availability", "sum(rate(r[2m])) > 5", { good: "sum(sum_over_time((sum(rate(r[2m])) > bool 5)[5m:30s]))" }],
    [
      "availability",
      "sum(rate(e[2m])) / sum(rate(r[2m])) < 0.1",
      { good: "sum(sum_over_time((sum(rate(e[2m])) / sum(rate(r[2m])) >= (-Inf) < bool 0.1)[5m:30s]))" },
    ],
    ["error_rate", "my:error_ratio:rate5m", { bad: "sum(sum_over_time((my:error_ratio:rate5m >= 0)[5m:30s]))" }],
    ["availability", "1 - my:error_ratio:rate5m", { bad: "sum(sum_over_time((my:error_ratio:rate5m >= 0)[5m:30s]))" }],
    ["availability", "min(up) or vector(0)", { good: "sum(sum_over_time((min(up) >= 0 or on() vector(0))[5m:30s]))" }],
    [
      "throughput",
      "sum(rate(r[5m])) >= 1000",
      {
        total: "count_over_time(((sum(rate(r[2m]))))[5m:2m]) or vector(0)",
        good: "sum_over_time(((sum(rate(r[2m]))) >= bool 1000)[5m:2m])",
      },
    ],
  ])("%s by %s", (kind, expression, expected) => {
    const indicator = understood(sloOf(kind, { expression }));
    expect(indicator.unit).toBe("time");
    expect(counts(indicator)).toMatchObject(expected);
  });

  test("windows that follow each other count no sample twice", () => {
    expect(counts(understood(sloOf("availability", { expression: "up" })), true).good).toBe(
      "sum(sum_over_time(up[4m59s999ms]))",
    );
  });
});

describe("nines' own metrics", () => {
  test.each<[SloKind, object, object]>([
    [
      "availability",
      {},
      {
        total: 'sum(increase(http_requests_total{job="shop",code!="499"}[5m])) or vector(0)',
        bad: 'sum(increase(http_requests_total{job="shop",code=~"5.."}[5m]))',
      },
    ],
    [
      "error_rate",
      { routes: ["/a.b", "/api/*"], methods: ["GET"], statusCodes: ["2xx", "404"] },
      {
        bad: String.raw`sum(increase(http_requests_total{job="shop",method="GET",route=~"/a\\.b|/api/.*",code=~"2..|404",code=~"5.."}[5m]))`,
      },
    ],
    [
      "latency",
      {},
      { good: 'sum(increase(http_request_duration_seconds_bucket{job="shop",code!="499",le="0.2"}[5m]))' },
    ],
    [
      "throughput",
      {},
      { good: 'sum_over_time(((sum(rate(http_requests_total{job="shop"}[2m]))) >= bool 1000)[5m:2m])' },
    ],
    [
      "availability",
      { operations: ["send-*"], methods: ["GET"] },
      {
        bad: 'sum(increase(dependency_request_duration_seconds_count{job="shop",dependency=~"send-.*",method="GET",code=~"5..|error"}[5m]))',
      },
    ],
  ])("%s of %j", (kind, selector, expected) => {
    expect(counts(understood(sloOf(kind, { selector })))).toMatchObject(expected);
  });

  test("operations are jobs or calls", () => {
    const { bad } = counts(understood(sloOf("availability", { selector: { operations: ["mail"] } })));
    expect(bad).toContain('operation_duration_seconds_count{job="shop",operation="mail",outcome="error"}');
    expect(bad).toContain('dependency_request_duration_seconds_count{job="shop",dependency="mail",code=~"5..|error"}');
  });

  test("who went away within the threshold is no event, and who waited longer a slow one", () => {
    const { total } = counts(understood(sloOf("latency")));
    expect(total).toContain(
      '(-1) * increase(http_request_duration_seconds_bucket{job="shop",code="499",le="0.2"}[5m])',
    );
  });

  test("another target can be named", () => {
    expect(counts(understood(sloOf("availability"), { target: 'app="a",env!="dev"' })).bad).toContain(
      '{app="a",env!="dev",code=~"5.."}',
    );
  });

  test("a slice's objective is kept apart from what is refused", () => {
    expect(refused(sloOf("availability", { expression: "" })).message).toBe("the expression is empty");
  });
});
