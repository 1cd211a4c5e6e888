/**
 * Puts `offset`, `@` and `[...]` behind what they belong to. The grammar of the parser reads `a + b offset 5m` as
 * `(a + b) offset 5m`; Prometheus reads `a + (b offset 5m)`.
 */
import type { PromFault, PromNode } from "./node.ts";

const POSTFIX: ReadonlySet<string> = new Set([
  ...["OffsetExpr", "StepInvariantExpr", "MatrixSelector", "SubqueryExpr", "AnchoredExpr", "SmoothedExpr"],
]);
const LEVELS: ReadonlyArray<readonly string[]> = [
  ["Or"],
  ["And", "Unless"],
  ["Eql", "Neq", "Gtr", "Lss", "Gte", "Lte", "TrimUpper", "TrimLower"],
  ["Add", "Sub"],
  ["Mul", "Div", "Mod", "Atan2"],
  ["Pow"],
];
const UNARY = 4.5;

/** The node as Prometheus reads it. */
export function bindPostfix(node: PromNode, source: string): PromNode {
  const [inner, ...rest] = node.children;
  if (inner === undefined || !POSTFIX.has(node.type) || !isOperation(inner)) return node;
  const last = inner.children.at(-1);
  if (last === undefined) return node;
  const bound = bindPostfix(
    { ...node, from: last.from, text: source.slice(last.from, node.to), children: [last, ...rest] },
    source,
  );
  return {
    ...inner,
    to: node.to,
    text: source.slice(inner.from, node.to),
    children: [...inner.children.slice(0, -1), bound],
  };
}

/** What then would have to be read in another order; brackets make it plain. */
export function orderFault(node: PromNode): PromFault | undefined {
  const [left, operator] = node.children;
  if (node.type !== "BinaryExpr" || left === undefined || operator === undefined || !isOperation(left))
    return undefined;
  // Powers group to the right: one that stands to the left of another without brackets has been taken for a whole.
  if (operator.type !== "Pow" && levelOf(left) >= levelOf(node)) return undefined;
  return {
    offset: operator.from,
    message: `${operator.text} binds more tightly than what is before it; write brackets to say what belongs together`,
  };
}

function isOperation({ type }: PromNode): boolean {
  return type === "BinaryExpr" || type === "UnaryExpr";
}

function levelOf({ type, children }: PromNode): number {
  return type === "UnaryExpr" ? UNARY : LEVELS.findIndex((types) => types.includes(children[1]?.type ?? ""));
}
