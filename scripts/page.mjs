// The dashboard's page runs in browsers: what it needs is put into one script and one style sheet, which the library carries as text.
import { createHash } from "node:crypto";
import { mkdirSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const folder = join(root, "src", "dashboard", "page");
const target = join(root, "src", "dashboard", "page-bundle.ts");
const stampFile = join(root, ".cache", "page-stamp");

/** What the bundle is made of: nothing is done where that is as it was. */
function stampOf() {
  const hash = createHash("sha256").update(readFileSync(import.meta.filename));
  hash.update(readFileSync(join(root, "package-lock.json")));
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (/\.(ts|css)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  const core = join(root, "src", "core");
  for (const name of readdirSync(core, { recursive: true }).sort()) {
    if (name.endsWith(".ts")) hash.update(name).update(readFileSync(join(core, name)));
  }
  if (existsSync(target)) hash.update(readFileSync(target));
  return hash.digest("hex");
}

/** As browsers check it, for a Content-Security-Policy. */
const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2022"],
    charset: "ascii",
    // uPlot's licence goes with it.
    legalComments: "inline",
    logLevel: "warning",
    absWorkingDir: root,
  });
  return outputFiles[0].text.trim();
}

if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stampOf()) {
  const uplot = JSON.parse(readFileSync(join(root, "node_modules", "uplot", "package.json"), "utf8"));
  const notice = `/*! The charts are uPlot ${uplot.version}, ${uplot.license}, Copyright (c) Leon Sorokin, https://github.com/leeoniya/uPlot */`;
  const script = `${notice}\n${await bundle("main.ts")}`;
  const style = await bundle("style.css");
  // Neither may end the element that it stands in.
  if (/<\/(script|style)|<!--/i.test(script + style))
    throw new Error("the page's script or style would end its own element");
  const licence = readFileSync(join(root, "node_modules", "uplot", "LICENSE"), "utf8")
    .trim()
    .replaceAll("*/", "");
  const text = [
    "/** Made by scripts/page.mjs of src/dashboard/page: the script and the style of the dashboard's page, each with its hash. */",
    // Whoever copies the package has the licence whole; the page that is served has the notice.
    `/*\nuPlot ${uplot.version} is built in:\n\n${licence}\n*/`,
    ...Object.entries({
      PAGE_SCRIPT: script,
      PAGE_SCRIPT_HASH: hashOf(script),
      PAGE_STYLE: style,
      PAGE_STYLE_HASH: hashOf(style),
    }).map(([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};`),
    "",
  ].join("\n");
  const fresh = `${target}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, target);
  mkdirSync(join(root, ".cache"), { recursive: true });
  writeFileSync(stampFile, stampOf());
}

/** Vitest asks for it: all is done by then. */
export const setup = () => undefined;
