import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import ts from "typescript";
import { expect, it } from "vitest";

import { COMMANDS } from "../../src/cli/run.ts";
import { ROOT } from "../support/spawn.ts";

/** What a file loads at once: not types, and not what it loads when it is asked for. */
function loadedBy(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (
      ts.isImportDeclaration(statement)
        ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : statement.isTypeOnly
    )
      return [];
    const specifier = statement.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteral(specifier) ? [specifier.text] : [];
  });
}

function allLoadedBy(...entries: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    if (!path.startsWith("src/")) continue;
    const folder = posix.dirname(path);
    waiting.push(
      ...loadedBy(path).map((specifier) => (specifier.startsWith(".") ? posix.join(folder, specifier) : specifier)),
    );
  }
  return [...found].sort();
}

it("starts without the library: help and faults of the command line need none of it", () => {
  const main = readFileSync(join(ROOT, "src/cli/main.ts"), "utf8");
  const entries = [...main.matchAll(/import\("\.\/([^"]+)"\)/g)].map(([, name]) => `src/cli/${name ?? ""}`);
  expect(entries).toEqual(["src/cli/io.ts", "src/cli/run.ts"]);
  const outside = allLoadedBy("src/cli/main.ts", ...entries).filter((path) => !path.startsWith("src/cli/"));
  expect(outside).toEqual([
    "node:fs",
    "node:util",
    "src/core/errors.ts",
    "src/core/escape.ts",
    "src/core/nearest.ts",
    "src/core/time/clock.ts",
  ]);
});

it("finds what a command loads", () => {
  expect(allLoadedBy("src/cli/commands/rules.ts")).toContain("src/rules/generate.ts");
});

it("loads each command that there is", async () => {
  for (const { load } of COMMANDS) expect(await load()).toBeTypeOf("function");
});

it("begins with the line that makes it a program", () => {
  expect(readFileSync(join(ROOT, "src/cli/main.ts"), "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
});
