/** Reads PromQL into what it means, and refuses what Prometheus refuses. */
import type { Expr, Grouping, Matching, Shift } from "./expression.ts";
import { checkTypes } from "./check.ts";
import { guarded, refusal } from "./faults.ts";
import { readDuration, readNumber } from "./literals.ts";
import type { PromFault, PromNode } from "./node.ts";
import { parsePromql } from "./parse.ts";
import { readSelector, stringOf } from "./selector.ts";

/** An expression, or what is wrong with it. */
export type PromqlReading = { readonly expression: Expr } | { readonly fault: PromFault };

const NO_SHIFT: Shift = { offsetMs: 0, at: undefined };
const LONGEST_MS = 100 * 31_536_000_000;

/** Reads an expression; never throws. A fault has the offset of what is wrong, and says what may stand there. */
export function readPromql(text: string): PromqlReading {
  const parsed = parsePromql(text);
  if ("fault" in parsed) return parsed;
  return guarded(() => {
    const expression = read(parsed.root);
    checkTypes(expression);
    return { expression };
  });
}

function read(node: PromNode): Expr {
  const { from, to } = node;
  switch (node.type) {
    case "NumberDurationLiteral":
      return { kind: "number", value: readNumber(node), from, to };
    case "StringLiteral":
      return { kind: "string", value: stringOf(node), from, to };
    case "ParenExpr":
      return read(child(node, 0));
    case "VectorSelector":
      return { kind: "selector", selector: readSelector(node), rangeMs: undefined, shift: NO_SHIFT, from, to };
    case "MatrixSelector":
      return readRange(node);
    case "SubqueryExpr":
      return readSubquery(node);
    case "OffsetExpr":
    case "StepInvariantExpr":
      return readShift(node);
    case "FunctionCall":
      return { kind: "call", name: child(node, 0).text, args: child(node, 1).children.map(read), from, to };
    case "AggregateExpr":
      return readAggregate(node);
    case "BinaryExpr":
      return readBinary(node);
    case "UnaryExpr":
      return readUnary(node);
    default:
      throw refusal(from, `${node.text} needs an experimental feature of Prometheus; write it without`);
  }
}

function readUnary(node: PromNode): Expr {
  const operator = child(node, 0).text === "-" ? "-" : "+";
  const of = read(child(node, 1));
  const { from, to } = node;
  if (of.kind === "number") return { ...of, value: operator === "-" ? -of.value : of.value, from, to };
  return { kind: "unary", operator, of, from, to };
}

function readRange(node: PromNode): Expr {
  const inner = child(node, 0);
  const { from, to } = node;
  if (inner.type !== "VectorSelector") {
    if (inner.type === "OffsetExpr" || inner.type === "StepInvariantExpr") {
      throw refusal(child(node, 1).from, "the range stands before offset and @, such as x[5m] offset 1h");
    }
    throw refusal(child(node, 1).from, "a range belongs to a metric; write [5m:1m] to look back over an expression");
  }
  const rangeMs = positive(child(node, 1));
  return { kind: "selector", selector: readSelector(inner), rangeMs, shift: NO_SHIFT, from, to };
}

function readSubquery(node: PromNode): Expr {
  const [inner, range, step] = node.children as [PromNode, PromNode, PromNode | undefined];
  const { from, to } = node;
  const stepMs = step && positive(step);
  return { kind: "subquery", of: read(inner), rangeMs: positive(range), stepMs, shift: NO_SHIFT, from, to };
}

function readShift(node: PromNode): Expr {
  const inner = child(node, 0);
  const of = read(inner);
  if (inner.type === "ParenExpr" || (of.kind !== "selector" && of.kind !== "subquery")) {
    throw refusal(
      child(node, 1).from,
      `${child(node, 1).text} belongs behind a metric or its range, such as x[5m] offset 1h`,
    );
  }
  const { from, to } = node;
  if (node.type === "StepInvariantExpr") {
    if (of.shift.at !== undefined) throw refusal(child(node, 1).from, "@ stands there twice");
    const last = child(node, 2);
    const at = last.type === "AtModifierPreprocessors" ? `${last.text}()` : last.text;
    return { ...of, shift: { ...of.shift, at }, from, to };
  }
  if (of.shift.offsetMs !== 0) throw refusal(child(node, 1).from, "offset stands there twice");
  return { ...of, shift: { ...of.shift, offsetMs: readDuration(child(node, 2)) }, from, to };
}

function readAggregate(node: PromNode): Expr {
  const name = child(node, 0).text.toLowerCase();
  const modifier = node.children.find(({ type }) => type === "AggregateModifier");
  const body = node.children.find(({ type }) => type === "FunctionCallBody");
  const args = (body?.children ?? []).map(read);
  const grouping: Grouping =
    modifier === undefined
      ? { kind: "none" }
      : {
          kind: child(modifier, 0).text.toLowerCase() === "by" ? "by" : "without",
          labels: labelsOf(child(modifier, 1)),
        };
  const of = args.at(-1);
  if (of === undefined || args.length > 2) {
    throw refusal(node.from, `${name} takes an expression${of === undefined ? "" : ", not " + String(args.length)}`);
  }
  const parameter = args.length === 2 ? args[0] : undefined;
  return { kind: "aggregate", name, grouping, parameter, of, from: node.from, to: node.to };
}

function readBinary(node: PromNode): Expr {
  const left = read(child(node, 0));
  const right = read(node.children.at(-1) as PromNode);
  const middle = node.children.slice(2, -1);
  const fill = middle.find(({ type }) => type === "FillModifier");
  if (fill !== undefined)
    throw refusal(fill.from, "fill needs an experimental feature of Prometheus; write or instead");
  const operator = child(node, 1);
  if (operator.type.startsWith("Trim")) {
    throw refusal(
      operator.from,
      `${operator.text} cuts native histograms in few versions of Prometheus; write it without`,
    );
  }
  const clause = middle.find(({ type }) => type === "MatchingModifierClause");
  return {
    kind: "binary",
    operator: operator.text.toLowerCase(),
    bool: middle.some(({ type }) => type === "BoolModifier"),
    matching: clause && readMatching(clause),
    left,
    right,
    from: node.from,
    to: node.to,
  };
}

function readMatching(node: PromNode): Matching {
  const side = node.children.find(({ type }) => type === "GroupLeft" || type === "GroupRight");
  const include = node.children.filter(({ type }) => type === "GroupingLabels")[1];
  return {
    kind: child(node, 0).text.toLowerCase() === "on" ? "on" : "ignoring",
    labels: labelsOf(child(node, 1)),
    many: side && (side.type === "GroupLeft" ? "left" : "right"),
    include: include === undefined ? [] : labelsOf(include),
  };
}

function labelsOf(node: PromNode): string[] {
  return node.children.map((label) => (label.type === "QuotedLabelName" ? stringOf(child(label, 0)) : label.text));
}

function positive(node: PromNode): number {
  const ms = readDuration(node);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw refusal(node.from, `${node.text} is out of range; a range is above 0 and at most 100 years`);
}

function child(node: PromNode, index: number): PromNode {
  const found = node.children[index];
  if (found === undefined) throw refusal(node.from, `${node.text} is not complete`);
  return found;
}
