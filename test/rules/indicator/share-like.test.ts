/** Expressions that may run from 0 to 1, and those that do not. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("what can be a share at each moment", () => {
  test("sums, differences and ratios of gauges", async () => {
    const expressions = `
      availability: x
      availability: x / 100
      availability: x * 0.01
      availability: x * scalar(y)
      availability: x * scalar(y_total)
      availability: avg(x_total > bool 5)
      availability: x_pct + 0.01
      availability: x_pct - 0.01
      availability: quantile_over_time(scalar(y), x_total[5m])
      availability: (x + y) / 2
      availability: x - y
      availability: ready / wanted
      availability: sum(ready) / sum(wanted)
      availability: sum(ready) / sum(-wanted)
      availability: ready / wanted_total
      availability: ready / -wanted_total
      availability: ready / (1 + wanted_total)
      availability: ready / abs(wanted_total)
      availability: ready / max_over_time(wanted_total[5m])
      availability: ready / max_over_time((wanted_total)[5m:1m])
      availability: ready_total / wanted
      availability: x_total
      availability: x_count
      availability: x_bucket
      availability: x_sum
      availability: x_created
      availability: x_total{a="b"} offset 5m
      availability: x_percent
      availability: x_percentage
      availability: x_pct
      availability: x_pct / 100
      availability: 1 - x_total
      availability: 1 - x_pct / 100
      availability: (100 - x_pct) / 100
      availability: avg(x_pct) * 0.01
      availability: 0.01 * avg_over_time(x_pct[5m])
      availability: x_pct / 10
      availability: x_pct * 100
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-like-arithmetic.txt");
  });

  test("calls and aggregations", async () => {
    const expressions = `
      availability: sort(x)
      availability: sort(x_total)
      availability: sort_desc(x_total)
      availability: scalar(x)
      availability: vector(scalar(x))
      availability: clamp(x, 0, 1)
      availability: clamp_max(x_total, 1)
      availability: clamp_min(x_total, 0)
      availability: min_over_time(x_total[5m])
      availability: quantile_over_time(0.5, x[5m])
      availability: quantile_over_time(0.5, x_total[5m])
      availability: quantile_over_time(scalar(y), x_total[5m])
      availability: first_over_time(x[5m])
      availability: last_over_time(x[5m])
      availability: avg_over_time((x_total)[5m:1m])
      availability: stddev_over_time(x[5m])
      availability: abs(x)
      availability: label_replace(x, "a", "b", "c", "d")
      availability: absent(x)
      availability: time() - x
      availability: min(x_total)
      availability: max(x)
      availability: quantile(0.5, x)
      availability: quantile(0.5, x_total)
      availability: sum(x)
      availability: count(x)
      availability: topk(3, x)
      availability: stddev(x)
      availability: avg(x > bool 5)
      availability: avg(x > 5)
      availability: avg(x > 0)
      availability: avg(x_total > 0)
      availability: avg(x > y)
      availability: avg(x unless y)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-like-calls.txt");
  });

  test("operators", async () => {
    const expressions = `
      availability: x > bool 5
      availability: x and y
      availability: x unless y
      availability: avg(x and y)
      availability: avg(x or y)
      availability: x or y
      availability: x % 2
      availability: x ^ 2
      availability: x atan2 y
      availability: x or vector(time())
      availability: x or 0 * y
      availability: avg(x == bool 1) or vector(0)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/share-like-operators.txt");
  });
});
