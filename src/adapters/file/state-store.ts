/** State in a folder of files. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { AdapterError, invalid, show } from "../../core/errors.ts";
import type { CallOptions, StateStore } from "../../ports/store.ts";
import { codeOf } from "./system-error.ts";

const ASIDE = /\.json\.[0-9a-f-]{36}\.writing$/;
/** A file aside that is older was left by a process that died. */
const LEFT_BEHIND_MS = 600_000;
/** What the same call meets again. */
const LASTING = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG", "ELOOP"]);

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
  #saves: Promise<unknown> = Promise.resolve();
  #swept = false;

  /** `folder` is made at the first save if it does not exist. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(key: string, options: CallOptions = {}): Promise<string | undefined> {
    const file = this.#file(key);
    try {
      return await readFile(file, { encoding: "utf8", signal: options.signal });
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
    await mkdir(this.#folder, { recursive: true });
    await this.#sweep();
    // A name of its own: another process, even one with the same id in its container, may be saving the same document.
    const aside = `${file}.${randomUUID()}.writing`;
    try {
      await writeSynced(aside, document, signal);
      await rename(aside, file);
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.#folder);
  }

  /** Removes, once, what processes that were killed have left behind. */
  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      if (ASIDE.test(name) && (await isLeftBehind(path))) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  #file(key: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key)) {
      throw invalid("key", `${show(key)} cannot name a file; letters, digits, point, dash and underscore, at most 100`);
    }
    return join(this.#folder, `${key}.json`);
  }
}

async function writeSynced(path: string, text: string, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(text, { encoding: "utf8", signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isLeftBehind(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > LEFT_BEHIND_MS;
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the rename itself is durable.
  const handle = await open(folder, "r").catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function failure(operation: string, key: string, cause: unknown): AdapterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AdapterError(`the document ${show(key)}: ${why}`, {
    adapter: "file store",
    operation,
    retryable: !LASTING.has(codeOf(cause) ?? ""),
    cause,
  });
}
