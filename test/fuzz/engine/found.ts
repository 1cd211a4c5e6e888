/** The inputs that once failed: each is a file, and is tried again by every run of the tests. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../support/spawn.ts";
import type { FuzzFault } from "./report.ts";

/** One kept input. */
export interface Found {
  readonly target: string;
  readonly seed: string;
  readonly why: string;
  readonly input: unknown;
}

export const FOUND: string = join(import.meta.dirname, "..", "found");

/** Writes the fault down; the path of the file, from the root. Undefined where no one input is to blame. */
export function keepFault({ target, seed, why, input }: FuzzFault, folder: string = FOUND): string | undefined {
  if (input === undefined) return undefined;
  const hash = createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 10);
  const path = join(folder, `${target}-${hash}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ target, seed, why, input }, null, 2)}\n`);
  return relative(ROOT, path);
}

/** All that are kept, by the names of their files. */
export function readFound(folder: string = FOUND): ReadonlyMap<string, Found> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Found]));
}
