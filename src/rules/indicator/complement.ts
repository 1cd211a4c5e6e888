/** Counts what failed directly, where the expression counts what did not. */
import { sameSelector } from "../promql/selector.ts";
import type { LabelMatcher, Selector } from "../promql/expression.ts";
import { addTerms, type CountTerm } from "./terms.ts";

/** A part of a total, and whether it is what failed. */
export interface Part {
  readonly terms: readonly CountTerm[];
  readonly counted: "bad" | "good";
}

const INVERSE = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" } as const;

/** The rest of the total instead of the part, where that is a plain sum: `(all - failed) / all` is about the failed. */
export function simplest(part: Part, total: readonly CountTerm[]): Part {
  const rest = addTerms(total, part.terms, -1);
  const isPlain = (terms: readonly CountTerm[]): boolean => terms.length > 0 && terms.every(({ weight }) => weight > 0);
  if (!isPlain(rest)) return part;
  const better = !isPlain(part.terms) || (part.counted === "good" && rest.length <= total.length - part.terms.length);
  return better ? { terms: rest, counted: other(part.counted) } : part;
}

/** What failed, where the good ones are those of the total with one more matcher: the rest is its opposite. */
export function failures(part: Part, total: readonly CountTerm[]): Part {
  const [term, more] = part.terms;
  const [all, others] = total;
  if (part.counted === "bad" || term === undefined || all === undefined || more !== undefined || others !== undefined) {
    return part;
  }
  const [one, whole] = [term.source, all.source];
  if (one.kind !== "counter" || whole.kind !== "counter") return part;
  if (one.offsetMs !== whole.offsetMs || term.weight !== all.weight) return part;
  const added = addedMatcher(one.selector, whole.selector);
  if (added === undefined || added.name === "le") return part;
  const inverse: LabelMatcher = { ...added, operator: INVERSE[added.operator] };
  const selector: Selector = {
    ...one.selector,
    matchers: one.selector.matchers.map((matcher) => (matcher === added ? inverse : matcher)),
  };
  return { terms: [{ ...term, source: { ...one, selector } }], counted: "bad" };
}

/** The matchers of `one` that none of `all` has. */
export function ownMatchers(one: Selector, all: readonly Selector[]): LabelMatcher[] {
  return one.matchers.filter(
    (matcher) => !all.some(({ matchers }) => matchers.some((known) => sameMatcher(known, matcher))),
  );
}

function addedMatcher(part: Selector, whole: Selector): LabelMatcher | undefined {
  const added = ownMatchers(part, [whole]);
  const [only] = added;
  if (added.length !== 1 || only === undefined) return undefined;
  const without = { ...part, matchers: part.matchers.filter((matcher) => matcher !== only) };
  return sameSelector(without, whole) ? only : undefined;
}

function sameMatcher(one: LabelMatcher, other: LabelMatcher): boolean {
  return one.name === other.name && one.operator === other.operator && one.value === other.value;
}

function other(counted: "bad" | "good"): "bad" | "good" {
  return counted === "bad" ? "good" : "bad";
}
