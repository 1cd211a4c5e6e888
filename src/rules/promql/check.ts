/** The types of an expression: what each function and operator takes, as Prometheus checks it before it runs a query. */
import { everyExpr, type BinaryExpr, type CallExpr, type Expr } from "./expression.ts";
import { refusal } from "./faults.ts";
import { AGGREGATIONS, signatureOf, type ValueKind } from "./functions.ts";
import { selectorText } from "./write.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", ">", "<", ">=", "<="]);
const SETS: ReadonlySet<string> = new Set(["and", "or", "unless"]);
const WORDS: Readonly<Record<ValueKind, string>> = {
  vector: "series at one moment",
  range: "series over a range",
  scalar: "a number",
  string: "text",
};

/** Whether the operator compares. */
export function isComparison(operator: string): boolean {
  return COMPARISONS.has(operator);
}

/** Throws a refusal at the first fault. */
export function checkTypes(expression: Expr): void {
  for (const part of everyExpr(expression)) {
    if (part.kind === "call") checkCall(part);
    else if (part.kind === "binary") checkBinary(part);
    else if (part.kind === "unary") checkNumeric(part.of, part.operator);
    else if (part.kind === "subquery") expect(part.of, ["vector"], "a subquery");
    else if (part.kind === "aggregate") {
      const parameter = AGGREGATIONS.get(part.name);
      if ((parameter === undefined) !== (part.parameter === undefined)) {
        const wanted = parameter === undefined ? "one expression" : `${WORDS[parameter]}, and an expression`;
        throw refusal(part.from, `${part.name} takes ${wanted}`);
      }
      if (parameter !== undefined && part.parameter !== undefined) expect(part.parameter, [parameter], part.name);
      expect(part.of, ["vector"], part.name);
    }
  }
}

/** What an expression gives. */
export function kindOf(expression: Expr): ValueKind {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "selector":
      return expression.rangeMs === undefined ? "vector" : "range";
    case "subquery":
      return "range";
    case "call":
      return signatureOf(expression.name)?.gives ?? "vector";
    case "aggregate":
      return "vector";
    case "unary":
      return kindOf(expression.of);
    case "binary":
      return kindOf(expression.left) === "scalar" && kindOf(expression.right) === "scalar" ? "scalar" : "vector";
  }
}

function checkCall({ name, args, from }: CallExpr): void {
  const signature = signatureOf(name);
  if (signature === undefined) throw refusal(from, `${name} is not a function of PromQL`);
  const { parameters, least, repeats } = signature;
  if (args.length < least || (args.length > parameters.length && !repeats)) {
    const most = repeats ? " or more" : parameters.length > least ? ` to ${String(parameters.length)}` : "";
    const plural = parameters.length === 1 && most === "" ? "argument" : "arguments";
    throw refusal(from, `${name} takes ${String(least)}${most} ${plural}, not ${String(args.length)}`);
  }
  args.forEach((argument, index) => {
    expect(argument, [parameters[Math.min(index, parameters.length - 1)] as ValueKind], name);
  });
}

function checkBinary({ operator, bool, matching, left, right, from }: BinaryExpr): void {
  checkNumeric(left, operator);
  checkNumeric(right, operator);
  const scalars = [left, right].filter((side) => kindOf(side) === "scalar").length;
  const comparison = isComparison(operator);
  if (bool && !comparison) throw refusal(from, `bool stands behind a comparison only, not behind ${operator}`);
  if (comparison && scalars === 2 && !bool)
    throw refusal(from, `a comparison of two numbers needs bool: ${operator} bool`);
  if (SETS.has(operator)) {
    if (scalars > 0)
      throw refusal(
        (kindOf(left) === "scalar" ? left : right).from,
        `${operator} takes series on both sides; write vector(0) for a number`,
      );
    if (matching?.many !== undefined) throw refusal(from, `group_${matching.many} cannot go with ${operator}`);
  }
  if (matching === undefined) return;
  if (scalars > 0 && (matching.labels.length > 0 || matching.many !== undefined || matching.kind === "on")) {
    throw refusal(from, `${matching.kind} needs series on both sides`);
  }
  const both = matching.kind === "on" ? matching.include.find((label) => matching.labels.includes(label)) : undefined;
  if (both !== undefined) throw refusal(from, `${both} stands in on and in group_${matching.many ?? "left"}`);
}

function checkNumeric(expression: Expr, operator: string): void {
  expect(expression, ["vector", "scalar"], operator);
}

function expect(expression: Expr, wanted: readonly ValueKind[], by: string): void {
  const kind = kindOf(expression);
  if (wanted.includes(kind)) return;
  const words = wanted.map((one) => WORDS[one]).join(" or ");
  const hint =
    kind === "vector" && wanted[0] === "range"
      ? `; write a range such as ${expression.kind === "selector" ? `${selectorText(expression.selector)}[5m]` : "[5m:1m] behind it"}`
      : kind === "range" && wanted[0] === "vector"
        ? "; write rate( ) around it, or leave the range out"
        : "";
  throw refusal(expression.from, `${by} takes ${words}, and this is ${WORDS[kind]}${hint}`);
}
