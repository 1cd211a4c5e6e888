// `node generate.mjs INPUT OUTPUT`: reads an SLO document and writes its rules, as a script of a user would.
import { readFileSync, writeFileSync } from "node:fs";
import { generateRules } from "nines";

const [, , input, output] = process.argv;
writeFileSync(output, generateRules(readFileSync(input, "utf8")).toYaml());
