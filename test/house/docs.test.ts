import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesUnder } from "../support/files.ts";
import { requireBuild } from "../support/package.ts";
import { ROOT } from "../support/spawn.ts";
import { fencesIn, fencesOf, type Fence } from "./fences.ts";
import { compileFences, nameOf, runFences, type Problems } from "./fence-runner.ts";

const pages = ["README.md", "CONTRIBUTING.md"].filter((page) => existsSync(join(ROOT, page)));
const fences = fencesOf([...pages, ...filesUnder("docs", ".md"), ...filesUnder("src", ".ts")]);
const code = fences.filter(({ language }) => language === "ts" || language === "typescript");
const documents = fences.filter(({ language, flags }) => /^ya?ml$/.test(language) && flags.includes("slo"));

describe("the documentation", () => {
  let compileProblems: Problems;
  let runProblems: Problems;

  beforeAll(async () => {
    requireBuild();
    compileProblems = compileFences(code);
    runProblems = await runFences(code);
  }, 180_000);

  test("has examples in TypeScript, in the README too", () => {
    expect(code.length).toBeGreaterThan(0);
    expect(code.map(({ file }) => file)).toContain("README.md");
  });

  test("has no fence of JavaScript, which nothing would compile", () => {
    const found = fences.filter(({ language }) => ["js", "javascript", "mjs", "tsx"].includes(language));
    expect(found.map(nameOf)).toEqual([]);
  });

  test("compiles as a whole", () => {
    const names = new Set(code.map(nameOf));
    expect([...compileProblems].filter(([name]) => !names.has(name))).toEqual([]);
  });

  test.each(code.map((fence) => [nameOf(fence), fence] as const))("%s compiles and runs", (name, fence) => {
    expect(compileProblems.get(name) ?? "", "compiling").toBe("");
    if (!fence.flags.includes("no-run")) expect(runProblems.get(name) ?? "", "running").toBe("");
  });

  test.each(documents.map((fence) => [nameOf(fence), fence] as const))(
    "%s loads as an SLO document",
    async (name, fence) => {
      const entry: string = "nines";
      const { parseSloDocument } = (await import(entry)) as {
        parseSloDocument: (text: string, options?: { file?: string }) => unknown;
      };
      expect(parseSloDocument(fence.code, { file: name })).toBeDefined();
    },
  );
});

describe("the check itself", () => {
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".cache", "fences-self-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function fence(line: number, text: string, ...flags: string[]): Fence {
    return { file: "page.md", line, language: "ts", flags, code: text };
  }

  test("finds fences in pages and in doc comments, with their lines and without their margins", () => {
    const page = "# Title\n\n```ts no-run\nconst a = 1;\n\n  a;\n```\n\n1. item\n   ~~~yaml slo\n   b: 1\n   ~~~\n";
    expect(fencesIn("page.md", page)).toEqual([
      { file: "page.md", line: 3, language: "ts", flags: ["no-run"], code: "const a = 1;\n\n  a;" },
      { file: "page.md", line: 10, language: "yaml", flags: ["slo"], code: "b: 1" },
    ]);
    const source = "/**\n * @example\n * ```ts\n * if (a) {\n *   b();\n * }\n * ```\n */\nconst text = `\n```ts\n`;\n";
    expect(fencesIn("a.ts", source)).toEqual([
      { file: "a.ts", line: 3, language: "ts", flags: [], code: "if (a) {\n  b();\n}" },
    ]);
  });

  test("refuses a fence that is never closed", () => {
    expect(() => fencesIn("page.md", "text\n```ts\nconst a = 1;\n")).toThrow("page.md:2");
    expect(() => fencesIn("a.ts", "/**\n * ```ts\n * const a = 1;\n */\nconst b = 1;\n")).toThrow("a.ts:2");
  });

  test("reports what does not compile, with the line of the page", () => {
    const problems = compileFences([fence(7, "const a = 1;\nconst b: string = a;"), fence(20, "const a = 1;")], folder);
    expect([...problems]).toEqual([["page.md:7", expect.stringMatching(/^page\.md:9: Type 'number'/)]]);
  });

  test("reports what throws, rejects later, exits or hangs, and goes on to the next", async () => {
    const problems = await runFences(
      [
        fence(1, 'throw new Error("thrown at once");'),
        fence(2, 'void Promise.reject(new Error("rejected later"));'),
        fence(3, "process.exit(3);"),
        fence(4, "while (true) {}"),
        fence(5, 'throw new Error("not run");', "no-run"),
        fence(6, "const { default: http } = await import('node:http'); http.createServer().listen(80);"),
        fence(7, 'throw new Error("the last one");'),
      ],
      { folder, stallMs: 1000 },
    );
    expect([...problems]).toEqual([
      ["page.md:1", expect.stringContaining("thrown at once")],
      ["page.md:2", expect.stringMatching(/rejected later[^]*page-md-2\.mts:3:/)],
      ["page.md:3", "ended its process with exit code 3"],
      ["page.md:4", "did not end within 1000 ms"],
      ["page.md:7", expect.stringContaining("the last one")],
    ]);
  });
});
