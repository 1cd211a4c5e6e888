/** What a step runs, as people would type it. Places to fill in are shown as they are written. */
import { shellWord } from "../../core/shell-word.ts";
import { type TagTemplate } from "../../core/template.ts";

import type { ActionStep, CommandStep, HttpStep, WorkStep } from "../model.ts";

/** A block of code and its language. */
export interface CommandText {
  readonly language: string;
  readonly code: string;
}

/** What a step runs; undefined for one that people do. */
export function commandText(step: WorkStep): CommandText | undefined {
  switch (step.kind) {
    case "command":
      return { language: "sh", code: commandLine(step) };
    case "http":
      return { language: "http", code: request(step) };
    case "action":
      return { language: "", code: call(step) };
    case "manual":
      return undefined;
  }
}

/** A command on one line; a script as it is. */
export function commandLine({ command, environment, workingDirectory }: CommandStep): string {
  const folder = workingDirectory === undefined ? "" : `cd ${shellWord(workingDirectory)} && `;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${word(value)} `);
  if (command.shell)
    return folder + (variables.length === 0 ? "" : `export ${variables.join("").trim()}\n`) + command.text;
  return folder + variables.join("") + [shellWord(command.program), ...command.args.map(word)].join(" ");
}

function word({ parts }: TagTemplate): string {
  return parts.map((part) => (typeof part === "string" ? shellWord(part) : `{{ ${part.name} }}`)).join("") || "''";
}

function request({ method, url, headers, json }: HttpStep): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value.text}`);
  const body = json === undefined ? [] : ["Content-Type: application/json", "", JSON.stringify(json, null, 2)];
  return [`${method} ${url.text}`, ...head, ...body].join("\n");
}

function call({ action, input, name }: ActionStep): string {
  const called = typeof action === "string" ? action : action.name === "" || action.name === "run" ? name : action.name;
  return input === undefined ? `${called}()` : `${called}(${JSON.stringify(input, null, 2)})`;
}
