/** What of an error may be shown to people who did not cause it. */
import { isReliabilityError } from "./errors.ts";
import { knownCodeOf } from "./thrown.ts";

/** Our own words, but no foreign message: that may hold an address or a secret. Never throws, whatever it is given. */
export function publicReason(error: unknown): string {
  try {
    if (isReliabilityError(error)) return error.message;
    // Node's fetch fails with a TypeError, whose cause knows why.
    return (
      codeOf(error) ??
      codeOf(error instanceof Error ? error.cause : undefined) ??
      knownCodeOf(error) ??
      nameOf(error) ??
      OTHERWISE
    );
  } catch {
    // Errors may be anything, and so may be what is asked of them.
    return OTHERWISE;
  }
}

const OTHERWISE = "it failed";
const MOST_CHARACTERS = 100;

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? shortText(error.code) : undefined;
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? shortText(error.name) : undefined;
}

function shortText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= MOST_CHARACTERS ? value : undefined;
}
