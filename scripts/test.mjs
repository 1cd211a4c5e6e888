// `npm test`: every check of the house, then one line that counts them; extra arguments go to vitest.
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tallyFile = join(root, ".cache", `tally-${process.pid}.json`);
const bin = (name) => join(root, "node_modules", ...name.split("/"));

// The build comes first because the types of `nines` itself, which examples and fences import, are read from dist.
const BUILD = { name: "build", args: [join(root, "scripts", "build.mjs")] };
// One after the other, beside the tests, much of whose time is waiting. They yield a little to the tests, some of which hold
// deadlines; with more than this they would go on alone when the tests are over.
const NICE = 1;
const CHECKS = [
  { name: "types", args: [bin("typescript-native/bin/tsc"), "--noEmit"] },
  { name: "types of the page", args: [bin("typescript-native/bin/tsc"), "--noEmit", "-p", "src/dashboard/page"] },
  { name: "format", args: [bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."] },
  { name: "lint", args: [bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"] },
  { name: "api docs", args: [bin("typedoc/bin/typedoc"), "--emit", "none", "--logLevel", "Warn"] },
];

async function runNode(args, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  const [status, signal] = await once(child, "close").catch((error) => [error.message, null]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const problem = signal === null ? `exit code ${status}` : `ended by ${signal}`;
  return { ok: status === 0, problem, seconds };
}

async function runVitest(extraArgs) {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const reporters = ["--reporter=default", `--reporter=${join(root, "scripts", "support", "tally-reporter.mjs")}`];
  // A forgotten `.only` would quietly leave out the rest of its file.
  const args = [bin("vitest/vitest.mjs"), "run", "--allowOnly=false", ...reporters, ...extraArgs];
  const run = await runNode(args, { NINES_TALLY_FILE: tallyFile });
  const tally = existsSync(tallyFile)
    ? JSON.parse(readFileSync(tallyFile, "utf8"))
    : { passed: 0, failed: 0, failures: [], skipped: [] };
  rmSync(tallyFile, { force: true });
  return { run, tally };
}

let passed = 0;
let failed = 0;
const problems = [];

/** What it writes is held back until it has ended: beside another it would be a medley. */
async function check({ name, args }) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, NICE);
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => written.push(piece));
  const [status, signal] = await once(child, "close").catch((error) => [error.message, null]);
  process.stdout.write(Buffer.concat(written));
  const ok = status === 0;
  if (ok) passed += 1;
  else {
    failed += 1;
    problems.push(`${name}: ${signal === null ? `exit code ${status}` : `ended by ${signal}`}`);
  }
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

await check(BUILD);
const [{ run, tally }] = await Promise.all([
  runVitest(process.argv.slice(2)),
  (async () => {
    for (const one of CHECKS) await check(one);
  })(),
]);
passed += tally.passed;
failed += tally.failed;
if (tally.failed > 0) problems.push(`vitest: ${tally.failed} failed, told at length above`);
problems.push(...tally.failures.map((failure) => `  ${failure}`));
if (tally.passed + tally.failed === 0) {
  failed += 1;
  problems.push(`vitest: not one test was executed (${run.problem})`);
} else if (!run.ok && tally.failed === 0) {
  failed += 1;
  problems.push(`vitest: ${run.problem}, although no test failed`);
}
console.log(`${run.ok && tally.passed > 0 ? "ok    " : "FAILED"} vitest (${run.seconds} s)`);

if (tally.skipped.length > 0) {
  console.log(`\nSkipped (${tally.skipped.length}):`);
  for (const { file, name, reason } of tally.skipped) {
    console.log(`  ${file} > ${name}${reason === "" ? "" : ` (${reason})`}`);
  }
}
if (problems.length > 0) {
  console.log("\nFailed:");
  for (const problem of problems) console.log(`  ${problem}`);
}

// Alone on its line, whatever was skipped: that is listed above.
console.log(`\n${passed} passed, ${failed} failed`);
// Setting the code, where process.exit would end at once, lets a piped stdout take the last line.
process.exitCode = failed === 0 ? 0 : 1;
