/** Steps that run a command. */
import { show } from "../core/errors.ts";
import type { CommandRequest, CommandRunner } from "../ports/command-runner.ts";

import { fillCommand, fillEnvironment } from "./fill.ts";
import type { CommandStep } from "./model.ts";
import type { Preparation, PerformContext, Performed } from "./performing.ts";
import { secretNames } from "./redactor.ts";
import type { StepSettings } from "./settings.ts";
import type { RunValues } from "./values.ts";

/** The runner of a step; undefined if there is none. */
export function runnerOf(
  { runner }: Pick<CommandStep, "runner">,
  { runners }: StepSettings,
): CommandRunner | undefined {
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
    const { exitCode, ...rest } = await runner.run(request, {
      signal,
      onOutput: (stream, piece) => {
        (stream === "stdout" ? stdout : stderr).push(piece);
      },
    });
    const isDone = exitCode !== undefined && okExitCodes.includes(exitCode);
    if (isDone) return { ...rest, isDone, exitCode };
    const reason =
      rest.reason ??
      (exitCode === undefined ? `ended by ${rest.signal ?? "nobody knows what"}` : `exit code ${String(exitCode)}`);
    return { ...rest, isDone, exitCode, reason };
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
