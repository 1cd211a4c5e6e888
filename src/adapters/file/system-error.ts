/** Reading what the operating system says. */
import { isError } from "../../core/thrown.ts";

/** The code of a system error, such as `ENOENT`; undefined if it is none. */
export function codeOf(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  try {
    return "code" in error && typeof error.code === "string" ? error.code : undefined;
  } catch {
    return undefined;
  }
}

/** What the same call meets again. */
const LASTING = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG", "ELOOP", "EILSEQ"]);

/** Whether the same call would fail in the same way. */
export function isLasting(error: unknown): boolean {
  return LASTING.has(codeOf(error) ?? "");
}
