/** What becomes of expressions, as text: how each is written again, or where and why it is refused. */
import { printPromql } from "../../../src/rules/promql/print.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";

/** Of each line what it is read as; `⏎` and `␍` are ends of lines within one. */
export function outcomesOf(lines: string): string {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => `${line}\n${outcomeOf(line.replaceAll("⏎", "\n").replaceAll("␍", "\r"))}\n`)
    .join("\n");
}

function outcomeOf(text: string): string {
  const read = readPromql(text);
  if ("fault" in read) return `  refused at ${String(read.fault.offset)}: ${read.fault.message}`;
  const printed = printPromql(read.expression);
  const again = readPromql(printed);
  return `  is ${printed}${"fault" in again || printPromql(again.expression) !== printed ? ", which is read otherwise" : ""}`;
}
