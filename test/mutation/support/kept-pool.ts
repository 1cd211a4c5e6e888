/** A pool of vitest that keeps its thread from run to run: to begin one costs more than trying a mutant does. */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from "vitest/node";

/** After so many files the thread is begun anew, with whatever has gathered in it. */
const FILES = 2000;

let kept: { readonly thread: Worker; files: number } | undefined;

/** Vitest's side of the thread, for one file. */
class KeptThread implements PoolWorker {
  readonly name = "kept";
  readonly #options: PoolOptions;
  readonly #events: EventEmitter = new EventEmitter();
  #thread: Worker | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  on(event: string, callback: (value: unknown) => void): void {
    this.#events.on(event, callback);
  }

  off(event: string, callback: (value: unknown) => void): void {
    this.#events.off(event, callback);
  }

  async start(): Promise<void> {
    if (kept !== undefined && kept.files >= FILES) {
      await kept.thread.terminate();
      kept = undefined;
    }
    kept ??= { thread: this.#begin(), files: 0 };
    kept.files += 1;
    this.#thread = kept.thread;
    this.#thread.on("message", this.#onMessage);
    this.#thread.on("error", this.#onError);
    this.#thread.on("exit", this.#onExit);
  }

  send(message: WorkerRequest): void {
    // The thread stays: only vitest believes that it ended.
    if (message.type === "stop") {
      queueMicrotask(() => void this.#events.emit("message", { type: "stopped", __vitest_worker_response__: true }));
    } else {
      this.#thread?.postMessage(message);
    }
  }

  async stop(): Promise<void> {
    this.#thread?.off("message", this.#onMessage);
    this.#thread?.off("error", this.#onError);
    this.#thread?.off("exit", this.#onExit);
    this.#thread = undefined;
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  #begin(): Worker {
    const { env, execArgv } = this.#options;
    const thread = new Worker(join(import.meta.dirname, "kept-thread.mjs"), {
      env: env as NodeJS.ProcessEnv,
      execArgv: [...execArgv],
      stdout: true,
      stderr: true,
    });
    // Nobody reads what it prints, and a full pipe would stop it.
    thread.stdout.resume();
    thread.stderr.resume();
    return thread;
  }

  readonly #onMessage = (message: unknown): void => {
    this.#events.emit("message", message);
  };

  readonly #onError = (error: unknown): void => {
    kept = undefined;
    this.#events.emit("error", error);
  };

  readonly #onExit = (code: unknown): void => {
    kept = undefined;
    this.#events.emit("exit", code);
  };
}

export const keptPool: PoolRunnerInitializer = {
  name: "kept",
  createPoolWorker: (options) => new KeptThread(options),
};
