/** Vector selectors: read from the grammar's tree, and compared. */
import type { LabelMatcher, Selector } from "./expression.ts";
import { refusal } from "./faults.ts";
import type { PromNode } from "./node.ts";
import { readRegex } from "./regex.ts";
import { unquote } from "./strings.ts";

/**
 * Reads a `VectorSelector`. What Prometheus refuses is a fault: a name given twice, a regular expression that is not
 * valid, and a selector that would take everything.
 */
export function readSelector(node: PromNode): Selector {
  let metric: string | undefined;
  const matchers: LabelMatcher[] = [];
  for (const child of node.children) {
    if (child.type === "Identifier") metric = child.text;
    for (const part of child.children) {
      if (part.type === "QuotedLabelName") {
        if (metric !== undefined) throw refusal(part.from, "the metric's name is given twice");
        metric = stringOf(part.children[0] ?? part);
      } else {
        const matcher = readMatcher(part);
        if (matcher.name === "__name__" && matcher.operator === "=" && metric === undefined) metric = matcher.value;
        else if (matcher.name === "__name__" && node.children[0]?.type === "Identifier") {
          throw refusal(part.from, `the metric's name is given twice: by ${metric ?? ""} and by __name__`);
        } else matchers.push(matcher);
      }
    }
  }
  if ((metric === undefined || metric === "") && matchers.every(matchesEmpty)) {
    throw refusal(
      node.from,
      `${node.text} takes every series; write a metric's name, or a matcher that an absent label does not pass`,
    );
  }
  return { metric, matchers };
}

/** The value of a `StringLiteral`. */
export function stringOf(node: PromNode): string {
  const read = unquote(node.text);
  if ("value" in read) return read.value;
  throw refusal(node.from + read.offset, read.message);
}

/** Whether two selectors are the same but for the order of their matchers. */
export function sameSelector(one: Selector, other: Selector): boolean {
  return selectorKey(one) === selectorKey(other);
}

/** The same text for selectors that are the same. */
export function selectorKey({ metric, matchers }: Selector): string {
  const texts = matchers.map(({ name, operator, value }) => JSON.stringify([name, operator, value]));
  return JSON.stringify([metric ?? null, [...new Set(texts)].sort()]);
}

/** Whether a label that is not there passes. */
export function matchesEmpty({ operator, value }: LabelMatcher): boolean {
  if (operator === "=" || operator === "!=") return (value === "") === (operator === "=");
  const read = readRegex(value);
  return "matchesEmpty" in read && read.matchesEmpty === (operator === "=~");
}

function readMatcher(node: PromNode): LabelMatcher {
  const [label, operator, literal] = node.children;
  if (label === undefined || operator === undefined || literal === undefined) {
    throw refusal(node.from, `${node.text} is not a matcher; write a label, =, !=, =~ or !~, and a value in quotes`);
  }
  const name = label.type === "QuotedLabelName" ? stringOf(label.children[0] ?? label) : label.text;
  const value = stringOf(literal);
  const matcher: LabelMatcher = { name, operator: operator.text as LabelMatcher["operator"], value };
  if (!matcher.operator.endsWith("~")) return matcher;
  const read = readRegex(value);
  if ("message" in read) throw refusal(literal.from, `the regular expression ${literal.text} ${read.message}`);
  return matcher;
}
