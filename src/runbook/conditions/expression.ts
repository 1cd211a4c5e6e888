/** Regular expressions that come to an end on any text. */
import { invalid, show } from "../../core/errors.ts";

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
  if (!repeatsRepetition(source)) return made;
  throw invalid(
    [],
    `${show(source)} repeats a group that has a repetition or alternatives in it, which may take for ever on some texts; write it without`,
  );
}

/** Whether a group with a repetition or alternatives in it is repeated: that may take time which grows exponentially. */
function repeatsRepetition(source: string): boolean {
  // One entry for each group that is open: whether something in it repeats or branches.
  const open: boolean[] = [false];
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
