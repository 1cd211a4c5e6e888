/** Begins a process, or says why it could not. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import type { Readable } from "node:stream";

import { type AdapterError, show } from "../../core/errors.ts";
import { codeOf } from "../file/system-error.ts";
import { commandError } from "./request-checks.ts";

/** What is begun, and with what. */
export interface Beginning {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that runs. */
export type RunningChild = ChildProcess & {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

/** Name of the adapter, in its errors. */
export const ADAPTER = "local command";

/** What the machine may have again later. */
const PASSING = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ETXTBSY"]);

/**
 * Begins it without a shell, with nothing to read, as the leader of a group of its own.
 *
 * Rejects with an `AdapterError` that never shows an argument.
 */
export async function beginProcess(beginning: Beginning): Promise<RunningChild> {
  const { program, args, workingDirectory, environment } = beginning;
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: workingDirectory,
      env: environment,
      // On Windows it would open a window of its own.
      detached: process.platform !== "win32",
      shell: false,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
  } catch (error) {
    throw failure(error, beginning);
  }
  if (isRunning(child)) return child;
  const [error] = (await once(child, "error")) as [unknown];
  throw failure(error, beginning);
}

function isRunning(child: ChildProcess): child is RunningChild {
  if (child.pid === undefined) return false;
  // What goes wrong later, such as a signal that could not be sent, shows in how it ends.
  child.on("error", () => undefined);
  return true;
}

function failure(error: unknown, { program, workingDirectory }: Beginning): AdapterError {
  const code = codeOf(error) ?? "unknown";
  return commandError(ADAPTER, reasonOf(code, show(program), workingDirectory), {
    retryable: PASSING.has(code),
    context: { code },
  });
}

function reasonOf(code: string, program: string, workingDirectory: string | undefined): string {
  if (workingDirectory !== undefined && (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES")) {
    if (!isFolder(workingDirectory)) return `${show(workingDirectory)} is no folder to run ${program} in`;
  }
  if (code === "ENOENT") return `there is no program ${program}`;
  if (code === "EACCES" || code === "EPERM") return `${program} may not be run, or is no program`;
  if (code === "E2BIG") return `the arguments and variables of ${program} are longer than the system allows`;
  if (PASSING.has(code)) return `the machine has nothing left to run ${program} with (${code})`;
  return `${program} cannot be begun (${code})`;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
