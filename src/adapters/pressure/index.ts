/** Puts pressure on this process and its host: by busy threads, and by memory that a thread holds. */
import { availableParallelism, freemem } from "node:os";
import type { Worker } from "node:worker_threads";

import { firstOf } from "../../core/abort.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { AdapterError, invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { Turns } from "../../core/turns.ts";
import type { Pressure, PressureSource } from "../../ports/pressure.ts";
import type { CallOptions } from "../../ports/store.ts";
import { cpuQuota, memoryLimit } from "../process/control-group.ts";

import { begun, makeThreads } from "./threads.ts";

export type { Pressure, PressureSource } from "../../ports/pressure.ts";

/** What can be told to a {@link ProcessPressure}. */
export interface ProcessPressureOptions {
  /** Threads that are busy at a time, whatever asks for them, 1 to 256; as many as the process may use cores unless told. */
  readonly maxWorkers?: number;
  /** Share of the memory that would be free without it which is never passed, above 0, at most 0.9; 0.5 unless told. */
  readonly maxMemoryShare?: number;
  /** After it each thread ends by itself, whoever has forgotten it, such as `"90m"`; that unless told. */
  readonly longest?: string;
  /** Says how many bytes are free; asks the system and its control groups unless told. */
  readonly freeBytes?: () => number;
}

/** What an id has: from before its threads are made, so that the caps count it, until the last of them has ended. */
interface Held {
  readonly pressure: Pressure;
  readonly workers: Set<Worker>;
  hasBegun: boolean;
}

/**
 * A {@link PressureSource} of threads. They end when they are stopped, when the process ends however it does, and after `longest`; they do
 * not keep it alive. Processor time is taken in periods of 50 ms.
 *
 * @example
 * ```ts
 * import { ProcessPressure } from "nines/pressure";
 *
 * const pressure = new ProcessPressure();
 * await pressure.start("a", { kind: "cpu", workers: 1, share: 0.1 });
 * const during = pressure.threads;
 * await pressure.stop("a");
 * if (during - pressure.threads !== 1) throw new Error("there was no thread, or it goes on");
 * ```
 */
export class ProcessPressure implements PressureSource {
  readonly #maxWorkers: number;
  readonly #maxMemoryShare: number;
  readonly #longestMs: number;
  readonly #freeBytes: () => number;
  readonly #turns = new Turns();
  readonly #held = new Map<string, Held>();
  /** Ids that are to end, though they may still be beginning. */
  readonly #ending = new Map<string, AbortController>();

  constructor(options: ProcessPressureOptions = {}) {
    checkOptions(options, "ProcessPressure", ["maxWorkers", "maxMemoryShare", "longest", "freeBytes"]);
    const { maxWorkers = cores(), maxMemoryShare = 0.5, longest = "90m", freeBytes = freeOfAll } = options;
    if (!(Number.isInteger(maxWorkers) && maxWorkers >= 1 && maxWorkers <= MOST_WORKERS)) {
      throw invalid("maxWorkers", `${show(maxWorkers)} is out of range; write a whole number from 1 to 256`);
    }
    if (!(typeof maxMemoryShare === "number" && maxMemoryShare > 0 && maxMemoryShare <= MOST_SHARE)) {
      throw invalid("maxMemoryShare", `${show(maxMemoryShare)} is out of range; write a number above 0, at most 0.9`);
    }
    this.#maxWorkers = maxWorkers;
    this.#maxMemoryShare = maxMemoryShare;
    this.#longestMs = parseDuration(longest, "longest");
    if (!(this.#longestMs >= 1 && this.#longestMs <= LONGEST_MS)) {
      throw invalid("longest", `${show(longest)} is out of range; write a day at most`);
    }
    this.#freeBytes = freeBytes;
  }

  /** How many threads there are. */
  get threads(): number {
    return [...this.#held.values()].reduce((sum, { workers }) => sum + workers.size, 0);
  }

  /**
   * Resolves when the pressure is all there. What has this id already is replaced. @throws `AdapterError` if it is more than the
   * caps allow: then nothing is started
   */
  async start(id: string, pressure: Pressure, { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#ending.get(id)?.abort(new Error("it was replaced"));
    const ending = new AbortController();
    this.#ending.set(id, ending);
    const { signal: either, release } = firstOf(signal, ending.signal);
    try {
      await this.#turns.take(id, async () => {
        either.throwIfAborted();
        await this.#end(id);
        // Nothing is waited for between the two: who starts at the same time is counted.
        this.#check(pressure);
        const held: Held = { pressure, workers: new Set(), hasBegun: false };
        this.#held.set(id, held);
        try {
          await this.#begin(id, held, either);
        } catch (error) {
          await this.#end(id);
          throw either.aborted || error instanceof AdapterError ? error : failed(reasonOf(error), error);
        }
      });
    } finally {
      release();
      if (this.#ending.get(id) === ending) this.#ending.delete(id);
    }
  }

  /** Resolves when its threads are gone. One that is just being started does not get further. */
  async stop(id: string): Promise<boolean> {
    this.#ending.get(id)?.abort(new Error("it was stopped"));
    return this.#turns.take(id, () => this.#end(id));
  }

  async #end(id: string): Promise<boolean> {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    await Promise.all([...held.workers].map((worker) => worker.terminate()));
    this.#held.delete(id);
    return true;
  }

  async #begin(id: string, held: Held, signal: AbortSignal): Promise<void> {
    const { pressure, workers } = held;
    await makeThreads(pressure, this.#longestMs, (worker) => {
      workers.add(worker);
      worker.once("exit", () => {
        workers.delete(worker);
        if (held.hasBegun && workers.size === 0 && this.#held.get(id) === held) this.#held.delete(id);
      });
      // What a thread meets, such as the end of all memory, ends that thread and nothing else.
      worker.on("error", () => undefined);
    });
    await Promise.all([...workers].map((worker) => begun(worker, signal)));
    held.hasBegun = true;
    if (workers.size === 0) this.#held.delete(id);
  }

  #check(pressure: Pressure): void {
    if (pressure.kind === "memory") {
      const most = this.#mostBytes();
      if (pressure.bytes > 0 && pressure.bytes <= most) return;
      throw failed(
        `${show(pressure.bytes)} bytes are asked for, and ${String(most)} are the most with what is free now`,
      );
    }
    const { workers, share } = pressure;
    let busy = 0;
    for (const held of this.#held.values()) {
      if (held.pressure.kind === "cpu") busy += held.hasBegun ? held.workers.size : held.pressure.workers;
    }
    if (!(Number.isInteger(workers) && workers >= 1 && workers + busy <= this.#maxWorkers)) {
      throw failed(
        `${show(workers)} busy threads are asked for, ${String(busy)} are there, and ${String(this.#maxWorkers)} are the most`,
      );
    }
    if (!(share > 0 && share <= 1)) throw failed(`${show(share)} is no share above 0, at most 1`);
  }

  /** What is held already is not free any more; what is only being taken still seems to be. */
  #mostBytes(): number {
    let held = 0;
    let taking = 0;
    for (const { pressure, hasBegun } of this.#held.values()) {
      if (pressure.kind !== "memory") continue;
      if (hasBegun) held += pressure.bytes;
      else taking += pressure.bytes;
    }
    return Math.max(0, Math.floor((this.#freeBytes() + held) * this.#maxMemoryShare) - held - taking);
  }
}

const MOST_WORKERS = 256;
const MOST_SHARE = 0.9;
const LONGEST_MS = 86_400_000;

function cores(): number {
  return Math.max(1, Math.min(MOST_WORKERS, Math.ceil(Math.min(availableParallelism(), cpuQuota()))));
}

/** The least that anybody says is free: the host, and the control groups that the process lies in. */
function freeOfAll(): number {
  const ofGroups = memoryLimit() - process.memoryUsage.rss();
  return Math.max(0, Math.min(freemem(), process.availableMemory(), ofGroups));
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : "a thread ended before it had begun";
}

function failed(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, { adapter: "pressure", operation: "put pressure on", retryable: false, cause });
}
