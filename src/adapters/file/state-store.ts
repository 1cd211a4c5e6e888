/** State in a folder of files. */
import { isUtf8 } from "node:buffer";
import { join } from "node:path";

import { AdapterError, invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { messageOfThrown } from "../../core/thrown.ts";
import type { FileSystem, OpenFile } from "../../ports/file-system.ts";
import type { CallOptions, StateStore } from "../../ports/store.ts";
import { readWhole, replaceFile, systemError, writeAll } from "./bytes.ts";
import { FILE_SYSTEM_METHODS, nodeFileSystem } from "./node-file-system.ts";
import { codeOf, isLasting } from "./system-error.ts";

/** How a {@link FileStateStore} works. */
export interface FileStateStoreOptions {
  /** The machine's own unless told. */
  readonly fileSystem?: FileSystem;
}

const ASIDE = /\.json\.[0-9a-f-]{36}\.writing$/;
/** A file aside that is older was left by a process that died. */
const LEFT_BEHIND_MS = 600_000;
/** Between two of them it can be aborted. */
const PIECE = 1024 * 1024;

/**
 * A {@link StateStore} that keeps each document in a file of its own. A document is written aside, synced and renamed, and
 * the folder is synced too: after a crash or a power cut it is the old one or the new one, whole.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { FileStateStore } from "nines/file";
 *
 * const store = new FileStateStore(await mkdtemp(join(tmpdir(), "state-")));
 * await store.save("slis", "{}");
 * if ((await store.load("slis")) !== "{}") throw new Error("not kept");
 * ```
 */
export class FileStateStore implements StateStore {
  readonly #folder: string;
  readonly #fileSystem: FileSystem;
  #saves: Promise<unknown> = Promise.resolve();
  #swept = false;

  /** `folder` is made at the first save if it does not exist. */
  constructor(folder: string, options: FileStateStoreOptions = {}) {
    checkOptions(options, "FileStateStore", ["fileSystem"]);
    checkMethods(options.fileSystem, "fileSystem", FILE_SYSTEM_METHODS);
    if (typeof (folder as unknown) !== "string" || folder === "")
      throw invalid("folder", `${show(folder)} is no folder`);
    this.#folder = folder;
    this.#fileSystem = options.fileSystem ?? nodeFileSystem;
  }

  async load(key: string, options: CallOptions = {}): Promise<string | undefined> {
    const path = this.#file(key);
    try {
      const file = await this.#fileSystem.open(path, "read");
      try {
        return decoded(await readWhole(file, options.signal));
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw failure("load", key, error);
    }
  }

  async save(key: string, document: string, options: CallOptions = {}): Promise<void> {
    const file = this.#file(key);
    // One after the other, so that the save that was asked for last is the one that stays.
    const turn = this.#saves.then(() => this.#write(file, document, options));
    this.#saves = turn.catch(() => undefined);
    await turn.catch((error: unknown) => {
      throw failure("save", key, error);
    });
  }

  async #write(file: string, document: string, { signal }: CallOptions): Promise<void> {
    signal?.throwIfAborted();
    await this.#fileSystem.makeFolder(this.#folder);
    await this.#sweep();
    const bytes = Buffer.from(document);
    const written = await replaceFile(this.#fileSystem, file, (aside) => writePieces(aside, bytes, signal));
    await written.close();
  }

  /** Removes, once, what processes that were killed have left behind. */
  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    for (const name of await this.#fileSystem.list(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      if (!ASIDE.test(name)) continue;
      const facts = await this.#fileSystem.stat(path).catch(() => undefined);
      const isLeftBehind = facts !== undefined && Date.now() - facts.modifiedAt > LEFT_BEHIND_MS;
      if (isLeftBehind) await this.#fileSystem.remove(path).catch(() => undefined);
    }
  }

  #file(key: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key)) {
      throw invalid("key", `${show(key)} cannot name a file; letters, digits, point, dash and underscore, at most 100`);
    }
    return join(this.#folder, `${key}.json`);
  }
}

/** What was saved is UTF-8; replaced, a broken letter would be a name of something else. */
function decoded(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw systemError("EILSEQ", "it is damaged: its bytes are not UTF-8");
}

async function writePieces(file: OpenFile, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    signal?.throwIfAborted();
    await writeAll(file, at, bytes.subarray(at, at + PIECE));
  }
}

function failure(operation: string, key: string, cause: unknown): AdapterError {
  const why = messageOfThrown(cause);
  return new AdapterError(`the document ${show(key)}: ${why}`, {
    adapter: "file store",
    operation,
    retryable: !isLasting(cause),
    cause,
  });
}
