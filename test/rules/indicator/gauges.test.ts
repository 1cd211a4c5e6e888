/** Comparisons, gauges that are 0 or 1, recorded shares and durations. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("what is looked at moment by moment", () => {
  test("comparisons", async () => {
    const expressions = `
      availability: a < 5
      availability: 5 > a
      availability: 5 >= a
      availability: 5 < a
      availability: 5 <= a
      availability: 5 == a
      availability: 5 != a
      error_rate: a > 5
      availability: a < b
      availability: a < bool 5 or vector(0)
      availability: a < 5 or vector(1)
      availability: a < 5 or vector(2)
      availability: a < 5 or vector(-1)
      availability: a < 5 or vector(0.5) or vector(1)
      availability: avg by (x) (a) < 5 or vector(0)
      availability: a / b < 5
      availability: a / 2 < 5
      availability: a % b < 5
      availability: a % 2 < 5
      availability: a ^ b < 5
      availability: a * b < 5
      availability: histogram_sum(a) < 5
      availability: a < b / c
      availability: (a > 1) < 5
      availability: (a > 0) < 5
      availability: (a > bool 1) * (b > bool 2) > 0
      availability: (a and b) < 5
      availability: (a unless b) < 5
      availability: 5 < (a and b)
      availability: absent(a) < 5
      availability: absent_over_time(a[5m]) == 1
      availability: histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) < 0.3
      availability: sum(rate(x[5m])) > 5
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/gauge-statements.txt");
  });

  test("gauges that are 0 or 1", async () => {
    const expressions = `
      availability: up == 1
      availability: up >= 1
      availability: up > 0
      availability: up != 0
      error_rate: up == 0
      error_rate: up < 1
      error_rate: up <= 0
      error_rate: up != 1
      availability: up == 0
      availability: up > 1
      availability: up >= 0
      availability: up == b
      availability: a == 1
      availability: avg(up) == 1
      availability: up offset 5m == 1
      availability: up @ 5 == 1
      availability: 1 == up
      availability: up
      availability: up offset 5m
      availability: up @ 5
      availability: up or vector(0)
      availability: avg(up)
      availability: avg by (x) (up)
      availability: avg by (service) (up)
      availability: avg(avg_over_time(up[5m]))
      availability: avg_over_time(up[5m] @ 5)
      availability: avg_over_time(up[5m] offset 1m)
      availability: avg_over_time(up[5m:1m])
      availability: max_over_time(up[5m])
      availability: sum(up) / count(up)
      availability: sum(up) / count(down)
      availability: sum(up) / avg(up)
      availability: avg(up) / count(up)
      availability: sum by (x) (up) / count by (x) (up)
      availability: sum(up) / count(up offset 5m)
      availability: sum(up) * count(up)
      availability: sum(up) / 5
      availability: min(up)
      error_rate: 1 - up
      error_rate: 1 - avg(up)
      error_rate: 1 - (up or vector(0))
      availability: 1 - (1 - up)
      availability: 2 - up
      availability: 1 + up
      availability: job:up
      availability: 1 - up
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/gauge-booleans.txt");
  });

  test("shares by their names", async () => {
    const expressions = `
      availability: 1 - x:error_ratio
      error_rate: 1 - (x > bool 5)
      availability: 1 - (x > bool 5)
      availability: x:errors / wanted
      availability: x:errors / 100
      availability: wanted / x:errors
      availability: 1 - (x:error_ratio or vector(0))
      availability: 1 - x:error_ratio or vector(1)
      availability: 1 - x:error_ratio or vector(0.25)
      error_rate: 1 - x:availability or vector(0.25)
      error_rate: x:availability
      availability: x:failures:ratio
      availability: x:errors:success
      availability: x_ready
      availability: x_alive
      availability: x_available
      availability: x:healthy
      availability: x_success
      error_rate: x_success
      availability: avg_over_time(x[5m])
      availability: avg_over_time(x[5m] offset 1h)
      availability: avg_over_time(x[5m]) * 1
      availability: -x
      availability: 1 - (x:error_ratio or vector(0)) or vector(0)
      error_rate: 1 - (up or vector(0))
      error_rate: 1 - ((1 - x:errors) or vector(0.25))
      availability: 1 - (1 - up) or vector(0.25)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/gauge-names.txt");
  });

  test("gauges of durations", async () => {
    const expressions = `
      latency: probe_duration_seconds
      latency: probe_ms
      latency: avg by (x) (probe_ms)
      latency: a / b
      latency: probe_ms or vector(0)
      latency: vector(1)
      latency: absent(x)
      latency: (a and b)
      latency: probe_ms > 5
      latency: 200 >= probe_ms
      latency: avg_over_time(probe_ms[5m])
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/gauge-durations.txt");
  });
});
