// `npm run evaluate -- FOLDER` and `npm run evaluate:m4 -- FOLDER`: how wrong the forecasts of capacity are on any series.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { register } from "tsx/esm/api";

register();

const program = join(import.meta.dirname, "..", "bench", "evaluate", "main.ts");
try {
  const { main } = await import(pathToFileURL(program).href);
  process.exitCode = await main(process.argv.slice(2), import.meta.filename);
} catch (error) {
  // What was asked for wrongly is said in words; a stack is for mistakes of ours.
  const ours = error instanceof TypeError && !error.code?.startsWith("ERR_PARSE_ARGS");
  console.error(ours ? error : `evaluate: ${error.message}`);
  process.exitCode = 1;
}
