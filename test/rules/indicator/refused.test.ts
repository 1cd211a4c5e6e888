/** What is refused, where, and what its author is told to write instead. */
import { describe, expect, test } from "vitest";

import type { SloKind } from "../../../src/slo/model.ts";
import { refused, sloOf } from "./support.ts";

const REFUSED: ReadonlyArray<readonly [kind: SloKind, expression: string, offset: number, message: string]> = [
  ["availability", "sum(rate(r_total[5m]))", 0, "this is one count, not a share; divide it by all of them"],
  ["availability", 'sum(rate(r{code=~"5.."}[5m])) / sum(rate(r[5m]))', 0, 'code=~"5.." selects what failed'],
  ["availability", 'sum(rate(r{code=~"4..|5.."}[5m])) / sum(rate(r[5m]))', 0, "selects what failed"],
  ["availability", 'sum(rate(r{status="error"}[5m])) / sum(rate(r[5m]))', 0, "selects what failed"],
  ["availability", "sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))", 0, "write 1 - ..."],
  ["error_rate", 'sum(rate(r{code!~"5.."}[5m])) / sum(rate(r[5m]))', 0, "selects what did not fail"],
  ["availability", 'sum(irate(r{c!="1"}[5m])) / sum(irate(r[5m]))', 4, "irate looks at the last two samples only"],
  ["availability", 'avg(rate(r{c!="1"}[5m])) / avg(rate(r[5m]))', 0, "write sum"],
  ["availability", "max(rate(o[5m])) / sum(rate(r[5m]))", 0, "max keeps one series of many"],
  ["availability", "sum(topk(3, rate(o[5m]))) / sum(rate(r[5m]))", 4, "topk keeps other series at each moment"],
  ["availability", "sum(rate(o[5m])) / sum(rate(r[10m]))", 19, "[5m] and [10m] look back over different times"],
  ["availability", "sum(rate(o[5m])) / sum(increase(r[5m]))", 19, "rate and increase differ"],
  ["availability", "sum by (a) (rate(o[5m])) / sum by (b) (rate(r[5m]))", 0, "these are by (a) and by (b)"],
  ["availability", "sum by (a) (rate(o[5m])) / sum(rate(r[5m]))", 0, "these are by (a) and one sum of all"],
  ["availability", "sum by (service) (rate(o[5m])) / sum by (service) (rate(r[5m]))", 33, "group by another label"],
  [
    "availability",
    "sum(rate(o[5m])) / on() group_left sum(rate(r[5m]))",
    0,
    "group_left counts one side several times over",
  ],
  ["availability", "avg(rate(o[5m]) / rate(r[5m]))", 0, "write the ratio of two sums"],
  [
    "availability",
    "avg_over_time((sum(rate(o[5m])) / sum(rate(r[5m])))[1h:])",
    0,
    "weighs an idle hour as much as a busy one",
  ],
  ["availability", "sum(rate(o[5m])) / sum(rate(r[5m])) * 60", 0, "this runs from 0 to 60"],
  ["availability", "2 - sum(rate(o[5m])) / sum(rate(r[5m]))", 0, "this runs from 2 to 1"],
  ["availability", "sum(rate(o[5m]) + 1) / sum(rate(r[5m]))", 4, "a number is added to a count"],
  ["availability", "sum(rate(o[5m])) / sum(r_total)", 23, "is the state of a counter"],
  ["availability", "sum(http_requests_total)/sum(http_requests_total)", 4, "is a counter, which only grows"],
  ["availability", "http_requests_total", 0, "is a counter, which only grows"],
  ["availability", "sum(rate(x_bucket[5m])) / sum(rate(x_count[5m]))", 4, "this adds up all buckets"],
  ["availability", "my:error_ratio:rate5m", 0, "is high while things fail"],
  ["error_rate", "up", 0, "up is high while all is well"],
  ["availability", "sum(queue_length)", 0, "sum is no share from 0 to 1"],
  ["availability", "cpu_percent", 0, "write cpu_percent / 100"],
  ["availability", "count(up == 1) / count(up)", 6, "write up == bool 1"],
  ["availability", "a < 5 and b < 6", 0, "write (a < bool 1) * (b < bool 2)"],
  ["availability", "absent(up)", 0, "absent says whether there are data"],
  ["availability", "vector(1)", 0, "this asks no metric at all"],
  ["availability", "1", 0, "this asks no metric at all"],
  ["availability", "histogram_quantile(0.9, rate(x_bucket[5m]))", 0, "write kind: latency with a threshold"],
  ["latency", "histogram_quantile(0.9, sum(rate(x_bucket[5m])))", 24, "write sum by (le) (...)"],
  ["latency", "histogram_quantile(0.9, rate(x_bucket[5m])) < 0.3", 46, "0.3 is not the threshold of 200ms"],
  ["latency", "histogram_quantile(0.9, rate(x_bucket[5m])) > 0.2", 0, "write <=, or leave the comparison out"],
  ["latency", 'histogram_quantile(0.9, rate(x_bucket{le=~"0.1|0.2"}[5m]))', 24, "le picks some buckets"],
  ["latency", "max(histogram_quantile(0.9, rate(x_bucket[5m])))", 4, "stands alone"],
  ["latency", "sum(rate(x_sum[5m])) / sum(rate(x_count[5m]))", 0, "a mean duration says nothing"],
  ["latency", 'sum(rate(x_bucket{le="0.5"}[5m])) / sum(rate(x_count[5m]))', 4, 'which is le="0.2" here'],
  ["latency", '1 - sum(rate(x_bucket{le="0.2"}[5m])) / sum(rate(x_count[5m]))', 4, "leave 1 - out"],
  ["throughput", "sum(increase(r[5m]))", 0, "write rate"],
  ["throughput", "sum(rate(r[5m])) > 5", 0, "leave the comparison out"],
  ["throughput", "sum(rate(o[5m])) / sum(rate(r[5m]))", 0, "a ratio stands where a count has to be"],
  ["availability", "sum(rate(r[5m])", 3, "this ( is not closed"],
];

describe("an expression that is no indicator", () => {
  test.each(REFUSED)("%s: %s is refused at %i: %s", (kind, expression, offset, message) => {
    const fault = refused(sloOf(kind, { expression }));
    expect(fault).toMatchObject({ part: "expression", offset });
    expect(fault.message).toContain(message);
  });
});
