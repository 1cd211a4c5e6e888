/** Steps that run a command. */
import { cut } from "../../core/cut.ts";
import { show } from "../../core/errors.ts";
import type { CommandRequest, CommandResult, CommandRunner, LeftoverProcess } from "../../ports/command-runner.ts";

import { fillCommand, fillEnvironment } from "../fill/fill.ts";
import type { CommandStep } from "../model.ts";
import type { Preparation, PerformContext, Performed } from "./performing.ts";
import { secretNames } from "../redact/redactor.ts";
import type { StepSettings } from "./settings.ts";
import type { RunValues } from "../values.ts";

/** The runner of a step; undefined if there is none. */
function runnerOf({ runner }: Pick<CommandStep, "runner">, { runners }: StepSettings): CommandRunner | undefined {
  if (runner !== undefined) return runners.get(runner);
  const [first] = runners.values();
  return first;
}

/** Why an executor with these settings does not run the command of `step`; undefined if it does. */
export function commandProblem(step: CommandStep, settings: StepSettings): string | undefined {
  const { command, runner } = step;
  if (runnerOf(step, settings) === undefined) {
    const names = [...settings.runners.keys()].join(", ");
    if (runner === undefined) return "needs something to run commands; give the executor a runner";
    return `there is no runner ${show(runner)}; there ${names === "" ? "is none" : `are: ${names}`}`;
  }
  if (command.shell)
    return settings.allowShell ? undefined : "is for a shell; an executor runs such steps only with allowShell: true";
  const { programs } = settings;
  if (programs === undefined || programs.has(command.program)) return undefined;
  return `the program ${show(command.program)} is not allowed here; allowed: ${[...programs].join(", ") || "none"}`;
}

/** Fills in the command of `step`. */
export function prepareCommand(
  step: CommandStep,
  values: RunValues,
  settings: StepSettings,
  isDryRun: boolean,
): Preparation {
  const problem = commandProblem(step, settings);
  if (problem !== undefined) return { refused: problem };
  const runner = runnerOf(step, settings) as CommandRunner;
  const command = fillCommand(step.command, values, { isDryRun });
  if ("refused" in command) return command;
  const own = fillEnvironment(step.environment, values, { isDryRun });
  if ("refused" in own) return own;
  const isRemote = runner.isRemote === true;
  const environment = isRemote ? own.filled : { ...settings.environment, ...own.filled };
  const { workingDirectory = isRemote ? undefined : settings.workingDirectory, okExitCodes } = step;
  const perform = async ({ key, isDryRun: isDry, signal, stdout, stderr }: PerformContext): Promise<Performed> => {
    const request: CommandRequest = {
      ...command.filled,
      ...(workingDirectory === undefined ? {} : { workingDirectory }),
      environment,
      isDryRun: isDry,
      key,
    };
    const answer: unknown = await runner.run(request, {
      signal,
      onOutput: (stream, piece) => {
        (stream === "stdout" ? stdout : stderr).push(piece);
      },
    });
    const result = soundResult(answer);
    const { exitCode, signal: ended, reason } = result;
    if (exitCode !== undefined && okExitCodes.includes(exitCode)) return { ...result, isDone: true };
    const how = exitCode === undefined ? `ended by ${ended ?? "nobody knows what"}` : `exit code ${String(exitCode)}`;
    return { ...result, isDone: false, reason: reason ?? how };
  };
  return {
    filled: {
      shown: [command.filled.program, ...command.filled.args],
      redactor: settings.redactor.with(secretNames(own.filled)),
      perform,
      ...(runner.endLeftovers === undefined
        ? {}
        : { endLeftovers: async (key: string) => (await runner.endLeftovers?.(key)) ?? 0 }),
    },
  };
}

const MOST_LEFTOVERS = 1_000;

/** What a runner answered, as far as it is an answer: a runner of somebody's own must not break the run. */
function soundResult(answer: unknown): CommandResult {
  if (typeof answer !== "object" || answer === null) return { reason: "the runner did not say how it ended" };
  const { exitCode, signal, reason, url, leftovers } = answer as Readonly<Record<string, unknown>>;
  return {
    ...(Number.isInteger(exitCode) ? { exitCode: exitCode as number } : {}),
    ...textOf("signal", signal, 100),
    ...textOf("reason", reason, 2_000),
    ...(exitCode === undefined && signal === undefined && reason === undefined ? { reason: unsaid(answer) } : {}),
    ...textOf("url", url, 2_000),
    ...(Array.isArray(leftovers) ? { leftovers: leftovers.slice(0, MOST_LEFTOVERS).flatMap(leftoverOf) } : {}),
  };
}

/** What a runner that knows other words gave: their names, and nothing that they hold. */
function unsaid(answer: object): string {
  const given = Object.keys(answer).map((name) => cut(name, 40));
  return `the runner gave no exitCode; it gave ${given.length === 0 ? "nothing" : given.slice(0, 10).join(", ")}`;
}

function textOf(name: string, value: unknown, most: number): Readonly<Record<string, string>> {
  return typeof value === "string" && value !== "" ? { [name]: cut(value, most) } : {};
}

function leftoverOf(value: unknown): readonly LeftoverProcess[] {
  if (typeof value !== "object" || value === null) return [];
  const { pid, command, ended } = value as Readonly<Record<string, unknown>>;
  if (typeof pid !== "number" || typeof command !== "string") return [];
  return [{ pid, command: cut(command, 200), ended: ended === true }];
}
