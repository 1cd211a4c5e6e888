/** An argument vector as people write it. */

/** One line that a shell would read as this very command; control characters are shown by their codes. */
export function shellLine(program: string, args: readonly string[]): string {
  return [program, ...args].map(shellWord).join(" ");
}

/** What would end the line, or move the cursor of who reads it. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (word.search(CONTROLS) === -1) return `'${word.replaceAll("'", "'\\''")}'`;
  const inner = word.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n");
  return `$'${inner.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}'`;
}
