/** Says what is wrong where the grammar found an error. */
import { suggestion } from "../../core/nearest.ts";

import { callableNames } from "./functions.ts";
import type { PromFault } from "./node.ts";

/** No further is looked around an error. */
const FAR = 300;
const WORD_BEFORE = /([A-Za-z_:][\w:]*)\s*$/;
const KEYWORDS_BEFORE = /^(?:by|without|on|ignoring|group_left|group_right|and|or|unless|bool|offset|atan2)$/i;

/** Why the text cannot be read on at `offset`, and where that begins; `within` has the constructs around it, outermost first. */
export function syntaxFault(text: string, offset: number, within: readonly string[]): PromFault {
  const start = Math.max(0, offset - FAR);
  const before = text.slice(start, offset);
  const called = WORD_BEFORE.exec(before);
  if (text.startsWith("(", offset) && called?.[1] !== undefined && !KEYWORDS_BEFORE.test(called[1])) {
    return { offset: start + called.index, message: unknownFunction(called[1]) };
  }
  if (text.startsWith("=", offset) && /[^=!<>]=$/.test(before)) {
    return { offset: offset - 1, message: '== compares values; inside { } write =, such as code="500"' };
  }
  return { offset, message: syntaxMessage(text, offset, within) };
}

function syntaxMessage(text: string, offset: number, within: readonly string[]): string {
  const rest = text.slice(offset, offset + FAR);
  const before = text.slice(Math.max(0, offset - FAR), offset);
  const called = WORD_BEFORE.exec(before)?.[1];
  const found = token(rest);
  const inner = within.at(-1) ?? "";
  if (within.includes("LabelMatchers")) return matcherProblem(found, before);
  if (insideRange(before)) {
    return `${found} is not part of a duration; write whole numbers with units and no blanks, such as 5m or 1h30m`;
  }
  if (rest.startsWith("=~") || rest.startsWith("!~")) return `${found} compares labels; it belongs inside { }`;
  if (rest.startsWith("=")) return "= compares labels inside { }; write == to compare values";
  if (inner === "GroupingLabels")
    return `${found} is not the name of a label; write names with commas between, such as (job, code)`;
  if (found === "the end") return "the expression ends too early; something has to follow";
  if (/[-+*/%^,<>=(]\s*$/.test(before) && /^[),*/%^=<>]/.test(rest))
    return `${found} stands where an expression has to be`;
  if (called !== undefined && /^[A-Za-z_"]/.test(rest))
    return `${found} is unexpected after ${called}; an operator or a comma is missing`;
  return `${found} is unexpected here`;
}

function unknownFunction(name: string): string {
  const lower = name.toLowerCase();
  if (lower !== name && callableNames().includes(lower))
    return `${name} is not a function; functions are lower case: ${lower}`;
  return `${name} is not a function of PromQL${suggestion(name, callableNames())}`;
}

function matcherProblem(found: string, before: string): string {
  if (/(?:=|!=|=~|!~)\s*$/.test(before)) return `${found} is not a value; write it in quotes, such as code="500"`;
  if (/"\s*$|'\s*$|`\s*$/.test(before)) return `${found} is unexpected here; matchers have commas between them`;
  return `${found} is unexpected here; a matcher is a label, =, !=, =~ or !~, and a value in quotes, such as code="500"`;
}

function insideRange(before: string): boolean {
  return before.lastIndexOf("[") > before.lastIndexOf("]");
}

function token(rest: string): string {
  const found = /^\s*([A-Za-z_:][\w:]*|[\d.]+\w*|==|!=|=~|!~|<=|>=|"[^"]{0,40}"?|.)/su.exec(rest)?.[1];
  return found ?? "the end";
}
