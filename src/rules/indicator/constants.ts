/** Numbers in an expression, and what stands in only where there is no data. */
import type { Expr } from "../promql/expression.ts";

/** The number that an expression always is; undefined if it depends on data. */
export function constantOf(expression: Expr): number | undefined {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "unary": {
      const value = constantOf(expression.of);
      return value === undefined || expression.operator === "+" ? value : -value;
    }
    case "call": {
      const [first] = expression.args;
      return expression.name === "vector" && first !== undefined ? constantOf(first) : undefined;
    }
    case "binary": {
      const left = constantOf(expression.left);
      const right = constantOf(expression.right);
      return left === undefined || right === undefined ? undefined : calculate(expression.operator, left, right);
    }
    default:
      return undefined;
  }
}

/** Whether the expression only says what is so where there is no data: `vector(0)`, `0 * sum(...)`, `absent(...)`. */
export function isFallback(expression: Expr): boolean {
  if (constantOf(expression) !== undefined) return true;
  if (expression.kind === "call") return expression.name === "absent";
  if (expression.kind !== "binary") return false;
  const { operator, left, right } = expression;
  if (operator === "or") return isFallback(left) && isFallback(right);
  if (operator === "*") return constantOf(left) === 0 || constantOf(right) === 0;
  // 1 + 0 * sum(...)
  return ["+", "-"].includes(operator) && isFallback(left) && isFallback(right);
}

/** The expression without what stands in for missing data. */
export function withoutFallback(expression: Expr): Expr {
  let rest = expression;
  while (rest.kind === "binary" && rest.operator === "or" && isFallback(rest.right) && !isFallback(rest.left)) {
    rest = rest.left;
  }
  return rest;
}

function calculate(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "^":
      return left ** right;
    default:
      return undefined;
  }
}
