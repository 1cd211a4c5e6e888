/** Whether a count plainly selects what failed, or plainly what did not. */
import { matcherText } from "../promql/write.ts";
import { ownMatchers } from "./complement.ts";
import type { LabelMatcher, Selector } from "../promql/expression.ts";
import { boundsOf, nameOf } from "./units.ts";

/** What a selector says of itself, and in which words of it. */
export interface Verdict {
  readonly looks: "bad" | "good";
  readonly because: string;
}

const STATUS_LABELS =
  /^(?:(?:http|grpc|response|request)_?)*(?:code|status|statuscode|status_code|code_class|status_class|response_code|status_family)$/i;
const WORD_LABELS = /^(?:status|outcome|result|state|success|error)$/i;
const BAD_WORDS = /^(?:error|errors|failure|failed|fail|ko)$/i;
const GOOD_WORDS = /^(?:ok|success|successful|succeeded)$/i;
const BAD_NAME = /(?:^|_)(?:errors?|failures?|failed|5xx)(?:_|$)/i;
const GOOD_NAME = /(?:^|_)(?:success|successes|successful|succeeded)(?:_|$)/i;

/** What `part` of `all` plainly is; undefined if that cannot be told. */
export function verdictOf(part: readonly Selector[], all: readonly Selector[]): Verdict | undefined {
  const verdicts = part.map((selector) => verdictOfOne(selector, all));
  const [first] = verdicts;
  return verdicts.every((verdict) => verdict?.looks === first?.looks) ? first : undefined;
}

function verdictOfOne(selector: Selector, all: readonly Selector[]): Verdict | undefined {
  const bound = boundsOf(selector);
  if (bound !== undefined && bound !== Infinity) return { looks: "good", because: `le="${String(bound)}"` };
  for (const matcher of ownMatchers(selector, all)) {
    const looks = looksOf(matcher);
    if (looks !== undefined) return { looks, because: matcherText(matcher) };
  }
  const name = nameOf(selector);
  const plain = (pattern: RegExp): boolean => pattern.test(name) && !all.some((other) => pattern.test(nameOf(other)));
  if (plain(BAD_NAME)) return { looks: "bad", because: name };
  return plain(GOOD_NAME) ? { looks: "good", because: name } : undefined;
}

function looksOf({ name, operator, value }: LabelMatcher): "bad" | "good" | undefined {
  const isPositive = operator === "=" || operator === "=~";
  const parts = value
    .replace(/^\^|\$$/g, "")
    .replace(/^\((.*)\)$/, "$1")
    .split("|");
  const all = (pattern: RegExp): boolean => parts.every((part) => pattern.test(part));
  if (STATUS_LABELS.test(name)) {
    if (all(/^\(?[5]|^\[(?:45|5)\]/) && parts.every(isStatus)) return isPositive ? "bad" : "good";
    if (all(/^[2]/) && parts.every(isStatus)) return isPositive ? "good" : "bad";
    if (isPositive && all(/^[45]|^\[45\]/) && parts.some((part) => /^[5[]/.test(part)) && parts.every(isStatus))
      return "bad";
    if (!isPositive && parts.some((part) => part.startsWith("5")) && parts.every(isStatus)) return "good";
  }
  if (!WORD_LABELS.test(name) && !STATUS_LABELS.test(name)) return undefined;
  if (name.toLowerCase() === "error" || name.toLowerCase() === "success") {
    if (value !== "true" && value !== "false") return undefined;
    return ((name.toLowerCase() === "success") === (value === "true")) === isPositive ? "good" : "bad";
  }
  if (all(BAD_WORDS)) return isPositive ? "bad" : "good";
  return all(GOOD_WORDS) ? (isPositive ? "good" : "bad") : undefined;
}

/** `5..`, `[45]..`, `50[0-9]`, `5\d\d`, `5xx`, `500`. */
function isStatus(part: string): boolean {
  return /^(?:\d|\[[\d-]+\])(?:\.\*|\.\+|(?:\.|\d|[xX]|\\d|\[[\d-]+\])(?:\.|\d|[xX]|\\d|\[[\d-]+\])?(?:\{2\})?)$/.test(
    part,
  );
}
