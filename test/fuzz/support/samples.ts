/** Documents that are right, from the tests' data and from the pages: what is wrong begins with them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/spawn.ts";

/** The text of each file of test/data/FOLDER that ends so. */
export function sampleFiles(folder: string, ending: RegExp): readonly string[] {
  const path = join(ROOT, "test", "data", folder);
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => ending.test(name));
  if (names.length === 0) throw new Error(`test/data/${folder} has no file that ends in ${String(ending)}`);
  return names.sort().map((name) => readFileSync(join(path, name), "utf8"));
}

/** Fences of the pages in docs whose first line is this, such as "yaml slo". */
export function fences(language: string): readonly string[] {
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm");
  return pages.sort().flatMap((name) => {
    const text = readFileSync(join(ROOT, "docs", name), "utf8");
    return [...text.matchAll(fence)].map(([, body = ""]) => body);
  });
}
