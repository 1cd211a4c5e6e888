/** How the incident store says that something failed. */
import { AdapterError, isReliabilityError } from "../../core/errors.ts";
import { messageOfThrown } from "../../core/thrown.ts";
import { isLasting } from "./system-error.ts";

/** What the system said, as an error of the store; an error of nines stays what it is. */
export function failure(operation: string, cause: unknown): Error {
  if (isReliabilityError(cause)) return cause;
  const why = messageOfThrown(cause);
  return new AdapterError(why, { adapter: "incident file", operation, retryable: !isLasting(cause), cause });
}
