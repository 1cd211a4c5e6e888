/** What is said where something is refused. */
import { ConfigurationError } from "../../src/core/errors.ts";

/** The whole message; empty if nothing is refused. */
export function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
}
