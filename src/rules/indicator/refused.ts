/** Why functions and aggregations that are no counts are refused, and what to write instead. */
import type { AggregateExpr, CallExpr } from "../promql/expression.ts";

const INSTEAD: Readonly<Record<string, string>> = {
  irate: "looks at the last two samples only, so what is between is lost; write rate",
  idelta: "looks at the last two samples only, so what is between is lost; write increase",
  delta: "is for gauges, and takes the reset of a counter for a fall; write increase",
  deriv: "is for gauges, and takes the reset of a counter for a fall; write rate",
  predict_linear: "is a forecast, not what happened; write rate",
  resets: "counts restarts, not events; write rate",
  changes: "counts changes of a value, not events; write rate of a counter",
  round: "loses what is rounded off, so the counts of two windows do not add up; leave it out",
  ceil: "loses what is rounded off, so the counts of two windows do not add up; leave it out",
  floor: "loses what is rounded off, so the counts of two windows do not add up; leave it out",
  absent: "says whether there are data, not how much happened; write a sum of rates",
  absent_over_time: "says whether there are data, not how much happened; write a sum of rates",
  avg_over_time: "averages: a busy minute counts as much as an idle one; write rate of a counter",
  max_over_time: "keeps the highest value only; write rate of a counter",
  min_over_time: "keeps the lowest value only; write rate of a counter",
  quantile_over_time: "keeps one value only; write rate of a counter",
  last_over_time: "is the state of a counter, not what happened; write rate",
  clamp_max: "cuts off what is above, so the counts of two windows do not add up; leave it out",
  clamp: "cuts off what is beyond, so the counts of two windows do not add up; leave it out",
  label_replace: "makes labels that the budget would be split by; write a label that the metric has, or leave it out",
  label_join: "makes labels that the budget would be split by; write a label that the metric has, or leave it out",
  histogram_quantile:
    'is a duration, not a count; write a bucket, such as rate(http_request_duration_seconds_bucket{le="0.2"}[5m])',
  histogram_sum: "adds up durations, not events; write histogram_count",
  histogram_avg: "is a mean, which says nothing of how many were slow; write histogram_fraction",
  histogram_fraction: "is a share by itself; do not divide it",
  vector: "is a number, whatever happened; write a sum of rates",
};

/** Why a call is no count. */
export function callProblem({ name }: CallExpr): string {
  return `${name} ${INSTEAD[name] ?? "does not make a count; write sums of rates, such as sum(rate(http_requests_total[5m]))"}`;
}

const AGGREGATES: Readonly<Record<string, string>> = {
  avg: "weighs a series without traffic as much as a busy one",
  count: "counts series, not events",
  group: "counts series, not events",
  count_values: "counts series, not events",
  min: "keeps one series of many",
  max: "keeps one series of many",
  quantile: "keeps one series of many",
  topk: "keeps other series at each moment",
  bottomk: "keeps other series at each moment",
  limitk: "keeps some series only",
  limit_ratio: "keeps some series only",
};

/** Why an aggregation is no count. */
export function aggregateProblem({ name }: AggregateExpr): string {
  return `${name} ${AGGREGATES[name] ?? "does not add up"}, so the counts of two windows do not add up; write sum`;
}
