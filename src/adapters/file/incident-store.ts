/** Incidents in a log of their own. */
import { join } from "node:path";

import { abortable } from "../../core/abort.ts";
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { FileSystem } from "../../ports/file-system.ts";
import type { IncidentChange, IncidentPage, IncidentRow, IncidentStore } from "../../ports/incident-store.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";
import type { CallOptions } from "../../ports/store.ts";
import { FolderLock } from "./folder-lock.ts";
import { readEvents, readSummaries } from "./frame-texts.ts";
import { checkChanges } from "./incident-changes.ts";
import { failure } from "./incident-failure.ts";
import type { IncidentLog } from "./incident-log.ts";
import { type DamagedLog, type IncidentFileReport, type OpenedLog, openLog, sweepAside } from "./incident-opening.ts";
import { IncidentWriter, type WriterParts } from "./incident-writer.ts";
import { FILE_SYSTEM_METHODS, nodeFileSystem } from "./node-file-system.ts";

/** How a {@link FileIncidentStore} is opened. */
export interface FileIncidentStoreOptions {
  /** The machine's own unless told. */
  readonly fileSystem?: FileSystem;
  /**
   * Writes the log anew, in the background, once so many of its bytes are summaries that later ones took the place of, and
   * they are at least half of it. 4 MiB unless told; Infinity for never.
   */
  readonly compactAtBytes?: number;
  /**
   * What to do with a log that is damaged where it was whole once, by the disk or by hand. `refuse`, unless told: the store
   * does not open, and the error names the byte. `keep-aside`: the file is copied as it is, and what is whole of it,
   * each incident up to the first event that it lacks, is gone on with.
   */
  readonly damaged?: DamagedLog;
  /** Told of what was recovered, and of compactions that failed. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

const OPTIONS = ["fileSystem", "compactAtBytes", "damaged", "logger", "clock"];
const DAMAGED: readonly DamagedLog[] = ["refuse", "keep-aside"];
const LOG = "incidents.log";
const COMPACT_AT_BYTES = 4 * 1024 * 1024;
const MOST_ROWS = 1_000;

/**
 * Keeps incidents in one file of a folder, `incidents.log`, that is only ever appended to: a line of text for each commit, with
 * its length and its checksum. A commit resolves when the disk has it; those that come while the disk is busy share the
 * next write. What a crash tore is cut off when the store is opened. Events stay on the disk until they are read.
 *
 * A folder belongs to one store of one process at a time.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { IncidentManager } from "nines";
 * import { FileIncidentStore } from "nines/file";
 *
 * const folder = await mkdtemp(join(tmpdir(), "incidents-"));
 * const store = await FileIncidentStore.open(folder);
 * const incidents = new IncidentManager({ store });
 * await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * await store.close();
 *
 * const again = await FileIncidentStore.open(folder);
 * const { title } = await new IncidentManager({ store: again }).get("INC-0001");
 * if (title !== "checkout fails") throw new Error(title);
 * await again.close();
 * ```
 */
export class FileIncidentStore implements IncidentStore {
  readonly #path: string;
  readonly #log: IncidentLog;
  readonly #writer: IncidentWriter;
  /** What was found when it was opened. */
  readonly report: IncidentFileReport;

  private constructor(path: string, opened: OpenedLog, parts: Omit<WriterParts, "log" | "path">) {
    // Who has no compiler cannot see that this is private.
    if ((opened as unknown) === undefined)
      throw invalid([], "write `await FileIncidentStore.open(folder)` instead of `new`");
    const { log, index, report } = opened;
    this.#path = path;
    this.#log = log;
    this.#writer = new IncidentWriter({ ...parts, path, log }, index);
    this.report = report;
  }

  /**
   * Opens the store in `folder`, which is made if it does not exist.
   *
   * @throws AdapterError if the folder is in use, or the log cannot be read, is damaged or has an unknown format
   */
  static async open(folder: string, options: FileIncidentStoreOptions = {}): Promise<FileIncidentStore> {
    const { fileSystem, clock, damaged, compactAtBytes, logger } = checked(folder, options);
    const path = join(folder, LOG);
    try {
      await fileSystem.makeFolder(folder);
      const lock = await FolderLock.take(fileSystem, folder, clock);
      try {
        await sweepAside(fileSystem, folder);
        const asidePath = `${path}.damaged.${String(Math.floor(clock.now()))}`;
        const opened = await openLog(fileSystem, path, damaged, asidePath);
        tell(logger, path, opened.report);
        return new FileIncidentStore(path, opened, { fileSystem, lock, logger, compactAtBytes });
      } catch (error) {
        await lock.release().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      throw failure("open", error);
    }
  }

  async commit(
    changes: readonly IncidentChange[],
    options: CallOptions = {},
  ): Promise<readonly { readonly number: number; readonly version: number }[]> {
    options.signal?.throwIfAborted();
    this.#writer.checkOpen("commit");
    checkChanges(changes);
    if (changes.length === 0) return [];
    return abortable(this.#writer.commit(changes), options.signal);
  }

  async read(number: number, options: CallOptions & { readonly after?: number } = {}): Promise<readonly string[]> {
    const { signal, after = 0 } = options;
    const events = await this.#ask("read", signal, async () => {
      const places = this.#writer.index.places(number, after);
      if (places.length === 0) return [];
      return this.#log.reading((file) => readEvents(file, this.#path, places, after));
    });
    return events.map((event) => event.toString("utf8"));
  }

  async rows({ limit, newestFirst = false, beyond, open, signal }: IncidentPage): Promise<readonly IncidentRow[]> {
    return this.#ask("list", signal, async () => {
      const entries = this.#writer.index.page(Math.min(limit, MOST_ROWS), newestFirst, beyond, open);
      if (entries.length === 0) return [];
      const summaries = await this.#log.reading((file) =>
        readSummaries(
          file,
          this.#path,
          entries.map(({ summary }) => summary),
        ),
      );
      return entries.map(({ summary: _, dueAt, ...row }, index) => ({
        ...row,
        ...(dueAt === undefined ? {} : { dueAt }),
        summary: (summaries[index] as Buffer).toString("utf8"),
      }));
    });
  }

  async due(at: number, limit: number, options: CallOptions = {}): Promise<readonly number[]> {
    return this.#ask("list", options.signal, async () => this.#writer.index.due(at, limit));
  }

  async holderOf(key: string, options: CallOptions = {}): Promise<number | undefined> {
    return this.#ask("read", options.signal, async () => this.#writer.index.claims.get(key));
  }

  /**
   * Writes the log anew without what is superseded; commits go on meanwhile. The store does so by itself when it is worth it.
   *
   * @throws AdapterError if that fails; the log is then as it was
   */
  async compact(options: CallOptions = {}): Promise<void> {
    await this.#ask("compact", options.signal, () => this.#writer.compact());
  }

  /** Waits for the commits that were asked for, and lets go of the folder. Where that fails it can be asked again. */
  async close(): Promise<void> {
    try {
      await this.#writer.close();
    } catch (error) {
      throw failure("close", error);
    }
  }

  async #ask<T>(operation: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    this.#writer.checkOpen(operation);
    const asked = work().catch((error: unknown) => {
      throw failure(operation, error);
    });
    return abortable(asked, signal);
  }
}

function checked(folder: string, options: FileIncidentStoreOptions) {
  if (typeof folder !== "string" || folder === "") throw invalid("folder", `${show(folder)} is no path of a folder`);
  checkOptions(options, "FileIncidentStore.open", OPTIONS);
  checkMethods(options.fileSystem, "fileSystem", FILE_SYSTEM_METHODS);
  checkLogger(options.logger);
  checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
  const { fileSystem = nodeFileSystem, clock = systemClock, damaged = "refuse" } = options;
  const { compactAtBytes = COMPACT_AT_BYTES, logger = silentLogger } = options;
  if (!(compactAtBytes >= 1))
    throw invalid("compactAtBytes", `${show(compactAtBytes)} is no number of bytes from 1 up`);
  const found = DAMAGED.find((choice) => choice === damaged);
  if (found === undefined) throw invalid("damaged", `${show(damaged)} is not possible${choices(damaged, DAMAGED)}`);
  return { fileSystem, clock, compactAtBytes, logger: harmless(logger), damaged: found };
}

function tell(logger: Logger, path: string, report: IncidentFileReport): void {
  const { tornBytes, damages, strayCommits, keptAside } = report;
  if (tornBytes > 0) logger.warn("a commit that was not finished was cut off", { path, tornBytes });
  if (keptAside === undefined) return;
  logger.error("a damaged log was kept aside", { path, keptAside, damages: damages.length, strayCommits });
}
