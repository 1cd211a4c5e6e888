import { createHash } from "node:crypto";

import fc from "fast-check";
import { type DefaultTreeAdapterMap, parse } from "parse5";
import { expect, test } from "vitest";

import { assessMaturity } from "../../src/maturity/assess.ts";
import { NO_HISTORY, withReport } from "../../src/maturity/history.ts";
import type { MaturityHistory, MaturityReport } from "../../src/maturity/model.ts";
import { maturityPage } from "../../src/maturity/page.ts";
import { maturityTable } from "../../src/maturity/table.ts";
import { AT, criterion, DAY } from "./support.ts";

type Node = DefaultTreeAdapterMap["node"];

/** Every element of the page, with its attributes, and the text in it. */
function elementsOf(
  html: string,
): readonly { readonly tag: string; readonly attributes: readonly string[]; readonly text: string }[] {
  const errors: string[] = [];
  const found: { tag: string; attributes: string[]; text: string }[] = [];
  const walk = (node: Node): string => {
    if (node.nodeName === "#text") return (node as DefaultTreeAdapterMap["textNode"]).value;
    const text = "childNodes" in node ? node.childNodes.map(walk).join("") : "";
    if ("tagName" in node) found.push({ tag: node.tagName, attributes: node.attrs.map(({ name }) => name), text });
    return text;
  };
  walk(parse(html, { onParseError: ({ code }) => errors.push(code) }));
  expect(errors).toEqual([]);
  return found;
}

/** Two records with everything that a page shows, all names and texts of which are `name`. */
function shown(name: string): { readonly report: MaturityReport; readonly history: MaturityHistory } {
  const text = { question: name, advice: name, docs: name, area: name };
  const criteria = [
    criterion("a", 1, { ...text, required: true }),
    criterion("b", 1, text),
    criterion("c", 2, {
      ...text,
      docs: `https://docs.example/${encodeURIComponent(name.replace(/\p{Surrogate}/gu, ""))}`,
    }),
    criterion("d", 3, text),
  ];
  const said = {
    by: name,
    at: AT - 500 * DAY,
    answers: { b: { answer: "partly", note: name }, d: "not_applicable" },
  } as const;
  const first = assessMaturity({ at: AT - DAY, criteria, answers: said });
  const history = withReport(NO_HISTORY, first, 10);
  const evidence = { a: { share: 1, text: name }, b: { share: 1, text: name } };
  const report = assessMaturity({ at: AT, criteria, answers: said, evidence, history });
  return { report, history: withReport(history, report, 10) };
}

const pageOf = async (name: string): Promise<string> => {
  const { report, history } = shown(name);
  return maturityPage(report, { history, title: name.slice(0, 200) });
};

test("no element and no attribute of the page comes from data", async () => {
  const shape = (html: string) => elementsOf(html).map(({ tag, attributes }) => `${tag} ${attributes.join(" ")}`);
  const plain = shape(await pageOf("name"));
  const hostile = [
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    `' onload='alert(1)`,
    "</style><style>*{display:none}</style>",
    "]]><svg/onload=alert(1)>",
    "<!-- ",
    "&lt;b&gt; &amp; javascript:alert(1)",
    "\u202eevil\u2066\u0000\ud800",
  ];
  for (const name of hostile) expect(shape(await pageOf(name))).toEqual(plain);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom(..."<>&\"'`=/ a-!]\n\t\u0000\u202e".split("")), minLength: 1, maxLength: 30 }),
      async (name) => {
        fc.pre(name.trim() !== "");
        expect(shape(await pageOf(name))).toEqual(plain);
      },
    ),
    { numRuns: 30 },
  );
});

test("a page of the docs is a link only if it is an address of the web", async () => {
  const links = (html: string) => elementsOf(html).filter(({ tag }) => tag === "a").length;
  expect(links(await pageOf("javascript:alert(1)"))).toBe(links(await pageOf("docs/slo.md")));
  // Of criterion c: in what is missing, and in its row.
  expect(links(await pageOf("docs/slo.md"))).toBe(2);
});

test("nothing is run or asked for, and the policy lets nothing but its own style apply", async () => {
  const html = await pageOf("name");
  const elements = elementsOf(html);
  for (const tag of ["script", "link", "img", "iframe", "object", "form", "base"]) {
    expect(elements.filter((one) => one.tag === tag)).toEqual([]);
  }
  expect(
    elements.filter(({ attributes }) => attributes.some((name) => name === "style" || name.startsWith("on"))),
  ).toEqual([]);
  const styles = elements.filter(({ tag }) => tag === "style");
  expect(styles).toHaveLength(1);
  expect(styles[0]?.text).not.toMatch(/url\(|@import/);
  const hash = createHash("sha256")
    .update(styles[0]?.text ?? "")
    .digest("base64");
  expect(html).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  );
});

test("all is told in words: the level, figures of each area, states, and the history", async () => {
  const text = elementsOf(await pageOf("name")).find(({ tag }) => tag === "body")?.text ?? "";
  for (const words of [
    "Basic monitoring, some automation",
    "1 of 4",
    "+1 level and +50 points since 2026-03-19",
    "From level 0 with a score of 16.6 on 2026-03-19 to level 1 with a score of 66.6 on 2026-03-20, recorded 2 times.",
    "not applicable",
    "Nothing applies, so nothing shows it",
  ]) {
    expect(text).toContain(words);
  }
});

test("a page without a history, or with nothing in it, and zones that are none", async () => {
  const { report } = shown("name");
  expect(elementsOf(await maturityPage(report)).some(({ tag }) => tag === "svg")).toBe(true);
  expect(await maturityPage(report, { history: NO_HISTORY })).toContain("Nothing is recorded yet.");
  expect(await maturityPage(report, { zone: "Asia/Tokyo" })).toContain("As of 2026-03-20, Asia/Tokyo");
  await expect(maturityPage(report, { zone: "Mars/Base" })).rejects.toThrow(/zone/);
  await expect(maturityPage(report, { title: " " })).rejects.toThrow(/title/);
});

test("columns of the table stand below each other, also where letters are wide", () => {
  const areas = ["slos", "容量計画", "e\u0301tat", "🧑‍🚒 fire", "カナ"];
  const criteria = areas.map((area, index) => criterion(`c${String(index)}`, 1, { area }));
  const lines = maturityTable(assessMaturity({ at: AT, criteria }), { criteria: false }).split("\n");
  const start = lines.findIndex((line) => line.startsWith("AREA"));
  expect(lines.slice(start, start + 6)).toEqual([
    "AREA      SCORE  KNOWN",
    "SLOs      0      0 %",
    // Such letters take two columns of a terminal each, and what joins another takes none.
    ...["e\u0301tat      0      0 %", "カナ      0      0 %", "容量計画  0      0 %", "🧑‍🚒 fire   0      0 %"],
  ]);
});

test("the table has one line for each criterion, whatever is in names", () => {
  const plain = maturityTable(shown("name").report);
  const hostile = maturityTable(shown("a\u001b[31mred\nLevel 4 of 4\r\u202e").report);
  expect(hostile.split("\n")).toHaveLength(plain.split("\n").length);
  for (const character of ["\u001b", "\r", "\u202e"]) expect(hostile).not.toContain(character);
  expect(plain).toContain("1      a          met             evidence  name");
  expect(plain).toContain("  c (optional, unknown, +33.3): nobody has answered, and nothing shows it\n    name\n");
});
