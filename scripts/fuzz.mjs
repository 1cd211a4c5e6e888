// `npm run fuzz -- [TARGET ...] [--inputs N] [--seed S] [--record]` gives nines what nobody should send it, in processes
// of their own. What fails is made smaller, and kept in test/fuzz/found, from where the tests replay it.
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";
import "./page.mjs";
import { record } from "./support/quality.mjs";

register();
const { fuzz } = await import("../test/fuzz/engine/engine.ts");
const { faultText, figuresOf, reportText } = await import("../test/fuzz/engine/report.ts");
const { keepFault } = await import("../test/fuzz/engine/found.ts");
const { targetFiles, TARGETS } = await import("../test/fuzz/engine/targets.ts");

const CLAIM =
  "Whatever comes in from outside is taken, or refused with words and a place: no process dies or hangs of it, no prototype changes, and memory stays bounded.";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: "string", default: "20000" },
    seed: { type: "string", default: "nines" },
    record: { type: "boolean", default: false },
  },
});
const inputs = Number(values.inputs);
if (!Number.isSafeInteger(inputs) || inputs < 1) {
  throw new Error(`--inputs ${values.inputs} is no count; write a whole number, such as 1000000`);
}
const all = targetFiles(TARGETS);
const nameOf = (file) => file.replace(/^.*[\\/]|\.ts$/g, "");
const unknown = positionals.find((name) => !all.some((file) => nameOf(file) === name));
if (unknown !== undefined) {
  throw new Error(`there is no target "${unknown}"; there are: ${all.map(nameOf).join(", ")}`);
}
const files = all.filter((file) => positionals.length === 0 || positionals.includes(nameOf(file)));

console.log(`${inputs} inputs for ${files.length} targets, seed ${values.seed}`);
const report = await fuzz({
  files,
  inputs,
  seed: values.seed,
  workers: 2,
  onProgress: (done) => console.error(`${done} of ${inputs}`),
  onFault: (fault) =>
    console.log(`\nFAULT in ${faultText(fault)}\nkept as ${keepFault(fault) ?? "(nothing to keep)"}\n`),
});
console.log(reportText(report));
const figures = figuresOf(report);
const holds = report.faults.length === 0 && figures.children === figures.childrenWithStatus0;
for (const [name, figure] of Object.entries(figures)) console.log(`  ${name}: ${figure}`);
if (values.record) {
  const named = positionals.map((name) => ` ${name}`).join("");
  const command = `npm run fuzz --${named} --inputs ${inputs} --seed ${values.seed}`;
  record({ name: "fuzz", section: "fuzz", claim: CLAIM, command, seconds: report.seconds, holds, figures });
}
console.log(`${holds ? "holds" : "does NOT hold"} (${report.seconds.toFixed(0)} s)`);
process.exitCode = holds ? 0 : 1;
