/** Makes the indicator of two counts: how many there were, and how many of them were good, or bad. */
import { formatDuration } from "../../core/time/duration.ts";
import type { SloKind } from "../../slo/model.ts";
import { refusal } from "../promql/faults.ts";
import { matcherText } from "../promql/write.ts";
import { failures, ownMatchers, simplest, type Part } from "./complement.ts";
import { checkGrouping } from "./grouping.ts";
import type { Indicator } from "./model.ts";
import type { Grouping } from "../promql/expression.ts";
import { countOf, totalOf } from "./render.ts";
import type { Question } from "./settings.ts";
import { selectorsOf, type CountSum, type CountTerm } from "./terms.ts";
import { boundsOf, inUnitOf, nameOf, withAllSpellings } from "./units.ts";
import { verdictOf } from "./verdict.ts";

/** Two counts that belong together. */
export interface Counts {
  readonly total: CountSum;
  readonly part: CountSum;
  readonly counted: "bad" | "good";
  /** Whether good and bad were named by their author, and not by where they stand in a ratio. */
  readonly isNamed: boolean;
}

/** Throws a refusal if they do not make an indicator. */
export function fromCounts({ total, part: written, counted, isNamed }: Counts, question: Question): Indicator {
  const { grouping, remarks } = groupingOf(total);
  checkGrouping(grouping, total.from);
  checkBuckets([...total.terms, ...written.terms]);
  checkPatterns([...total.terms, ...written.terms]);
  checkSame(total, written);
  const plain = simplest({ terms: written.terms, counted }, total.terms);
  if (isNamed) checkNamed(plain, total, written.from);
  else checkVerdict(plain, total, question.kind, written.from);
  checkApart(grouping, plain, total);
  if (question.thresholdMs !== undefined) checkBound(plain.terms, question.thresholdMs);
  const part = failures(plain, total.terms);
  const isBucket = part.terms.some(
    ({ source }) => source.kind === "counter" && boundsOf(source.selector) !== undefined,
  );
  const [all, some] = [spelledOut(total.terms), spelledOut(part.terms)];
  const isSamples = total.measure === "samples";
  return {
    unit: isSamples ? "time" : "events",
    grouping,
    total: totalOf(countOf(all, grouping), grouping),
    counted: part.counted,
    part: countOf(some, grouping),
    missingPart: isBucket ? "mistake" : "none",
    costly: [...all, ...some].some(({ source }) => source.kind === "samples" && source.isSubquery),
    totalSelectors: selectorsOf(all),
    partSelectors: selectorsOf(some),
    remarks,
  };
}

/** The grouping of what is counted; where nothing was added up, all of it is. */
export function groupingOf({ grouping }: CountSum): {
  readonly grouping: Grouping;
  readonly remarks: readonly string[];
} {
  if (grouping.kind !== "each") return { grouping, remarks: [] };
  return {
    grouping: { kind: "none" },
    remarks: [
      "adds up all series, since the expression does not; write sum( ) to say so, or sum by (label) for a budget each",
    ],
  };
}

function checkVerdict({ terms, counted }: Part, total: CountSum, kind: SloKind, from: number): void {
  const verdict = verdictOf(selectorsOf(terms), selectorsOf(total.terms));
  if (verdict === undefined || verdict.looks === counted) return;
  const { because } = verdict;
  if (kind === "error_rate") {
    const said = verdict.looks === "good" ? "did not fail" : "failed, and the rest is said to have";
    const other = verdict.looks === "good" ? "write 1 - ..." : "leave 1 - out";
    throw refusal(
      from,
      `${because} selects what ${said}, and an error_rate is the share of what did; ${other}, or kind: availability`,
    );
  }
  const share =
    kind === "latency" ? "a latency is the share of what was fast" : "availability is the share of what did not";
  const selects = verdict.looks === "bad" ? "selects what failed" : "selects what was good, and the rest is said to be";
  const instead = verdict.looks === "bad" ? "write 1 - ..." : "leave 1 - out";
  throw refusal(from, `${because} ${selects}, and ${share}; ${instead}, or kind: error_rate`);
}

/** What was named good, and plainly is not, or the other way round. */
function checkNamed({ terms, counted }: Part, total: CountSum, from: number): void {
  const verdict = verdictOf(selectorsOf(terms), selectorsOf(total.terms));
  if (verdict === undefined || verdict.looks === counted) return;
  const selects = verdict.looks === "bad" ? "selects what failed" : "selects what did not fail";
  throw refusal(from, `${verdict.because} ${selects}, and this is to be the ${counted} ones; name it ${verdict.looks}`);
}

/** A part that is all, or more than all, is good or bad for ever. */
function checkSame(total: CountSum, part: CountSum): void {
  const [all, others] = total.terms;
  const [some, more] = part.terms;
  if (all?.source.kind !== "counter" || some?.source.kind !== "counter" || others !== undefined || more !== undefined) {
    return;
  }
  const [whole, one] = [all.source.selector, some.source.selector];
  if (whole.metric !== one.metric || all.weight !== some.weight || all.source.offsetMs !== some.source.offsetMs) return;
  if (ownMatchers(one, [whole]).length > 0) return;
  throw refusal(
    part.from,
    ownMatchers(whole, [one]).length === 0
      ? "is the same as the total, so nothing would ever fail, or all; count a part of it"
      : "counts more than the total does, which has all its matchers and others; turn them round",
  );
}

/** A label that tells good from bad would have a budget for the bad ones alone. */
function checkApart(grouping: Grouping, { terms }: Part, total: CountSum): void {
  if (grouping.kind === "none") return;
  const names = selectorsOf(terms).flatMap((selector) => ownMatchers(selector, selectorsOf(total.terms)));
  const apart = names.find(({ name }) => name !== "le" && grouping.labels.includes(name) === (grouping.kind === "by"));
  if (apart === undefined) return;
  const { name } = apart;
  const kept = grouping.kind === "by" ? `by (${name}) keeps ${name}` : `without (...) keeps ${name}`;
  const instead = grouping.kind === "by" ? "leave it out" : `write without (${[...grouping.labels, name].join(", ")})`;
  throw refusal(
    total.from,
    `${kept}, by which good and bad are told apart, so the bad ones would have a budget of their own; ${instead}`,
  );
}

/** A bucket counts all that is below its bound, so only one of them may be looked at. */
function checkBuckets(terms: readonly CountTerm[]): void {
  for (const { source, from } of terms) {
    if (source.kind !== "counter" || !nameOf(source.selector).endsWith("_bucket")) continue;
    if (boundsOf(source.selector) !== undefined) continue;
    const has = source.selector.matchers.some(({ name }) => name === "le");
    throw refusal(
      from,
      has
        ? 'buckets add up already, so take one bound only, such as le="0.2"'
        : 'this adds up all buckets, of which each has the smaller ones in it; write one, such as le="0.2", or the metric that ends in _count',
    );
  }
}

/** No status is the text `5..`, so `code!="5.."` would leave nothing out. */
function checkPatterns(terms: readonly CountTerm[]): void {
  for (const { source, from } of terms) {
    if (source.kind !== "counter") continue;
    const literal = source.selector.matchers.find(
      ({ operator, value }) => (operator === "=" || operator === "!=") && /^(?:[1-5]\.\.\|?)+$/.test(value),
    );
    if (literal === undefined) continue;
    const pattern = literal.operator === "=" ? "=~" : "!~";
    const { value } = literal;
    throw refusal(
      from,
      `${matcherText(literal)} compares with the very text ${value}; write ${matcherText({ ...literal, operator: pattern })} for a pattern`,
    );
  }
}

function checkBound(terms: readonly CountTerm[], thresholdMs: number): void {
  const [term, more] = terms;
  if (term === undefined || more !== undefined || term.source.kind !== "counter") return;
  const bound = boundsOf(term.source.selector);
  if (bound === undefined || bound === Infinity) return;
  const wanted = inUnitOf(nameOf(term.source.selector), thresholdMs);
  if (Math.abs(bound - wanted) <= 1e-9 * wanted) return;
  throw refusal(
    term.from,
    `le="${String(bound)}" is not the threshold of ${formatDuration(thresholdMs)}, which is le="${String(wanted)}" here; write the same in both`,
  );
}

function spelledOut(terms: readonly CountTerm[]): CountTerm[] {
  return terms.map((term) =>
    term.source.kind === "counter"
      ? { ...term, source: { ...term.source, selector: withAllSpellings(term.source.selector) } }
      : term,
  );
}
