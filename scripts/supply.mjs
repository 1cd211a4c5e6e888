// `npm run supply [-- CHECK ...] [--record]` looks at what comes with nines: packages, lock file, built code, tarball; and writes the
// bill of materials, .cache/sbom.cdx.json. All checks unless some are named. Nothing is asked of any network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as supply from "./support/supply/index.mjs";

const root = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));
const dependencies = Object.keys(manifest.dependencies ?? {});
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** What dependencies are known to read of the environment when they are loaded; nines reads nothing. */
const KNOWN_VARIABLES = [
  // A debugging aid of the parser: it logs to the console where the variable LOG has the word "parse".
  { what: "process.env.LOG", by: "node_modules/@lezer/lr/dist/index.js" },
];

function node(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { ok: status === 0, stdout, text: `${stdout}${stderr}`.trim() };
}

/** Each gives its figures and its problems. */
const CHECKS = {
  dependencies() {
    const places = supply.runtimePlaces(lock);
    const bytes = places.reduce((sum, place) => sum + supply.sizeOf(join(root, place)), 0);
    const licences = [...new Set(places.map((place) => lock.packages[place].license))].sort();
    return {
      figures: {
        "runtime dependencies": dependencies.length,
        "packages that an install brings": places.length,
        "their size on the disk": megabytes(bytes),
        "their licences": licences.join(", "),
        "of them with install scripts": places.filter((place) => lock.packages[place].hasInstallScript).length,
      },
      problems: [
        ...supply.dependencyProblems(dependencies, read("docs/architecture.md")),
        ...supply.packageProblems(lock),
      ],
    };
  },

  lock() {
    const linter = join(root, "node_modules", "lockfile-lint", "bin", "lockfile-lint.js");
    const rules = ["--validate-https", "--validate-integrity", "--validate-package-names", "--allowed-hosts", "npm"];
    const lint = node([linter, "--path", join(root, "package-lock.json"), "--type", "npm", ...rules]);
    const places = Object.keys(lock.packages).filter((place) => place !== "");
    const scripts = places.filter((place) => lock.packages[place].hasInstallScript);
    return {
      figures: {
        "locked packages, for development too": places.length,
        "of them with a hash": places.filter((place) => lock.packages[place].integrity).length,
        "of them with install scripts": scripts.map((place) => place.replace(/^.*node_modules\//, "")).join(", "),
      },
      problems: [...supply.lockProblems(lock), ...(lint.ok ? [] : [`lockfile-lint: ${lint.text}`])],
    };
  },

  async code() {
    const { files, problems } = await supply.codeProblems(join(root, "dist"), dependencies);
    return {
      figures: { "files of dist": files },
      problems: files === 0 ? ["dist is empty: run `npm run build` first"] : problems,
    };
  },

  imports() {
    const entries = Object.values(manifest.exports).flatMap((target) => target.default ?? []);
    const script = join(root, "scripts", "support", "supply", "denied-world.mjs");
    const { ok, stdout, text } = node([script, ...entries.map((entry) => join(root, entry))]);
    if (!ok) return { figures: {}, problems: [`the entries could not be imported: ${text}`] };
    const { files, touched } = JSON.parse(stdout);
    const isKnown = ({ what, by }) => KNOWN_VARIABLES.some((one) => one.what === what && by.includes(one.by));
    const unknown = touched.filter((touch) => !isKnown(touch));
    return {
      figures: {
        "entries imported where files, network, programs and threads are refused": files,
        "what was touched": unknown.length,
        "variables that dependencies read": touched
          .filter(isKnown)
          .map(({ what }) => what)
          .join(", "),
      },
      problems: [
        ...(files === 0 ? ["package.json has no entries"] : []),
        ...unknown.map(({ importing, what, by }) => `${importing.slice(root.length + 1)}: ${what} ${by}`.trim()),
      ],
    };
  },

  tarball() {
    // Without scripts: `prepack` would build anew.
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const npm = spawnSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
    if (npm.status !== 0) return { figures: {}, problems: [`npm pack: ${npm.error?.message ?? npm.stderr}`] };
    const [packed] = JSON.parse(npm.stdout);
    return {
      figures: {
        files: packed.files.length,
        packed: megabytes(packed.size),
        unpacked: megabytes(packed.unpackedSize),
      },
      problems: supply.tarballProblems(packed),
    };
  },

  bill() {
    const bill = supply.billOf(manifest, lock);
    mkdirSync(join(root, ".cache"), { recursive: true });
    writeFileSync(join(root, ".cache", "sbom.cdx.json"), `${JSON.stringify(bill, null, 2)}\n`);
    return {
      figures: { "packages in the bill of materials": bill.components.length },
      problems: supply.billProblems(bill, lock),
    };
  },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: "boolean" } } });
const unknown = positionals.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length > 0) {
  console.error(`supply: there is no check ${unknown.join(", ")}; there are: ${Object.keys(CHECKS).join(", ")}`);
  process.exit(1);
}
if (!existsSync(join(root, "dist"))) {
  console.error("supply: dist is missing: run `npm run build` first");
  process.exit(1);
}

const started = performance.now();
const all = {};
let problemCount = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const { figures, problems } = await check();
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${name}`);
  for (const [figure, value] of Object.entries(figures)) {
    console.log(`         ${figure}: ${value}`);
    all[`${name}: ${figure}`] = value;
  }
  for (const problem of problems) console.log(`  ${problem}`);
  problemCount += problems.length;
}

if (values.record && positionals.length === 0) {
  const { record } = await import("./support/quality.mjs");
  record({
    name: "supply",
    section: "supply",
    claim:
      "Few packages, each with its paragraph, none of which runs anything when it is installed; code that makes no code of text and touches nothing when it is imported; a tarball that holds only what it must; a bill of materials.",
    command: "npm run supply",
    seconds: (performance.now() - started) / 1_000,
    holds: problemCount === 0,
    figures: all,
  });
}
process.exitCode = problemCount === 0 ? 0 : 1;
