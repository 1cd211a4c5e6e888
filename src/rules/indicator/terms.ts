/** Counts as sums of what counters grew by: the algebra behind two counts and their ratio. */
import type { Expr, Grouping, Selector } from "../promql/expression.ts";
import { selectorKey } from "../promql/selector.ts";

/** What one term counts. All of them add up: the counts of two windows are together that of both. */
export type CountSource =
  /** What a counter grew by, or (`native`) the observations that a native histogram gained. */
  | { readonly kind: "counter" | "native"; readonly selector: Selector; readonly offsetMs: number }
  /** A sum or a number of samples; of an expression, `stepMs` apart. */
  | {
      readonly kind: "samples";
      readonly name: "sum_over_time" | "count_over_time";
      readonly of: Expr;
      readonly stepMs: number | undefined;
      readonly isSubquery: boolean;
      readonly offsetMs: number;
      /** Tells sources apart. */
      readonly text: string;
      readonly selectors: readonly Selector[];
    };

/** So many times what the source counts. */
export interface CountTerm {
  readonly weight: number;
  readonly source: CountSource;
  /** Where it stands in the text. */
  readonly from: number;
}

/** What has the labels of each series; nothing was added up yet. */
export interface EachSeries {
  readonly kind: "each";
}

/** A sum of terms, all read with one function and over one range. */
export interface CountSum {
  readonly terms: readonly CountTerm[];
  readonly grouping: Grouping | EachSeries;
  /** `rate` and `increase` differ by the length of the range, so they do not mix. */
  readonly measure: "rate" | "increase" | "samples";
  readonly rangeMs: number;
  readonly from: number;
}

/** The same text for sources that count the same. */
export function sourceKey(source: CountSource): string {
  if (source.kind === "samples") return JSON.stringify([source.name, source.text, source.offsetMs]);
  return JSON.stringify([source.kind, selectorKey(source.selector), source.offsetMs]);
}

/** The sum of both, with `factor` times the second; terms of the same source are one, and those of weight 0 none. */
export function addTerms(one: readonly CountTerm[], other: readonly CountTerm[], factor: number): CountTerm[] {
  const byKey = new Map<string, CountTerm>();
  for (const [terms, times] of [
    [one, 1],
    [other, factor],
  ] as const) {
    for (const term of terms) {
      const key = sourceKey(term.source);
      const weight = (byKey.get(key)?.weight ?? 0) + term.weight * times;
      byKey.set(key, { ...term, weight });
    }
  }
  return [...byKey.values()].filter(({ weight }) => weight !== 0);
}

/** All terms, `factor` times. */
export function scaleTerms(terms: readonly CountTerm[], factor: number): CountTerm[] {
  return terms.map((term) => ({ ...term, weight: term.weight * factor }));
}

/** All terms, divided: what was multiplied before is whole again. */
export function divideTerms(terms: readonly CountTerm[], divisor: number): CountTerm[] {
  return terms.map((term) => ({ ...term, weight: term.weight / divisor }));
}

/** The selectors behind the terms; those that are subtracted may be missing. */
export function selectorsOf(terms: readonly CountTerm[]): Selector[] {
  return terms.flatMap(({ weight, source }) =>
    weight < 0 ? [] : source.kind === "samples" ? source.selectors : [source.selector],
  );
}
