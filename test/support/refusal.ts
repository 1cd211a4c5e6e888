import { ConfigurationError } from "../../src/core/errors.ts";

/** The message with which something is refused; throws if it is not, or by another error than a ConfigurationError. */
export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}
