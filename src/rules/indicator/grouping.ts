/** The labels that sums keep. */
import { groupingText } from "../promql/print.ts";
import { refusal } from "../promql/faults.ts";
import type { Grouping, Matching } from "../promql/expression.ts";
import type { EachSeries } from "./terms.ts";

// nines writes these on what it records, so a budget for each of their values would overwrite them.
const RESERVED: ReadonlySet<string> = new Set(
  "service slo window severity tier short long factor alertname __name__ le".split(" "),
);

/** What remains of the labels if `outer` adds up what `inner` has. */
export function regroup(outer: Grouping, inner: Grouping | EachSeries): Grouping {
  if (outer.kind === "none" || inner.kind === "none") return { kind: "none" };
  if (inner.kind === "each") return tidy(outer);
  const has = new Set(inner.labels);
  if (outer.kind === "by") {
    const kept = outer.labels.filter((label) => has.has(label) === (inner.kind === "by"));
    return tidy({ kind: "by", labels: kept });
  }
  const dropped = new Set(outer.labels);
  if (inner.kind === "by") return tidy({ kind: "by", labels: inner.labels.filter((label) => !dropped.has(label)) });
  return tidy({ kind: "without", labels: [...inner.labels, ...outer.labels] });
}

/** Whether two sums keep the same labels. */
export function sameGrouping(one: Grouping | EachSeries, other: Grouping | EachSeries): boolean {
  return groupingKey(one) === groupingKey(other);
}

/** Throws a refusal if a grouping cannot be that of a budget. */
export function checkGrouping(grouping: Grouping, from: number): void {
  if (grouping.kind !== "by") return;
  const reserved = grouping.labels.find((label) => RESERVED.has(label));
  if (reserved === undefined) return;
  if (reserved === "le") {
    throw refusal(
      from,
      "by (le) adds up buckets one by one; write le inside of histogram_quantile only, or pick one bucket by a matcher",
    );
  }
  throw refusal(
    from,
    `by (${reserved}) cannot have a budget for each value: nines writes the label ${reserved} itself; group by another label, or leave it out`,
  );
}

/** `by (a)`, or what it is without one. */
export function groupingWords(grouping: Grouping | EachSeries): string {
  if (grouping.kind === "each") return "each series";
  return grouping.kind === "none" ? "one sum of all" : groupingText(grouping).trim();
}

/** Refuses matching that pairs other series than those with the same labels. */
export function checkMatching(matching: Matching | undefined, grouping: Grouping | EachSeries, from: number): void {
  if (matching === undefined) return;
  if (matching.many !== undefined) {
    throw refusal(
      from,
      `group_${matching.many} counts one side several times over; write sums with the same labels on both sides, such as sum by (job) (...) / sum by (job) (...)`,
    );
  }
  if (grouping.kind !== "by") return;
  const labels = new Set(matching.labels);
  const changes =
    matching.kind === "on"
      ? labels.size !== new Set(grouping.labels).size || grouping.labels.some((label) => !labels.has(label))
      : grouping.labels.some((label) => labels.has(label));
  if (!changes) return;
  throw refusal(
    from,
    `${matching.kind} (${matching.labels.join(", ")}) pairs other series than ${groupingWords(grouping)} makes; leave it out`,
  );
}

function tidy(grouping: Grouping): Grouping {
  if (grouping.kind === "none") return grouping;
  const labels = [...new Set(grouping.labels)];
  return grouping.kind === "by" && labels.length === 0 ? { kind: "none" } : { kind: grouping.kind, labels };
}

function groupingKey(grouping: Grouping | EachSeries): string {
  if (grouping.kind === "none" || grouping.kind === "each") return grouping.kind;
  return JSON.stringify([grouping.kind, [...new Set(grouping.labels)].sort()]);
}
