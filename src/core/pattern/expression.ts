/** Regular expressions that come to an end on any text. */
import { invalid, show } from "../errors.ts";
import { javaScriptPattern } from "./javascript.ts";
import type { Pattern } from "./pattern.ts";

/** An expression is tried on so much of a text only. */
export const TRIED_CHARACTERS = 10_000;
const LONGEST = 1_000;

/** A regular expression from text, or one of JavaScript. Answers a copy that remembers no place between two texts. */
export function expression(input: unknown): RegExp {
  const isExpression = input instanceof RegExp;
  const source = isExpression ? input.source : input;
  if (typeof source !== "string" || source === "" || source.length > LONGEST) {
    throw invalid([], `${show(input)} is not an expression; write text of 1 to ${String(LONGEST)} characters`);
  }
  let made: RegExp;
  try {
    made = new RegExp(source, isExpression ? input.flags.replace(/[gy]/g, "") : "u");
  } catch {
    throw invalid([], `${show(source)} is not a regular expression of JavaScript`);
  }
  const problem = endlessness(made);
  if (problem !== undefined) throw invalid([], problem);
  return made;
}

/** Why `expression` may take for ever on some texts; undefined if it does not. */
export function endlessness(expression: RegExp): string | undefined {
  const { source } = expression;
  const forEver = "which may take for ever on some texts";
  if (repeatsRepetition(source))
    return `${show(source)} repeats a group that has a repetition or alternatives in it, ${forEver}; write it without`;
  if (patternOf(expression) !== undefined || isNarrow(source)) return undefined;
  return `${show(source)} looks around or refers back, or is very large, and can match in many ways, ${forEver}; write it with one repetition at most, or without`;
}

/** Whether `expression` finds something in `text`, of at most {@link TRIED_CHARACTERS}: soon, if {@link endlessness} says nothing. */
export function finds(expression: RegExp, text: string): boolean {
  return patternOf(expression)?.fitsIn(text) ?? expression.test(text);
}

const patterns = new WeakMap<RegExp, Pattern | false>();

/** What follows all ways at once; undefined if that cannot be done. */
function patternOf(expression: RegExp): Pattern | undefined {
  let pattern = patterns.get(expression);
  if (pattern === undefined) {
    pattern = javaScriptPattern(expression) ?? false;
    patterns.set(expression, pattern);
  }
  return pattern === false ? undefined : pattern;
}

/** Whether trying one way after the other comes to an end soon: ways are as many as the text is long, times a few. */
function isNarrow(source: string): boolean {
  let [wide, choices, before] = [0, 0, ""];
  for (const [token] of source.matchAll(TOKENS)) {
    // A group that is there some times over may have choices in it, each time anew.
    if (before === ")" && /^\{\d/.test(token)) return false;
    if (/^(?:[*+]|\{\d+,|\\[1-9k])/.test(token)) wide += 1;
    else if (/^(?:\||\?\??$)/.test(token)) choices += 1;
    before = token;
  }
  return wide <= 1 && choices <= 4;
}

/** Whether a group with a repetition or alternatives in it is repeated: that may take time which grows exponentially. */
function repeatsRepetition(source: string): boolean {
  // One entry for each group that is open: whether something in it repeats or branches.
  const open: boolean[] = [];
  let closed: boolean | undefined;
  for (const [token] of source.matchAll(TOKENS)) {
    const ended = closed;
    closed = undefined;
    if (token.startsWith("(")) open.push(false);
    else if (token === ")") {
      closed = open.pop() ?? false;
      mark(open, closed);
    } else if (token === "|") mark(open, true);
    else if (/^(?:[*+]|\{\d+,)/.test(token)) {
      if (ended === true) return true;
      mark(open, true);
    } else if (token.startsWith("?")) mark(open, true);
  }
  return false;
}

const TOKENS = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\{\d+(?:,\d*)?\}\??|[*+?]\??|[^]/gsu;

function mark(open: boolean[], value: boolean): void {
  if (value && open.length > 0) open[open.length - 1] = true;
}
