import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./spawn.ts";

/** Paths, relative to the root and with "/", of the files below a folder whose names end so; [] without the folder. */
export function filesUnder(folder: string, ending: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** Every file that is, or would be, in the repository: tracked, and untracked but not ignored. */
export function repositoryFiles(): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 });
  const isFile = (path: string): boolean => lstatSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false;
  return [...new Set(listed.split("\0"))].filter((path) => path !== "" && isFile(path)).sort();
}
