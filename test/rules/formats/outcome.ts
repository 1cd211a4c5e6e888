/** What becomes of a document of another format, as one text: its SLOs, and all that is told of it. */
import { ConfigurationError, type ConfigurationIssue } from "../../../src/core/errors.ts";
import { writeYaml } from "../../../src/core/yaml/yaml.ts";
import { importSlos } from "../../../src/rules/formats/import.ts";
import type { ImportOptions } from "../../../src/rules/formats/model.ts";

/** A document: text, a value that is written as YAML, or several of them. */
export type Written = string | object | readonly object[];

/** A line for each SLO, each thing that is told, and each fault. */
export function outcomeOf(input: Written, options: ImportOptions = {}): string {
  try {
    const { format, document, unsupported, leftOut } = importSlos(textOf(input), options);
    const slos = Object.entries(document.service_level_objectives as object).flatMap(([service, named]) =>
      Object.entries(named as object).map(([name, slo]) => `${format} ${service}/${name} ${shown(slo)}`),
    );
    const told = unsupported.map((issue) => `told ${lineOf(issue)}`);
    return [...slos, ...told, ...leftOut.map((issue) => `left out ${lineOf(issue)}`)].join("\n");
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map((issue) => `fault ${lineOf(issue)}`).join("\n");
  }
}

/** The outcomes of a table, each under its title. */
export function outcomesOf(cases: ReadonlyArray<readonly [string, Written, ImportOptions?]>): string {
  return cases.map(([title, input, options]) => `# ${title}\n${outcomeOf(input, options)}\n`).join("\n");
}

function textOf(input: Written): string {
  if (typeof input === "string") return input;
  return (Array.isArray(input) ? input : [input]).map((value) => writeYaml(value)).join("---\n");
}

function lineOf({ line, column, path, message }: ConfigurationIssue): string {
  return `${line ?? "?"}:${column ?? "?"} ${path.join(".")}: ${message}`;
}

/** One that is there without a value would be another document. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (item === undefined ? "(undefined)" : item));
}
