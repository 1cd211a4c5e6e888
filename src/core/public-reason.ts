/** What of an error may be shown to people who did not cause it. */
import { isReliabilityError } from "./errors.ts";

/** Our own words, but no foreign message: that may hold an address or a secret. */
export function publicReason(error: unknown): string {
  if (isReliabilityError(error)) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code === "string") return code;
  return error instanceof Error ? error.name : "it failed";
}
