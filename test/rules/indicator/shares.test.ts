/** One count over another, in all the ways in which it can be put, and in those that it cannot. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("shares of two counts", () => {
  test("with numbers before and behind", async () => {
    const expressions = `
      availability: -(0 - sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: +(sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: -(sum(rate(e[5m])) / sum(rate(r[5m]))) + 1
      availability: 1 + -(sum(rate(e[5m])) / sum(rate(r[5m])))
      availability: 0.2 + 0.5 * (sum(rate(o[5m])) + sum(rate(p[5m]))) / sum(rate(r[5m]))
      availability: -0.5 * (sum(rate(o[5m])) + sum(rate(p[5m]))) / sum(rate(r[5m]))
      availability: 0 * ((sum(rate(o[5m])) + sum(rate(p[5m]))) / sum(rate(r[5m])))
      availability: 1 - (1 - sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: -(1 - sum(rate(o[5m])) / sum(rate(r[5m]))) + 1
      availability: (1 - sum(rate(o[5m])) / sum(rate(r[5m]))) + (1 - sum(rate(p[5m])) / sum(rate(r[5m]))) - 1
      availability: 100.00000001 * (sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: 100.000001 * (sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(q[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(q[5m])) / 2
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(p[5m])) * sum(rate(q[5m]))
      availability: -1 * (sum(rate(e[5m])) / sum(rate(r[5m])) - 1)
      availability: (sum(rate(o[5m])) / sum(rate(r[5m]))) / 0.01
      availability: 100 * (sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: 100 * (1 - sum(rate(e[5m])) / sum(rate(r[5m])))
      availability: 100 * sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + 0
      availability: 0 + sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: 1 + sum(rate(e[5m])) / sum(rate(r[5m]))
      availability: sum(rate(e[5m])) / sum(rate(r[5m])) - 1
      availability: 100 - sum(rate(e[5m])) / sum(rate(r[5m]))
      availability: 1 - 100 * sum(rate(e[5m])) / sum(rate(r[5m]))
      availability: 0 * (sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: 0.5 * sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: 2 * (sum(rate(o[5m])) + sum(rate(p[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) + sum(rate(p[5m]))) / 2 / sum(rate(r[5m]))
      availability: 0.5 * (sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(p[5m])) / sum(rate(r[5m])))
      availability: 1 - 0.5 * (sum(rate(o[5m])) + sum(rate(p[5m]))) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) - sum(rate(p[5m])) / sum(rate(r[5m]))
      availability: 1 - sum(rate(o[5m])) / sum(rate(r[5m])) - sum(rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(p[5m])) / sum(rate(q[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(rate(p[10m])) / sum(rate(r[10m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum(increase(p[5m])) / sum(increase(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + sum by (a) (rate(p[5m])) / sum by (a) (rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) - sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: -sum(rate(o[5m])) / -sum(rate(r[5m]))
      availability: 1 + -sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: -sum(rate(o[5m])) / sum(rate(r[5m]))
      error_rate: sum(rate(o[5m])) / sum(rate(r[5m])) - 2 * sum(rate(o[5m])) / sum(rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-scales.txt");
  });

  test("of native histograms", async () => {
    const expressions = `
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + histogram_fraction(0, 1, sum(rate(r[5m])))
      availability: histogram_fraction(0, 1, sum(rate(r[5m]))) + sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: histogram_fraction(0, 0.2, sum(rate(r[5m])))
      availability: 1 - histogram_fraction(0.2, Inf, sum by (a) (rate(r[5m] offset 1m)))
      availability: histogram_fraction(scalar(x), 0.2, sum(rate(r[5m])))
      availability: histogram_fraction(0, time(), sum(rate(r[5m])))
      availability: histogram_fraction(0, 0.2, sum(sum_over_time(r[5m])))
      availability: histogram_fraction(0, 0.2, sum(histogram_count(rate(r[5m]))))
      availability: histogram_fraction(0, 0.2, sum(rate(r[5m])) + sum(rate(q[5m])))
      availability: histogram_fraction(0, 0.2, -sum(rate(r[5m])))
      availability: histogram_fraction(0, 0.2, 2 * sum(rate(r[5m])))
      availability: histogram_fraction(0, 0.2, rate(r[5m]))
      availability: histogram_fraction(0, 0.2, sum by (slo) (rate(r[5m])))
      availability: 100 * histogram_fraction(0, 0.2, sum(rate(r[5m])))
      latency: histogram_fraction(0, 0.2, sum(rate(r[5m])))
      latency: histogram_fraction(0, 0.3, sum(rate(r[5m])))
      latency: histogram_fraction(0, 200, sum(rate(r_ms[5m])))
      latency: histogram_fraction(0, 300, sum(rate(r_ms[5m])))
      error_rate: histogram_fraction(0.2, Inf, sum(rate(r[5m])))
      error_rate: 1 - histogram_fraction(0, 0.2, sum(rate(r[5m])))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-fractions.txt");
  });

  test("with something around them, or between", async () => {
    const expressions = `
      availability: clamp(sum(rate(o[5m])) / sum(rate(r[5m])), 0, 1)
      availability: clamp_min(sum(rate(o[5m])) / sum(rate(r[5m])), 0)
      availability: sort(sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: sort_desc(sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: abs(sum(rate(o[5m])) / sum(rate(r[5m])))
      availability: clamp(sum(rate(r[5m])), 0, 1) + sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: label_replace(sum(rate(o[5m])) / sum(rate(r[5m])), "a", "b", "c", "d")
      availability: sum by (a) (rate(o[5m])) / on() group_left sum(rate(r[5m]))
      availability: sum by (a) (rate(o[5m])) / on(b) sum by (c) (rate(r[5m]))
      availability: clamp_min(sum(rate(o[5m])), sum(rate(r[5m])) / 2)
      availability: max_over_time((sum(rate(o[5m])) / sum(rate(r[5m])))[1h:])
      availability: avg by (a) (rate(o[5m]) / rate(r[5m]))
      availability: 1 - avg(rate(o[5m]) / rate(r[5m]))
      availability: 1 - sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) * sum(rate(x[5m]))
      availability: 1 - up / sum(rate(r[5m]))
      availability: 5 / sum(rate(r[5m]))
      availability: vector(5) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / (sum(rate(p[5m])) / sum(rate(r[5m])))
      availability: (sum(rate(o[5m])) / sum(rate(r[5m]))) / sum(rate(p[5m]))
      availability: (sum(rate(o[5m])) / sum(rate(r[5m]))) * (sum(rate(p[5m])) / sum(rate(q[5m])))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) >= 0
      availability: (sum(rate(o[5m])) / sum(rate(r[5m])) > 0) + 0
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) > 0)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) >= 0)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) != 0)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) < 0)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) == 0)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) > 1)
      availability: 1 - (sum(rate(o[5m])) / sum(rate(r[5m])) > bool 0)
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) and sum(rate(q[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) unless on(a) sum(rate(q[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) + on(a) group_left sum(rate(p[5m])) / sum(rate(q[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) or sum(rate(p[5m])) / sum(rate(q[5m]))
      availability: (sum(rate(o[5m])) - sum(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / (sum(rate(r[5m])) - sum(rate(r[5m])))
      availability: sum by (a) (rate(o[5m])) / ignoring(a) sum by (a) (rate(r[5m]))
      availability: sum by (a) (rate(o[5m])) / on(b) sum by (a) (rate(r[5m]))
      availability: sum by (a, b) (rate(o[5m])) / on(b, a) sum by (b, a) (rate(r[5m]))
      availability: sum by (a, b) (rate(o[5m])) / ignoring(c) sum by (b, a) (rate(r[5m]))
      availability: sum without (a) (rate(o[5m])) / on(b) sum without (a) (rate(r[5m]))
      availability: sum by (a) (rate(o[5m])) / on(a) group_right sum by (a) (rate(r[5m]))
      availability: rate(o[5m]) / rate(r[5m])
      availability: rate(o[5m]) / on (a) rate(r[5m])
      availability: rate(o[5m]) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(o[5m]))
      availability: sum(rate(o{a="b"}[5m])) / sum(rate(o{a="b",c="d"}[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-forms.txt");
  });
});
