/** Changes to the text of an expression: other ranges, and counters as rates. */
import { everyExpr, mapExpr, type Expr, type SelectorExpr } from "./expression.ts";
import { printPromql } from "./print.ts";
import { readPromql } from "./read.ts";

const USUAL_RANGE_MS = 300_000;

/** The expression with `rangeMs` in place of each range behind a selector. */
export function withRanges(expression: Expr, rangeMs: number): Expr {
  return mapExpr(expression, (part) =>
    part.kind === "selector" && part.rangeMs !== undefined ? { ...part, rangeMs } : part,
  );
}

/** `rate(x[5m])` of a selector, with the range that it has. */
export function rateText(part: SelectorExpr): string {
  return `rate(${printPromql({ ...part, rangeMs: part.rangeMs ?? USUAL_RANGE_MS })})`;
}

/**
 * `sum(http_requests_total)` with `rate(...[5m])` around each counter, for queries whose author leaves that to the tool.
 * Undefined if the text is not PromQL, has ranges already, or has no selector.
 */
export function counterRate(text: string, rangeMs: number = USUAL_RANGE_MS): string | undefined {
  const read = readPromql(text);
  if ("fault" in read) return undefined;
  const parts = [...everyExpr(read.expression)];
  if (parts.some((part) => part.kind === "subquery" || (part.kind === "selector" && part.rangeMs !== undefined))) {
    return undefined;
  }
  if (!parts.some((part) => part.kind === "selector")) return undefined;
  const rates = mapExpr(read.expression, (part) =>
    part.kind === "selector"
      ? { kind: "call", name: "rate", args: [{ ...part, rangeMs }], from: part.from, to: part.to }
      : part,
  );
  return printPromql(rates);
}
