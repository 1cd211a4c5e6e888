/** Writes down what commands come to, to be played again by a `RecordedCommandRunner`. */
import { performance } from "node:perf_hooks";

import { checkMethods, checkOptions } from "../../core/options.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import { OutputCapture } from "../../runbook/performing/capture.ts";
import { Redactor } from "../../runbook/redact/redactor.ts";
import type { CommandRecording } from "./recorded-runner.ts";

/** What can be told to {@link recordingRunner}. */
export interface RecordingOptions {
  /** Takes secrets out of arguments and output before they are written down. */
  readonly redactor?: Redactor;
  /** How much of each stream of a command is kept; 65,536 unless told. */
  readonly maxCharacters?: number;
}

/** A runner that writes down what the one in it does. */
export interface RecordingRunner extends CommandRunner {
  /** What was run so far, in the order in which it ended; no dry runs, and nothing that could not be begun. */
  readonly recordings: readonly CommandRecording[];
}

/**
 * Runs commands by `runner`, and writes down what they come to.
 *
 * @example
 * ```ts
 * import { Redactor } from "nines";
 * import { LocalCommandRunner, RecordedCommandRunner, recordingRunner } from "nines/command";
 *
 * const redactor = new Redactor(["tr0ub4dor"]);
 * const request = { program: "echo", args: ["tr0ub4dor"], environment: {}, isDryRun: false, key: "RUN-0001/say" };
 * const live = recordingRunner(new LocalCommandRunner(), { redactor });
 * await live.run(request);
 * if (live.recordings[0]?.stdout !== "[redacted]\n") throw new Error("it is shown");
 *
 * const { exitCode } = await new RecordedCommandRunner(live.recordings, { redactor }).run(request);
 * if (exitCode !== 0) throw new Error("as recorded");
 * ```
 *
 * @throws `ConfigurationError` if an option is none
 */
export function recordingRunner(runner: CommandRunner, options: RecordingOptions = {}): RecordingRunner {
  checkMethods(runner, "runner", ["run"]);
  checkOptions(options, "recording", ["redactor", "maxCharacters"]);
  const { redactor = new Redactor(), maxCharacters } = options;
  const capture = (): OutputCapture => new OutputCapture({ redactor, maxCharacters });
  capture();
  const recordings: CommandRecording[] = [];
  const run = async (request: CommandRequest, { signal, onOutput }: CommandOptions = {}): Promise<CommandResult> => {
    const kept = { stdout: capture(), stderr: capture() };
    const began = performance.now();
    const result = await runner.run(request, {
      ...(signal === undefined ? {} : { signal }),
      onOutput(stream, piece) {
        kept[stream].push(piece);
        onOutput?.(stream, piece);
      },
    });
    if (request.isDryRun) return result;
    const { exitCode, signal: endedBy, reason } = result;
    recordings.push({
      program: redactor.text(request.program),
      args: request.args.map((arg) => redactor.text(arg)),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(endedBy === undefined ? {} : { signal: endedBy }),
      ...(reason === undefined ? {} : { reason: redactor.text(reason) }),
      stdout: kept.stdout.end().text,
      stderr: kept.stderr.end().text,
      delayMs: Math.round(performance.now() - began),
    });
    return result;
  };
  return {
    recordings,
    run,
    ...(runner.endLeftovers === undefined
      ? {}
      : { endLeftovers: async (key, callOptions) => (await runner.endLeftovers?.(key, callOptions)) ?? 0 }),
  };
}
