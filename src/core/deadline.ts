/** Calls to the outside that always end. */
import type { Clock } from "./clock.ts";
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
}

/**
 * Runs `call` and waits until it settles, `timeoutMs` have passed or `signal` aborts, whichever is first; what it does
 * later is ignored. The signal that it gets aborts in the latter two cases.
 *
 * Rejects with what `call` threw or rejected with, a {@link TimeoutError}, or the signal's reason.
 */
export function withDeadline<T>(
  call: (signal: AbortSignal) => PromiseLike<T> | T,
  options: DeadlineOptions,
): Promise<T> {
  const { clock, timeoutMs, operation, signal } = options;
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const release = (): void => {
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
    };
    const giveUp = (error: Error): void => {
      release();
      reject(error);
      controller.abort(error);
    };
    const onAbort = (): void => {
      giveUp(signal?.reason as Error);
    };
    const stopTimer = clock.schedule(() => {
      giveUp(new TimeoutError(operation, timeoutMs));
    }, timeoutMs);
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort);
    // In a promise's executor, so that what throws at once is a rejection like any other.
    new Promise<T>((done) => {
      done(call(controller.signal));
    }).then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}
