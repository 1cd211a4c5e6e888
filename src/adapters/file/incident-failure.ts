/** How the incident store says that something failed. */
import { AdapterError, isReliabilityError } from "../../core/errors.ts";
import { isLasting } from "./system-error.ts";

/** What the system said, as an error of the store; an error of nines stays what it is. */
export function failure(operation: string, cause: unknown): Error {
  if (isReliabilityError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AdapterError(why, { adapter: "incident file", operation, retryable: !isLasting(cause), cause });
}

/** `promise`, or the signal's reason if that aborts first; what becomes of the work is then nobody's business. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
