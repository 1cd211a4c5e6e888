/** What expressions give while counters grow evenly and gauges stand still. */
import { describe, expect, it } from "vitest";

import type { Selector } from "../../../src/rules/promql/expression.ts";
import { type LabelSet, seriesText } from "../../../src/rules/rule-tests/label-sets.ts";
import { measure, NotMeasured, type SteadySeries } from "../../../src/rules/rule-tests/measure.ts";
import { read } from "../promql/reading.ts";

const series = (labels: LabelSet, value: number): SteadySeries => ({
  labels,
  value,
  foundBy: ({ metric }: Selector) => metric === labels.__name__,
});

const SERIES = [
  series({ __name__: "a", job: "shop", code: "200" }, 3),
  series({ __name__: "a", job: "shop", code: "500" }, 1),
  series({ __name__: "a", job: "cart", code: "200" }, 2),
  series({ __name__: "b", job: "shop" }, 4),
  series({ __name__: "c", job: "shop", zone: "" }, 5),
  series({ __name__: "c", job: "site", zone: "" }, 6),
];

/** A number, or a line for each sample. */
function shown(text: string): number | string[] {
  const measured = measure(read(text), SERIES);
  if (typeof measured === "number") return measured;
  return measured.map(({ labels, value }) => `${seriesText(labels)} ${String(value)}`);
}

describe("what an expression gives", () => {
  it.each<[string, number | string[]]>([
    ["2 * 3", 6],
    ["1 > bool 2", 0],
    ["-(2 * 3)", -6],
    ["+(2 * 3)", 6],
    ["sum(-c)", ["{} -11"]],
    ["sum(+c)", ["{} 11"]],
    ["sum(rate(c[5m]))", ["{} 11"]],
    ["sum(increase(c[5m]))", ["{} 3300"]],
    ["sum(sum_over_time(c[5m]))", ["{} 55"]],
    ["sum(count_over_time(c[5m:30s]))", ["{} 20"]],
    ["sum(avg_over_time(c[5m]))", ["{} 11"]],
    ["sum(min_over_time(c[5m]))", ["{} 11"]],
    ["sum(max_over_time(c[5m]))", ["{} 11"]],
    ["sum(last_over_time(c[5m]))", ["{} 11"]],
    ["sum(clamp_min(c, 5.5))", ["{} 11.5"]],
    ["sum(clamp_max(c, 5.5))", ["{} 10.5"]],
    ["sum(clamp(c, 5.25, 5.5))", ["{} 10.75"]],
    ["sum(a)", ["{} 6"]],
    ["avg(a)", ["{} 2"]],
    ["min(a)", ["{} 1"]],
    ["max(a)", ["{} 3"]],
    ["count(a)", ["{} 3"]],
    ["group(a)", ["{} 1"]],
    ["sum by (job) (a)", ['{job="shop"} 4', '{job="cart"} 2']],
    ["sum without (job) (a)", ['{code="200"} 5', '{code="500"} 1']],
    ["sum(a and on(job) b)", ["{} 4"]],
    ["sum(a unless on(job) b)", ["{} 2"]],
    ["sum(b or on(job) a)", ["{} 6"]],
    ["b + c", ['{job="shop"} 9']],
    ['sum by (to) (label_replace(a, "to", "x", "", ""))', ['{to="x"} 6']],
  ])("%s", (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it.each([
    ['"text"', "a text"],
    ["c[5m:1m]", "a subquery"],
    ["c offset 5m", "offset and @"],
    ["sum_over_time(c[5m:1m] offset 5m)", "offset"],
    ["stddev(c)", "stddev"],
    ["histogram_count(c)", "histogram_count"],
    ["a * on(job) group_left() b", "group_left and group_right"],
    ["2 ^ 3", "^"],
    ['label_replace(a, "to", "$1", "job", "(.*)")', "label_replace"],
  ])("%s is not measured", (text, message) => {
    expect(() => shown(text)).toThrow(new NotMeasured(message));
  });
});
