import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { Sandbox } from "../support/sandbox.ts";
import { cleanEnvironment, runNode, type Finished } from "../support/spawn.ts";

/** A clone whose npm only notes that it was called. */
function clone(engines = "^20.19.0 || >=22.12.0"): Sandbox {
  const sandbox = new Sandbox("scripts/setup.mjs");
  sandbox.write("package.json", JSON.stringify({ engines: { node: engines } }));
  sandbox.write("package-lock.json", JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.0" } } }));
  sandbox.writeProgram(
    "bin/npm",
    '#!/bin/sh\necho "npm was called: $*"\nmkdir -p node_modules\nexit "${NPM_EXIT:-0}"\n',
  );
  return sandbox;
}

function setup({ root }: Sandbox, env: Record<string, string> = {}): Promise<Finished> {
  const PATH = join(root, "bin") + delimiter + (process.env.PATH ?? "");
  return runNode([join(root, "scripts", "setup.mjs")], { cwd: root, env: cleanEnvironment({ PATH, ...env }) });
}

test("a bare clone is installed once, and stdout stays free for the command that follows", async () => {
  const sandbox = clone();
  const first = await setup(sandbox);
  expect(first).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("npm was called: ci") });
  expect(await setup(sandbox)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a changed lock file, or a removed node_modules, is installed again", async () => {
  const sandbox = clone();
  await setup(sandbox);
  sandbox.write("package-lock.json", JSON.stringify({ packages: { "node_modules/a": { version: "2.0.0" } } }));
  expect((await setup(sandbox)).stderr).toContain("npm was called: ci");
  rmSync(join(sandbox.root, "node_modules"), { recursive: true });
  expect((await setup(sandbox)).stderr).toContain("npm was called: ci");
});

test("what `npm install` has already brought in line is left alone", async () => {
  const sandbox = clone();
  const present = { packages: { "node_modules/a": { version: "1.0.0" } } };
  sandbox.write("node_modules/.package-lock.json", JSON.stringify(present));
  expect((await setup(sandbox)).stderr).toContain("npm was called: ci");
  sandbox.write("node_modules/a/package.json", "{}");
  rmSync(join(sandbox.root, "node_modules", ".nines-setup"));
  expect(await setup(sandbox)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a failing npm is reported, and tried again the next time", async () => {
  const sandbox = clone();
  const failing = await setup(sandbox, { NPM_EXIT: "7" });
  expect(failing.code).toBe(1);
  expect(failing.stderr).toContain("`npm ci` failed (exit code 7)");
  expect(existsSync(join(sandbox.root, "node_modules", ".nines-setup"))).toBe(false);
  expect((await setup(sandbox)).code).toBe(0);
});

test.each(["^99.0.0", ">=99.1.0 || ^98.2.0", "^20.99.0 || ^22.99.0 || ^24.99.0 || ^26.99.0"])(
  "a Node outside %s is refused before anything is installed",
  async (engines) => {
    const { code, stderr } = await setup(clone(engines));
    expect(code).toBe(1);
    expect(stderr).toBe(`setup: this is Node ${process.versions.node}, and nines needs Node ${engines}\n`);
  },
);
