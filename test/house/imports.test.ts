import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { filesUnder } from "../support/files.ts";
import { ROOT } from "../support/spawn.ts";
import { importBreaches, type SourceFile } from "./import-rules.ts";

function readSource(path: string): SourceFile {
  return { path, imports: importsOf(readFileSync(join(ROOT, path), "utf8")) };
}

/** Specifiers of every form of import and re-export, `import type` and `import()` among them. */
function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

test("src keeps the direction between the rooms, one home a dependency, and no cycles", () => {
  const files = filesUnder("src", ".ts").map(readSource);
  expect(files.length, "src has no files: nothing was checked").toBeGreaterThan(0);
  expect(files.flatMap(({ imports }) => imports).length, "no import was found: nothing was checked").toBeGreaterThan(0);
  expect(importBreaches(files)).toEqual([]);
});

test("every form of import is seen", () => {
  const text = `
    import "./a.ts"; import b from "./b.ts"; import type { C } from "./c.ts"; export { d } from "./d.ts";
    export type { E } from "./e.ts"; export * from "./f.ts"; const g = await import("./g.ts"); type H = import("./h.ts").H;
    // import "./comment.ts"
    const text = 'import "./string.ts"';`;
  expect(importsOf(text)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => `./${name}.ts`));
});

describe("a made-up breach is reported", () => {
  const house: SourceFile[] = [
    "src/core/time/clock.ts",
    "src/core/zod.ts",
    "src/ports/store.ts",
    "src/slo/slo.ts",
    "src/slo/index.ts",
    "src/signals/collector.ts",
    "src/budget/manager.ts",
    "src/capacity/planner.ts",
    "src/chaos/experiment.ts",
    "src/http/express.ts",
    "src/adapters/file/store.ts",
    "src/testing/index.ts",
    "src/reliability.ts",
    "src/index.ts",
  ].map((path) => ({ path, imports: [] }));

  function breachesOf(...changed: SourceFile[]): string[] {
    const paths = changed.map(({ path }) => path);
    return importBreaches([...house.filter(({ path }) => !paths.includes(path)), ...changed]);
  }

  test.each<[string, string, string[], string]>([
    ["core imports a room", "src/core/time/clock.ts", ["../../slo/slo.ts"], "core may not import slo"],
    ["a port imports a room", "src/ports/store.ts", ["../slo/slo.ts"], "ports may not import slo"],
    ["the loop runs backwards", "src/slo/slo.ts", ["../budget/manager.ts"], "slo may not import budget"],
    ["the loop imports a side room", "src/budget/manager.ts", ["../capacity/planner.ts"], "may not import capacity"],
    ["side rooms meet", "src/chaos/experiment.ts", ["../capacity/planner.ts"], "chaos may not import capacity"],
    ["a room imports an adapter", "src/budget/manager.ts", ["../adapters/file/store.ts"], "may not import adapters"],
    ["a room imports http", "src/capacity/planner.ts", ["../http/express.ts"], "capacity may not import http"],
    [
      "an adapter imports http",
      "src/adapters/file/store.ts",
      ["../../http/express.ts"],
      "adapters may not import http",
    ],
    ["an adapter imports the root", "src/http/express.ts", ["../reliability.ts"], "may not import reliability.ts"],
    ["anyone imports index.ts", "src/reliability.ts", ["./index.ts"], "index.ts, which is for users only"],
    ["a room imports the face of another", "src/budget/manager.ts", ["../slo/index.ts"], "which is for users only"],
    ["a face shows what is of another room", "src/budget/index.ts", ["../slo/slo.ts"], "which is of another room"],
    ["a room imports node:", "src/budget/manager.ts", ["node:fs"], "budget may not touch Node"],
    ["a builtin lacks its prefix", "src/http/express.ts", ["http"], 'imports http without "node:"'],
    ["a file does not exist", "src/slo/slo.ts", ["./nowhere.ts"], "which is no file of src"],
    ["an extension is missing", "src/budget/manager.ts", ["../slo/slo"], "which is no file of src"],
    ["a file is in no room", "src/utils/misc.ts", [], "src/utils/misc.ts is in no known room"],
    ["a dependency leaves its home", "src/slo/slo.ts", ["zod"], "zod, whose home is src/core/"],
    ["prom-client leaves signals", "src/http/express.ts", ["prom-client"], "whose home is src/signals/"],
    ["a dependency has no home", "src/core/time/clock.ts", ["lodash/get"], "imports lodash, which has no home"],
    ["a framework is imported", "src/http/express.ts", ["express"], "imports express, which has no home"],
    ["date-fns is imported whole", "src/core/time/clock.ts", ["date-fns"], "the root of date-fns, not a subpath"],
    ["a file imports itself", "src/slo/slo.ts", ["./slo.ts"], "cycle: src/slo/slo.ts -> src/slo/slo.ts"],
  ])("%s", (_title, path, imports, expected) => {
    expect(breachesOf({ path, imports })).toEqual([expect.stringContaining(expected)]);
  });

  test("two files share a dependency that belongs behind one", () => {
    const found = breachesOf(
      { path: "src/core/time/clock.ts", imports: ["zod"] },
      { path: "src/core/zod.ts", imports: ["zod/mini"] },
    );
    expect(found).toEqual(["zod must be behind 1 file of src/core/: src/core/time/clock.ts, src/core/zod.ts"]);
  });

  test("files of one room import each other in a ring", () => {
    const found = breachesOf(
      { path: "src/slo/a.ts", imports: ["./b.ts"] },
      { path: "src/slo/b.ts", imports: ["./c.ts"] },
      { path: "src/slo/c.ts", imports: ["./a.ts"] },
    );
    expect(found).toEqual(["cycle: src/slo/a.ts -> src/slo/b.ts -> src/slo/c.ts -> src/slo/a.ts"]);
  });

  test("and a house in order is not", () => {
    const found = breachesOf(
      { path: "src/core/zod.ts", imports: ["zod"] },
      { path: "src/signals/collector.ts", imports: ["prom-client", "../slo/slo.ts", "../ports/store.ts"] },
      { path: "src/capacity/planner.ts", imports: ["../budget/manager.ts"] },
      { path: "src/adapters/file/store.ts", imports: ["node:fs/promises", "../../ports/store.ts"] },
      { path: "src/reliability.ts", imports: ["./adapters/file/store.ts", "./budget/manager.ts"] },
      { path: "src/index.ts", imports: ["./reliability.ts"] },
    );
    expect(found).toEqual([]);
  });
});
