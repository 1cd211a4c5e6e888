/** Arguments of a process: no shell reads them, so what only a shell could do with them is refused. */
import type { Json } from "../model.ts";

import { substitute, textOf, type Variables } from "./variables.ts";

/** What makes a text no list of arguments. */
export class WordsProblem extends Error {}

const SHELL = /[|&;<>()`*?[\]#~!\n\r]/;

/** Splits a text as a shell does: at spaces, but for what is quoted. `$name` stays. @throws {@link WordsProblem} */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'" || character === '"') {
      const close = closing(text, at);
      const inner = text.slice(at + 1, close);
      word = (word ?? "") + (character === "'" ? inner : inner.replace(/\\(["\\$`])/g, "$1"));
      at = close;
    } else if (character === "\\" && at + 1 < text.length) {
      at += 1;
      word = (word ?? "") + text.charAt(at);
    } else if (character === " " || character === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (SHELL.test(character) || (character === "$" && text.charAt(at + 1) === "(")) {
      throw new WordsProblem(
        `has ${JSON.stringify(character)} outside of quotes, which is for a shell, and none is used; quote it, or write a list of arguments`,
      );
    } else word = (word ?? "") + character;
  }
  return word === undefined ? words : [...words, word];
}

/** The arguments that a provider says, with names replaced; nothing and empty texts are left out, as in Chaos Toolkit. */
export function argumentsOf(written: Json | undefined, variables: Variables): readonly string[] {
  if (written === undefined || written === null) return [];
  // Split first: what a name stands for is never split.
  if (typeof written === "string") return (substitute(splitWords(written), variables) as readonly Json[]).map(textOf);
  const replaced = substitute(written, variables);
  const values = Array.isArray(replaced)
    ? (replaced as readonly Json[])
    : Object.entries(replaced as Record<string, Json>).flat();
  return values.filter((value) => value !== null && value !== "").map(textOf);
}

function closing(text: string, from: number): number {
  const quote = text.charAt(from);
  for (let at = from + 1; at < text.length; at += 1) {
    if (quote === '"' && text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  throw new WordsProblem(`has a ${quote} that is not closed`);
}
