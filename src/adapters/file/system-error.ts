/** Reading what the operating system says. */

/** The code of a system error, such as `ENOENT`; undefined if it is none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What the same call meets again. */
const LASTING = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG", "ELOOP"]);

/** Whether the same call would fail in the same way. */
export function isLasting(error: unknown): boolean {
  return LASTING.has(codeOf(error) ?? "");
}
