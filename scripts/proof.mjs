// `npm run proof -- NAME [--quick] [--seed SEED] [--record]` tries one claim at full size; without a name it lists them.
// `--record` writes what it found into docs/quality.md.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";
import "./page.mjs";
import { record } from "./support/quality.mjs";

register();

const folder = join(import.meta.dirname, "..", "test", "proofs");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "types.ts")
  .map((name) => name.slice(0, -".ts".length))
  .sort();

const load = (name) => import(pathToFileURL(join(folder, `${name}.ts`)).href);

async function list() {
  console.log("npm run proof -- NAME [--quick] [--seed SEED] [--record]\n");
  for (const name of names) console.log(`  ${name}  ${(await load(name)).description}`);
  if (names.length === 0) console.log("  there are no proofs in test/proofs yet");
}

async function prove(name, { quick, seed, record: keep }) {
  const proof = await load(name);
  const size = quick ? proof.quick : proof.full;
  const started = performance.now();
  const log = (message) => console.error(`[${((performance.now() - started) / 1000).toFixed(1)} s] ${message}`);

  console.log(`${name}: ${proof.description}`);
  console.log(`size ${JSON.stringify(size)}, seed ${seed}`);
  const figures = await proof.run(size, { seed, log });
  if (Object.keys(figures ?? {}).length === 0)
    throw new Error("the proof returned no figures, so it looked at nothing");
  for (const [figure, value] of Object.entries(figures)) console.log(`  ${figure}: ${value}`);
  const seconds = (performance.now() - started) / 1000;
  if (keep) {
    const command = `npm run proof -- ${name}${quick ? " --quick" : ""} --seed ${seed}`;
    record({ name, section: "proofs", claim: proof.description, command, seconds, holds: true, figures });
  }
  console.log(`holds (${seconds.toFixed(1)} s)`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now()) },
  },
});
const [name] = positionals;

if (name === undefined) {
  await list();
} else if (!names.includes(name)) {
  console.error(`there is no proof "${name}"; there are: ${names.join(", ")}`);
  process.exitCode = 1;
} else {
  try {
    await prove(name, values);
  } catch (error) {
    console.error(error);
    console.log(`${name} does NOT hold (seed ${values.seed})`);
    process.exitCode = 1;
  }
}
