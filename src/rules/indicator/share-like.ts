/** Whether an expression can be a share from 0 to 1 at each moment. */
import { isComparison, kindOf } from "../promql/check.ts";
import type { BinaryExpr, Expr } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { printPromql } from "../promql/print.ts";
import { rateText } from "../promql/rewrite.ts";
import { constantOf } from "./constants.ts";
import { callProblem } from "./refused.ts";
import { nameOf } from "./units.ts";

const COUNTER_NAME = /_(?:total|count|bucket|sum|created)$/;
const PERCENT_NAME = /_(?:percent|percentage|pct)$/;
const BAD_NAME = /(?:^|[_:])(?:errors?|error_ratio|sli_error|failures?|failed|fail|unavailability)(?:[_:]|$)/i;
const GOOD_NAME = /(?:^|[_:])(?:success|successes|successful|availability|available|healthy)(?:[_:]|$)/i;
const MEANS = /^(?:avg|min|max|last|first|quantile)_over_time$/;
const AGGREGATES = ["avg", "min", "max", "quantile"];

/** What the name of a recorded ratio says that it is a share of; undefined if it does not. */
export function nameVerdict(name: string): "bad" | "good" | undefined {
  const [bad, good] = [BAD_NAME.test(name), GOOD_NAME.test(name)];
  if (bad === good) return undefined;
  return bad ? "bad" : "good";
}

/** Throws a refusal if it cannot be one; `ofHundred` where a percentage is divided by 100. */
export function checkShareLike(expression: Expr, ofHundred = false): void {
  const { from } = expression;
  switch (expression.kind) {
    case "selector": {
      const name = nameOf(expression.selector);
      const text = printPromql(expression);
      if (COUNTER_NAME.test(name)) {
        throw refusal(
          from,
          `${text} is a counter, which only grows; write one sum of rates over another: sum(${rateText(expression)}) / ...`,
        );
      }
      if (!ofHundred && PERCENT_NAME.test(name))
        throw refusal(from, `${text} is a percentage; write ${text} / 100 for a share from 0 to 1`);
      return;
    }
    case "call": {
      const [first] = expression.args;
      const inner = expression.args.find((argument) => kindOf(argument) !== "scalar");
      if (MEANS.test(expression.name) || expression.name.startsWith("clamp")) {
        checkShareLike(inner ?? expression, ofHundred);
        return;
      }
      if (first !== undefined && (expression.name.startsWith("sort") || expression.name === "scalar")) {
        checkShareLike(first, ofHundred);
        return;
      }
      throw refusal(from, callProblem(expression));
    }
    case "subquery":
    case "unary":
      checkShareLike(expression.of, ofHundred);
      return;
    case "aggregate":
      if (AGGREGATES.includes(expression.name)) {
        checkShareLike(expression.of, ofHundred);
        return;
      }
      throw refusal(
        from,
        `${expression.name} is no share from 0 to 1; write avg(...), or one sum over another: sum(...) / sum(...)`,
      );
    case "binary": {
      const { operator, left, right, bool } = expression;
      if (isComparison(operator)) {
        if (bool) return;
        if (constantOf(right) !== undefined) {
          checkShareLike(left, ofHundred);
          return;
        }
      }
      if (operator === "/" && constantOf(right) === undefined) {
        checkGauges(expression);
        return;
      }
      if (operator === "*" || operator === "/" || operator === "-" || operator === "+") {
        const isDivided = ofHundred || divides(expression);
        for (const side of [left, right]) if (constantOf(side) === undefined) checkShareLike(side, isDivided);
        return;
      }
      if (operator === "and" || operator === "unless") {
        throw refusal(
          from,
          `${operator} drops moments from what is counted; write (a < bool 1) * (b < bool 2) for both`,
        );
      }
      throw refusal(
        from,
        `${operator} does not make a share from 0 to 1; write one sum over another: sum(...) / sum(...)`,
      );
    }
    default:
      throw refusal(
        from,
        "this is not a share that depends on data; write one count over another: sum(...) / sum(...)",
      );
  }
}

/** `x / 100`, `x * 0.01`. */
function divides({ operator, left, right }: BinaryExpr): boolean {
  if (operator === "/") return constantOf(right) === 100;
  return operator === "*" && (constantOf(left) === 0.01 || constantOf(right) === 0.01);
}

/** One gauge over another, such as the ready pods over the wanted ones. */
function checkGauges(expression: Expr): void {
  const open = [expression];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.kind === "selector") {
      const name = nameOf(part.selector);
      const text = printPromql(part);
      if (part.rangeMs === undefined && COUNTER_NAME.test(name)) {
        throw refusal(
          part.from,
          `${text} is a counter, which only grows; write sum(${rateText(part)}) on both sides of /`,
        );
      }
    } else if (part.kind === "binary") open.push(part.right, part.left);
    else if (part.kind === "aggregate" || part.kind === "unary" || part.kind === "subquery") open.push(part.of);
    else if (part.kind === "call") open.push(...part.args);
  }
}
