/** An empty folder of a newcomer, and an `npm install` in it that asks no registry. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { packageJson, requireBuild } from "../support/package.ts";
import { cleanEnvironment, ROOT, run } from "../support/spawn.ts";

const MODULES = join(ROOT, "node_modules");

/** Makes an empty folder; the function removes it. */
export function emptyFolder(): readonly [folder: string, remove: () => void] {
  const folder = mkdtempSync(join(tmpdir(), "nines-docs-"));
  return [folder, () => rmSync(folder, { recursive: true, force: true })];
}

/**
 * Puts packages into the `node_modules` of a folder: `nines` as `npm pack` makes it (or, with `packed: false`, as it is
 * here), and all others, those that it depends on included, as links to those of this repository.
 */
export async function install(folder: string, names: readonly string[], { packed = true } = {}): Promise<void> {
  requireBuild();
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const own = packageJson().name;
  if (!names.includes(own)) throw new Error(`${names.join(" ")}: ${own} is not installed`);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  if (packed) await unpack(join(modules, own));
  else symlinkSync(ROOT, join(modules, own), "dir");
  for (const name of new Set([...names, ...Object.keys(dependencies)])) {
    if (name === own) continue;
    if (!existsSync(join(MODULES, name))) throw new Error(`${name} is no dependency of this repository`);
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(MODULES, name), join(modules, name), "dir");
  }
  symlinkSync(join("..", own, "dist", "cli", "main.js"), join(modules, ".bin", own));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "*"])) }),
  );
}

/** Packs this package without its scripts, for `prepack` would rebuild dist under the feet of other tests. */
async function unpack(target: string): Promise<void> {
  const [scratch, remove] = emptyFolder();
  try {
    const npm = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], {
      env: cleanEnvironment(),
    });
    if (npm.code !== 0) throw new Error(`npm pack: ${npm.stderr}`);
    const [packed] = JSON.parse(npm.stdout) as [{ readonly filename: string }];
    mkdirSync(target, { recursive: true });
    const tar = await run("tar", ["-xzf", join(scratch, packed.filename), "-C", target, "--strip-components=1"]);
    if (tar.code !== 0) throw new Error(`tar: ${tar.stderr}`);
    chmodSync(join(target, "dist", "cli", "main.js"), 0o755);
  } finally {
    remove();
  }
}
