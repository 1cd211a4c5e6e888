/** The two commands: `npm run evaluate` and `npm run evaluate:m4`. */
import { existsSync, statSync } from "node:fs";
import { type Arguments, argumentsOf, USAGE } from "./arguments.ts";
import { evaluateFolder } from "./folder.ts";
import { folderReport } from "./folder-report.ts";
import { frequencyOfFile } from "./m4-layout.ts";
import { evaluateParts, pairsOf, runErrand } from "./m4-parts.ts";
import { comparison, m4Report, m4Result } from "./m4-report.ts";

const USUAL_HORIZON = 24;
const say = (message: string): void => console.error(`evaluate: ${message}`);

/** Runs a command and tells the exit code. `program` is the file that Node was started with. */
export async function main(args: readonly string[], program: string): Promise<number> {
  const told = argumentsOf(args);
  if (told.errand !== undefined) {
    await runErrand(told.errand);
    return 0;
  }
  if (told.help || told.paths.length === 0) {
    console.log(USAGE);
    return told.help ? 0 : 1;
  }
  for (const path of told.paths) if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const holds = told.m4 ? await m4(told, program) : folder(told);
  return told.check && !holds ? 1 : 0;
}

function folder(told: Arguments): boolean {
  const [path = "", ...more] = told.paths;
  if (more.length > 0) throw new Error(`one folder at a time; after ${path} came ${more.join(", ")}`);
  if (!statSync(path).isDirectory()) throw new Error(`${path} is no folder`);
  const horizon = told.horizon ?? USUAL_HORIZON;
  const options = { ...told, horizon, every: told.every ?? Math.max(1, Math.round(horizon / 4)), progress: say };
  const started = performance.now();
  const result = evaluateFolder(path, options);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  if (told.json) {
    const { stepMs, every, from } = options;
    console.log(JSON.stringify({ folder: path, stepMs, horizon, every, from, seconds, ...result }));
  } else console.log(`${folderReport(result, options)}\n${seconds.toFixed(1)} s`);
  return result.holds;
}

async function m4(told: Arguments, program: string): Promise<boolean> {
  const isFile = told.paths.map((path) => statSync(path).isFile());
  if (!(isFile.length === 1 && !isFile[0]) && !(isFile.length === 2 && isFile.every(Boolean)))
    throw new Error("one folder, or a train file and a test file, come after --m4");
  const { pairs, notes } = pairsOf(told.paths, frequencyOfFile);
  const { period, seasons, horizon, limit, workers } = told;
  const started = performance.now();
  const part = await evaluateParts(pairs, { period, seasons, horizon, limit }, { workers, program, say });
  const result = m4Result({ ...part, notes: [...notes, ...part.notes] });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const all = comparison(result.groups.at(-1)!);
  if (told.json) console.log(JSON.stringify({ paths: told.paths, seconds, ...all, ...result }));
  else console.log(`${m4Report(result)}${seconds.toFixed(1)} s`);
  return all.holds;
}
