/** Calls to the outside that always end. */
import { onAbort } from "./abort.ts";
import type { Clock } from "./time/clock.ts";
import { TimeoutError } from "./errors.ts";

/** How long a call may take, and who may end it sooner. */
export interface DeadlineOptions {
  readonly clock: Clock;
  /** The limit, in milliseconds. */
  readonly timeoutMs: number;
  /** What was asked, for the error. */
  readonly operation: string;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process stays alive until then; it does unless told: whoever waits is to hear that nothing came. */
  readonly keepAlive?: boolean | undefined;
}

/**
 * Runs `call` and waits until it settles, `timeoutMs` have passed or `signal` aborts, whichever is first; what it does
 * later is ignored. The signal that it gets aborts in the latter two cases.
 *
 * Rejects with what `call` threw or rejected with, a {@link TimeoutError}, or the signal's reason.
 */
export async function withDeadline<T>(
  call: (signal: AbortSignal) => PromiseLike<T> | T,
  options: DeadlineOptions,
): Promise<T> {
  const { clock, timeoutMs, operation, signal, keepAlive = true } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let release = (): void => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    const giveUp = (error: Error): void => {
      reject(error);
      controller.abort(error);
    };
    const late = (): void => {
      giveUp(new TimeoutError(operation, timeoutMs));
    };
    const stopTimer = clock.schedule(late, timeoutMs, { keepAlive });
    const stopListening = onAbort(signal, () => {
      giveUp(signal?.reason as Error);
    });
    release = (): void => {
      stopTimer();
      stopListening();
    };
  });
  try {
    // In a promise's executor, so that what throws at once is a rejection like any other.
    const settled = new Promise<T>((resolve) => {
      resolve(call(controller.signal));
    });
    return await Promise.race([settled, givenUp]);
  } finally {
    release();
  }
}
