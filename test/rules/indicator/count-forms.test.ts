/** What is a count, and what is none, with what to write instead. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("counts", () => {
  test("that are added, subtracted and multiplied", async () => {
    const expressions = `
      error_rate: sum(rate(o[5m])) / sum(rate(r[5m])) - 2 * sum(rate(o[5m])) / sum(rate(r[5m]))
      availability: -sum(rate(o[5m])) / -sum(rate(r[5m]))
      availability: (sum(rate(r[5m])) + -sum(rate(e[5m]))) / sum(rate(r[5m]))
      availability: (-sum(rate(e[5m])) + sum(rate(r[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(r[5m])) - +sum(rate(e[5m]))) / +sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) + sum(rate(p[5m]))) / (sum(rate(o[5m])) + sum(rate(p[5m])) + sum(rate(e[5m])) + sum(rate(f[5m])))
      availability: sum(rate(o[5m])) / (sum(rate(o[5m])) + sum(rate(p[5m])) + sum(rate(e[5m])))
      error_rate: sum(rate(e[5m])) / (sum(rate(o[5m])) + sum(rate(e[5m])))
      error_rate: (sum(rate(r[5m])) - sum(rate(o[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(r[5m])) - sum(rate(e[5m])) - sum(rate(f[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(r[5m])) - 2 * sum(rate(e[5m]))) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) + rate(p[5m])) / sum(rate(r[5m]))
      availability: sum without (x) (rate(o[5m])) / sum without (x) (rate(p[5m]) + rate(q[5m]))
      availability: sum(2 * rate(o[5m])) / sum(rate(r[5m]) * 2)
      availability: sum(rate(o[5m]) / 60) / sum(rate(r[5m]) / 60)
      availability: sum(rate(o[5m]) > 0) / sum(rate(r[5m]) >= 0)
      availability: sum(rate(o[5m]) != 0) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) > bool 0) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) > 1) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) < 0) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) == 0) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) * rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) / rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) - 1) / sum(rate(r[5m]))
      availability: sum(1 + rate(o[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) or rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) and rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) unless rate(p[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) % 5) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) ^ 2) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) * 0) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) / 0) / sum(rate(r[5m]))
      availability: sum(NaN * rate(o[5m])) / sum(rate(r[5m]))
      availability: sum(Inf * rate(o[5m])) / sum(rate(r[5m]))
      availability: sum(rate(o[5m]) / Inf) / sum(rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/count-sums.txt");
  });

  test("of samples, native histograms and other ranges", async () => {
    const expressions = `
      availability: sum(rate(o[1h:5m])) / sum(rate(r[5m]))
      availability: sum(increase(o[1h:])) / sum(increase(r[1h]))
      availability: sum(rate(o[5m] @ 5)) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m] @ end()))
      availability: sum(sum_over_time(p[5m] @ start())) / sum(count_over_time(p[5m]))
      availability: sum(sum_over_time((p > bool 1)[5m:1m])) / sum(count_over_time((p > bool 1)[5m:1m]))
      availability: sum(sum_over_time((p > bool 1)[5m:] offset 1m)) / sum(count_over_time((p > bool 1)[5m:] offset 1m))
      availability: sum(sum_over_time(p[5m] offset 1m)) / sum(count_over_time(p[5m] offset 1m))
      availability: sum(sum_over_time(p[5m])) / sum(count_over_time(p[5m:1m]))
      availability: sum(sum_over_time(p[5m:1m])) / sum(sum_over_time(p[5m:2m]))
      availability: sum(sum_over_time(p[5m])) / sum(sum_over_time(q[5m]))
      availability: sum_over_time(p[5m]) / count_over_time(p[5m])
      availability: (sum(sum_over_time(p[5m])) + sum(sum_over_time(q[5m]))) / sum(count_over_time(p[5m]))
      availability: (sum(sum_over_time(p[5m])) + sum(sum_over_time(p[5m] offset 1h))) / sum(count_over_time(p[5m]))
      availability: (sum(sum_over_time(p[5m:1m])) + sum(sum_over_time(p[5m:2m])) + sum(sum_over_time(p[5m]))) / sum(count_over_time(p[5m]))
      availability: (sum(sum_over_time(p[5m])) + sum(sum_over_time(p[5m]))) / 2 / sum(count_over_time(p[5m]))
      availability: sum(sum_over_time(p[5m])) / sum(rate(q[5m]))
      availability: sum(histogram_count(rate(p[5m]))) / sum(rate(q[5m]))
      availability: histogram_count(sum by (a) (rate(p[5m]))) / sum by (a) (rate(q[5m]))
      availability: sum(histogram_count(sum_over_time(p[5m]))) / sum(rate(q[5m]))
      availability: sum(histogram_count(histogram_count(rate(p[5m])))) / sum(rate(q[5m]))
      availability: sort(sum(rate(o[5m]))) / sort_desc(sum(rate(r[5m])))
      availability: clamp_min(sum(rate(o[5m])), 0) / sum(rate(r[5m]))
      availability: clamp_min(sum(rate(o[5m])), 1) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / scalar(sum(rate(r[5m])))
      availability: sum(rate(o[5m])) / scalar(sum by (a) (rate(r[5m])))
      availability: sum(rate(o[5m])) / scalar(rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/count-ranges.txt");
  });

  test("are not made by other functions", async () => {
    const expressions = `
      availability: sum(irate(o[5m])) / sum(irate(r[5m]))
      availability: sum(idelta(o[5m])) / sum(rate(r[5m]))
      availability: sum(delta(o[5m])) / sum(rate(r[5m]))
      availability: sum(deriv(o[5m])) / sum(rate(r[5m]))
      availability: sum(predict_linear(o[5m], 5)) / sum(rate(r[5m]))
      availability: sum(resets(o[5m])) / sum(rate(r[5m]))
      availability: sum(changes(o[5m])) / sum(rate(r[5m]))
      availability: sum(round(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(ceil(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(floor(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(absent(o)) / sum(rate(r[5m]))
      availability: sum(absent_over_time(o[5m])) / sum(rate(r[5m]))
      availability: sum(avg_over_time(o[5m])) / sum(rate(r[5m]))
      availability: sum(max_over_time(o[5m])) / sum(rate(r[5m]))
      availability: sum(min_over_time(o[5m])) / sum(rate(r[5m]))
      availability: sum(quantile_over_time(0.5, o[5m])) / sum(rate(r[5m]))
      availability: sum(last_over_time(o[5m])) / sum(rate(r[5m]))
      availability: sum(clamp_max(rate(o[5m]), 5)) / sum(rate(r[5m]))
      availability: sum(clamp(rate(o[5m]), 0, 5)) / sum(rate(r[5m]))
      availability: sum(label_replace(rate(o[5m]), "a", "b", "c", "d")) / sum(rate(r[5m]))
      availability: sum(label_join(rate(o[5m]), "a", ",", "c", "d")) / sum(rate(r[5m]))
      availability: sum(histogram_sum(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(histogram_avg(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(abs(rate(o[5m]))) / sum(rate(r[5m]))
      availability: sum(vector(time())) / sum(rate(r[5m]))
      availability: avg(rate(o[5m])) / sum(rate(r[5m]))
      availability: count(rate(o[5m])) / sum(rate(r[5m]))
      availability: group(rate(o[5m])) / sum(rate(r[5m]))
      availability: count_values("v", rate(o[5m])) / sum(rate(r[5m]))
      availability: min(rate(o[5m])) / sum(rate(r[5m]))
      availability: max(rate(o[5m])) / sum(rate(r[5m]))
      availability: quantile(0.5, rate(o[5m])) / sum(rate(r[5m]))
      availability: topk(3, rate(o[5m])) / sum(rate(r[5m]))
      availability: bottomk(3, rate(o[5m])) / sum(rate(r[5m]))
      availability: limitk(3, rate(o[5m])) / sum(rate(r[5m]))
      availability: limit_ratio(0.3, rate(o[5m])) / sum(rate(r[5m]))
      availability: stddev(rate(o[5m])) / sum(rate(r[5m]))
      availability: stdvar(rate(o[5m])) / sum(rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/count-functions.txt");
  });

  test("that do not go together", async () => {
    const expressions = `
      availability: sum(o) / sum(rate(r[5m]))
      availability: sum(o{a="b"} offset 5m) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / time()
      availability: sum(rate(o[5m])) / sum(vector(scalar(rate(r[5m]))))
      availability: sum(rate(o[1m])) / sum(rate(r[1h]))
      availability: (sum(rate(o[1m])) + sum(rate(r[1h]))) / sum(rate(r[1h]))
      availability: (sum(rate(o[5m])) + sum by (a) (rate(p[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) + rate(p[5m])) / sum(rate(r[5m]))
      availability: (sum by (a) (rate(o[5m])) + on(b) sum by (a) (rate(p[5m]))) / sum by (a) (rate(r[5m]))
      availability: (sum by (a) (rate(o[5m])) + on(a) sum by (a) (rate(p[5m]))) / sum by (a) (rate(r[5m]))
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/count-pairs.txt");
  });

  test("without what stands in for missing data", async () => {
    const expressions = `
      availability: (sum(rate(o[5m])) or vector(0)) / (sum(rate(r[5m])) or vector(1))
      availability: (sum(rate(o[5m])) or absent(x)) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or 1 + 0 * sum(rate(q[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or vector(0) or sum(rate(q[5m])) * 0) / sum(rate(r[5m]))
      availability: (vector(0) or sum(rate(o[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or -vector(0)) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or vector(1) / 2) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or vector(1) % 2) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or 0 / sum(rate(q[5m]))) / sum(rate(r[5m]))
      availability: (sum(rate(o[5m])) or 2 * sum(rate(q[5m]))) / sum(rate(r[5m]))
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) or vector(1)
      availability: sum(rate(o[5m])) / sum(rate(r[5m])) > 0 or vector(1)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/indicator/count-fallbacks.txt");
  });
});
