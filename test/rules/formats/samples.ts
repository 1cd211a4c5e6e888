/** The documents of test/data/slo-formats. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";

const FOLDER = join(import.meta.dirname, "../../data/slo-formats");

/** A document's text. */
export function sample(path: string): string {
  return readFileSync(join(FOLDER, path), "utf8");
}

/** Names of a format's documents. */
export function samplesOf(format: string): string[] {
  return readdirSync(join(FOLDER, format)).map((name) => `${format}/${name}`);
}

/** The documents of a text as plain values. */
export function plain(text: string): unknown[] {
  return loadAll(text).filter((document) => document !== undefined && document !== null);
}
