/** Expressions for tests that are about what becomes of them later. */
import type { Expr, Selector } from "../../../src/rules/promql/expression.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";

/** The expression; throws if it is none. */
export function read(text: string): Expr {
  const reading = readPromql(text);
  if ("fault" in reading) throw new Error(`${text}, at ${String(reading.fault.offset)}: ${reading.fault.message}`);
  return reading.expression;
}

/** The selector that a text is. */
export function selectorOf(text: string): Selector {
  const expression = read(text);
  if (expression.kind !== "selector") throw new Error(`${text} is no selector`);
  return expression.selector;
}
