/** Measuring in a process of its own: what ran before, its heap and what the engine learned from it, is not there. */
import { fork } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** Starts a module of TypeScript as a child process whose standard output is this one's standard error. */
export function start(module: URL, args: readonly string[], execArgv: readonly string[] = []) {
  return fork(module, [...args], {
    cwd: ROOT,
    execArgv: ["--import", "tsx", ...execArgv],
    stdio: ["ignore", 2, 2, "ipc"],
    serialization: "advanced",
  });
}

interface Message<Result> {
  readonly progress?: string;
  readonly result?: Result;
}

/** Runs a module that calls {@link answer}, and returns what it answers. */
export function inChild<Result>(
  module: URL,
  input: object,
  { progress, execArgv }: { readonly progress?: (message: string) => void; readonly execArgv?: readonly string[] } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = start(module, [], execArgv);
    let answered = false;
    child.on("message", (message: Message<Result>) => {
      if (message.progress !== undefined) progress?.(message.progress);
      if (message.result === undefined) return;
      answered = true;
      resolve(message.result);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (!answered) reject(new Error(`${module.pathname} ended with ${signal ?? `exit code ${code ?? "none"}`}`));
    });
    child.send(input);
  });
}

/** The child's side of {@link inChild}: `work` is handed the input. */
export function answer(work: (input: never, progress: (message: string) => void) => Promise<object>): void {
  process.once("message", (input) => {
    void (async () => {
      const result = await work(input as never, (message) => process.send?.({ progress: message }));
      process.send?.({ result }, () => {
        process.disconnect();
      });
    })();
  });
}
