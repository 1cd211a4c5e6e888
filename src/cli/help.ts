/** What the command says about itself. */
import { show } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";

import { EXIT, UsageError } from "./exit.ts";
import type { CommandSpec, OptionGroup, OptionSpec } from "./spec.ts";

const WIDTH = 100;
const INDENT = "  ";
/** Options that are longer have their text on the next line. */
const MOST_LEFT = 30;

const EVERYWHERE: readonly (readonly [number, string])[] = [
  [EXIT.usage, "the command line cannot be understood"],
  [EXIT.data, "a file cannot be read or written, or its document has faults"],
  [EXIT.unexpected, "something unexpected; NINES_DEBUG=1 shows where"],
  [EXIT.interrupted, "ended by Ctrl-C"],
];

/** The help of `nines` itself. */
export function generalHelp(specs: readonly CommandSpec[]): string {
  return [
    "nines: service level objectives, from their document to the release gate",
    "",
    "Usage: nines COMMAND [ARGUMENT...] [OPTION...]",
    "",
    ...columns(specs.map(({ name, summary }) => [name, summary])),
    "",
    ...paragraph("`nines COMMAND --help` tells what a command takes, `nines --version` which version this is."),
    "",
  ].join("\n");
}

/** The help of a command. */
export function commandHelp({ name, usage, about, groups, exits, examples }: CommandSpec): string {
  const codes = [...exits, ...EVERYWHERE.filter(([code]) => exits.every(([own]) => own !== code))];
  return [
    `Usage: nines ${name} ${usage}`,
    "",
    ...about.flatMap((text) => [...paragraph(text), ""]),
    ...groups.flatMap((group) => [...groupHelp(group), ""]),
    "Exit codes:",
    ...columns(codes.map(([code, meaning]) => [String(code), meaning])),
    "",
    "Examples:",
    ...examples.map((example) => `${INDENT}${example}`),
    "",
  ].join("\n");
}

/** There is no such command. */
export function unknownCommand(name: string, specs: readonly CommandSpec[]): UsageError {
  const names = specs.map((spec) => spec.name);
  return new UsageError(`there is no command ${show(name)}${suggestion(name, names)}`);
}

function groupHelp({ title, about, options }: OptionGroup): readonly string[] {
  return [`${title}:`, ...(about === undefined ? [] : paragraph(about, INDENT)), ...columns(options.map(optionHelp))];
}

function optionHelp({ name, value, short, choices, repeatable, help }: OptionSpec): readonly [string, string] {
  const left = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
  const allowed = choices === undefined ? "" : ` (${choices.join(", ")})`;
  return [left, `${help}${allowed}${repeatable === true ? "; may be repeated" : ""}`];
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const left = Math.min(MOST_LEFT, Math.max(...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, text]) => {
    const margin = `${INDENT}${" ".repeat(left)}${INDENT}`;
    const [first = "", ...rest] = wrapped(text, WIDTH - margin.length);
    const more = rest.map((line) => `${margin}${line}`);
    if (name.length > left) return [`${INDENT}${name}`, `${margin}${first}`, ...more];
    return [`${INDENT}${name.padEnd(left)}${INDENT}${first}`, ...more];
  });
}

function paragraph(text: string, indent = ""): readonly string[] {
  return wrapped(text, WIDTH - indent.length).map((line) => `${indent}${line}`);
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  // What stands in braces stays together.
  for (const word of text.split(/ (?![^{}]*\}\})/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
