/** Values on their way into Markdown: they come out as they were, and as nothing else. */
import { visible } from "../core/escape.ts";

/**
 * For Markdown, wherever text stands: in a paragraph, at the beginning of a line, in a cell of a table. A line end becomes
 * a reference, so that a value is always one line of the file. Addresses and names are kept from becoming links.
 */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/&(?=[#A-Za-z])/g, "&amp;")
    .replace(/[\\`*[\]~$#{}!]/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\|/g, "&#124;")
    .replace(/@/g, "&#64;")
    .replace(/:(?=\/|[A-Za-z0-9+.-]*&#64;)/g, "&#58;")
    .replace(/(www)\.|(mailto|xmpp):/gi, (_, site?: string, scheme?: string) =>
      site === undefined ? `${scheme ?? ""}&#58;` : `${site}&#46;`,
    )
    .replace(/^([-+=])/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^\s+|(?<!\s)\s+$|[\n\t]/g, (spaces) => Array.from(spaces, reference).join(""));
}

function reference(character: string): string {
  return `&#${String(character.codePointAt(0) ?? 32)};`;
}

/**
 * A block of code that `text` cannot end. Its lines are set in by a space, which no reader shows: so none of them is ever
 * taken for one of the marks that nines puts at the beginning of lines.
 */
export function markdownBlock(text: string, language: string = "text"): string {
  const shown = visible(text);
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const lines = [`${fence}${language}`, ...shown.split("\n"), fence];
  return lines.map((line) => ` ${line}`).join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", vert: "|" };

/** What a text in Markdown says, as far as marks of punctuation and references are concerned: undoes {@link escapeMarkdown}. */
export function unescapeMarkdown(text: string): string {
  return text.replace(
    /\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|([a-z]{2,4}));/g,
    (whole, mark?: string, code?: string, name?: string) => {
      if (mark !== undefined) return mark;
      if (code !== undefined) return Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : whole;
      return ENTITIES[name ?? ""] ?? whole;
    },
  );
}
