/** Quantiles with their limits, and rates with their floors. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("latencies and throughputs", () => {
  test("quantiles of histograms", async () => {
    const expressions = `
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (le) (increase(x_bucket[5m] offset 1m)))
      latency: histogram_quantile(0.99, rate(x_bucket[5m]))
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket_s_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (a) (rate(x[5m])) + sum by (a) (rate(y_bucket[5m])))
      latency: histogram_quantile(0.999, sum(rate({__name__=~"x"}[5m])))
      latency: histogram_fraction(0, 200.0000001, sum(rate(r_ms[5m])))
      latency: histogram_quantile(scalar(y), rate(x_bucket[5m]))
      latency: histogram_quantile(0.999, sum by (le, service) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (a) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum without (le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum without (a, le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum(rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (a) (rate(x[5m])))
      latency: histogram_quantile(0.999, sum without (a) (rate(x[5m])))
      latency: histogram_quantile(0.999, sum by (slo) (rate(x[5m])))
      latency: histogram_quantile(0.999, sum by (le) (rate(x[5m])))
      latency: histogram_quantile(0.999, rate(x[5m]))
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])) + sum by (le) (rate(y_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (le) (sum_over_time(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum(histogram_count(rate(x[5m]))))
      latency: histogram_quantile(0.999, sum by (le) (rate({__name__=~"x_bucket"}[5m])))
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket{le="1"}[5m])))
      latency: histogram_quantile(0.999, 2 * sum by (le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (le) (x_bucket))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/quantile-histograms.txt");
  });

  test("quantiles with something around them", async () => {
    const expressions = `
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) <= 0.2
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) + 1
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) - 1
      latency: y * histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) / y
      latency: histogram_quantile(0.999, sum by (le) (rate(x_ms_bucket[5m]))) <= 200.0000001
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) < 0.2000000001
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) < 0.201
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) * 1000 < 200
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) / 60 < 0.2
      latency: 1000 * histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: 1000 / histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: 1000 + histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: 0.2 > histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: 0.2 < histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) == 0.2
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) < y
      latency: (histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) or vector(0)) < 0.2
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) or vector(0)
      latency: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m]))) * y
      latency: avg_over_time(histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))[1h:])
      availability: histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
      error_rate: 1 - histogram_quantile(0.999, sum by (le) (rate(x_bucket[5m])))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/quantile-limits.txt");
  });

  test("throughputs", async () => {
    const expressions = `
      throughput: sum(rate(r[5m]))
      throughput: rate(r[5m])
      throughput: sum by (a) (rate(r[5m] offset 1m))
      throughput: sum by (slo) (rate(r[5m]))
      throughput: sum without (a) (rate(r[5m]) + rate(q[5m]))
      throughput: sum(rate(r[5m])) * 60
      throughput: sum(increase(r[5m]))
      throughput: sum(rate(r[5m])) > 1000
      throughput: sum(rate(r[5m])) >= 1000
      throughput: sum(rate(r[5m])) < 1000
      throughput: sum(rate(r[5m])) == 1000
      throughput: sum(rate(r[5m])) > 999
      throughput: (sum(rate(r[5m])) or vector(0)) > 1000
      throughput: sum(rate(r[5m])) > 1000 or vector(0)
      throughput: sum(rate(r[5m])) or vector(0)
      throughput: reqs:rate5m
      throughput: reqs:rate5m > 1000
      throughput: sum by (a) (reqs:rate5m)
      throughput: sum by (slo) (reqs:rate5m)
      throughput: reqs + 1
      throughput: sum(sum_over_time(p[5m]))
      throughput: sum(sum_over_time((p)[5m:1m]))
      throughput: sum(histogram_count(rate(x[5m])))
      throughput: r[5m]
      throughput: scalar(r)
      throughput: 1
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/throughputs.txt");
  });
});
