/** The child and its targets as plain JavaScript: a child then starts in a fraction of the time that reading TypeScript takes. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { ROOT } from "../../support/spawn.ts";

/** A script that a child runs. */
export interface Bundle {
  readonly script: string;
  close(): void;
}

/** Puts the child and these targets together. */
export async function bundleChild(files: readonly string[]): Promise<Bundle> {
  const cache = join(ROOT, ".cache");
  mkdirSync(cache, { recursive: true });
  // Below the root, from where packages are found.
  const outdir = mkdtempSync(join(cache, "fuzz-"));
  const close = (): void => rmSync(outdir, { recursive: true, force: true });
  const loaders = files.map(
    (file) => `${JSON.stringify(basename(file, ".ts"))}: () => import(${JSON.stringify(file)})`,
  );
  const child = JSON.stringify(join(import.meta.dirname, "child.ts"));
  try {
    await build({
      stdin: {
        contents: `import { main } from ${child};\nawait main({ ${loaders.join(", ")} });`,
        loader: "ts",
        resolveDir: import.meta.dirname,
      },
      outdir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "linked",
      logLevel: "silent",
      plugins: [ownPlaces],
    });
  } catch (error) {
    close();
    throw error;
  }
  return { script: join(outdir, "stdin.mjs"), close };
}

/** What a module says of its own place stays true in the bundle. */
const ownPlaces: Plugin = {
  name: "own places",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    }));
  },
};
