/** What is wrong with an expression's brackets, quotes and characters: seen without a grammar, and told better so. */
import { DEEPEST, MOST_CHARACTERS, type PromFault } from "./node.ts";

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const STRING = /"(?:[^\\"\n]|\\[^])*"|'(?:[^\\'\n]|\\[^])*'|`[^`]*`/y;

// What people write who come from elsewhere.
const FOREIGN: ReadonlyArray<readonly [RegExp, (found: string) => string]> = [
  [/\{\{/y, () => "{{ begins a template; fill it in before the expression is read"],
  [/\$\w+|\$\{\w*\}?/y, (found) => `${found} is a variable of a dashboard; write a value, such as 5m`],
  [/[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb]/y, (found) => `${found} is not a quote of PromQL; write "`],
  [/&&|\|\|/y, (found) => `${found} is not PromQL; write ${found === "&&" ? "and" : "or"}`],
  [/;/y, () => "; is not PromQL; an expression stands alone"],
];

interface Bracket {
  readonly character: string;
  readonly offset: number;
}

/** The first such fault; undefined if there is none. */
export function scanFault(text: string): PromFault | undefined {
  if (text.length > MOST_CHARACTERS) {
    return { offset: MOST_CHARACTERS, message: `the expression is longer than ${String(MOST_CHARACTERS)} characters` };
  }
  if (/^\s*(?:#[^\n\r]*(?:[\n\r]\s*|$))*$/.test(text)) return { offset: 0, message: "the expression is empty" };
  const open: Bracket[] = [];
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (/["'`]/.test(character)) {
      const string = matchAt(STRING, text, at);
      if (string === undefined) return { offset: at, message: `this ${character} is not closed` };
      at += string.length;
      continue;
    }
    if (character === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
      continue;
    }
    const fault = foreign(text, at) ?? bracket(character, at, open);
    if (fault !== undefined) return fault;
    at += 1;
  }
  const last = open.at(-1);
  return last && { offset: last.offset, message: `this ${last.character} is not closed` };
}

function bracket(character: string, offset: number, open: Bracket[]): PromFault | undefined {
  if (CLOSING[character] !== undefined) {
    open.push({ character, offset });
    if (open.length <= DEEPEST) return undefined;
    return { offset, message: `more than ${String(DEEPEST)} brackets are open here` };
  }
  if (!")]}".includes(character)) return undefined;
  const opened = open.pop();
  if (opened === undefined) return { offset, message: `this ${character} closes nothing` };
  const expected = CLOSING[opened.character] ?? "";
  if (expected === character) return undefined;
  return { offset, message: `${character} stands where the ${opened.character} before it needs ${expected}` };
}

function foreign(text: string, at: number): PromFault | undefined {
  for (const [pattern, message] of FOREIGN) {
    const found = matchAt(pattern, text, at);
    if (found !== undefined) return { offset: at, message: message(found) };
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
