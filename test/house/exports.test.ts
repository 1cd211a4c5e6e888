import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageEntries, requireBuild } from "../support/package.ts";
import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";

// `npm run update:exports` writes this file; its diff is where a change of the public names is seen and weighed.
const SNAPSHOT = join(ROOT, "test", "house", "exports.json");
// zod keeps its settings on globalThis, so that two copies of it in one program share them.
const CHANGED_BY_DEPENDENCIES = ["globalThis.__zod_globalConfig", "globalThis.__zod_globalRegistry"];
const UPDATE = process.env.NINES_UPDATE_EXPORTS === "1";

interface Probe {
  readonly names: string[];
  readonly changes: string[];
  readonly requireError: string;
}

const entries = packageEntries();
const probes = new Map<string, Probe>();

beforeAll(async () => {
  requireBuild();
  for (const { specifier } of entries) {
    const script = join(ROOT, "test", "house", "probe-entry.mjs");
    const probe = await runNode([script, specifier], { env: cleanEnvironment(), timeout: 10_000 });
    if (probe.code === null) throw new Error(`importing ${specifier} keeps its process alive`);
    if (probe.code !== 0) throw new Error(`importing ${specifier} failed:\n${probe.stderr}`);
    if (probe.stderr !== "") throw new Error(`importing ${specifier} printed:\n${probe.stderr}`);
    probes.set(specifier, JSON.parse(probe.stdout) as Probe);
  }
  if (UPDATE) {
    const names = Object.fromEntries([...probes].map(([specifier, probe]) => [specifier, probe.names]));
    writeFileSync(SNAPSHOT, `${JSON.stringify(names, null, 2)}\n`);
  }
});

test("package.json exports the package itself", () => {
  expect(entries.map(({ specifier }) => specifier)).toContain("nines");
});

test("the snapshot names exactly the entries of package.json", () => {
  expect(Object.keys(readSnapshot())).toEqual(entries.map(({ specifier }) => specifier));
});

test("the API documentation is made of exactly the entries of package.json", () => {
  const { entryPoints } = JSON.parse(readFileSync(join(ROOT, "typedoc.json"), "utf8")) as { entryPoints: string[] };
  const sources = entries.map(({ file }) => file.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
  expect([...entryPoints].sort()).toEqual(sources.sort());
});

test.each(entries)("$specifier: its files were built", ({ file, types }) => {
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  expect(existsSync(join(ROOT, types)), types).toBe(true);
});

test.each(entries)("$specifier: its names are those of exports.json, and none is `default`", ({ specifier }) => {
  const names = probeOf(specifier).names;
  expect(names.length).toBeGreaterThan(0);
  expect(names, "if the change is meant: npm run update:exports").toEqual(readSnapshot()[specifier]);
  expect(names).not.toContain("default");
});

test.each(entries)("$specifier: importing it changes nothing and keeps nothing open", ({ specifier }) => {
  expect(probeOf(specifier).changes.filter((name) => !CHANGED_BY_DEPENDENCIES.includes(name))).toEqual([]);
});

test.each(entries)("$specifier: nothing below it awaits at the top level, so require() works", ({ specifier }) => {
  expect(probeOf(specifier).requireError).toBe("");
});

function probeOf(specifier: string): Probe {
  const probe = probes.get(specifier);
  if (probe === undefined) throw new Error(`${specifier} was not probed`);
  return probe;
}

function readSnapshot(): Record<string, string[]> {
  return JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, string[]>;
}
