/** Every relative link and anchor of the pages leads somewhere. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { describe, expect, test } from "vitest";

import { filesUnder } from "../support/files.ts";
import { ROOT } from "../support/spawn.ts";

const pages = ["README.md", "CONTRIBUTING.md", ...filesUnder("docs", ".md")].filter((page) =>
  existsSync(join(ROOT, page)),
);

/** A page without its code, in which `[0](x)` is no link and `# x` no heading. */
function proseOf(text: string): string {
  return text
    .replaceAll(/^ *(`{3,}|~{3,})[^]*?^ *\1/gm, "")
    .replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, (code) => code.replaceAll(/[[\]]/g, ""));
}

/** Where the links of a page lead to, but for those with a scheme. */
function linksOf(text: string): readonly string[] {
  return [...proseOf(text).matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, target = ""]) =>
    /^[a-z]+:/i.test(target) ? [] : [target],
  );
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    let name = anchor;
    for (let count = 1; anchors.has(name); count += 1) name = `${anchor}-${String(count)}`;
    anchors.add(name);
  }
  return anchors;
}

function brokenIn(page: string, text: string, read: (path: string) => string | undefined): readonly string[] {
  return linksOf(text).filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : posix.normalize(posix.join(dirname(page), path));
    const content = target === page ? text : read(target);
    if (content === undefined) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(content).has(anchor);
  });
}

/** A file's text; "" of a folder, which can be linked, too. */
function read(path: string): string | undefined {
  const whole = join(ROOT, path);
  if (!existsSync(whole)) return undefined;
  return path.endsWith(".md") ? readFileSync(whole, "utf8") : "";
}

test("there are pages", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/README.md", "docs/tutorial.md"]));
});

test.each(pages)("the links of %s lead somewhere", (page) => {
  expect(brokenIn(page, readFileSync(join(ROOT, page), "utf8"), read)).toEqual([]);
});

test("docs/README.md names every page", () => {
  const index = readFileSync(join(ROOT, "docs", "README.md"), "utf8");
  const linked = new Set(linksOf(index).map((link) => posix.join("docs", link.split("#")[0] ?? "")));
  const missing = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md" && !linked.has(page));
  expect(missing).toEqual([]);
});

describe("the check itself", () => {
  const other = "# A title\n\n## What it `does`, and why?\n\n## Same\n\n## Same\n";
  const broken = (text: string) => brokenIn("docs/a.md", text, (path) => (path === "docs/b.md" ? other : undefined));

  test("follows links to pages and to their headings as GitHub names them", () => {
    expect(broken("[b](b.md) [c](b.md#what-it-does-and-why) [d](b.md#same-1) [e](https://example.com/#x)")).toEqual([]);
    expect(broken("## Here\n\n[here](#here)")).toEqual([]);
  });

  test("finds pages and headings that are not there", () => {
    expect(broken("[b](c.md) [c](b.md#same-2)\n\n[d](#nowhere)")).toEqual(["c.md", "b.md#same-2", "#nowhere"]);
  });

  test("does not look into code", () => {
    expect(broken("`a[0](x)`\n\n```ts\na[0](c.md);\n# No heading\n```\n\n[no](#no-heading)")).toEqual(["#no-heading"]);
  });
});
