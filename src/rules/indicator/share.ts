/** Reads a share: one count over another, in the forms that people write it. */
import { isComparison } from "../promql/check.ts";
import { everyExpr, type BinaryExpr, type CallExpr, type Expr } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { constantOf, withoutFallback } from "./constants.ts";
import { checkAlike, readCount } from "./counts.ts";
import { checkMatching, groupingWords, sameGrouping } from "./grouping.ts";
import { addTerms, divideTerms, scaleTerms, type CountSum, type CountTerm } from "./terms.ts";

/** `base + factor * part / total`. */
export interface Share {
  readonly base: number;
  readonly factor: number;
  readonly part: CountSum;
  readonly total: CountSum;
  /** The bounds of a `histogram_fraction`: `part` and `total` are then the observations of the same native histogram. */
  readonly fraction?: { readonly lower: number; readonly upper: number };
}

/** A share, and whether the part is what it says (`1 - part / total` says the rest). */
export interface PlainShare extends Omit<Share, "base" | "factor"> {
  readonly isRest: boolean;
}

/** Whether the expression is meant as a share of counts: it divides by something, or asks a native histogram. */
export function looksLikeShare(expression: Expr): boolean {
  for (const part of everyExpr(expression)) {
    if (part.kind === "call" && part.name === "histogram_fraction") return true;
    if (part.kind === "binary" && part.operator === "/" && constantOf(part.right) === undefined) return true;
  }
  return false;
}

/** The share that the expression is, from 0 to 1 or as a percentage. */
export function readPlainShare(expression: Expr): PlainShare {
  const { base, factor, ...share } = readShare(expression);
  const isRest = base !== 0;
  const whole = Math.abs(factor);
  const near = (one: number, other: number): boolean => Math.abs(one - other) < 1e-9 * Math.abs(other);
  const scale = [1, 100].find((size) => near(whole, size));
  if (scale !== undefined && (base === 0 ? factor > 0 : factor < 0 && near(base, scale))) return { ...share, isRest };
  // A weighted sum, as in an Apdex: (satisfied + tolerating / 2) / total.
  if (base === 0 && factor > 0 && factor < 1 && share.part.terms.length > 1) {
    return { ...share, part: { ...share.part, terms: scaleTerms(share.part.terms, factor) }, isRest };
  }
  throw refusal(
    expression.from,
    `this runs from ${String(round(base))} to ${String(round(base + factor))}; write a share from 0 to 1, such as sum(...) / sum(...), or 100 times it`,
  );
}

function readShare(written: Expr): Share {
  const expression = withoutFallback(written);
  switch (expression.kind) {
    case "binary":
      return readBinary(expression);
    case "call":
      return readCall(expression);
    case "unary": {
      const share = readShare(expression.of);
      return expression.operator === "+" ? share : { ...share, base: -share.base, factor: -share.factor };
    }
    case "aggregate":
      if (looksLikeShare(expression)) {
        throw refusal(
          expression.from,
          `${expression.name} of ratios gives an idle series as much weight as a busy one; write the ratio of two sums: sum(...) / sum(...)`,
        );
      }
      break;
    default:
  }
  throw refusal(expression.from, "a share is one count over another; write sum(...) / sum(...)");
}

function readCall(call: CallExpr): Share {
  const [first, second, third] = call.args;
  if (first !== undefined && (call.name.startsWith("clamp") || call.name.startsWith("sort")) && looksLikeShare(first)) {
    return readShare(first);
  }
  if (call.name === "histogram_fraction" && first !== undefined && second !== undefined && third !== undefined) {
    const [lower, upper] = [constantOf(first), constantOf(second)];
    if (lower === undefined || upper === undefined)
      throw refusal(first.from, "the bounds of histogram_fraction have to be numbers");
    const total = readCount(third);
    for (const { source, from } of total.terms) {
      if (source.kind !== "counter") throw refusal(from, "histogram_fraction takes the rate of a native histogram");
    }
    return { base: 0, factor: 1, part: total, total, fraction: { lower, upper } };
  }
  if (call.name.endsWith("_over_time")) {
    throw refusal(
      call.from,
      `${call.name} of a ratio weighs an idle hour as much as a busy one; write the ratio itself: sum(...) / sum(...)`,
    );
  }
  throw refusal(call.from, `${call.name} does not make a share; write one count over another: sum(...) / sum(...)`);
}

function readBinary(binary: BinaryExpr): Share {
  const { operator, left, right, matching, from } = binary;
  const [leftValue, rightValue] = [constantOf(left), constantOf(right)];
  if (operator === "/" && rightValue === undefined && !looksLikeShare(right)) {
    if (leftValue !== undefined) throw refusal(from, "a number over a count is no share; write one count over another");
    if (!looksLikeShare(left)) return divide(binary);
  }
  if (operator === "/" && rightValue !== undefined) return times(readShare(left), 1 / rightValue);
  if (operator === "*" && rightValue !== undefined) return times(readShare(left), rightValue);
  if (operator === "*" && leftValue !== undefined) return times(readShare(right), leftValue);
  if (operator === "+" || operator === "-") {
    const sign = operator === "+" ? 1 : -1;
    if (rightValue !== undefined) return plus(readShare(left), sign * rightValue);
    if (leftValue !== undefined) return plus(times(readShare(right), sign), leftValue);
    const shares = [readShare(left), readShare(right)] as const;
    if (sameTotal(...shares)) return addShares(...shares, sign, from);
  }
  if (isComparison(operator) && !binary.bool && rightValue === 0 && [">=", ">", "!="].includes(operator))
    return readShare(left);
  if (matching !== undefined) checkMatching(matching, { kind: "each" }, from);
  throw refusal(from, `${operator} of ratios is no share of events; write one count over another: sum(...) / sum(...)`);
}

function divide({ left, right, matching, from }: BinaryExpr): Share {
  const part = readCount(left);
  const total = readCount(right);
  checkAlike(part, total, false);
  if (matching?.many !== undefined) checkMatching(matching, part.grouping, from);
  if (!sameGrouping(part.grouping, total.grouping)) {
    throw refusal(
      from,
      `both sides of / need the same labels, and these are ${groupingWords(part.grouping)} and ${groupingWords(total.grouping)}; write the same by ( ) on both`,
    );
  }
  checkMatching(matching, part.grouping, from);
  // 100 * a / b: the weights tell the scale, whatever side it was written on.
  const partWeight = weightOf(part.terms, from);
  const totalWeight = weightOf(total.terms, from);
  return {
    base: 0,
    factor: partWeight / totalWeight,
    part: { ...part, terms: divideTerms(part.terms, partWeight) },
    total: { ...total, terms: divideTerms(total.terms, totalWeight) },
  };
}

function times(share: Share, factor: number): Share {
  return { ...share, base: share.base * factor, factor: share.factor * factor };
}

function plus(share: Share, base: number): Share {
  return { ...share, base: share.base + base };
}

/** The size of the first term, and the sign where all have the same; refuses what is nothing. */
function weightOf(terms: readonly CountTerm[], from: number): number {
  const [first] = terms;
  if (first === undefined) throw refusal(from, "this count is always 0: what it adds it subtracts again");
  return terms.every(({ weight }) => weight < 0) ? first.weight : Math.abs(first.weight);
}

function sameTotal(one: Share, other: Share): boolean {
  if (one.fraction !== undefined || other.fraction !== undefined) return false;
  return (
    sameGrouping(one.total.grouping, other.total.grouping) &&
    one.total.rangeMs === other.total.rangeMs &&
    one.total.measure === other.total.measure &&
    addTerms(one.total.terms, other.total.terms, -1).length === 0
  );
}

function addShares(one: Share, other: Share, sign: number, from: number): Share {
  const terms = addTerms(scaleTerms(one.part.terms, one.factor), other.part.terms, sign * other.factor);
  const weight = weightOf(terms, from);
  return {
    base: one.base + sign * other.base,
    factor: weight,
    part: { ...one.part, terms: divideTerms(terms, weight) },
    total: one.total,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
