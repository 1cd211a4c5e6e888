/** Runs nothing. */
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import { checkRequest, NOT_BEGUN } from "./request-checks.ts";
import { shellLine } from "./shell-words.ts";

/**
 * A {@link CommandRunner} that runs nothing, whatever it is asked: it writes what it would run to standard output, as one
 * line that a shell would read as that command, and exits with 0.
 *
 * @example
 * ```ts
 * import { DryCommandRunner } from "nines/command";
 *
 * let said = "";
 * await new DryCommandRunner().run(
 *   { program: "rm", args: ["-r", "the cache"], environment: {}, isDryRun: false, key: "RUN-0001/clean" },
 *   { onOutput: (_stream, piece) => void (said += String(piece)) },
 * );
 * if (said !== "rm -r 'the cache'\n") throw new Error(said);
 * ```
 */
export class DryCommandRunner implements CommandRunner {
  async run(request: CommandRequest, { signal, onOutput }: CommandOptions = {}): Promise<CommandResult> {
    checkRequest("dry command", request);
    return signal?.aborted === true ? NOT_BEGUN : sayDry(request, onOutput);
  }
}

/** What a dry run comes to. */
export function sayDry(request: CommandRequest, onOutput: CommandOptions["onOutput"]): CommandResult {
  try {
    onOutput?.("stdout", `${shellLine(request.program, request.args)}\n`);
  } catch {
    // Who listens cannot stop what it listens to.
  }
  return { exitCode: 0 };
}
