/** Names, values and selectors as PromQL writes them. */
import { wellFormed } from "../../core/well-formed.ts";
import type { LabelMatcher, Selector } from "./expression.ts";

const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const METRIC_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
// Words that the grammar keeps for itself where a metric's name could stand. `inf` and `nan` are numbers.
const KEYWORDS: ReadonlySet<string> = new Set([
  ..."bool by group_left group_right ignoring offset on without and or unless atan2 inf nan start end".split(" "),
  ..."avg bottomk count count_values group max min quantile stddev stdvar sum topk limitk limit_ratio".split(" "),
]);

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };
// eslint-disable-next-line no-control-regex -- these are what is to be escaped
const ESCAPED = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffd]/g;

/** A string literal that stands for exactly this text. Halves of surrogate pairs become U+FFFD, as in UTF-8. */
export function quote(value: string): string {
  const escaped = wellFormed(value).replace(
    ESCAPED,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}

/** A regular expression (RE2) that matches exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

/** A regular expression that matches exactly one of these texts. */
export function anyOf(texts: readonly string[]): string {
  return texts.map(escapeRegex).join("|");
}

/** The matcher of one value, or of one of several. */
export function matcherOf(name: string, values: readonly string[]): LabelMatcher {
  const [only = ""] = values;
  if (values.length <= 1) return { name, operator: "=", value: only };
  return { name, operator: "=~", value: anyOf(values) };
}

/** `name="value"`. */
export function matcherText({ name, operator, value }: LabelMatcher): string {
  const text = wellFormed(value);
  if (!text.includes("\ufffd")) return `${labelName(name)}${operator}${quote(text)}`;
  // Prometheus prints such a character when it evaluates a rule, and does not read it again; it does as an escape of RE2.
  const isRegex = operator === "=~" || operator === "!~";
  const pattern = (isRegex ? text : escapeRegex(text)).replaceAll("\ufffd", String.raw`\x{FFFD}`);
  return `${labelName(name)}${operator.startsWith("!") ? "!~" : "=~"}${quote(pattern)}`;
}

/** `metric{a="b"}`. A name that is more than letters, digits, `_` and `:` is given by a matcher on `__name__`. */
export function selectorText({ metric, matchers }: Selector): string {
  const isTwice = matchers.some(({ name }) => name === "__name__");
  const plain = metric !== undefined && METRIC_NAME.test(metric) && !KEYWORDS.has(metric.toLowerCase()) && !isTwice;
  const name: LabelMatcher[] =
    metric === undefined || plain ? [] : [{ name: "__name__", operator: "=", value: metric }];
  const inside = [...name, ...matchers].map(matcherText).join(",");
  const before = plain ? metric : "";
  return inside === "" && plain ? before : `${before}{${inside}}`;
}

/** A label's name; one that is more than letters, digits and `_` in quotes, which Prometheus reads from 3.0 on. */
export function labelName(name: string): string {
  return LABEL_NAME.test(name) ? name : quote(name);
}

/** `a, b`. */
export function labelList(names: readonly string[]): string {
  return names.map(labelName).join(", ");
}

/** All digits of the number, without an exponent. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", first = "", rest = "", exponent] = match;
  const digits = `${first}${rest}`;
  const point = Number(exponent) + 1;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
