/** From a command line to an exit code. */
import { readArguments } from "./arguments.ts";
import { EXIT, UsageError } from "./exit.ts";
import { commandHelp, generalHelp, unknownCommand } from "./help.ts";
import type { Io } from "./io.ts";
import type { CommandSpec } from "./spec.ts";
import { BACKTEST } from "./specs/backtest.ts";
import { CHECK } from "./specs/check.ts";
import { DASHBOARDS } from "./specs/dashboards.ts";
import { GATE } from "./specs/gate.ts";
import { IMPORT } from "./specs/import.ts";
import { RULES } from "./specs/rules.ts";
import { STATUS } from "./specs/status.ts";
import { tellFailure } from "./failure.ts";
import { ownVersion } from "./version.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [CHECK, RULES, DASHBOARDS, STATUS, GATE, BACKTEST, IMPORT];

/** Runs one command; whatever happens is told, and is an exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  try {
    return await obey(args, io);
  } catch (error) {
    return tellFailure(error, args, io);
  }
}

async function obey(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    await io.stderr.write(generalHelp(COMMANDS));
    return EXIT.usage;
  }
  if (["--version", "-V", "version"].includes(name)) return tell(io, `${ownVersion()}\n`);
  if (["--help", "-h", "help"].includes(name)) {
    const [about] = rest.filter((word) => !word.startsWith("-"));
    return tell(io, about === undefined ? generalHelp(COMMANDS) : commandHelp(specOf(about)));
  }
  if (name.startsWith("-")) throw new UsageError(`the command comes first: nines COMMAND ${name}`);
  const spec = specOf(name);
  const given = readArguments(spec, rest);
  if (given.has("help")) return tell(io, commandHelp(spec));
  const action = await spec.load();
  return action({ given, io });
}

function specOf(name: string): CommandSpec {
  const spec = COMMANDS.find((one) => one.name === name);
  if (spec === undefined) throw unknownCommand(name, COMMANDS);
  return spec;
}

async function tell(io: Io, text: string): Promise<number> {
  await io.stdout.write(text);
  return EXIT.fine;
}
