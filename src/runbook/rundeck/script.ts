/** Steps of a runbook as scripts for `sh`, in which values come from the environment and are never read as code. */
import { type TagTemplate, tagsOf } from "../../core/template.ts";

import type { CommandStep, HttpStep, RetryRule, WorkStep } from "../model.ts";
import { retryDelayMs } from "../patience.ts";
import { AT_PRELUDE, beginningOf, quoted, type VariableOf, wordOf } from "./words.ts";

const END_GRACE_SECONDS = 5;

/** A whole script. */
export function script(lines: readonly string[]): string {
  const body = lines.join("\n");
  return `#!/bin/sh\n${body.includes("${at}") ? `${AT_PRELUDE}\n` : ""}${body}\n`;
}

/** Does one step, and exits with 0 if that is done. */
export function stepLines(step: WorkStep, variableOf: VariableOf): readonly string[] {
  switch (step.kind) {
    case "command":
      return [...commandFunction(step, variableOf), ...attempts(step.retry, step.okExitCodes)];
    case "http":
      if (!isWrittenOut(step)) return failing(`${step.name}: a request with values in it is not possible here`);
      return [...httpFunction(step), ...attempts(step.retry, [0])];
    case "action":
      return failing(`${step.name}: an action in TypeScript is not possible here`);
    case "manual":
      return [say([step.title ?? step.name, ...step.actions.map((action) => `- ${action}`)]), "exit 0"];
  }
}

/** Whether nothing is filled in. */
export function isWrittenOut({ url, headers, json }: HttpStep): boolean {
  return (
    [url, ...Object.values(headers)].every((template) => tagsOf(template).length === 0) &&
    !JSON.stringify(json ?? null).includes("{{")
  );
}

/** Prints lines. */
export function say(lines: readonly string[], to: "stdout" | "stderr" = "stdout"): string {
  return `printf '%s\\n' ${lines.map(quoted).join(" ")}${to === "stderr" ? " >&2" : ""}`;
}

/** How long a step may take with all its attempts, in seconds. */
export function longestSeconds(step: WorkStep): number {
  const waits = waitSeconds(step.retry).reduce((sum, seconds) => sum + seconds, 0);
  return (seconds(step.timeoutMs) + END_GRACE_SECONDS) * step.retry.attempts + waits;
}

function failing(why: string): readonly string[] {
  return [say([why], "stderr"), "exit 1"];
}

function commandFunction(step: CommandStep, variableOf: VariableOf): readonly string[] {
  const { command, workingDirectory, environment } = step;
  const templates = command.shell ? command.values : command.args;
  const separator = command.shell ? -1 : command.args.findIndex(({ parts }) => parts.length === 1 && parts[0] === "--");
  const guards = templates.flatMap((template, index) => {
    const isBehindDashes = separator !== -1 && index > separator;
    const isFree = command.shell ? command.mayBeginWithDash?.[index] === true : isBehindDashes;
    return isFree ? [] : guard(template, variableOf);
  });
  const words = templates.map((template) => wordOf(template, variableOf));
  const program = command.shell ? ["sh", "-c", quoted(command.script), "sh"] : [quoted(command.program)];
  return [
    ...guards,
    ...Object.entries(environment).map(([name, template]) => `export ${name}=${wordOf(template, variableOf)}`),
    ...(workingDirectory === undefined ? [] : [`cd -- ${quoted(workingDirectory)} || exit 1`]),
    "step() {",
    `  ${[limit(step), ...program, ...words].join(" ")}`,
    "}",
  ];
}

/** A value that would be taken for an option is refused, as the executor does. */
function guard(template: TagTemplate, variableOf: VariableOf): readonly string[] {
  const beginning = beginningOf(template, variableOf);
  if (beginning === "") return [];
  const why = `the value of ${tagsOf(template)
    .map(({ name }) => name)
    .join(", ")} begins with a dash`;
  return [`case ${beginning} in -*) ${say([why], "stderr")}; exit 1 ;; esac`];
}

function httpFunction(step: HttpStep): readonly string[] {
  const { method, url, headers, json, okStatuses } = step;
  const header = (name: string, value: string): readonly string[] => ["--header", quoted(`${name}: ${value}`)];
  const words = [
    ...["curl", "--disable", "--silent", "--show-error", "--globoff"],
    ...(method === "HEAD" ? ["--head"] : ["--request", method]),
    ...(json === undefined ? [] : header("content-type", "application/json")),
    ...Object.entries(headers).flatMap(([name, { text }]) => header(name, text)),
    ...(json === undefined ? [] : ["--data-raw", quoted(JSON.stringify(json))]),
    ...["--write-out", "'\n%{http_code}'", "--url", quoted(url.text)],
  ];
  const statuses = okStatuses.length === 0 ? "2??" : okStatuses.map(String).join("|");
  return [
    "line='\n'",
    "step() {",
    `  answer=$(${limit(step)} ${words.join(" ")}) || return`,
    `  printf '%s\\n' "\${answer%"$line"*}"`,
    `  case "\${answer##*"$line"}" in ${statuses}) return 0 ;; esac`,
    `  printf 'answered with %s\\n' "\${answer##*"$line"}" >&2`,
    "  return 22",
    "}",
  ];
}

function attempts(retry: RetryRule, okExitCodes: readonly number[]): readonly string[] {
  const isDone = `case $code in ${okExitCodes.map(String).join("|")}) exit 0 ;; esac`;
  const waits = waitSeconds(retry);
  const again = [
    `for wait in ${waits.map(String).join(" ")}; do`,
    "  step",
    "  code=$?",
    `  ${isDone}`,
    '  sleep "$wait"',
    "done",
  ];
  const last = ["step", "code=$?", isDone, '[ "$code" -ne 0 ] || code=1', 'exit "$code"'];
  return [...(waits.length === 0 ? [] : again), ...last];
}

/** Waits between attempts. */
function waitSeconds(retry: RetryRule): readonly number[] {
  return Array.from({ length: retry.attempts - 1 }, (_, made) => seconds(retryDelayMs(retry, made + 1), 0));
}

function limit({ timeoutMs }: WorkStep): string {
  return `timeout -k ${String(END_GRACE_SECONDS)} ${String(seconds(timeoutMs))}`;
}

/** Whole ones: `sleep` and `timeout` of some systems know no others, and 0 is no limit. */
function seconds(ms: number, least = 1): number {
  return Math.max(least, Math.ceil(ms / 1_000));
}
