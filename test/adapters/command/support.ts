import { existsSync, readFileSync } from "node:fs";

import type {
  CommandOptions,
  CommandRequest,
  CommandResult,
  CommandRunner,
} from "../../../src/ports/command-runner.ts";

/** A request with what a test does not care about filled in. */
export function request(change: Partial<CommandRequest> & Pick<CommandRequest, "program">): CommandRequest {
  return { args: [], environment: {}, isDryRun: false, key: "RUN-0001/step", ...change };
}

/** A request for `sh -c`. */
export function script(text: string, change: Partial<CommandRequest> = {}): CommandRequest {
  return request({ program: "/bin/sh", args: ["-c", text], ...change });
}

/** Runs it, and collects what it writes. */
export async function outcome(
  runner: CommandRunner,
  wanted: CommandRequest,
  options: CommandOptions = {},
): Promise<CommandResult & { readonly stdout: string; readonly stderr: string }> {
  const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const result = await runner.run(wanted, {
    ...options,
    onOutput(stream, piece) {
      pieces[stream].push(Buffer.from(piece as Uint8Array));
      options.onOutput?.(stream, piece);
    },
  });
  return {
    ...result,
    stdout: Buffer.concat(pieces.stdout).toString(),
    stderr: Buffer.concat(pieces.stderr).toString(),
  };
}

/** What the call rejects with. */
export async function failureOf(call: Promise<CommandResult>): Promise<Error> {
  const result: unknown = await call.catch((error: unknown) => error);
  if (result instanceof Error) return result;
  throw new Error(`it did not fail: ${JSON.stringify(result)}`);
}

/** When a process began; undefined once it is gone, or only waits to be looked at. Written apart from what it judges. */
export function startOf(pid: number): string | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(/\s+/);
    return /^[ZX]$/.test(fields[0] ?? "") ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
