/** Runs commands on this machine. */
import { Slots } from "../../core/slots.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import type { CallOptions } from "../../ports/store.ts";
import { ADAPTER, beginProcess } from "./begin.ts";
import { sayDry } from "./dry-runner.ts";
import { endProcesses } from "./end-processes.ts";
import { followProcess } from "./follow.ts";
import { environmentFor, type LocalCommandOptions, localSettings, type LocalSettings } from "./local-options.ts";
import { isAbandoned, MARKER_NAME, newMarker } from "./marker.ts";
import { ProcessSearch } from "./process-search.ts";
import { systemProcessTable } from "./system-table.ts";
import { checkRequest, NOT_BEGUN } from "./request-checks.ts";

/** `endLeftovers` tries so long. */
const GIVE_UP_MS = 2_000;

/**
 * A {@link CommandRunner} that begins processes on this machine: no shell reads the arguments, there is nothing to read
 * on standard input, and of this process' own environment a command gets only what `inherit` names.
 *
 * When the call's signal aborts, the whole tree ends (SIGTERM, then SIGKILL), and the call resolves within 250 ms. On
 * Linux the tree is all that descends from the command, is in its process group, or was begun with its environment: the
 * variable `NINES_COMMAND` marks it, so that a process which made itself independent (`setsid`, a double fork) is found as
 * well and reported as a leftover. What wiped its environment and whose parents are all gone is not found. On a Mac a tree
 * is the descendants and the group; on Windows what `taskkill /T` ends.
 *
 * What a command leaves running when it ends by itself stays, and is reported: it may be the service that it restarted.
 * Such a service must not write to the command's output, which nobody reads any more: `nohup my-service > log 2>&1 &`.
 *
 * Rejects with an `AdapterError` if a program is not there, may not be run, or gets what no system would take; it names the
 * program and never an argument. It is `retryable` if the machine had no process or memory left.
 *
 * @example
 * ```ts
 * import { LocalCommandRunner } from "nines/command";
 *
 * const runner = new LocalCommandRunner();
 * let out = "";
 * const { exitCode } = await runner.run(
 *   { program: "echo", args: ["$HOME is", "not expanded"], environment: {}, isDryRun: false, key: "RUN-0001/say" },
 *   { onOutput: (_stream, piece) => void (out += String(piece)), signal: AbortSignal.timeout(5_000) },
 * );
 * if (exitCode !== 0 || out !== "$HOME is not expanded\n") throw new Error(out);
 * ```
 */
export class LocalCommandRunner implements CommandRunner {
  readonly #settings: LocalSettings;
  readonly #slots: Slots;

  /** @throws `ConfigurationError` if an option is none */
  constructor(options: LocalCommandOptions = {}) {
    this.#settings = localSettings(options);
    this.#slots = new Slots(this.#settings.maxProcesses);
  }

  async run(request: CommandRequest, { signal, onOutput }: CommandOptions = {}): Promise<CommandResult> {
    checkRequest(ADAPTER, request);
    if (signal?.aborted === true) return NOT_BEGUN;
    if (request.isDryRun) return sayDry(request, onOutput);
    const giveBack = await this.#slots.take(signal);
    if (giveBack === undefined) return NOT_BEGUN;
    const { killAfterMs, scope } = this.#settings;
    const marker = newMarker(request.key, scope);
    try {
      const { program, args, workingDirectory = this.#settings.workingDirectory } = request;
      const environment = environmentFor(this.#settings, marker.text, request.environment);
      const child = await beginProcess({ program, args, workingDirectory, environment });
      return await followProcess(child, { marker: marker.text, killAfterMs, signal, onOutput });
    } finally {
      marker.release();
      giveBack();
    }
  }

  /**
   * Ends what commands under `key` left running whose process died, or did not wait for them to the end: found by their
   * environment, with all their descendants. Resolves to how many that were. On Linux only; elsewhere it finds nothing.
   */
  async endLeftovers(key: string, { signal }: CallOptions = {}): Promise<number> {
    signal?.throwIfAborted();
    const table = systemProcessTable();
    if (table === undefined) return 0;
    const { scope, killAfterMs } = this.#settings;
    const search = new ProcessSearch(table, {
      isOne: ({ pid }) => isAbandoned(table.variableOf(pid, MARKER_NAME) ?? "", key, scope),
    });
    await endProcesses(search, { killAfterMs, giveUpAfterMs: GIVE_UP_MS });
    return [...search.found].filter((entry) => !search.lives(entry)).length;
  }
}
