/** What runs commands: this machine, Ansible, Rundeck, or nothing at all. */
import type { CallOptions } from "./store.ts";

/** Where a command wrote something. */
export type OutputStream = "stdout" | "stderr";

/** One command: a program and its arguments, which no shell reads. */
export interface CommandRequest {
  /** The program; or what else the runner runs, such as a playbook or a job. Never filled in from an alert. */
  readonly program: string;
  /** Its arguments, each of which reaches it as it is. They have no NUL in them. */
  readonly args: readonly string[];
  /** The runner's own unless told. */
  readonly workingDirectory?: string;
  /** Variables beside those that the runner gives to every command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nothing is to be changed: the runner does what has no effect, or only says what it would do. */
  readonly isDryRun: boolean;
  /** The same for each attempt at one step of one run, and for no other: `RUN-0001/restart`. */
  readonly key: string;
}

/** A process that a command began and that outlived it, or left its process group. */
export interface LeftoverProcess {
  readonly pid: number;
  /** What it runs, as far as the system tells. */
  readonly command: string;
  /** Whether it was ended together with the command. */
  readonly ended: boolean;
}

/** How a command ended. */
export interface CommandResult {
  /** Undefined if it was ended by a signal, or if the runner has nothing of the kind. */
  readonly exitCode?: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  /** Why it failed, for people, where the exit code alone does not tell. Holds no secret and no output. */
  readonly reason?: string | undefined;
  /** Processes that it left. */
  readonly leftovers?: readonly LeftoverProcess[] | undefined;
  /** Where the run can be looked at, for a runner that is a system of its own. */
  readonly url?: string | undefined;
}

/** What a command is run with. */
export interface CommandOptions extends CallOptions {
  /**
   * Told of each piece of output as it comes: bytes, or text where the runner has only that. It may throw, which the runner has to catch:
   * whoever listens does not disturb the command, nor the process.
   */
  readonly onOutput?: (stream: OutputStream, piece: Uint8Array | string) => void;
}

/**
 * Runs commands. Time-outs, retries and what is kept of the output are the business of who calls.
 */
export interface CommandRunner {
  /**
   * Whether its commands run where nobody's environment and folders are ours: what an executor gives to every command is
   * then left out. What a step itself says is not.
   */
  readonly isRemote?: boolean;
  /**
   * Resolves when the command has ended, well or not: a non-zero exit code is an answer. Rejects with an `AdapterError` if
   * it could not be begun, or if nobody can tell how it ended; `retryable` says whether it is worth another try. That error shows no
   * argument, which may be a secret: so it has no `cause` such as Node's, whose `spawnargs` are the arguments.
   *
   * When `signal` aborts, all that the command began is ended, and the promise resolves within 250 ms with what is known.
   */
  run(request: CommandRequest, options?: CommandOptions): Promise<CommandResult>;
  /**
   * Ends what an attempt under `key` has left running whose caller died; resolves to how much that was. A runner that
   * cannot leave anything has no such method.
   */
  endLeftovers?(key: string, options?: CallOptions): Promise<number>;
}
