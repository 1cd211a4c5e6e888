/** An argument vector as people write it. */
import { shellWord } from "../../core/shell-word.ts";

/** One line that a shell would read as this very command; control characters are shown by their codes. */
export function shellLine(program: string, args: readonly string[]): string {
  return [program, ...args].map(visibleWord).join(" ");
}

/** What would end the line, or move the cursor of who reads it. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

function visibleWord(word: string): string {
  if (word.search(CONTROLS) === -1) return shellWord(word);
  const inner = word.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n");
  return `$'${inner.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}'`;
}
