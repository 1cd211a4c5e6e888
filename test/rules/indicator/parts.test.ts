/** Which part is counted, and which parts of which totals are none. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("the part of a total", () => {
  test("is what failed, where a matcher tells it apart", async () => {
    const expressions = `
      availability: sum(rate(r{a="b",c!="1"}[5m])) / sum(rate(r{a="b"}[5m]))
      availability: sum(rate(r{c="1"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(r{c!~"1|2"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(r{a="b",c!="1"}[5m])) / sum(rate(r{a!="b"}[5m]))
      availability: sum(rate(r{a="b",c!="1",d="2"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o{c!="1"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(r{c!="1"}[5m] offset 1m)) / sum(rate(r[5m]))
      availability: sum(rate(r{c!="1"}[5m])) / sum(rate(r{d="2"}[5m]))
      availability: sum(2 * rate(r{c!="1"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(r{c!="1"}[5m])) / sum(rate(r[5m]) + rate(q[5m]))
      availability: sum(rate(r{c!="1"}[5m]) + rate(q{c!="1"}[5m])) / sum(rate(r[5m]) + rate(q[5m]))
      availability: sum(sum_over_time(r{c!="1"}[5m])) / sum(sum_over_time(r[5m]))
      availability: sum(histogram_count(rate(r{c!="1"}[5m]))) / sum(histogram_count(rate(r[5m])))
      error_rate: sum(rate(r{c="1"}[5m])) / sum(rate(r[5m]))
      error_rate: 1 - sum(rate(r{c!="1"}[5m])) / sum(rate(r[5m]))
      availability: sum(rate(x_bucket{le="1"}[5m])) / sum(rate(x_bucket{le="+Inf"}[5m]))
      availability: sum(rate(x_bucket{le="1",a="b"}[5m])) / sum(rate(x_bucket{a="b",le="+Inf"}[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-failures.txt");
  });

  test("is less than all of it", async () => {
    const expressions = `
      availability: sum(rate(o[5m] offset 1m)) / sum(rate(o[5m]))
      availability: sum(rate(o{a="b"}[5m])) / sum(rate(o{a="b"}[5m]))
      availability: sum(2 * rate(o[5m])) / sum(rate(o[5m]))
      availability: sum(rate(o[5m]) + rate(q[5m])) / sum(rate(o[5m]))
      availability: sum(rate(o[5m])) / sum(rate(q[5m]) + rate(p[5m]))
      availability: sum(sum_over_time(o[5m])) / sum(sum_over_time(o[5m]))
      availability: 1 - sum(rate(o[5m])) / sum(rate(o[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-same.txt");
  });

  test("is not what a budget is split by", async () => {
    const expressions = `
      availability: sum by (code) (rate(r{code!~"5.."}[5m])) / sum by (code) (rate(r[5m]))
      availability: sum by (a, code) (rate(r{code!~"5.."}[5m])) / sum by (a, code) (rate(r[5m]))
      availability: sum without (a) (rate(r{code!~"5.."}[5m])) / sum without (a) (rate(r[5m]))
      availability: sum without (a, b) (rate(r{code!~"5.."}[5m])) / sum without (a, b) (rate(r[5m]))
      availability: sum without (a, code) (rate(r{code!~"5.."}[5m])) / sum without (a, code) (rate(r[5m]))
      availability: sum by (a) (rate(r{code!~"5.."}[5m])) / sum by (a) (rate(r[5m]))
      availability: sum without (a) (rate(x_bucket{le="1"}[5m])) / sum without (a) (rate(x_count[5m]))
      availability: sum by (code) (rate(r{code!~"5..",job="x"}[5m])) / sum by (code) (rate(r{job="x"}[5m]))
      availability: sum by (job) (rate(r{code!~"5..",job="x"}[5m])) / sum by (job) (rate(r{job="x"}[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-apart.txt");
  });

  test("is one bucket", async () => {
    const expressions = `
      availability: sum(rate(x_bucket[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{a="b"}[5m])) / sum(rate(x_count[5m]))
      availability: (sum(rate(x_bucket{le="1"}[5m])) + sum(rate(y[5m]))) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le=~"1|2"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le!="1"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le="1",le="2"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le=~"1|1[.]0|1\\\\.0"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le=~"(1)"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le="a"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le=""}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_bucket{le=" "}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(o[5m])) / sum(rate(x_bucket{le="+Inf"}[5m]))
      availability: sum(rate(o[5m])) / sum(rate(x_bucket{le="Inf"}[5m]))
      availability: sum(rate(x_bucket{le="1"}[5m] offset 1m)) / sum(rate(x_bucket{le="inf"}[5m] offset 1m))
      availability: sum(rate(o[5m])) / sum(rate(x_bucket[5m]))
      availability: sum(rate(y{le="1"}[5m])) / sum(rate(y[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-buckets.txt");
  });

  test("is selected by a pattern where it is one", async () => {
    const expressions = `
      availability: sum(rate(r{code!="5.."}[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(r{code="5.."}[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(r{code="4..|5.."}[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(r{code="6.."}[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(r{code="5.."}[5m])) / sum(rate(r{code="2.."}[5m]))
      error_rate: sum(rate(r{code="55.."}[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(r{code="5..."}[5m])) / sum(rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-patterns.txt");
  });

  test("is the bucket of the threshold", async () => {
    const expressions = `
      latency: sum(rate(x_bucket{le="0.2"}[5m])) / sum(rate(x_count[5m]))
      latency: sum(rate(x_bucket{le="0.20"}[5m])) / sum(rate(x_count[5m]))
      latency: sum(rate(x_bucket{le="0.1"}[5m])) / sum(rate(x_count[5m]))
      latency: sum(rate(x_ms_bucket{le="200.0000001"}[5m])) / sum(rate(x_ms_count[5m]))
      latency: sum(rate(x_ms_bucket{le="200.000001"}[5m])) / sum(rate(x_ms_count[5m]))
      latency: (sum(rate(x_sum[5m])) + sum(rate(y[5m]))) / sum(rate(x_count[5m]))
      latency: sum(rate(x_ms_bucket{le="200"}[5m])) / sum(rate(x_ms_count[5m]))
      latency: sum(rate(x_ms_bucket{le="0.2"}[5m])) / sum(rate(x_ms_count[5m]))
      latency: sum(rate(x_bucket{le="+Inf"}[5m])) / sum(rate(x_count[5m]))
      latency: (sum(rate(x_bucket{le="0.1"}[5m])) + sum(rate(x_bucket{le="0.4"}[5m]))) / 2 / sum(rate(x_count[5m]))
      latency: sum(rate(fast[5m])) / sum(rate(all[5m]))
      latency: sum(sum_over_time(p[5m])) / sum(count_over_time(p[5m]))
      latency: (sum(rate(x_count[5m])) - sum(rate(x_bucket{le="0.2"}[5m]))) / sum(rate(x_count[5m]))
      latency: 1 - (sum(rate(x_count[5m])) - sum(rate(x_bucket{le="0.2"}[5m]))) / sum(rate(x_count[5m]))
      latency: sum(rate(x_sum[5m])) / sum(rate(x_count[5m]))
      latency: sum(rate({__name__=~"x_sum"}[5m])) / sum(rate(x_count[5m]))
      latency: sum(rate(x[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-thresholds.txt");
  });

  test("is what its name says", async () => {
    const expressions = `
      availability: sum(rate(x_errors_total[5m])) / sum(rate(x_total[5m]))
      availability: 1 - sum(rate(x_success_total[5m])) / sum(rate(x_total[5m]))
      error_rate: sum(rate(x_success_total[5m])) / sum(rate(x_total[5m]))
      error_rate: 1 - sum(rate(x_errors_total[5m])) / sum(rate(x_total[5m]))
      latency: sum(rate(x_errors_total[5m])) / sum(rate(x_total[5m]))
      latency: 1 - sum(rate(x_bucket{le="0.2"}[5m])) / sum(rate(x_count[5m]))
      availability: sum(rate(x_errors_total[5m])) / sum(rate(x_errors_seen_total[5m]))
      availability: sum(rate(x_errors_total{a="b"}[5m])) / sum(rate(x_errors_total[5m]))
      availability: (sum(rate(a_errors[5m])) + sum(rate(b_errors[5m]))) / sum(rate(x_total[5m]))
      availability: (sum(rate(a_errors[5m])) + sum(rate(b_thing[5m]))) / sum(rate(x_total[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/part-names.txt");
  });
});
