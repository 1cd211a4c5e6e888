/** Texts on their way into Markdown: nothing in them is markup, and no fence is closed by what is in it. */

const ADDRESS = /https?:\/\/[^\s<>"'`\\|]*[^\s<>"'`\\|.,;:!?()[\]{}*_~]/g;

/** Text on one line, or in a cell of a table: no bar is left bare. Addresses of pages become links. */
export function inline(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  let escaped = "";
  let last = 0;
  for (const match of line.matchAll(ADDRESS)) {
    escaped += `${escape(line.slice(last, match.index))}<${match[0]}>`;
    last = match.index + match[0].length;
  }
  return atLineStart(escaped + escape(line.slice(last)));
}

/** Text whose lines stay lines, each behind `indent` but the first. */
export function lines(text: string, indent: string = ""): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map(inline)
    .filter((line) => line !== "")
    .join(`\\\n${indent}`);
}

function escape(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/[\\`*_[\]<>#|~$!@]/g, "\\$&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/(?<=www)\./gi, "\\.");
}

/** What would begin a list, a heading or a rule if it begins a line. */
function atLineStart(text: string): string {
  return text.replace(/^([-+=])/, "\\$1").replace(/^(\d{1,9})([.)])/, "$1\\$2");
}

/** A block of code, whatever is in it. */
export function fence(code: string, language: string = "", indent: string = ""): string {
  const marker = "`".repeat(Math.max(3, longestRun(code) + 1));
  const body = code.trimEnd().split(/\r\n|[\r\n]/);
  return [`${marker}${language}`, ...body, marker].map((line) => (line === "" ? "" : indent + line)).join("\n");
}

/** Code within a line. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const marker = "`".repeat(longestRun(line) + 1);
  const space = /^[ `]|[ `]$/.test(line) ? " " : "";
  return `${marker}${space}${line}${space}${marker}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** Notes as a sentence; nothing if there are none. */
export function sentence(notes: readonly string[]): readonly string[] {
  const line = notes.join("; ");
  return line === "" ? [] : [`${line.charAt(0).toUpperCase()}${line.slice(1)}.`];
}

/** That something is asked first, and what if that is told. */
export function approvalNote(message: string = ""): string {
  return `needs approval${message === "" ? "" : ` ("${inline(message)}")`}`;
}
