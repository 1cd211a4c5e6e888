/** Reads what is not a count: gauges that are 0 or 1, comparisons, recorded ratios. */
import { isComparison } from "../promql/check.ts";
import { everyExpr, type BinaryExpr, type Expr, type SelectorExpr, type Span } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { offsetText, printPromql } from "../promql/print.ts";
import { sameSelector } from "../promql/selector.ts";
import { constantOf, isFallback } from "./constants.ts";
import type { Indicator } from "./model.ts";
import { momentGrouping, momentIndicator, sampleIndicator } from "./moments.ts";
import type { Question } from "./settings.ts";
import { checkShareLike, nameVerdict } from "./share-like.ts";
import { inUnitOf, nameOf } from "./units.ts";

const BOOLEAN_NAME = /(?:^|[_:])(?:up|success|healthy|ready|alive|available)$/;
const NOWHERE: Span = { from: 0, to: 0 };
const MINUS_INFINITY: Expr = { kind: "number", value: -Infinity, ...NOWHERE };

/** A comparison: the moments at which it holds are good ones, or bad ones for an `error_rate`. */
export function readStatement(comparison: BinaryExpr, otherwise: number | undefined, question: Question): Indicator {
  const { kind } = question;
  const inverse = booleanComparison(comparison);
  if (inverse !== undefined) return readRatio(inverse, question);
  for (const side of [comparison.left, comparison.right]) checkSide(side);
  const value: Expr = {
    ...comparison,
    bool: true,
    left: withoutNaN(comparison.left),
    right: withoutNaN(comparison.right),
  };
  return momentIndicator({
    value,
    otherwise,
    counted: kind === "error_rate" ? "bad" : "good",
    stepMs: question.scrapeIntervalMs,
  });
}

/** A gauge of durations: the moments at which it is at most the threshold are good. */
export function readDuration(written: Expr, thresholdMs: number, question: Question): Indicator {
  const { expression, otherwise } = fallbackOf(written);
  const [selector] = [...everyExpr(expression)].filter((part) => part.kind === "selector");
  if (selector === undefined) throw refusal(expression.from, "a latency needs a metric of durations; this has none");
  checkSide(expression);
  const bound = inUnitOf(nameOf(selector.selector), thresholdMs);
  const value: Expr = {
    kind: "binary",
    operator: "<=",
    bool: true,
    matching: undefined,
    left: withoutNaN(expression),
    right: { kind: "number", value: bound, ...NOWHERE },
    from: expression.from,
    to: expression.to,
  };
  const remarks = [
    "counts the time in which the duration is within the threshold, not the requests; a histogram would count these",
  ];
  return momentIndicator({ value, otherwise, counted: "good", stepMs: question.scrapeIntervalMs, remarks });
}

/** A share from 0 to 1 at each moment: an availability is good, an error rate bad. Its mean over time is taken. */
export function readRatio(written: Expr, question: Question): Indicator {
  const { plain, isRest, otherwise } = withoutRest(written);
  const counted = (question.kind === "error_rate") === isRest ? "good" : "bad";
  checkName(plain, counted, question);
  const series = otherwise === undefined ? meanOf(plain) : undefined;
  if (series !== undefined && BOOLEAN_NAME.test(nameOf(series.selector))) {
    const { grouping, remarks } = momentGrouping(plain);
    return { ...sampleIndicator(series.selector, grouping, counted, offsetText(series.shift.offsetMs)), remarks };
  }
  const value = withoutSmoothing(plain);
  checkShareLike(value);
  checkSide(value);
  const remarks = [
    "weighs each moment alike, however many requests it had; two counts, such as sum(...) / sum(...) of rates, would weigh them",
  ];
  return momentIndicator({
    value: isStatement(value) ? value : compared(value, ">=", 0),
    otherwise,
    counted,
    stepMs: question.scrapeIntervalMs,
    remarks: isStatement(value) ? [] : remarks,
  });
}

/** `up == 1` is `up`, and `up == 0` is `1 - up`; undefined for other comparisons. */
function booleanComparison({ operator, left, right, from, to }: BinaryExpr): Expr | undefined {
  const limit = constantOf(right);
  const series = meanOf(left);
  if (left.kind !== "selector" || limit === undefined || series === undefined) return undefined;
  if (!BOOLEAN_NAME.test(nameOf(series.selector))) return undefined;
  const words = `${operator}${String(limit)}`;
  if (["==1", ">=1", ">0", "!=0"].includes(words)) return left;
  if (!["==0", "<1", "<=0", "!=1"].includes(words)) return undefined;
  const one: Expr = { kind: "number", value: 1, ...NOWHERE };
  return { kind: "binary", operator: "-", bool: false, matching: undefined, left: one, right: left, from, to };
}

/** `1 - x`, without the 1; with what stands for x where it has no data. */
function withoutRest(
  written: Expr,
  known?: number,
): { readonly plain: Expr; readonly isRest: boolean; readonly otherwise: number | undefined } {
  const { expression, otherwise = known } = fallbackOf(written);
  if (expression.kind !== "binary" || expression.operator !== "-" || constantOf(expression.left) !== 1) {
    return { plain: expression, isRest: false, otherwise };
  }
  const rest = withoutRest(expression.right, otherwise === undefined ? undefined : 1 - otherwise);
  return { ...rest, isRest: !rest.isRest };
}

/** The one gauge that an expression is the mean of. */
function meanOf(expression: Expr): SelectorExpr | undefined {
  switch (expression.kind) {
    case "selector":
      return expression.rangeMs === undefined && expression.shift.at === undefined ? expression : undefined;
    case "call": {
      const [first] = expression.args;
      if (expression.name !== "avg_over_time" || first?.kind !== "selector") return undefined;
      return first.shift.at === undefined ? first : undefined;
    }
    case "aggregate":
      return expression.name === "avg" ? meanOf(expression.of) : undefined;
    case "binary": {
      const { operator, left, right } = expression;
      if (operator !== "/" || left.kind !== "aggregate" || right.kind !== "aggregate") return undefined;
      if (left.name !== "sum" || right.name !== "count") return undefined;
      const [sum, count] = [meanOf(left.of), meanOf(right.of)];
      const isOne = sum && count && sameSelector(sum.selector, count.selector);
      return isOne === true && sum.shift.offsetMs === count.shift.offsetMs ? sum : undefined;
    }
    default:
      return undefined;
  }
}

/** The mean over the last minutes is a mean twice over. */
function withoutSmoothing(expression: Expr): Expr {
  const series = expression.kind === "call" ? meanOf(expression) : undefined;
  return series === undefined ? expression : { ...series, rangeMs: undefined };
}

/** The expression without its fallback, and the share that the fallback says. */
export function fallbackOf(expression: Expr): { readonly expression: Expr; readonly otherwise: number | undefined } {
  let rest = expression;
  let otherwise: number | undefined;
  while (rest.kind === "binary" && rest.operator === "or" && isFallback(rest.right)) {
    const value = constantOf(rest.right);
    if (value !== undefined && value >= 0 && value <= 1) otherwise = value;
    rest = rest.left;
  }
  return { expression: rest, otherwise };
}

/** Comparisons that drop what does not hold would drop the bad moments from what is counted. */
function checkSide(side: Expr): void {
  for (const part of everyExpr(side)) {
    if (part.kind === "binary" && (part.operator === "and" || part.operator === "unless")) {
      throw refusal(
        part.from,
        `${part.operator} drops moments from what is counted; write (a < bool 1) * (b < bool 2) for both`,
      );
    }
    if (part.kind === "binary" && isComparison(part.operator) && !part.bool && constantOf(part.right) !== 0) {
      const text = printPromql({ ...part, bool: true });
      throw refusal(part.from, `this comparison drops moments from what is counted; write ${text}`);
    }
    if (part.kind === "call" && part.name.startsWith("absent")) {
      throw refusal(
        part.from,
        `${part.name} has no series while all is well; write the metric itself, with or vector(0)`,
      );
    }
  }
}

function checkName(plain: Expr, counted: "bad" | "good", { kind }: Question): void {
  const names = [...everyExpr(plain)].flatMap((part) => (part.kind === "selector" ? [nameOf(part.selector)] : []));
  const [name = ""] = names;
  const looks = names.length === 1 ? (BOOLEAN_NAME.test(name) ? "good" : nameVerdict(name)) : undefined;
  if (looks === undefined || looks === counted) return;
  const says = looks === "good" ? "is high while all is well" : "is high while things fail";
  const instead = kind === "error_rate" ? "kind: availability" : "kind: error_rate";
  throw refusal(
    plain.from,
    `${name} ${says}, and here it is taken for the opposite; write 1 - ... (or leave it out), or ${instead}`,
  );
}

function isStatement(value: Expr): boolean {
  return value.kind === "binary" && isComparison(value.operator) && value.bool;
}

function withoutNaN(side: Expr): Expr {
  const mayBe = [...everyExpr(side)].some(
    (part) =>
      (part.kind === "binary" && ["/", "%", "^"].includes(part.operator) && constantOf(part.right) === undefined) ||
      (part.kind === "call" && part.name.startsWith("histogram_")),
  );
  return mayBe ? compared(side, ">=", MINUS_INFINITY) : side;
}

function compared(left: Expr, operator: string, right: number | Expr): BinaryExpr {
  const limit: Expr = typeof right === "number" ? { kind: "number", value: right, ...NOWHERE } : right;
  return {
    kind: "binary",
    operator,
    bool: false,
    matching: undefined,
    left,
    right: limit,
    from: left.from,
    to: left.to,
  };
}
