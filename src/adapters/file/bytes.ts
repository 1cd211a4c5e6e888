/** Reading and writing all of the bytes, where a system call may take or bring only some of them. */
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";

import { show } from "../../core/errors.ts";
import type { FileSystem, OpenFile } from "../../ports/file-system.ts";

const PIECE = 1024 * 1024;

/** Writes all of `bytes` at `position`. */
export async function writeAll(file: OpenFile, position: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const taken = await file.write(position + written, written === 0 ? bytes : bytes.subarray(written));
    // A disk that takes nothing and does not say why would be asked for ever.
    if (!(taken > 0 && taken <= bytes.length - written))
      throw systemError("EIO", `${show(taken)} bytes are said to be written`);
    written += taken;
  }
}

/** Fills `into` from `position` on, or as far as the file goes; how many bytes came. */
export async function readFully(file: OpenFile, position: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const came = await file.read(position + filled, filled === 0 ? into : into.subarray(filled));
    if (!(came >= 0 && came <= into.length - filled))
      throw systemError("EIO", `${show(came)} bytes are said to be read`);
    if (came === 0) break;
    filled += came;
  }
  return filled;
}

/** All the bytes of a file. */
export async function readWhole(file: OpenFile, signal: AbortSignal | undefined): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(await file.size());
  let filled = 0;
  while (filled < bytes.length) {
    signal?.throwIfAborted();
    const came = await readFully(file, filled, bytes.subarray(filled, filled + PIECE));
    if (came === 0) break;
    filled += came;
  }
  return bytes.subarray(0, filled);
}

/** Copies the first `length` bytes. */
export async function copyBytes(from: OpenFile, to: OpenFile, length: number): Promise<void> {
  const piece = Buffer.allocUnsafe(Math.min(PIECE, length));
  for (let position = 0; position < length;) {
    const came = await readFully(from, position, piece.subarray(0, Math.min(PIECE, length - position)));
    if (came === 0) throw systemError("EIO", `the file ends after ${String(position)} bytes of ${String(length)}`);
    await writeAll(to, position, piece.subarray(0, came));
    position += came;
  }
}

/** What a path has while its new content is being written aside: nobody else's, even in another container. */
export function asideOf(path: string): string {
  return `${path}.${randomUUID()}.writing`;
}

/**
 * Puts a file in the place of the one at `path`, so that whatever happens it is the old one or the new one, whole: `write`
 * writes it aside, then it is synced, renamed, and the folder synced. The file stays open, for whoever wants to go on.
 */
export async function replaceFile(
  fileSystem: FileSystem,
  path: string,
  write: (aside: OpenFile) => Promise<void>,
): Promise<OpenFile> {
  const aside = asideOf(path);
  const file = await fileSystem.open(aside, "create");
  try {
    await write(file);
    await file.datasync();
    await fileSystem.rename(aside, path);
    await fileSystem.syncFolder(dirname(path));
    return file;
  } catch (error) {
    await Promise.allSettled([tried(() => file.close()), tried(() => fileSystem.remove(aside))]);
    throw error;
  }
}

/** A disk of somebody's own may throw where it should reject. */
export async function tried<T>(call: () => PromiseLike<T> | T): Promise<T> {
  return call();
}

/** An error such as the system's own. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
