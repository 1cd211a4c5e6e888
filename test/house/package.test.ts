import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tarballProblems } from "../../scripts/support/supply/index.mjs";
import { packageEntries, requireBuild } from "../support/package.ts";
import { cleanEnvironment, ROOT, run, runNode, type Finished } from "../support/spawn.ts";

// What a user gets is the tarball, so it is the tarball that is judged and installed here, not the working tree.
const CONSUMERS = join(ROOT, "test", "fixtures", "consumers");

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: ReadonlyArray<{ readonly path: string }>;
}

let scratch = "";
let tarball = "";
let files: string[] = [];
let problems: readonly string[] = [];

beforeAll(async () => {
  requireBuild();
  scratch = mkdtempSync(join(tmpdir(), "nines-package-"));
  // Without scripts: `prepack` would rebuild dist under the feet of the tests beside this one.
  const packed = succeeded(await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], ROOT));
  const [first] = JSON.parse(packed.stdout) as Packed[];
  if (first === undefined) throw new Error("npm pack made nothing");
  tarball = join(scratch, first.filename);
  files = first.files.map(({ path }) => path);
  problems = tarballProblems(first);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the tarball", () => {
  test("holds dist and five papers, nothing else, and no more than it may", () => {
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "package.json"]),
    );
    expect(files).toEqual(expect.arrayContaining(packageEntries().map(({ file }) => file.slice(2))));
    expect(problems).toEqual([]);
  });

  test("gives publint nothing to say", async () => {
    const bytes = readFileSync(tarball);
    const contents = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball: contents }, level: "suggestion", strict: true });
    expect(messages).toEqual([]);
  });

  // There is an entry for each room: each is resolved and read in every way.
  test("gives its types to every module resolution that knows `exports`", { timeout: 90_000 }, async () => {
    const attw = join(ROOT, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    succeeded(await runNode([attw, tarball, "--profile", "esm-only", "--no-color"], { env: cleanEnvironment() }));
  });
});

describe("a project that installs the tarball", () => {
  let project = "";

  beforeAll(async () => {
    project = join(scratch, "project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0", private: true }));
    for (const name of ["esm.mjs", "commonjs.cjs", "types.mts"])
      copyFileSync(join(CONSUMERS, name), join(project, name));
    succeeded(
      await npm(["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball], project),
    );
  }, 240_000);

  test.each(["esm.mjs", "commonjs.cjs"])("runs it from %s", async (name) => {
    const { stdout } = succeeded(await runNode([name], { cwd: project, env: cleanEnvironment() }));
    expect(stdout).toBe("works\n");
  });

  // TypeScript 6 and 7, the one in JavaScript and the native one.
  test.each([
    { module: "nodenext", moduleResolution: "nodenext", compiler: "typescript" },
    { module: "esnext", moduleResolution: "bundler", compiler: "typescript" },
    { module: "nodenext", moduleResolution: "nodenext", compiler: "typescript-native" },
    { module: "esnext", moduleResolution: "bundler", compiler: "typescript-native" },
  ])(
    "type-checks with moduleResolution $moduleResolution by $compiler",
    { timeout: 90_000 },
    async ({ module, moduleResolution, compiler }) => {
      const options = { module, moduleResolution, target: "es2022", strict: true, skipLibCheck: false, noEmit: true };
      const types = { types: ["node"], typeRoots: [join(ROOT, "node_modules", "@types")] };
      const config = { compilerOptions: { ...options, ...types }, files: ["types.mts"] };
      writeFileSync(join(project, `tsconfig.${moduleResolution}.json`), JSON.stringify(config));
      const tsc = join(ROOT, "node_modules", compiler, "bin", "tsc");
      succeeded(await runNode([tsc, "-p", `tsconfig.${moduleResolution}.json`], { cwd: project }));
    },
  );
});

function npm(args: string[], cwd: string): Promise<Finished> {
  return run("npm", args, { cwd, env: cleanEnvironment(), shell: process.platform === "win32" });
}

function succeeded(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`exit code ${finished.code}\n${finished.stdout}\n${finished.stderr}`);
  return finished;
}
