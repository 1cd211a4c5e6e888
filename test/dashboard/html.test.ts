import { createHash } from "node:crypto";

import { type DefaultTreeAdapterMap, parse } from "parse5";
import { describe, expect, test } from "vitest";

import { pagePolicy } from "../../src/dashboard/html.ts";
import type { DashboardSnapshot } from "../../src/dashboard/model.ts";
import { PAYLOADS } from "./support/hostile.ts";
import { htmlOf } from "./support/page-html.ts";
import { unpacked } from "../../src/dashboard/page/unpack.ts";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

function elementsOf(node: Node): Element[] {
  const children = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...children] : children;
}

function textOf(element: Element | undefined): string {
  return (element?.childNodes ?? []).map((child) => ("value" in child ? child.value : "")).join("");
}

const hashOf = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

function dataOf(text: string): { title: string; snapshot: DashboardSnapshot } {
  const service = {
    name: text,
    verdict: "unknown" as const,
    text,
    reasons: [text],
    slos: [],
    composites: [],
    failure: text,
  };
  return { title: text, snapshot: { title: text, at: 0, services: [service], marks: [], troubles: [text] } };
}

const PAGE = parse(await htmlOf(dataOf("a shop")));

describe("the page", () => {
  const elements = elementsOf(PAGE);

  test("runs its own script and style, by their hashes, and nothing else", () => {
    const [meta] = elements.filter(({ attrs }) => attrs.some(({ value }) => value === "Content-Security-Policy"));
    const policy = meta?.attrs.find(({ name }) => name === "content")?.value;
    const scripts = elements.filter(({ tagName }) => tagName === "script");
    const [data, script] = scripts;
    const style = elements.find(({ tagName }) => tagName === "style");
    expect(scripts).toHaveLength(2);
    expect(data?.attrs).toEqual([
      { name: "type", value: "application/json" },
      { name: "id", value: "data" },
    ]);
    expect(policy).toBe(
      `default-src 'none'; script-src '${hashOf(textOf(script))}'; style-src '${hashOf(textOf(style))}'; connect-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`,
    );
    expect(pagePolicy({ live: true })).toContain("connect-src 'self'");
  });

  test("asks for nothing, and has no handler and no style in its markup", () => {
    const attributes = elements.flatMap(({ attrs }) => attrs);
    expect(attributes.filter(({ name }) => name.startsWith("on") || name === "style" || name === "src")).toEqual([]);
    expect(attributes.filter(({ name }) => name === "href").map(({ value }) => value)).toEqual(["data:,"]);
    // What the script and the style name are namespaces and licences, not addresses that are asked.
    const texts = elements.filter(({ tagName }) => tagName === "style").map(textOf);
    expect(texts.join()).not.toMatch(/url\((?!["']?data:)|@import/);
  });
});

test.each(PAYLOADS)("%j is text wherever it stands", async (text) => {
  const page = parse(await htmlOf(dataOf(text)));
  const names = (node: Node) => elementsOf(node).map(({ tagName, attrs }) => [tagName, attrs.map(({ name }) => name)]);
  expect(names(page)).toEqual(names(PAGE));
  const [data] = elementsOf(page).filter(({ attrs }) => attrs.some(({ value }) => value === "data"));
  const { title, snapshot } = JSON.parse(textOf(data)) as { title: string; snapshot: string };
  expect({ title, snapshot: await unpacked(snapshot) }).toEqual(dataOf(text));
});
