/** From the words of a command line to options and arguments, or to what is wrong with them. */
import { parseArgs } from "node:util";

import { show } from "../core/errors.ts";
import { choices, suggestion } from "../core/nearest.ts";
import { UsageError } from "./exit.ts";
import { Given } from "./given.ts";
import { type CommandSpec, type OptionSpec, optionsOf } from "./spec.ts";

/** Reads the words behind the name of a command. @throws {@link UsageError} for the first fault */
export function readArguments(spec: CommandSpec, args: readonly string[]): Given {
  const known = optionsOf(spec);
  const byName = new Map<string, OptionSpec>();
  for (const option of known) for (const name of spellingsOf(option)) byName.set(name, option);
  const fault = (message: string): UsageError => new UsageError(message, spec.name);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([...byName].map(([name, option]) => [name, parsedAs(name, option)])),
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, inlineValue } = token;
    const option = byName.get(token.name);
    if (option === undefined) throw fault(unknownOption(rawName, [...byName.keys()], spec.name));
    const given = values.get(option.name) ?? [];
    if (given.length > 0 && option.value !== undefined && option.repeatable !== true) {
      throw fault(`${rawName} is given twice; it can be once`);
    }
    given.push(valueOf(option, { rawName, value: token.value, isInline: inlineValue === true, fault }));
    values.set(option.name, given);
  }
  // Who asks for help is not told what is missing.
  if (!values.has("help")) checkCount(spec, words, fault);
  return new Given(spec.name, words, values);
}

function spellingsOf({ name, alias }: OptionSpec): readonly string[] {
  return alias === undefined ? [name] : [name, alias];
}

function parsedAs(name: string, option: OptionSpec): { type: "string" | "boolean"; short?: string } {
  const type = option.value === undefined ? "boolean" : "string";
  return option.short === undefined || name !== option.name ? { type } : { type, short: option.short };
}

function unknownOption(rawName: string, names: readonly string[], command: string): string {
  const name = rawName.replace(/^-+/, "");
  const meant = suggestion(name, names).replace(/"(.*)"/, '"--$1"');
  return `${show(rawName)} is no option of nines ${command}${meant}`;
}

function valueOf(
  { value: placeholder, choices: allowed }: OptionSpec,
  token: {
    readonly rawName: string;
    readonly value: string | undefined;
    readonly isInline: boolean;
    readonly fault: (message: string) => UsageError;
  },
): string {
  const { rawName, value, isInline, fault } = token;
  if (placeholder === undefined) {
    if (value !== undefined) throw fault(`${rawName} takes no value, and ${show(value)} is given`);
    return "";
  }
  // What begins with a dash is more likely the next option than this one's value.
  if (value === undefined || value === "" || (!isInline && /^-./.test(value))) {
    throw fault(`${rawName} needs a value: ${rawName} ${placeholder}`);
  }
  if (allowed !== undefined && !allowed.includes(value)) {
    throw fault(`${rawName}: ${show(value)} is not possible${choices(value, allowed)}`);
  }
  return value;
}

function checkCount(
  { usage, name, least, most }: CommandSpec,
  words: readonly string[],
  fault: (message: string) => UsageError,
): void {
  if (words.length < least) throw fault(`something is missing; write nines ${name} ${usage}`);
  if (words.length > most) throw fault(`${show(words[most])} is one argument too many; write nines ${name} ${usage}`);
}
