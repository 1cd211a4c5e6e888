/** Calls to a store: they always end, and what fails says so in our words. */
import { firstOf } from "./abort.ts";
import type { Clock } from "./time/clock.ts";
import { withDeadline } from "./deadline.ts";
import { AdapterError, isReliabilityError, show } from "./errors.ts";
import { isDeeperThan } from "./json-depth.ts";
import { isError, kindOfThrown, nameOfThrown } from "./thrown.ts";

/** Whom, what, and how long it may take. */
export interface AskOptions {
  readonly clock: Clock;
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** What is asked, such as `incident store`. */
  readonly adapter: string;
  /** What for, such as `commit`. */
  readonly operation: string;
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process stays alive until it is answered, or not in time; it does unless told. */
  readonly keepAlive?: boolean | undefined;
}

/**
 * Asks a store. Whoever gives up is told what came of it, by the store, as long as that answers in time: it may be kept by
 * then.
 *
 * Rejects with the signal's reason, a {@link TimeoutError}, an error of nines as it is, or an {@link AdapterError} that
 * holds no foreign message but as its cause.
 */
export async function askStore<T>(
  call: (options: { readonly signal: AbortSignal }) => Promise<T>,
  { clock, timeoutMs, adapter, operation, signal, keepAlive }: AskOptions,
): Promise<T> {
  let release = (): void => undefined;
  const within = (deadline: AbortSignal): Promise<T> => {
    if (signal === undefined) return call({ signal: deadline });
    const either = firstOf(signal, deadline);
    ({ release } = either);
    return call({ signal: either.signal });
  };
  try {
    return await withDeadline(within, { clock, timeoutMs, operation: `the ${adapter}'s ${operation}`, keepAlive });
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) throw error;
    if (isReliabilityError(error) || (isError(error) && nameOfThrown(error) === "AbortError")) throw error;
    // A foreign message may hold anything; the cause has it.
    throw new AdapterError(`it failed with ${kindOfThrown(error)}`, {
      adapter,
      operation,
      retryable: true,
      cause: error,
    });
  } finally {
    release();
  }
}

/** Lists and mappings inside each other that a store keeps: whoever looks at all of them calls itself as often. */
export const DEEPEST_KEPT = 500;

/** What is in a line of JSON that must be a mapping; `fail` says what went wrong. */
export function readMapping(text: string, what: string, fail: (message: string, cause?: unknown) => Error): object {
  // A store of somebody's own may answer anything.
  if (typeof text !== "string") throw fail(`${what} is ${show(text)}, not a text`);
  if (isDeeperThan(text, DEEPEST_KEPT)) {
    throw fail(`${what} is more than ${String(DEEPEST_KEPT)} lists and mappings deep`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw fail(`${what} is not JSON`, cause);
  }
  if (typeof parsed !== "object" || parsed === null) throw fail(`${what} is ${show(parsed)}, not a mapping`);
  return parsed;
}
