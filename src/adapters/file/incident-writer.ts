/** The one hand that writes to a log: commits in batches, and the log anew when it has become worth it. */
import { AdapterError, isReliabilityError } from "../../core/errors.ts";
import { Turns } from "../../core/turns.ts";
import { messageOfThrown } from "../../core/thrown.ts";
import type { FileSystem } from "../../ports/file-system.ts";
import type { IncidentChange } from "../../ports/incident-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { ChangeReader } from "./changes.ts";
import { compact } from "./compaction.ts";
import type { FolderLock } from "./folder-lock.ts";
import { failure } from "./incident-failure.ts";
import type { IncidentIndex } from "./incident-index.ts";
import type { IncidentLog } from "./incident-log.ts";
import { type Committed, IncidentQueue, payloadOf, type Waiting } from "./incident-queue.ts";

/** What a writer works with. */
export interface WriterParts {
  readonly fileSystem: FileSystem;
  readonly path: string;
  readonly log: IncidentLog;
  readonly lock: FolderLock;
  readonly logger: Logger;
  readonly compactAtBytes: number;
}

/** The most that one write takes. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Writes to one log. */
export class IncidentWriter {
  readonly #parts: WriterParts;
  readonly #queue: IncidentQueue;
  readonly #turns = new Turns();
  readonly #reader = new ChangeReader();
  #index: IncidentIndex;
  #flushing: Promise<void> | undefined;
  /** The batch that is being written. */
  #round: Promise<void> = Promise.resolve();
  #compacting: Promise<boolean> | undefined;
  /** After a compaction that failed, the next one waits until twice as much is to be gained. */
  #compactAtBytes: number;
  #closing: Promise<void> | undefined;

  constructor(parts: WriterParts, index: IncidentIndex) {
    this.#parts = parts;
    this.#index = index;
    this.#queue = new IncidentQueue(index);
    this.#compactAtBytes = parts.compactAtBytes;
    this.#compactIfWorthwhile();
  }

  /** What is safe. */
  get index(): IncidentIndex {
    return this.#index;
  }

  /** @throws AdapterError once it is closed */
  checkOpen(operation: string): void {
    if (this.#closing === undefined) return;
    throw new AdapterError("the store is closed", { adapter: "incident file", operation, retryable: false });
  }

  /** Resolves once the changes are safe. Rejects with a ConflictError, or an AdapterError if the disk failed. */
  async commit(changes: readonly IncidentChange[]): Promise<Committed> {
    for (;;) {
      try {
        const decided = this.#queue.decide(changes);
        const answer = this.#queue.add(decided, payloadOf(decided));
        this.#flushing ??= this.#flush();
        return await answer;
      } catch (error) {
        // Whoever is told that somebody else was first will look at what that one did, so it must be safe by then.
        // And if it does not become safe, this one was the first.
        const isConflict = isReliabilityError(error) && error.code === "conflict";
        if (!isConflict || this.#flushing === undefined || this.#queue.isFinal(changes)) throw error;
        await this.#round;
        this.checkOpen("commit");
      }
    }
  }

  /** Resolves to false if it was stopped, since the store is being closed. */
  compact(): Promise<boolean> {
    this.#compacting ??= this.#compact().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  /** Ends what was begun. Where that fails it can be asked again. */
  async close(): Promise<void> {
    this.#closing ??= this.#end();
    try {
      await this.#closing;
    } catch (error) {
      this.#closing = this.#parts.lock.release();
      this.#closing.catch(() => undefined);
      throw error;
    }
  }

  async #end(): Promise<void> {
    await this.#flushing;
    await this.#compacting?.catch(() => undefined);
    const ended = await Promise.allSettled([this.#parts.log.close(), this.#parts.lock.release()]);
    for (const result of ended) if (result.status === "rejected") throw result.reason;
  }

  /** Writes what waits, a batch at a time. Never rejects. */
  async #flush(): Promise<void> {
    // What is asked for in the same turn goes into the same batch.
    await Promise.resolve();
    while (!this.#queue.isEmpty) {
      this.#round = this.#turns.take("log", () => this.#writeBatch());
      await this.#round;
      this.#compactIfWorthwhile();
    }
    this.#flushing = undefined;
  }

  async #writeBatch(): Promise<void> {
    const { log, lock } = this.#parts;
    const batch = this.#queue.take(BATCH_BYTES);
    try {
      if (!(await lock.isHeld())) throw lost();
      const places = await log.append(batch.map(({ payload }) => payload));
      batch.forEach(({ payload }, index) => {
        const { at, length } = places[index] as (typeof places)[number];
        const range = { start: 0, end: payload.length };
        this.#index.applyFrame(this.#reader, payload, range, at, payload.length + 1 - length);
      });
    } catch (error) {
      await this.#giveUp(batch, error);
      return;
    }
    this.#queue.settle(batch);
    for (const { resolve, answer } of batch) resolve(answer);
  }

  /** What waits behind a batch that failed was judged as if it were safe: all of it is refused. */
  async #giveUp(batch: readonly Waiting[], error: unknown): Promise<void> {
    const refused = [...batch, ...this.#queue.drop()];
    // At once, so that what is refused has left nothing behind; if it fails, it is tried again before the next commit.
    await this.#parts.log.mend().catch(() => undefined);
    for (const { reject } of refused) reject(failure("commit", error));
  }

  #compactIfWorthwhile(): void {
    if (this.#compacting !== undefined || this.#closing !== undefined) return;
    const { log, logger, path } = this.#parts;
    const { wasted } = this.#index;
    if (wasted < this.#compactAtBytes || wasted < log.length / 2) return;
    this.compact().then(
      () => {
        this.#compactAtBytes = this.#parts.compactAtBytes;
      },
      (error: unknown) => {
        this.#compactAtBytes = 2 * wasted;
        const why = messageOfThrown(error);
        logger.warn("the log could not be compacted; it goes on as it is", { path, error: why });
      },
    );
  }

  async #compact(): Promise<boolean> {
    const { fileSystem, path, log, lock } = this.#parts;
    return compact({
      fileSystem,
      path,
      log,
      index: this.#index,
      exclusively: (work) => this.#turns.take("log", work),
      stopped: () => this.#closing !== undefined,
      switchTo: async (file, length, index, rename) => {
        if (!(await lock.isHeld())) throw lost();
        await log.replace(file, length, rename);
        this.#index = index;
        this.#queue.moveTo(index);
      },
    });
  }
}

function lost(): AdapterError {
  const why = "another process has taken the folder, since this one gave no sign of life; open the store again";
  return new AdapterError(why, { adapter: "incident file", operation: "commit", retryable: false });
}
