/** Values on their way into a document: they come out as they were, and as nothing else. */

/** Characters that end lines, move cursors, turn the direction of writing, or are no characters at all. */
const UNSEEN = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** `text` with what cannot be seen, or would hide something, made visible. Line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** For HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => HTML[character] ?? "");
}

/** For XML, where a line end in an attribute would become a space. */
export function escapeXml(text: string): string {
  return escapeHtml(text).replace(/\n/g, "&#10;").replace(/\t/g, "&#9;");
}

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
    .replace(/^\s+|\s+$|[\n\t]/g, (spaces) => Array.from(spaces, reference).join(""));
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
