/** Filling in what a step is done with: each value stays one value, whatever is in it. */
import { parseTags, type TagTemplate } from "../../core/template.ts";

import { asItIs, type FillContext, fillEach, fillParts } from "./parts.ts";
import { fillAddress } from "./url.ts";
import type { FillResult, FillOptions } from "../place-values.ts";
import type { CommandTemplate } from "../model.ts";
import type { RunValues } from "../values.ts";

/** A command that is filled in. */
export interface FilledCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** An argument of Linux may be longer by little. */
const LONGEST_ARGUMENT = 120_000;
const LONGEST_HEADER = 8_192;

/** Fills in a text that people or nines itself read; nothing in it is quoted. */
export function fillText(template: TagTemplate, values: RunValues, options: FillOptions = {}): FillResult<string> {
  return fillParts(template, { ...options, values, allowsCut: true }, asItIs);
}

/** How an argument is filled in. */
export interface ArgumentOptions extends FillOptions {
  /** Whether a `--` stands before it, or what else it takes that it is no option. */
  readonly mayBeginWithDash?: boolean | undefined;
}

/** Fills in one argument of a command. Refused if it would be taken for an option, or if no argument can hold it. */
export function fillArgument(
  template: TagTemplate,
  values: RunValues,
  options: ArgumentOptions = {},
): FillResult<string> {
  const filled = fillParts(template, { ...options, values }, (text, { name }, before) => {
    if (text.includes("\0")) return { refused: `${name} has a zero byte in it, which no argument can hold` };
    if (before !== "" || !text.startsWith("-") || options.mayBeginWithDash === true) return { filled: text };
    return {
      refused: `${name} begins with a dash, and would be read as an option; put -- before it, or write --name={{ ${name} }}`,
    };
  });
  if ("refused" in filled || filled.filled.length <= LONGEST_ARGUMENT) return filled;
  return {
    refused: `an argument has ${String(filled.filled.length)} characters; allowed: at most ${String(LONGEST_ARGUMENT)}`,
  };
}

/**
 * Fills in a command. Of an argument vector each argument stays one; a script is handed its values beside it, so that no
 * shell reads any of them.
 */
export function fillCommand(
  command: CommandTemplate,
  values: RunValues,
  options: FillOptions = {},
): FillResult<FilledCommand> {
  const templates = command.shell ? command.values : command.args;
  const args: string[] = command.shell ? ["-c", command.script, "sh"] : [];
  let isBehindDashes = false;
  for (const [index, template] of templates.entries()) {
    const mayBeginWithDash = command.shell ? command.mayBeginWithDash?.[index] === true : isBehindDashes;
    const argument = fillArgument(template, values, { ...options, mayBeginWithDash });
    if ("refused" in argument) return argument;
    args.push(argument.filled);
    isBehindDashes ||= template.parts.length === 1 && template.parts[0] === "--";
  }
  return { filled: { program: command.shell ? "sh" : command.program, args } };
}

/** Fills in the variables of a command. */
export function fillEnvironment(
  environment: Readonly<Record<string, TagTemplate>>,
  values: RunValues,
  options: FillOptions = {},
): FillResult<Readonly<Record<string, string>>> {
  return fillEach(environment, (template) =>
    // A variable is held as an argument is, but nobody takes it for an option.
    fillArgument(template, values, { ...options, mayBeginWithDash: true }),
  );
}

/** Fills in an address: values are percent-encoded, and none leaves its segment of the path, its value of the query or the fragment. */
export function fillUrl(template: TagTemplate, values: RunValues, options: FillOptions = {}): FillResult<string> {
  return fillAddress(template, { ...options, values });
}

/** Fills in headers. Refused if a value has what would end a header, or what none can hold. */
export function fillHeaders(
  headers: Readonly<Record<string, TagTemplate>>,
  values: RunValues,
  options: FillOptions = {},
): FillResult<Readonly<Record<string, string>>> {
  return fillEach(headers, (template) => {
    const filled = fillParts(template, { ...options, values }, (text, { name }) => {
      if (/^[\t\x20-\x7e]*$/.test(text)) return { filled: text };
      return {
        refused: `${name} has a line end, a control character or a letter beyond ASCII in it, which no header can hold`,
      };
    });
    if ("refused" in filled || filled.filled.length <= LONGEST_HEADER) return filled;
    return { refused: `has ${String(filled.filled.length)} characters; allowed: at most ${String(LONGEST_HEADER)}` };
  });
}

/** Fills in the texts in a value of JSON, which stay texts; keys are left as they are. */
export function fillJson(input: unknown, values: RunValues, options: FillOptions = {}): FillResult<unknown> {
  return fillInside(input, { ...options, values }, "");
}

function fillInside(input: unknown, context: FillContext, where: string): FillResult<unknown> {
  if (typeof input === "string") {
    const filled = fillParts(parseTags(input), context, asItIs);
    return "refused" in filled && where !== "" ? { refused: `${where}: ${filled.refused}` } : filled;
  }
  if (typeof input !== "object" || input === null) return { filled: input };
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(input) as [string, unknown][]) {
    const one = fillInside(value, context, where === "" ? key : `${where}.${key}`);
    if ("refused" in one) return one;
    entries.push([key, one.filled]);
  }
  return { filled: Array.isArray(input) ? entries.map(([, value]) => value) : Object.fromEntries(entries) };
}
