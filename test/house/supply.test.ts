/** What comes with nines is little and known; `npm run supply` looks at the same, and at the tarball. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  billOf,
  billProblems,
  codeProblems,
  dependencyProblems,
  lockProblems,
  packageProblems,
  runtimePlaces,
  tarballProblems,
  type Lock,
  type Locked,
} from "../../scripts/support/supply/index.mjs";
import { requireBuild } from "../support/package.ts";
import { Sandbox } from "../support/sandbox.ts";
import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";

const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as Lock;

test("packages, lock file, built code and imports are as they have to be", async () => {
  requireBuild();
  const checks = ["dependencies", "lock", "code", "imports"];
  const { code, stdout, stderr } = await runNode([join(ROOT, "scripts", "supply.mjs"), ...checks], {
    env: cleanEnvironment(),
  });
  expect(stderr).toBe("");
  expect(stdout).not.toContain("FAILED");
  expect(stdout.match(/^ok {4}/gm)).toHaveLength(checks.length);
  expect(code).toBe(0);
}, 60_000);

test("sixteen packages come with nines; one more is a decision", () => {
  expect(runtimePlaces(lock)).toHaveLength(16);
});

test("the bill of materials has every package that is installed, and the one that is built in", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { name: string };
  const bill = billOf(manifest, lock);
  expect(billProblems(bill, lock)).toEqual([]);
  expect(bill.components).toHaveLength(17);

  const [first, ...rest] = bill.components;
  expect(billProblems({ components: rest }, lock)).toEqual([`the bill lacks ${first?.purl ?? ""}`]);
  const stranger = { purl: "pkg:npm/left-pad@1.3.0" };
  expect(billProblems({ components: [...bill.components, stranger] }, lock)).toEqual([
    "the bill has pkg:npm/left-pad@1.3.0, which is not installed",
  ]);
  const licenses = [{ license: { id: "AGPL-3.0" } }];
  expect(billProblems({ components: [{ ...first!, licenses, hashes: [] }, ...rest] }, lock)).toHaveLength(2);
});

describe("a package that should not be there is named", () => {
  const integrity = `sha512-${"A".repeat(86)}==`;
  /** A lock file of a project that depends on `a`, which depends on `b`, and is developed with `t`. */
  function lockOf(changes: Readonly<Record<string, Locked | undefined>> = {}): Lock {
    const one = { version: "1.0.0", integrity, license: "MIT" };
    const packages: Record<string, Locked | undefined> = {
      "": { dependencies: { a: "^1.0.0" }, devDependencies: { t: "^1.0.0" } },
      "node_modules/a": { ...one, dependencies: { b: "^1.0.0" } },
      "node_modules/a/node_modules/b": one,
      "node_modules/t": { ...one, dev: true },
    };
    for (const [place, change] of Object.entries(changes)) packages[place] = { ...packages[place], ...change };
    return { packages: packages as Lock["packages"] };
  }

  test("none in a lock file as it has to be", () => {
    expect([...packageProblems(lockOf()), ...lockProblems(lockOf())]).toEqual([]);
    expect(runtimePlaces(lockOf())).toEqual(["node_modules/a", "node_modules/a/node_modules/b"]);
  });

  test.each<[string, string, Locked, string]>([
    ["an install script", "node_modules/a/node_modules/b", { hasInstallScript: true }, "runs a script"],
    ["a licence", "node_modules/a", { license: "AGPL-3.0" }, "has the licence AGPL-3.0"],
    ["one that is needed and marked otherwise", "node_modules/a", { dev: true }, "is needed"],
    ["one that nothing depends on", "node_modules/c", { license: "MIT", integrity }, "nothing depends on"],
  ])("%s", (_title, place, change, problem) => {
    expect(packageProblems(lockOf({ [place]: change })).join()).toContain(problem);
  });

  test.each<[string, Locked, string]>([
    ["from elsewhere", { resolved: "https://example.com/t.tgz" }, "comes from https://example.com/t.tgz"],
    ["from git", { resolved: "git+ssh://git@github.com/a/t.git#0123" }, "comes from git+ssh:"],
    ["without TLS", { resolved: "http://registry.npmjs.org/t/-/t-1.0.0.tgz" }, "comes from http:"],
    ["with a weak hash", { integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, "has the integrity sha1-"],
    ["a folder", { link: true }, "is a link"],
    ["an install script, for development too", { hasInstallScript: true }, "runs a script"],
  ])("%s", (_title, change, problem) => {
    const found = lockProblems(lockOf({ "node_modules/t": change }));
    expect(found).toEqual([expect.stringContaining(problem)]);
  });

  test("a dependency without a word in docs/architecture.md, and a row without a dependency", () => {
    const page =
      "# A\n\n## Dependencies\n\n| package | home |\n| --- | --- |\n| a   | `core/a.ts` |\n\n**@x/b** is small.\n";
    expect(dependencyProblems(["a", "@x/b"], page)).toEqual([]);
    expect(dependencyProblems(["@x/b", "b"], page)).toEqual([
      "b is not in docs/architecture.md",
      "a has a row, and is no dependency",
    ]);
    expect(dependencyProblems(["a"], "# A\n\na\n")).toEqual(["docs/architecture.md has no table of dependencies"]);
  });
});

test("a tarball with more, less or much in it is refused", () => {
  const paths = ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "package.json", "dist/index.js", "docs/a/b.md"];
  const packed = { files: paths.map((path) => ({ path })), size: 1, unpackedSize: 1 };
  expect(tarballProblems(packed)).toEqual([]);
  const more = ["src/index.ts", "dist/a.js.map", "dist/a.ts", "test/a.test.ts", ".env", "docs/a.png"];
  expect(tarballProblems({ ...packed, files: [...packed.files, ...more.map((path) => ({ path }))] })).toHaveLength(6);
  expect(tarballProblems({ files: packed.files.slice(1), size: 1e9, unpackedSize: 1e9 })).toHaveLength(3);
});

/** A folder of built code with these files. */
function built(files: Readonly<Record<string, string>>): string {
  const sandbox = new Sandbox();
  for (const [path, text] of Object.entries(files)) sandbox.write(path, text);
  return sandbox.root;
}

test.each([
  ['eval("1")', "a.js:1 calls eval"],
  ["const f = new Function('return 1');", "a.js:1 calls Function"],
  ["\nawait import(process.argv[2]);", "a.js:2 imports what is only known when it runs"],
  ['import { runInNewContext } from "node:vm";', "a.js imports node:vm, which runs text as code"],
  ['import uplot from "uplot";', "a.js imports uplot, which is not installed with it"],
  ['import { createRequire } from "node:module"; createRequire(import.meta.url);', "a.js:1 requires modules"],
  ["new Worker(text, { eval: true });", "a.js:1 begins a thread with a text as its code"],
  ["process.dlopen(module, path);", "a.js:1 calls process.dlopen"],
])("code is found: %s", async (text, problem) => {
  expect((await codeProblems(built({ "a.js": text }), ["zod"])).problems).toEqual([problem]);
});

test("words, comments and what is installed are no such code", async () => {
  const text = `
    import { z } from "zod"; import { join } from "node:path"; import "./b.js";
    // eval(text), import(name); import x from "nines/express"
    const words = ["eval", "new Function()"]; const later = await import("node:worker_threads");`;
  expect(await codeProblems(built({ "a.js": text, "b.d.ts": "export {};" }), ["zod"])).toEqual({
    files: 2,
    problems: [],
  });
  const { problems } = await codeProblems(built({ "a.js.map": "{}" }), []);
  expect(problems).toEqual(["a.js.map is neither code nor declarations"]);
});

test("what a module touches while it is imported is seen, also where it hides the refusal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nines-touched-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const attempts = {
    "file.mjs": 'import { readFileSync } from "node:fs"; try { readFileSync("package.json"); } catch {}',
    "promise.mjs": 'import { writeFile } from "node:fs/promises"; try { await writeFile("a", ""); } catch {}',
    "network.mjs": 'import { get } from "node:http"; try { get("http://127.0.0.1:9").on("error", () => {}); } catch {}',
    "fetch.mjs": 'try { await fetch("http://127.0.0.1:9"); } catch {}',
    "program.mjs": 'import { spawn } from "node:child_process"; try { spawn("true"); } catch {}',
    "thread.mjs": 'import { Worker } from "node:worker_threads"; try { new Worker("", { eval: true }); } catch {}',
    "variable.mjs": "export const home = process.env.HOME;",
    "nothing.mjs": 'import { join } from "node:path"; export const a = join("b", "c");',
  };
  const root = built(attempts);
  const script = join(ROOT, "scripts", "support", "supply", "denied-world.mjs");
  const names = Object.keys(attempts);
  const { stdout, stderr } = await runNode([script, ...names.map((name) => join(root, name))], { cwd: folder });
  expect(stderr).toBe("");
  const { files, touched } = JSON.parse(stdout) as { files: number; touched: { importing: string; what: string }[] };
  expect(files).toBe(names.length);
  expect(touched.map(({ importing, what }) => `${importing.slice(root.length + 1)} ${what}`)).toEqual([
    "file.mjs fs.readFileSync",
    "promise.mjs fs.promises.writeFile",
    "network.mjs net.Socket.connect",
    "fetch.mjs globalThis.fetch",
    "program.mjs child_process.spawn",
    "thread.mjs worker_threads.Worker",
    "variable.mjs process.env.HOME",
  ]);
});
