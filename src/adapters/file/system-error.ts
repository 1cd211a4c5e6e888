/** Reading what the operating system says. */

/** The code of a system error, such as `ENOENT`; undefined if it is none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
