/** Files that the command reads and writes: whole, or not at all. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { readTextFile } from "../adapters/file/text.ts";

import { DocumentError } from "./exit.ts";
import type { Io } from "./io.ts";

/** What the standard input is called. */
export const STDIN = "<stdin>";

/** The text of a file. @throws {@link DocumentError} if it cannot be read */
export async function readText(path: string, io: Io): Promise<string> {
  return readable(path, io, () => readTextFile(path, { signal: io.signal }));
}

/** All of the standard input. @throws {@link DocumentError} if it cannot be read */
export async function readStandardInput(io: Io): Promise<string> {
  return readable(STDIN, io, io.readStdin);
}

async function readable(file: string, { signal }: Io, read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted) throw error;
    const said = error instanceof Error ? error.message : String(error);
    const message = `cannot be read: ${said.replace(`file could not read ${file}: `, "")}`;
    throw new DocumentError([{ file, path: [], message }]);
  }
}

/**
 * Writes a text, with the folders that it needs. It is one step: nothing can come between, so that no half of a file is left
 * behind by whoever ends the command.
 *
 * @throws {@link DocumentError} if it cannot be written
 */
export function writeText(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const isThere = statSync(path, { throwIfNoEntry: false });
    // A device, or a pipe, is not to be replaced.
    if (isThere?.isFile() === false) writeFileSync(path, text);
    else replace(path, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DocumentError([{ file: path, path: [], message: `cannot be written: ${code ?? message}` }]);
  }
}

function replace(path: string, text: string): void {
  const aside = `${path}.${String(process.pid)}.part`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
