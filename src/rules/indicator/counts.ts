/** Reads a count: sums of what counters grew by. */
import { formatDuration } from "../../core/time/duration.ts";
import { isComparison } from "../promql/check.ts";
import { everyExpr, type AggregateExpr, type BinaryExpr, type CallExpr, type Expr } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { printPromql } from "../promql/print.ts";
import { rateText } from "../promql/rewrite.ts";
import { constantOf, withoutFallback } from "./constants.ts";
import { checkMatching, groupingWords, regroup, sameGrouping } from "./grouping.ts";
import { aggregateProblem, callProblem } from "./refused.ts";
import { addTerms, scaleTerms, type CountSource, type CountSum } from "./terms.ts";

/** The count that an expression is; throws a refusal if it is none. */
export function readCount(written: Expr): CountSum {
  const expression = withoutFallback(written);
  const { from } = expression;
  switch (expression.kind) {
    case "call":
      return readCall(expression);
    case "aggregate":
      return readSum(expression);
    case "binary":
      return readBinary(expression);
    case "unary": {
      const count = readCount(expression.of);
      return expression.operator === "+" ? count : { ...count, terms: scaleTerms(count.terms, -1) };
    }
    case "selector": {
      const text = printPromql(expression);
      throw refusal(from, `${text} is the state of a counter, not what happened; write ${rateText(expression)}`);
    }
    default:
      throw refusal(
        from,
        `${printPromql(expression)} counts nothing; write a sum of rates, such as sum(rate(http_requests_total[5m]))`,
      );
  }
}

function readCall(call: CallExpr): CountSum {
  const [first] = call.args;
  switch (first === undefined ? "" : call.name) {
    case "rate":
    case "increase":
      return readCounter(call, first as Expr);
    case "sum_over_time":
    case "count_over_time":
      return readSamples(call, first as Expr);
    case "histogram_count": {
      const count = readCount(first as Expr);
      const terms = count.terms.map((term) => {
        if (term.source.kind === "counter") return { ...term, source: { ...term.source, kind: "native" as const } };
        throw refusal(
          term.from,
          "histogram_count takes the rate of a native histogram, such as histogram_count(sum(rate(x[5m])))",
        );
      });
      return { ...count, terms };
    }
    // These change nothing of a count.
    case "sort":
    case "sort_desc":
      return readCount(first as Expr);
    case "clamp_min":
      if (constantOf(call.args[1] as Expr) === 0) return readCount(first as Expr);
      break;
    case "scalar": {
      const count = readCount(first as Expr);
      if (count.grouping.kind === "none") return count;
    }
  }
  throw refusal(call.from, callProblem(call));
}

function readCounter(call: CallExpr, argument: Expr): CountSum {
  if (argument.kind !== "selector" || argument.rangeMs === undefined) {
    throw refusal(
      argument.from,
      `${call.name} of a subquery is not read; write ${call.name}(x[5m]) of the counter itself`,
    );
  }
  checkMoment(argument);
  const source: CountSource = { kind: "counter", selector: argument.selector, offsetMs: argument.shift.offsetMs };
  return {
    terms: [{ weight: 1, source, from: call.from }],
    grouping: { kind: "each" },
    measure: call.name === "rate" ? "rate" : "increase",
    rangeMs: argument.rangeMs,
    from: call.from,
  };
}

function readSamples(call: CallExpr, argument: Expr): CountSum {
  if ((argument.kind !== "selector" && argument.kind !== "subquery") || argument.rangeMs === undefined) {
    throw refusal(argument.from, `${call.name} takes a range, such as ${call.name}(up[5m])`);
  }
  checkMoment(argument);
  const isSubquery = argument.kind === "subquery";
  const of: Expr = isSubquery
    ? argument.of
    : { ...argument, rangeMs: undefined, shift: { offsetMs: 0, at: undefined } };
  const name = call.name === "sum_over_time" ? "sum_over_time" : "count_over_time";
  const stepMs = isSubquery ? argument.stepMs : undefined;
  const selectors = [...everyExpr(of)].flatMap((part) => (part.kind === "selector" ? [part.selector] : []));
  const text = `${printPromql(of)}:${String(isSubquery)}:${String(stepMs)}`;
  const source: CountSource = {
    kind: "samples",
    name,
    of,
    stepMs,
    isSubquery,
    offsetMs: argument.shift.offsetMs,
    text,
    selectors,
  };
  return {
    terms: [{ weight: 1, source, from: call.from }],
    grouping: { kind: "each" },
    measure: "samples",
    rangeMs: argument.rangeMs,
    from: call.from,
  };
}

function readSum(sum: AggregateExpr): CountSum {
  if (sum.name !== "sum") throw refusal(sum.from, aggregateProblem(sum));
  const inner = readCount(sum.of);
  return { ...inner, grouping: regroup(sum.grouping, inner.grouping), from: sum.from };
}

function readBinary(binary: BinaryExpr): CountSum {
  const { operator, left, right, from } = binary;
  const leftValue = constantOf(left);
  const rightValue = constantOf(right);
  if (operator === "*" && leftValue !== undefined) return scaled(readCount(right), leftValue, left);
  if (operator === "*" && rightValue !== undefined) return scaled(readCount(left), rightValue, right);
  if (operator === "/" && rightValue !== undefined) return scaled(readCount(left), 1 / rightValue, right);
  // A guard against dividing by nothing, or against NaN.
  if (isComparison(operator) && !binary.bool && rightValue === 0 && [">", ">=", "!="].includes(operator))
    return readCount(left);
  if ((operator === "+" || operator === "-") && leftValue === undefined && rightValue === undefined) {
    return combine(readCount(left), readCount(right), binary);
  }
  throw refusal(from, binaryProblem(binary));
}

function combine(left: CountSum, right: CountSum, binary: BinaryExpr): CountSum {
  checkAlike(left, right, true);
  checkMatching(binary.matching, left.grouping, binary.from);
  const terms = addTerms(left.terms, right.terms, binary.operator === "+" ? 1 : -1);
  if (terms.length === 0) throw refusal(binary.from, "this count is always 0: what it adds it subtracts again");
  return { ...left, terms, from: binary.from };
}

/** Refuses two counts that cannot be set against each other. */
export function checkAlike(one: CountSum, other: CountSum, sameGroups: boolean): void {
  if (one.measure !== other.measure) {
    throw refusal(
      other.from,
      `${one.measure} and ${other.measure} differ by the length of their ranges; write the same function throughout`,
    );
  }
  if (one.rangeMs !== other.rangeMs) {
    throw refusal(
      other.from,
      `[${formatDuration(one.rangeMs)}] and [${formatDuration(other.rangeMs)}] look back over different times; write the same range throughout`,
    );
  }
  if (sameGroups && !sameGrouping(one.grouping, other.grouping)) {
    throw refusal(
      other.from,
      `both sides need the same labels, and these are ${groupingWords(one.grouping)} and ${groupingWords(other.grouping)}; write the same by ( ) on both`,
    );
  }
}

function scaled(count: CountSum, factor: number, by: Expr): CountSum {
  if (!Number.isFinite(factor) || factor === 0) {
    throw refusal(by.from, "a count times this is nothing; write a number other than 0");
  }
  return { ...count, terms: scaleTerms(count.terms, factor) };
}

function checkMoment(expression: Expr): void {
  if (!("shift" in expression) || expression.shift.at === undefined) return;
  throw refusal(expression.from, `@ ${expression.shift.at} holds the count at one moment; leave it out`);
}

function binaryProblem({ operator, left, right }: BinaryExpr): string {
  switch (operator) {
    case "/":
      return "a ratio stands where a count has to be; write the counts themselves";
    case "*":
      return "a count times a count is no count; multiply by a number only";
    case "+":
    case "-":
      return `a number is ${operator === "+" ? "added to" : "subtracted from"} a count, whatever the length of time; write counts only`;
    case "or":
      return `or takes ${printPromql(right)} only where ${printPromql(left)} has no series; write + to count both, or or vector(0) for none`;
    case "and":
    case "unless":
      return `${operator} picks series anew at each moment, so the counts do not add up; write matchers in { } instead`;
    default:
      return `${operator} does not make a count; write sums of rates, and numbers to multiply them by`;
  }
}
