/** The targets as modules: one a file, which has the target's name. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FuzzTarget } from "../types.ts";

/** The modules of a folder of targets. */
export function targetFiles(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return files.sort().map((name) => join(folder, name));
}

/** The folder of the real ones. */
export const TARGETS: string = join(import.meta.dirname, "..", "targets");

export async function loadTarget(file: string): Promise<FuzzTarget> {
  return targetOf(basename(file, ".ts"), (await import(pathToFileURL(file).href)) as object);
}

/** The one target that a module exports, under whatever name. */
export function targetOf(name: string, module: object = {}): FuzzTarget {
  const target = Object.values(module).find(isTarget);
  if (target === undefined) throw new Error(`${name}.ts exports no target`);
  if (target.name !== name) throw new Error(`${name}.ts exports a target of another name, ${target.name}`);
  return target;
}

function isTarget(value: unknown): value is FuzzTarget {
  return typeof value === "object" && value !== null && "inputs" in value && "run" in value && "name" in value;
}
