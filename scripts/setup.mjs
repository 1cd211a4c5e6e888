// The first command in a bare clone must simply work, so this runs before `npm test`, `npm run demo` and the rest.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const lockFile = join(root, "package-lock.json");
// The stamp lives inside node_modules so that deleting the folder also deletes the claim that it is up to date.
const stampFile = join(root, "node_modules", ".nines-setup");

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

/** Answers for the two forms that package.json uses, `^a.b.c` and `>=a.b.c`, joined by `||`. */
function satisfies(version, range) {
  const [major, minor, patch] = version.split(".").map(Number);
  return range.split("||").some((part) => {
    const match = /^\s*(\^|>=)(\d+)\.(\d+)\.(\d+)\s*$/.exec(part);
    if (match === null) fail(`cannot read the engines range "${range}" of package.json`);
    const [low1, low2, low3] = match.slice(2).map(Number);
    const atLeast = major > low1 || (major === low1 && (minor > low2 || (minor === low2 && patch >= low3)));
    return atLeast && (match[1] === ">=" || major === low1);
  });
}

/** True where a developer's own `npm install` has already brought node_modules in line with the lock file. */
function alreadyInstalled() {
  const hiddenLockFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hiddenLockFile)) return false;
  const { packages: present } = JSON.parse(readFileSync(hiddenLockFile, "utf8"));
  const { packages: locked } = JSON.parse(readFileSync(lockFile, "utf8"));
  return Object.entries(locked).every(([path, { version, optional, devOptional }]) => {
    // Packages for other platforms are locked as optional and are rightly absent here.
    if (path === "" || (present[path] === undefined && (optional || devOptional))) return true;
    return present[path]?.version === version && existsSync(join(root, path));
  });
}

function installDependencies() {
  console.error("setup: installing the dependencies of package-lock.json with `npm ci` ...");
  // npm's own report goes to stderr: the output of the command that follows (`--json`, a tally) stays clean.
  const npm = spawnSync("npm", ["ci"], { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (npm.error !== undefined) fail(`could not start npm: ${npm.error.message}`);
  if (npm.status !== 0) {
    fail(`\`npm ci\` failed (exit code ${npm.status}); its report is above. Is the npm registry reachable?`);
  }
}

const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
if (!satisfies(process.versions.node, engines.node)) {
  fail(`this is Node ${process.versions.node}, and nines needs Node ${engines.node}`);
}
if (!existsSync(lockFile)) fail("package-lock.json is missing, so there is nothing to install from");

const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
const installed = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";

if (installed !== wanted) {
  if (!alreadyInstalled()) installDependencies();
  writeFileSync(stampFile, wanted);
}
