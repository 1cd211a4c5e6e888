/** Text files that the user names. */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";

import { AdapterError } from "../../core/errors.ts";
import type { CallOptions } from "../../ports/store.ts";
import { codeOf } from "./system-error.ts";

const LARGEST_TEXT = 64 * 1024 * 1024;

/** The text of a file of at most 64 MiB. @throws {@link AdapterError} if it cannot be read */
export async function readTextFile(path: string, options: CallOptions = {}): Promise<string> {
  const refuse = (why: string, cause?: unknown): AdapterError =>
    new AdapterError(why, { adapter: "file", operation: `read ${path}`, retryable: false, cause });
  try {
    const { size } = await stat(path);
    if (size <= LARGEST_TEXT) return await readFile(path, { encoding: "utf8", signal: options.signal });
  } catch (error) {
    const code = codeOf(error);
    // Of a relative path it is the folder that people are wrong about.
    const folder = isAbsolute(path) ? "" : `; it was looked for in ${resolve()}`;
    throw refuse(code === "ENOENT" ? `there is no such file${folder}` : (code ?? "it cannot be read"), error);
  }
  throw refuse("it is larger than 64 MiB");
}
