/** Writes an expression as text again. */
import { formatDuration } from "../../core/time/duration.ts";
import type { BinaryExpr, Expr, Grouping, Matching, Shift } from "./expression.ts";
import { labelList, numberText, quote, selectorText } from "./write.ts";

const LEVELS = [
  ["or"],
  ["and", "unless"],
  ["==", "!=", ">", "<", ">=", "<="],
  ["+", "-"],
  ["*", "/", "%", "atan2"],
  ["^"],
];
const UNARY = 4.5;
const HIGHEST = 9;

/** The expression as PromQL, on one line, with no more brackets than it needs. */
export function printPromql(expression: Expr): string {
  return print(expression, 0);
}

/** ` offset 5m`, or nothing. */
export function shiftText({ offsetMs, at }: Shift): string {
  const moment = at === undefined ? "" : ` @ ${at}`;
  return `${moment}${offsetText(offsetMs)}`;
}

/** ` offset 5m`, or nothing for 0. */
export function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return "";
  return ` offset ${offsetMs < 0 ? "-" : ""}${formatDuration(Math.abs(offsetMs))}`;
}

/** ` by (a, b)`, or nothing. */
export function groupingText(grouping: Grouping): string {
  return grouping.kind === "none" ? "" : ` ${grouping.kind} (${labelList(grouping.labels)})`;
}

function print(expression: Expr, level: number): string {
  switch (expression.kind) {
    case "number": {
      const text = numberText(expression.value);
      return text.startsWith("-") && level > 0 ? `(${text})` : text;
    }
    case "string":
      return quote(expression.value);
    case "selector": {
      const { selector, rangeMs, shift } = expression;
      return `${selectorText(selector)}${rangeMs === undefined ? "" : `[${formatDuration(rangeMs)}]`}${shiftText(shift)}`;
    }
    case "subquery": {
      const { of, rangeMs, stepMs, shift } = expression;
      const step = stepMs === undefined ? "" : formatDuration(stepMs);
      return `${print(of, HIGHEST)}[${formatDuration(rangeMs)}:${step}]${shiftText(shift)}`;
    }
    case "call":
      return `${expression.name}(${expression.args.map((argument) => print(argument, 0)).join(", ")})`;
    case "aggregate": {
      const { name, grouping, parameter, of } = expression;
      const first = parameter === undefined ? "" : `${print(parameter, 0)}, `;
      const by = groupingText(grouping);
      return `${name}${by}${by === "" ? "" : " "}(${first}${print(of, 0)})`;
    }
    case "unary":
      return bracketed(`${expression.operator}${behind(expression.of, UNARY + 1)}`, UNARY, level);
    case "binary":
      return printBinary(expression, level);
  }
}

function printBinary({ operator, bool, matching, left, right }: BinaryExpr, level: number): string {
  const own = LEVELS.findIndex((operators) => operators.includes(operator)) + 1;
  // Powers group to the right, all others to the left.
  const power = operator === "^";
  const words = [operator, ...(bool ? ["bool"] : []), ...(matching === undefined ? [] : [matchingText(matching)])];
  const text = `${print(left, power ? own + 1 : own)} ${words.join(" ")} ${behind(right, power ? own : own + 1)}`;
  return bracketed(text, own, level);
}

/** What stands behind an operator. The parser takes a shift for one of all before it, so what goes on after one is bracketed. */
function behind(expression: Expr, level: number): string {
  return expression.kind === "binary" && endsInShift(expression.left)
    ? `(${print(expression, 0)})`
    : print(expression, level);
}

function endsInShift(expression: Expr): boolean {
  if (expression.kind === "selector") return shiftText(expression.shift) !== "";
  if (expression.kind === "unary") return endsInShift(expression.of);
  return expression.kind === "binary" && endsInShift(expression.right);
}

function matchingText({ kind, labels, many, include }: Matching): string {
  const group = many === undefined ? "" : ` group_${many}(${labelList(include)})`;
  return `${kind}(${labelList(labels)})${group}`;
}

function bracketed(text: string, own: number, level: number): string {
  return own < level ? `(${text})` : text;
}
