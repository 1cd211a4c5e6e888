import { escapeHtml, escapeXml, visible } from "../../src/core/escape.ts";
import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";

import { escapeMarkdown, markdownBlock, unescapeMarkdown } from "../../src/postmortem/escape.ts";
import { safeUrl } from "../../src/postmortem/links.ts";
import { cellsOf, cellText } from "../../src/postmortem/tables.ts";

function textOf(html: string): string {
  const walk = (node: DefaultTreeAdapterMap["node"]): string =>
    node.nodeName === "#text" && "value" in node
      ? node.value
      : "childNodes" in node
        ? node.childNodes.map(walk).join("")
        : "";
  return walk(parseFragment(html));
}

function rendered(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "*",
        "_",
        "`",
        "~",
        "[",
        "](",
        ")",
        "<b>",
        "&lt;",
        "|",
        "\\",
        "\n",
        "#",
        "www.a.b",
        "a@b.c",
        "https://a.b",
        "- ",
        "1. ",
        " ",
        "\t",
        "a",
        "{{x}}",
        "$",
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join("")),
);

describe("a value", () => {
  test("in a paragraph of Markdown is one paragraph that says it", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        fc.pre(value !== "");
        const html = rendered(escapeMarkdown(value));
        expect(html.match(/<[a-z!]+/g)).toEqual(["<p"]);
        expect(textOf(html)).toBe(visible(value));
      }),
      { numRuns: 3_000 },
    );
  });

  test("in a cell of a table is one cell, and is read back out of it", () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const row = `| ${escapeMarkdown(first)} | ${escapeMarkdown(second)} |`;
        const html = rendered(`| a | b |\n| --- | --- |\n${row}`);
        expect(html.match(/<td>/g)).toHaveLength(2);
        expect(html.match(/<td>([\s\S]*?)<\/td>/g)?.map(textOf)).toEqual([first, second].map(visible));
        expect(cellsOf(row)?.map(cellText)).toEqual([first, second].map((text) => visible(text).trim()));
      }),
      { numRuns: 3_000 },
    );
  });

  test("in a block of code is what it was, and no line of it begins at the margin", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const block = markdownBlock(value);
        expect(block.split("\n").every((line) => line.startsWith(" "))).toBe(true);
        const html = rendered(block);
        expect(html.match(/<[a-z]+/g)).toEqual(["<pre", "<code"]);
        expect(textOf(html)).toBe(`${visible(value)}\n`);
      }),
      { numRuns: 2_000 },
    );
  });

  test("in HTML is text, also in an attribute", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const [node] = parseFragment(`<i title="${escapeHtml(value)}">${escapeXml(value)}</i>`).childNodes;
        if (node === undefined || !("attrs" in node)) throw new Error("no element");
        expect(node.attrs).toEqual([{ name: "title", value: visible(value) }]);
        expect(textOf(`<i>${escapeXml(value)}</i>`)).toBe(visible(value));
      }),
    );
  });

  test("is read back as it was", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(unescapeMarkdown(escapeMarkdown(value))).toBe(visible(value));
      }),
    );
  });

  test.each([
    ["a\u0000b", "a␀b"],
    ["\u001b[31m", "␛[31m"],
    ["a\r\nb\rc", "a\nb\nc"],
    ["\u202egnp.exe", "[U+202E]gnp.exe"],
    ["\ud800", "\ufffd"],
    ["💩 é 日本", "💩 é 日本"],
  ])("%j shows as %j", (value, shown) => {
    expect(visible(value)).toBe(shown);
  });

  test.each([
    ["check_pods", "check_pods"],
    ["99.9% over 30d", "99.9% over 30d"],
    ["a & b", "a & b"],
    ["O'Brien", "O'Brien"],
  ])("%s stays readable", (value, written) => {
    expect(escapeMarkdown(value)).toBe(written);
  });
});

describe("an address", () => {
  test.each([
    ["https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"],
    ["http://a.example", "http://a.example/"],
    ["mailto:ann@a.example", "mailto:ann@a.example"],
    ["https://ann:secret@a.example/", "https://a.example/"],
    ['https://a.example/(x)"<b>`|*', "https://a.example/%28x%29%22%3Cb%3E%60%7C%2A"],
    ["https://a.example/?q=&copy;", "https://a.example/?q=&copy%3B"],
  ])("%s is followed", (url, safe) => {
    expect(safeUrl(url)).toBe(safe);
  });

  test.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//a.example",
    "/x",
    "x",
    "",
    "ftp://a.example",
    "vbscript:x",
    `https://a.example/${"x".repeat(9_000)}`,
  ])("%j is not", (url) => expect(safeUrl(url)).toBeUndefined());
});
