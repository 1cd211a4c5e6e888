import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./spawn.ts";

/** One entry of package.json's `exports` that has code behind it. */
export interface PackageEntry {
  /** As a user writes it: `nines` or `nines/express`. */
  readonly specifier: string;
  readonly types: string;
  readonly file: string;
}

interface PackageJson {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

/** package.json, read anew at each call. */
export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as PackageJson;
}

/** The entries with code, in the order of package.json; "./package.json" itself is none. */
export function packageEntries(): PackageEntry[] {
  const { name, exports } = packageJson();
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === "string"
      ? []
      : [{ specifier: name + subpath.slice(1), types: target.types, file: target.default }],
  );
}

/** Throws where dist is missing, so that a test of the package never passes for want of one. */
export function requireBuild(): void {
  if (!existsSync(join(ROOT, "dist", "index.js"))) throw new Error("dist is missing: run `npm run build` first");
}
