// `npm run mutation -- ROOM [--sample PERCENT] [--seed S] [--files GLOBS] [--static] [--record]` breaks the code of a room
// in every small way that Stryker knows, and asks the room's tests to notice. Survivors are listed; see test/mutation.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import {
  describeMutant,
  isLeftOut,
  isSurvivor,
  matchExplanations,
  survivorLine,
  tally,
  wilson,
} from "./support/mutation.mjs";
import { record } from "./support/quality.mjs";

const root = join(import.meta.dirname, "..");
const at = (...parts) => join(root, ...parts);
const { rooms, alsoTestedBy, leftOut } = JSON.parse(readFileSync(at("test", "mutation", "rooms.json"), "utf8"));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    files: { type: "string" },
    runs: { type: "string", default: "30" },
    jobs: { type: "string", default: "1" },
    static: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});
const [room] = positionals;

function filesBelow(folder, ending) {
  return readdirSync(at(folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort();
}

/** The room's tests, without those that are too slow to be run once a mutant. */
function testsOf(name) {
  const include = [...filesBelow(`test/${name}`, ".test.ts"), ...(alsoTestedBy[name] ?? [])];
  const exclude = include.filter((file) => isLeftOut(readFileSync(at(file), "utf8"), leftOut[file]));
  const skipped = Object.fromEntries(Object.entries(leftOut).filter(([, names]) => Array.isArray(names)));
  return { include, exclude, skipped };
}

function options(name) {
  process.env.NINES_MUTATION_TESTS = JSON.stringify(testsOf(name));
  process.env.NINES_MUTATION_RUNS = values.runs;
  process.env.NINES_MUTATION_SAMPLE = values.sample;
  process.env.NINES_MUTATION_SEED = values.seed;
  return {
    mutate: values.files?.split(",") ?? [`src/${name}/**/*.ts`],
    testRunner: "vitest",
    vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
    plugins: ["@stryker-mutator/vitest-runner", at("test", "mutation", "support", "sampler.mjs")],
    checkers: Number(values.sample) < 100 ? ["sampler"] : [],
    coverageAnalysis: "perTest",
    ignoreStatic: !values.static,
    concurrency: Number(values.jobs),
    // A mutant may loop for ever; and a machine may be busy with other things.
    timeoutMS: 10_000,
    timeoutFactor: 2,
    tempDirName: `.cache/mutation/sandbox-${name}-${process.pid}`,
    ignorePatterns: ["/*", "!/src", "!/test", "!/scripts", "!/docs", "!/examples", "!/package.json", "!/tsconfig.json"],
    disableTypeChecks: false,
    reporters: process.stdout.isTTY ? ["progress"] : ["progress-append-only"],
    logLevel: "warn",
    allowConsoleColors: false,
  };
}

function report(name, mutants, seconds) {
  const explanations = JSON.parse(readFileSync(at("test", "mutation", "explained.json"), "utf8"));
  const tried = new Set(mutants.map(({ file }) => file));
  const { explained, stale } = matchExplanations(
    mutants,
    explanations.filter(({ file }) => tried.has(file)),
  );
  const counts = tally(mutants, explained);
  const survivors = mutants.filter(isSurvivor);
  const inFile = (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column);
  survivors.sort(inFile);

  console.log(`\nsurvivors of ${name} that nobody explained:`);
  for (const mutant of survivors) if (!explained.has(mutant)) console.log(`  ${survivorLine(mutant)}`);
  for (const { file, original, replacement } of stale)
    console.log(`  stale explanation: ${file}  ${original} -> ${replacement}`);
  console.log(`\nscore by file:`);
  for (const file of [...tried].sort()) {
    const of = tally(
      mutants.filter((mutant) => mutant.file === file),
      new Map(),
    );
    if (of.tried > 0) console.log(`  ${(100 * of.score).toFixed(1).padStart(5)} %  of ${of.tried}  ${file}`);
  }
  console.log("");
  for (const [key, count] of Object.entries(counts)) if (key !== "score") console.log(`  ${key}: ${count}`);

  const percent = (ratio) => `${(100 * ratio).toFixed(1)} %`;
  const figures = { ...counts, score: percent(counts.score) };
  if (counts.notSampled > 0)
    figures["95 % interval"] = wilson(counts.killed + counts.timedOut, counts.tried)
      .map(percent)
      .join(" to ");
  console.log(
    `${name}: ${figures.score} of ${counts.tried} mutants killed${counts.notSampled > 0 ? ` (95 %: ${figures["95 % interval"]})` : ""} in ${seconds.toFixed(0)} s`,
  );
  writeFileSync(
    at(".cache", "mutation", `${name}.json`),
    `${JSON.stringify({ figures, survivors, stale, mutants }, null, 1)}\n`,
  );
  return figures;
}

async function mutate(name) {
  mkdirSync(at(".cache", "mutation"), { recursive: true });
  const started = performance.now();
  process.chdir(root);
  // As they are now: somebody may edit them meanwhile.
  const sources = new Map(filesBelow(`src/${name}`, ".ts").map((file) => [file, readFileSync(at(file), "utf8")]));
  const results = await new Stryker(options(name)).runMutationTest();
  const mutants = results.map((mutant) => {
    const file = relative(root, mutant.fileName).replaceAll("\\", "/");
    return describeMutant(mutant, { file, source: sources.get(file) });
  });
  if (mutants.length === 0) throw new Error(`nothing was mutated in src/${name}`);
  const seconds = (performance.now() - started) / 1000;
  const figures = report(name, mutants, seconds);
  const holds = Number.parseFloat(figures.score) >= 85;
  if (values.record) {
    const sampled = Number(values.sample) < 100 ? ` --sample ${values.sample} --seed ${values.seed}` : "";
    const command = `npm run mutation -- ${name}${sampled}${values.static ? " --static" : ""}`;
    const claim = `The tests of \`${name}\` notice at least 85 % of the small faults that are put into it.`;
    record({ name: `mutation ${name}`, section: "mutation", claim, command, seconds, holds, figures });
  }
  if (!holds) process.exitCode = 1;
}

if (values.files !== undefined && values.record) {
  console.error("a part of a room is no figure of it: --record goes without --files");
  process.exitCode = 1;
} else if (!rooms.includes(room)) {
  console.error(`there is no room "${room ?? ""}" to mutate; there are: ${rooms.join(", ")}`);
  process.exitCode = 1;
} else await mutate(room);
