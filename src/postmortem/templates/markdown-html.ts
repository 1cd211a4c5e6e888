/** People's Markdown as HTML: what such documents have in them, and no tag of their own. */
import { escapeHtml } from "../../core/escape.ts";

import { headingOf } from "../headings.ts";
import { inlineHtml } from "./markdown-inline.ts";
import { withoutComments } from "../sections.ts";
import { cellsOf } from "../tables.ts";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** Signs alone are a paragraph. */
const HEADING = /^ {0,3}#{1,6}[ \t]/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const ITEM = /^( {0,12})(?:[-*+]|(\d{1,9})[.)])[ \t]+(?![ \t])(.*)$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_RULE = /^\s*(?:\|\s*)?(?::?-+:?\s*\|\s*)+(?::?-+:?\s*)?$/;
const DEEPEST = 6;

/**
 * Paragraphs, headings (one and two become three), lists, quotes, tables, code, emphasis and links of GitHub's Markdown.
 * Tags come out as text, pictures as links, and links lead only to http, https and mailto, and to files beside the
 * document, such as `graph.png`. Comments are left out.
 */
export function markdownHtml(text: string): string {
  return blocks(withoutComments(text).replace(/\r\n?/g, "\n").split("\n"), 0);
}

function blocks(lines: readonly string[], depth: number): string {
  if (depth > DEEPEST) return `<p>${escapeHtml(lines.join("\n"))}</p>`;
  const html: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    const taken = line.trim() === "" ? { html: "", end: index + 1 } : blockAt(lines, index, depth);
    if (taken.html !== "") html.push(taken.html);
    index = taken.end;
  }
  return html.join("\n");
}

interface Block {
  readonly html: string;
  /** The first line after it. */
  readonly end: number;
}

function blockAt(lines: readonly string[], at: number, depth: number): Block {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return fenced(lines, at, fence);
  const heading = HEADING.test(line) ? headingOf(line) : undefined;
  if (heading !== undefined) {
    const level = String(Math.max(3, heading.level));
    return { html: `<h${level}>${inlineHtml(heading.text)}</h${level}>`, end: at + 1 };
  }
  if (RULE.test(line)) return { html: "<hr>", end: at + 1 };
  if (QUOTE.test(line)) {
    const end = until(lines, at, (text) => !QUOTE.test(text));
    const inner = lines.slice(at, end).map((text) => text.replace(QUOTE, ""));
    return { html: `<blockquote>${blocks(inner, depth + 1)}</blockquote>`, end };
  }
  if (ITEM.test(line)) return list(lines, at, depth);
  if (cellsOf(line) !== undefined && TABLE_RULE.test(lines[at + 1] ?? "")) return table(lines, at);
  const end = until(lines, at + 1, (text) => text.trim() === "" || begins(text));
  return {
    html: `<p>${inlineHtml(
      lines
        .slice(at, end)
        .map((text) => text.trimStart())
        .join("\n")
        .trimEnd(),
    )}</p>`,
    end,
  };
}

function begins(line: string): boolean {
  if (HEADING.test(line)) return headingOf(line) !== undefined;
  return [FENCE, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));
}

function until(lines: readonly string[], from: number, isOver: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && !isOver(lines[end] ?? "")) end += 1;
  return end;
}

function fenced(lines: readonly string[], at: number, fence: string): Block {
  const close = until(lines, at + 1, (line) => line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim()));
  const indent = /^ */.exec(lines[at] ?? "")?.[0].length ?? 0;
  const inner = lines.slice(at + 1, close).map((line) => line.replace(new RegExp(`^ {0,${String(indent)}}`), ""));
  return { html: `<pre><code>${escapeHtml(inner.join("\n"))}</code></pre>`, end: close + 1 };
}

function list(lines: readonly string[], at: number, depth: number): Block {
  const first = ITEM.exec(lines[at] ?? "");
  const indent = first?.[1]?.length ?? 0;
  const isOrdered = first?.[2] !== undefined;
  const items: string[] = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end] ?? "");
    if (item?.[1]?.length !== indent || (item[2] !== undefined) !== isOrdered) break;
    const next = until(lines, end + 1, (line) => {
      const other = ITEM.exec(line);
      return line.trim() === "" ? false : other === null ? !/^ {2}/.test(line) : (other[1]?.length ?? 0) <= indent;
    });
    const rest = lines
      .slice(end + 1, next)
      .map((line) => line.replace(/^ {1,6}/, (spaces) => spaces.slice(indent + 2)));
    items.push(itemHtml(item[3] ?? "", rest, depth));
    end = next;
  }
  const tag = isOrdered ? "ol" : "ul";
  return { html: `<${tag}>\n${items.join("\n")}\n</${tag}>`, end: Math.max(end, at + 1) };
}

function itemHtml(text: string, rest: readonly string[], depth: number): string {
  const task = /^\[([ xX])\] (.*)$/.exec(text);
  const box = task === null ? "" : task[1] === " " ? "☐ " : "☑ ";
  const inner = rest.some((line) => line.trim() !== "") ? `\n${blocks(rest, depth + 1)}` : "";
  return `<li>${box}${inlineHtml(task?.[2] ?? text)}${inner}</li>`;
}

function table(lines: readonly string[], at: number): Block {
  const end = until(lines, at + 2, (line) => cellsOf(line) === undefined);
  const head = cellsOf(lines[at] ?? "") ?? [];
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${head.map((_, column) => `<${tag}>${inlineHtml(cells[column] ?? "")}</${tag}>`).join("")}</tr>`;
  const body = lines.slice(at + 2, end).map((line) => row(cellsOf(line) ?? [], "td"));
  return { html: `<table>\n<thead>${row(head, "th")}</thead>\n<tbody>${body.join("\n")}</tbody>\n</table>`, end };
}
