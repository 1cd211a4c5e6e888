/** Rules as the YAML that Prometheus loads. Written by hand for their one shape, since a large team has 50,000 of them. */
import { wellFormed } from "../core/well-formed.ts";
import type { Rule, RuleGroup } from "./model.ts";

/** A rule file. Keys are in the order that people read them in, labels in that of their names. */
export function rulesText(groups: readonly RuleGroup[], indent = ""): string {
  if (groups.length === 0) return `${indent}groups: []\n`;
  const pieces = [`${indent}groups:\n`];
  for (const { name, interval, rules } of groups) {
    pieces.push(`${indent}  - name: ${scalar(name)}\n`);
    if (interval !== undefined) pieces.push(`${indent}    interval: ${scalar(interval)}\n`);
    pieces.push(`${indent}    rules:\n`);
    for (const rule of rules) pieces.push(ruleText(rule, `${indent}        `));
  }
  return pieces.join("");
}

function ruleText(rule: Rule, indent: string): string {
  const first = indent.slice(2);
  const isRecording = "record" in rule;
  let text = isRecording ? `${first}- record: ${scalar(rule.record)}\n` : `${first}- alert: ${scalar(rule.alert)}\n`;
  text += `${indent}expr: ${textOf(rule.expr, `${indent}  `)}\n`;
  if (!isRecording && rule.for !== undefined) text += `${indent}for: ${scalar(rule.for)}\n`;
  text += mappingText("labels", rule.labels, indent);
  return isRecording ? text : text + mappingText("annotations", rule.annotations, indent);
}

function mappingText(key: "labels" | "annotations", texts: Rule["labels"], indent: string): string {
  if (texts === undefined) return "";
  const names = Object.keys(texts);
  if (names.length === 0) return "";
  if (key === "labels") names.sort();
  let text = `${indent}${key}:\n`;
  for (const name of names) text += `${indent}  ${scalar(name)}: ${scalar(texts[name] ?? "")}\n`;
  return text;
}

// What every reader of YAML takes for this very text. Words that 1.1 takes for booleans and the like are not among it, nor
// is what begins with a digit, unless it is a duration.
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)(?:[A-Za-z_][\w:./-]*[\w/-]|[A-Za-z_]|\d+(?:ms|[smhdwy]))$/i;
const LITERAL = /^[\x21-\x7e][\x20-\x7e]*(?:\n[\x20-\x7e]+)*$/;
// JSON lets these stand as they are, and readers of YAML do not. Halves of letters are no text at all.
const ESCAPED = /[\u007f-\u009f\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A text on one line. */
function scalar(text: string): string {
  if (PLAIN.test(text)) return text;
  return JSON.stringify(wellFormed(text)).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// A line that neither a comment nor a mapping is seen in.
const ONE_LINE = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z](?!.*(?:: |:$| #))[\x20-\x7e]*[^\s:]$/i;

/** An expression: as it is where it can be read so. */
function textOf(text: string, indent: string): string {
  if (ONE_LINE.test(text)) return text;
  return LITERAL.test(text) ? `|-\n${indent}${text.replaceAll("\n", `\n${indent}`)}` : scalar(text);
}
