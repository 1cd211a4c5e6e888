/** Marks within a line of people's Markdown, as HTML. What is no mark is text, tags included. */
import { escapeHtml } from "../../core/escape.ts";

import { unescapeMarkdown } from "../escape.ts";
import { safeUrl } from "../links.ts";

const DEEPEST = 8;
const LONGEST_LABEL = 2_000;
const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** Delimiters that have no partner in the rest of a text: looked for once, and never again. */
type Lonely = Set<string>;

/** `text` with emphasis, code and links; anything else comes out as it is. Takes time in proportion to its length. */
export function inlineHtml(text: string, depth: number = 0): string {
  if (depth >= DEEPEST) return escapeHtml(text);
  const lonely: Lonely = new Set();
  let html = "";
  let plainText = "";
  const flush = (): void => {
    html += escapeHtml(unescapeMarkdown(plainText));
    plainText = "";
  };
  for (let index = 0; index < text.length;) {
    const letter = text[index] ?? "";
    if (letter === "\\" && PUNCTUATION.test(text[index + 1] ?? "")) {
      plainText += text.slice(index, index + 2);
      index += 2;
      continue;
    }
    const found = markAt(text, index, lonely, depth);
    if (found === undefined) {
      plainText += letter;
      index += 1;
      continue;
    }
    flush();
    html += found.html;
    index = found.end;
  }
  flush();
  return html;
}

interface Mark {
  readonly html: string;
  readonly end: number;
}

function markAt(text: string, at: number, lonely: Lonely, depth: number): Mark | undefined {
  switch (text[at]) {
    case "`":
      return code(text, at, lonely);
    case "*":
    case "_":
    case "~":
      return emphasis(text, at, lonely, depth);
    case "<":
      return angle(text, at);
    case "!":
      // A picture would be fetched from elsewhere: it becomes a link.
      return text[at + 1] === "[" ? link(text, at + 1, lonely, depth) : undefined;
    case "[":
      return link(text, at, lonely, depth);
    case "h":
      return bare(text, at);
    case "\n":
      return / {2}$/.test(text.slice(Math.max(0, at - 2), at)) ? { html: "<br>\n", end: at + 1 } : undefined;
    default:
      return undefined;
  }
}

function code(text: string, at: number, lonely: Lonely): Mark | undefined {
  const fence = runAt(text, at);
  const from = at + fence.length;
  let close = lonely.has(fence) ? -1 : text.indexOf(fence, from);
  while (close !== -1 && runAt(text, close).length !== fence.length)
    close = text.indexOf(fence, close + runAt(text, close).length);
  if (close === -1) {
    lonely.add(fence);
    return { html: fence.replaceAll("`", "&#96;"), end: from };
  }
  const inner = text.slice(from, close).replaceAll("\n", " ");
  const trimmed = inner.startsWith(" ") && inner.endsWith(" ") && /[^ ]/.test(inner) ? inner.slice(1, -1) : inner;
  return { html: `<code>${escapeHtml(trimmed)}</code>`, end: close + fence.length };
}

function runAt(text: string, at: number): string {
  let end = at;
  while (text[end] === text[at]) end += 1;
  return text.slice(at, end);
}

function emphasis(text: string, at: number, lonely: Lonely, depth: number): Mark | undefined {
  const letter = text[at] ?? "";
  const mark = text[at + 1] === letter ? letter + letter : letter;
  const tag = letter === "~" ? "del" : mark.length === 2 ? "strong" : "em";
  if (letter === "~" && mark.length === 1) return undefined;
  const from = at + mark.length;
  const isWord = letter === "_" && /\w/.test(text[at - 1] ?? "");
  if (lonely.has(mark) || isWord || /^\s?$/.test(text[from] ?? "")) return undefined;
  let close = text.indexOf(mark, from + 1);
  while (
    close !== -1 &&
    (/[\s\\]/.test(text[close - 1] ?? "") || (letter === "_" && /\w/.test(text[close + mark.length] ?? "")))
  ) {
    close = text.indexOf(mark, close + 1);
  }
  if (close === -1) {
    lonely.add(mark);
    return undefined;
  }
  return { html: `<${tag}>${inlineHtml(text.slice(from, close), depth + 1)}</${tag}>`, end: close + mark.length };
}

function link(text: string, at: number, lonely: Lonely, depth: number): Mark | undefined {
  if (lonely.has("](")) return undefined;
  const middle = text.indexOf("](", at);
  if (middle === -1) {
    lonely.add("](");
    return undefined;
  }
  const label = text.slice(at + 1, middle);
  const end = text.indexOf(")", middle);
  if (end === -1 || label.length > LONGEST_LABEL || label.includes("[")) return undefined;
  const [target = ""] = text
    .slice(middle + 2, end)
    .trim()
    .split(/(?<!\s)\s+["'(]/);
  const url = targetOf(unescapeMarkdown(target.replace(/^<|>$/g, "")));
  if (url === undefined) return undefined;
  return { html: anchor(url, depth === 0 ? inlineHtml(label, DEEPEST - 1) : escapeHtml(label)), end: end + 1 };
}

/** A file that lies beside the document: a name with an ending, which leads nowhere else. */
const FILE = /^(?!\/)[\w@%./-]{1,300}\.[A-Za-z0-9]{1,8}(?:#[\w-]{1,100})?$/;

function targetOf(target: string): string | undefined {
  return safeUrl(target) ?? (FILE.test(target) ? target : undefined);
}

function angle(text: string, at: number): Mark | undefined {
  const [, target] = /^<([a-zA-Z][a-zA-Z+.-]{1,20}:[^\s<>]{1,2000})>/.exec(text.slice(at, at + 2_100)) ?? [];
  const url = safeUrl(target);
  return url === undefined || target === undefined
    ? undefined
    : { html: anchor(url, escapeHtml(target)), end: at + target.length + 2 };
}

function bare(text: string, at: number): Mark | undefined {
  if (/[\w/.-]/.test(text[at - 1] ?? "")) return undefined;
  const [target] = /^https?:\/\/[^\s<>"'`|\\]{1,2000}/.exec(text.slice(at, at + 2_100)) ?? [];
  const shown = target?.replace(/[.,:;!?)*_~\]]+$/, "");
  const url = safeUrl(shown);
  return url === undefined || shown === undefined
    ? undefined
    : { html: anchor(url, escapeHtml(shown)), end: at + shown.length };
}

function anchor(url: string, label: string): string {
  return `<a href="${escapeHtml(url)}" rel="noreferrer">${label}</a>`;
}
