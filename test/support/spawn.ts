import { spawn, type SpawnOptions } from "node:child_process";
import { join } from "node:path";

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname, "..", "..");

/** How a child process ended, and all that it printed. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failing one is a value, because tests want to look at it. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a script of this repository, or a tool of node_modules, in a fresh Node. */
export function runNode(args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return run(process.execPath, args, options);
}

/** The environment for a child, without what this vitest tells its own workers, which would mislead another vitest. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV|TEST$|npm_)/.test(name));
  return { ...Object.fromEntries(own), NO_COLOR: "1", ...extra };
}
