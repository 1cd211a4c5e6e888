// `npm run bench [-- --json] [-- --quick] [-- NAME]`: what nines costs beside what people use today, measured on dist.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";

const root = join(import.meta.dirname, "..");

function newest(folder, names = readdirSync(folder, { recursive: true })) {
  return Math.max(...names.map((name) => statSync(join(folder, name)).mtimeMs));
}

function buildIfStale() {
  const built = join(root, "dist", "index.js");
  const sources = Math.max(newest(join(root, "src")), newest(root, ["tsconfig.json", "tsconfig.build.json"]));
  if (existsSync(built) && statSync(built).mtimeMs > sources) return;
  console.error("bench: building dist ...");
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs")], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`the build failed (exit code ${status})`);
}

async function loadBenchmarks(filter) {
  register();
  const files = readdirSync(join(root, "bench")).filter((name) => name.endsWith(".bench.ts"));
  const modules = await Promise.all(
    files.sort().map(async (file) => {
      const { benchmarks } = await import(pathToFileURL(join(root, "bench", file)).href);
      if (!Array.isArray(benchmarks)) throw new Error(`bench/${file} does not export \`benchmarks\``);
      return benchmarks;
    }),
  );
  const chosen = modules.flat().filter(({ name }) => filter === undefined || name.includes(filter));
  if (chosen.length === 0)
    throw new Error(filter === undefined ? "there are no benchmarks" : `no benchmark has "${filter}" in its name`);
  return chosen;
}

async function measure(benchmark, quick) {
  const { name, unit, peerName } = benchmark;
  console.error(`bench: ${name} ...`);
  const progress = (message) => console.error(`bench: ${name}: ${message}`);
  const { ours, peer } = await benchmark.run({ quick, progress });
  if (!(ours > 0 && peer > 0 && Number.isFinite(ours + peer))) {
    throw new Error(`${name} measured ${ours} and ${peer}, which are no costs`);
  }
  return { name, ours, peer, peerName, unit, ratio: peer / ours };
}

function printTable(results) {
  const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const rows = results.map(({ name, ours, peer, peerName, unit, ratio }) => [
    name,
    `${digits(ours)} ${unit}`,
    `${digits(peer)} ${unit}`,
    peerName,
    ratio.toFixed(2),
  ]);
  const table = [["benchmark", "nines", "peer", "", "ratio"], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
  console.log("\nratio = peer / nines: above 1, nines costs less");
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
});

try {
  buildIfStale();
  const results = [];
  for (const benchmark of await loadBenchmarks(positionals[0])) results.push(await measure(benchmark, values.quick));
  if (values.json) console.log(JSON.stringify({ benchmarks: results }));
  else printTable(results);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
