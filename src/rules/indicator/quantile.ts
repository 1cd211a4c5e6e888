/** Reads `histogram_quantile`: the durations of a histogram become a count of the fast ones. */
import { formatDuration } from "../../core/time/duration.ts";
import type { CallExpr, Selector } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { constantOf } from "./constants.ts";
import { readCount } from "./counts.ts";
import { checkGrouping, groupingWords } from "./grouping.ts";
import { groupingOf } from "./from-counts.ts";
import type { Indicator } from "./model.ts";
import { nativeIndicator } from "./native.ts";
import { countOf, totalOf } from "./render.ts";
import type { Question } from "./settings.ts";
import type { CountSum, CountTerm } from "./terms.ts";
import { bucketMatcher, inUnitOf, nameOf } from "./units.ts";

/** A limit that a quantile is compared with. */
export interface Limit {
  readonly value: number;
  readonly from: number;
}

/** The indicator of those that took at most the threshold; throws a refusal if the quantile is not one of a histogram. */
export function readQuantile(call: CallExpr, limit: Limit | undefined, question: Question): Indicator {
  const [quantile, inner] = call.args;
  const { thresholdMs } = question;
  if (quantile === undefined || inner === undefined || thresholdMs === undefined) {
    throw refusal(call.from, "histogram_quantile is a duration, not a share; write kind: latency with a threshold");
  }
  const count = withoutLe(readCount(inner));
  const [term, more] = count.terms;
  if (term === undefined || more !== undefined || term.source.kind !== "counter") {
    throw refusal(inner.from, "histogram_quantile of more than one histogram is not read; write the quantile of one");
  }
  const { selector } = term.source;
  const name = nameOf(selector);
  if (name === "")
    throw refusal(
      term.from,
      "the histogram's name has to be written out, such as http_request_duration_seconds_bucket",
    );
  const bound = inUnitOf(name, thresholdMs);
  checkLimit(limit, bound, thresholdMs);
  const q = constantOf(quantile);
  const remarks = q === undefined ? [] : remarksOn(q, question.objectiveRatio);
  if (!name.endsWith("_bucket")) return nativeIndicator(count, { lower: 0, upper: bound }, "good", remarks);
  return classic(count, term, bound, remarks);
}

function classic(count: CountSum, term: CountTerm, bound: number, remarks: readonly string[]): Indicator {
  const { grouping, remarks: own } = groupingOf(count);
  const { source } = term;
  if (source.kind !== "counter") throw refusal(term.from, "histogram_quantile takes the rate of buckets");
  if (source.selector.matchers.some(({ name }) => name === "le")) {
    throw refusal(term.from, "le picks some buckets, and a quantile needs all of them; leave it out");
  }
  const fast: Selector = { ...source.selector, matchers: [...source.selector.matchers, bucketMatcher(bound)] };
  const all: Selector = { ...source.selector, metric: nameOf(source.selector).replace(/_bucket$/, "_count") };
  const counting = (selector: Selector): readonly CountTerm[] => [
    { ...term, weight: 1, source: { ...source, selector } },
  ];
  return {
    unit: "events",
    grouping,
    total: totalOf(countOf(counting(all), grouping), grouping),
    counted: "good",
    part: countOf(counting(fast), grouping),
    missingPart: "mistake",
    costly: false,
    totalSelectors: [all],
    partSelectors: [fast],
    remarks: [...own, ...remarks],
  };
}

/** Buckets are told apart by `le`; a budget is not. */
function withoutLe(count: CountSum): CountSum {
  const { grouping, from, terms } = count;
  const isNative = terms.every(
    ({ source }) => source.kind === "counter" && !nameOf(source.selector).endsWith("_bucket"),
  );
  if (grouping.kind === "each" || isNative) {
    if (grouping.kind !== "each") checkGrouping(grouping, from);
    return count;
  }
  if (grouping.kind === "none" || grouping.labels.includes("le") !== (grouping.kind === "by")) {
    throw refusal(
      from,
      `${groupingWords(grouping)} loses le, by which the buckets are told apart; write sum by (le) (...)`,
    );
  }
  const labels = grouping.labels.filter((label) => label !== "le");
  if (grouping.kind === "without") return { ...count, grouping: { kind: "without", labels: [...labels, "le"] } };
  const rest = labels.length === 0 ? ({ kind: "none" } as const) : ({ kind: "by", labels } as const);
  checkGrouping(rest, from);
  return { ...count, grouping: rest };
}

function checkLimit(limit: Limit | undefined, bound: number, thresholdMs: number): void {
  if (limit === undefined || Math.abs(limit.value - bound) <= 1e-9 * bound) return;
  throw refusal(
    limit.from,
    `${String(limit.value)} is not the threshold of ${formatDuration(thresholdMs)}, which is ${String(bound)} here; write the same in both, or leave the comparison out`,
  );
}

function remarksOn(quantile: number, objective: number): string[] {
  if (Math.abs(quantile - objective) < 1e-9) return [];
  return [
    `asks for the quantile ${String(quantile)}, and the target is ${String(objective)}: the target counts, as the share of what is fast enough`,
  ];
}
