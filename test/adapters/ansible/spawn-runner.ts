import { spawn } from "node:child_process";

import type { CommandRequest, CommandRunner } from "../../../src/ports/command-runner.ts";

/** Runs what it is told and no more, and keeps what it was told. */
export function spawnRunner(): CommandRunner & { readonly seen: CommandRequest[] } {
  const seen: CommandRequest[] = [];
  return {
    seen,
    run: (request, { signal, onOutput } = {}) =>
      new Promise((resolve, reject) => {
        seen.push(request);
        const { program, args, environment, workingDirectory } = request;
        const env = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8", ...environment };
        const child = spawn(program, args, {
          env,
          cwd: workingDirectory,
          stdio: ["ignore", "pipe", "pipe"],
          detached: true,
        });
        const kill = (): void => {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        };
        signal?.addEventListener("abort", kill);
        child.stdout.on("data", (piece: Buffer) => onOutput?.("stdout", piece));
        child.stderr.on("data", (piece: Buffer) => onOutput?.("stderr", piece));
        child.on("error", reject);
        child.on("close", (code, killed) => {
          signal?.removeEventListener("abort", kill);
          resolve(code === null ? { signal: killed ?? undefined } : { exitCode: code });
        });
      }),
  };
}
