/** What docs/promises.md and SECURITY.md name as shown by something is there: files, proofs, commands. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { ROOT } from "../support/spawn.ts";

const PAGES = ["docs/promises.md", "SECURITY.md"] as const;

const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};
const isThere = (path: string): boolean => existsSync(join(ROOT, path));

/** What a text names and is not there. */
function missingIn(page: string, text: string): readonly string[] {
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, found = ""]) => found);
  const files = code.filter((found) => /^(?:test|docs|scripts|src|bench)\/\S+$/.test(found));
  const proofs = code.flatMap((found) => /^npm run proof -- (\S+)/.exec(found)?.[1] ?? []);
  const commands = code.flatMap((found) => /^npm (?:run )?([a-z:]+)/.exec(found)?.[1] ?? []);
  const links = [...text.matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, target = ""]) =>
    /^[a-z]+:|^#/.test(target) ? [] : [target.replace(/#.*/, "")],
  );
  return [
    ...files.filter((path) => !isThere(path)),
    ...proofs.filter((name) => name !== "NAME" && !isThere(`test/proofs/${name}.ts`)).map((name) => `proof ${name}`),
    ...commands.filter((name) => scripts[name] === undefined).map((name) => `npm run ${name}`),
    ...links.filter((target) => !isThere(join(dirname(page), target))),
  ];
}

/** The first cells of rows that name nothing by which they are shown, in tables that say "Shown by". */
function unshownIn(text: string): readonly string[] {
  const tables = text.split(/\n\n/).filter((block) => /^\|.*\bShown by +\|\n/.test(block));
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .filter((row) => !/`(?:test\/\S+|npm run [^`]+)` *\|$/.test(row))
      .map((row) => row.split("|")[1]?.trim() ?? ""),
  );
}

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");

  test("names files, proofs, commands and pages that there are", () => {
    expect(missingIn(page, text)).toEqual([]);
  });

  test("has something to show for every row", () => {
    expect(text.match(/\bShown by\b/g)?.length ?? 0).toBeGreaterThan(0);
    expect(unshownIn(text)).toEqual([]);
  });
});

test("every proof shows something that is promised", () => {
  const proofs = readdirSync(join(ROOT, "test", "proofs")).flatMap(
    (name) => /^([a-z0-9-]+)\.ts$/.exec(name)?.[1] ?? [],
  );
  const pages = PAGES.map((page) => readFileSync(join(ROOT, page), "utf8")).join("\n");
  const named = new Set([...pages.matchAll(/`npm run proof -- ([a-z0-9-]+)`/g)].map(([, name = ""]) => name));
  expect(proofs.length).toBeGreaterThan(40);
  expect(proofs.filter((name) => name !== "types" && !named.has(name))).toEqual([]);
});

test("the versions of Node that are promised are those of package.json", () => {
  const promises = readFileSync(join(ROOT, "docs", "promises.md"), "utf8");
  expect(promises).toContain(`Node \`${engines.node.replaceAll("|", "\\|")}\``);
  expect(readFileSync(join(ROOT, "scripts", "nodes.mjs"), "utf8")).toContain('const VERSIONS = { 22: "22.');
});

describe("the check itself", () => {
  test("finds what is not there", () => {
    const text = "`test/none.test.ts` `npm run proof -- none` `npm run none` [a](none.md) `test/docs/promises.test.ts`";
    expect(missingIn("docs/promises.md", text)).toEqual([
      "test/none.test.ts",
      "proof none",
      "npm run none",
      "docs/none.md".slice(5),
    ]);
    expect(missingIn("SECURITY.md", "[a](docs/limits.md#x) [b](https://example.com) `npm test`")).toEqual([]);
  });

  test("finds a row that nothing shows", () => {
    const table =
      "| Promise | Shown by |\n| --- | --- |\n| a | `test/a.test.ts` |\n| b | soon |\n| c | `npm run proof -- c`, `test/c.ts` |";
    expect(unshownIn(table)).toEqual(["b"]);
  });
});
