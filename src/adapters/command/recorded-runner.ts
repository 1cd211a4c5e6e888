/** Answers as commands once did, without running anything. */
import { setTimeout as pause } from "node:timers/promises";

import { isAborted } from "../../core/abort.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type {
  CommandOptions,
  CommandRequest,
  CommandResult,
  CommandRunner,
  OutputStream,
} from "../../ports/command-runner.ts";
import type { Redactor } from "../../runbook/redact/redactor.ts";
import { sayDry } from "./dry-runner.ts";
import { checkRequest, commandError, NOT_BEGUN } from "./request-checks.ts";

/** One command that was run, and what it came to. */
export interface CommandRecording {
  readonly program: string;
  readonly args: readonly string[];
  /** Undefined if a signal ended it, or it has none. */
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly reason?: string | undefined;
  /** What it wrote; nothing unless told. */
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  /** How long it took, in milliseconds; no time unless told. */
  readonly delayMs?: number | undefined;
}

/** What can be told to a {@link RecordedCommandRunner}. */
export interface RecordedCommandOptions {
  /** With what secrets were taken out of the recordings: requests are compared with theirs taken out too. */
  readonly redactor?: Redactor;
}

const KNOWN: readonly (keyof CommandRecording)[] = [
  ...(["program", "args", "exitCode", "signal", "reason", "stdout", "stderr", "delayMs"] as const),
];
const LONGEST_DELAY_MS = 86_400_000;
const ADAPTER = "recorded command";

/**
 * A {@link CommandRunner} that answers from recordings. Each answers once, to a request with the same program and arguments;
 * those for the same command one after the other. What is not recorded, or not so often, is an `AdapterError`. A dry run
 * says what would be run and uses up nothing.
 *
 * @example
 * ```ts
 * import { RecordedCommandRunner } from "nines/command";
 *
 * const runner = new RecordedCommandRunner([
 *   { program: "kubectl", args: ["get", "pods"], exitCode: 1, stderr: "connection refused\n" },
 *   { program: "kubectl", args: ["get", "pods"], exitCode: 0, stdout: "web-0 Running\n" },
 * ]);
 * const request = { program: "kubectl", args: ["get", "pods"], environment: {}, isDryRun: false, key: "RUN-0001/look" };
 * const first = await runner.run(request);
 * const second = await runner.run(request);
 * if (first.exitCode !== 1 || second.exitCode !== 0 || runner.unused.length > 0) throw new Error("as recorded");
 * ```
 */
export class RecordedCommandRunner implements CommandRunner {
  readonly #left: CommandRecording[];
  readonly #redactor: Redactor | undefined;
  readonly #requests: CommandRequest[] = [];

  /** @throws `ConfigurationError` if a recording is none */
  constructor(recordings: readonly CommandRecording[], options: RecordedCommandOptions = {}) {
    checkOptions(options, "RecordedCommandRunner", ["redactor"]);
    checkMethods(options.redactor, "redactor", ["text"]);
    if (!Array.isArray(recordings)) throw invalid("recordings", `must be a list, not ${show(recordings)}`);
    recordings.forEach(checkRecording);
    this.#left = recordings.map((recording: CommandRecording) => ({ ...recording, args: [...recording.args] }));
    this.#redactor = options.redactor;
  }

  /** What it was asked to run, in order; dry runs too. */
  get requests(): readonly CommandRequest[] {
    return this.#requests;
  }

  /** Recordings that nobody has asked for. */
  get unused(): readonly CommandRecording[] {
    return this.#left;
  }

  async run(request: CommandRequest, { signal, onOutput }: CommandOptions = {}): Promise<CommandResult> {
    checkRequest(ADAPTER, request);
    if (isAborted(signal)) return NOT_BEGUN;
    this.#requests.push(request);
    if (request.isDryRun) return sayDry(request, onOutput);
    const { exitCode, signal: endedBy, reason, stdout, stderr, delayMs = 0 } = this.#take(request);
    if (delayMs > 0) await pause(delayMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    if (isAborted(signal)) return { signal: "SIGTERM" };
    const tell = (stream: OutputStream, text: string): void => {
      try {
        if (text !== "") onOutput?.(stream, text);
      } catch {
        // Who listens cannot stop what it listens to.
      }
    };
    tell("stdout", stdout ?? "");
    tell("stderr", stderr ?? "");
    return {
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(endedBy === undefined ? {} : { signal: endedBy }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #take({ program, args }: CommandRequest): CommandRecording {
    const hidden = (text: string): string => this.#redactor?.text(text) ?? text;
    const wanted = [program, ...args].map(hidden);
    const place = this.#left.findIndex(
      (recording) =>
        recording.args.length + 1 === wanted.length &&
        [recording.program, ...recording.args].every((word, index) => word === wanted[index]),
    );
    const [found] = place === -1 ? [] : this.#left.splice(place, 1);
    if (found !== undefined) return found;
    const others = this.#left.filter((recording) => recording.program === hidden(program)).length;
    const rest = others === 0 ? "none is left for it" : `${String(others)} left for it, with other arguments`;
    throw commandError(ADAPTER, `nothing is recorded for ${show(hidden(program))} with these arguments; ${rest}`);
  }
}

function checkRecording(value: unknown, index: number): void {
  const path = ["recordings", index];
  if (typeof value !== "object" || value === null) throw invalid(path, `must be a recording, not ${show(value)}`);
  checkOptions(value, "a recording", KNOWN);
  const { program, args, exitCode, delayMs, ...texts } = value as Readonly<Record<keyof CommandRecording, unknown>>;
  if (typeof program !== "string" || program === "")
    throw invalid([...path, "program"], `${show(program)} is no program`);
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) {
    throw invalid([...path, "args"], "must be a list of texts");
  }
  if (exitCode !== undefined && !Number.isInteger(exitCode))
    throw invalid([...path, "exitCode"], `${show(exitCode)} is no exit code`);
  if (delayMs !== undefined && !(typeof delayMs === "number" && delayMs >= 0 && delayMs <= LONGEST_DELAY_MS)) {
    throw invalid([...path, "delayMs"], `${show(delayMs)} is no number of milliseconds up to a day`);
  }
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined && typeof text !== "string") throw invalid([...path, name], "must be a text");
  }
}
