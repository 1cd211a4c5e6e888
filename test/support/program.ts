import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildSync } from "esbuild";

import { ROOT } from "./spawn.ts";

const FOLDER = join(ROOT, ".cache", "programs");
const made = new Map<string, string>();

/**
 * A TypeScript program of this repository, with all that it imports from here, as one file for plain Node: compiled at
 * each of a hundred starts, as `tsx` does it, its start would take three times as long. Packages stay outside. Throws
 * for a file that asks where it is: only the program's own folder can be told, by `import.meta.dirname`.
 */
export function programOf(path: string): string {
  const entry = join(ROOT, path);
  const known = made.get(entry);
  if (known !== undefined) return known;
  const { metafile, outputFiles } = buildSync({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    define: { "import.meta.dirname": JSON.stringify(dirname(entry)) },
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  for (const input of Object.keys(metafile.inputs)) {
    const asked = readFileSync(join(ROOT, input), "utf8").match(/import\.meta\.\w+/g) ?? [];
    const answered = dirname(join(ROOT, input)) === dirname(entry) ? ["import.meta.dirname"] : [];
    if (!asked.every((one) => answered.includes(one))) throw new Error(`${input} asks where it is: run it by tsx`);
  }
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  mkdirSync(FOLDER, { recursive: true });
  // Named by what is in it, and moved when whole: tests of several processes may ask for one at a time.
  const file = join(FOLDER, `${createHash("sha256").update(contents).digest("hex").slice(0, 20)}.mjs`);
  if (!existsSync(file)) {
    writeFileSync(`${file}.${String(process.pid)}`, contents);
    renameSync(`${file}.${String(process.pid)}`, file);
  }
  made.set(entry, file);
  return file;
}
