/** State in a folder of files. */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { AdapterError, invalid, show } from "../../core/errors.ts";
import type { CallOptions, StateStore } from "../../ports/store.ts";
import { codeOf } from "./system-error.ts";

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

  /** `folder` is made at the first save if it does not exist. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(key: string, options: CallOptions = {}): Promise<string | undefined> {
    try {
      return await readFile(this.#file(key), { encoding: "utf8", signal: options.signal });
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw failure("load", key, error);
    }
  }

  async save(key: string, document: string, options: CallOptions = {}): Promise<void> {
    const file = this.#file(key);
    // One after the other: two saves of one key must not write into the same file aside.
    const turn = this.#saves.then(() => this.#write(file, document, options));
    this.#saves = turn.catch(() => undefined);
    await turn.catch((error: unknown) => {
      throw failure("save", key, error);
    });
  }

  async #write(file: string, document: string, { signal }: CallOptions): Promise<void> {
    signal?.throwIfAborted();
    await mkdir(this.#folder, { recursive: true });
    const aside = `${file}.writing`;
    const handle = await open(aside, "w");
    try {
      await handle.writeFile(document, { encoding: "utf8", signal });
      await handle.sync();
    } catch (error) {
      await handle.close();
      await rm(aside, { force: true });
      throw error;
    }
    await handle.close();
    await rename(aside, file);
    await syncFolder(this.#folder);
  }

  #file(key: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key)) {
      throw invalid("key", `${show(key)} cannot name a file; letters, digits, point, dash and underscore, at most 100`);
    }
    return join(this.#folder, `${key}.json`);
  }
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
  const code = codeOf(cause);
  return new AdapterError(`the document ${show(key)}${code === undefined ? "" : ` (${code})`}`, {
    adapter: "file store",
    operation,
    retryable: code !== "EACCES" && code !== "EROFS" && code !== "ENOTDIR",
    cause,
  });
}
