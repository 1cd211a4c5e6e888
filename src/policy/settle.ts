/** Calls to the outside that always end: done, failed, aborted or timed out, and never a throw. */
import type { Clock } from "../core/clock.ts";
import { TimeoutError } from "../core/errors.ts";

/** How a call ended. */
export type Settled = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/**
 * Runs `call` and waits until it settles, `timeoutMs` have passed or `signal` aborts, whichever is first; what it does
 * later is ignored. The signal that it gets aborts in the latter two cases.
 */
export function settle(
  call: (signal: AbortSignal) => Promise<unknown>,
  options: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly operation: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Settled> {
  const { clock, timeoutMs, operation, signal } = options;
  const controller = new AbortController();
  return new Promise((resolve) => {
    const stopTimer = clock.schedule(() => giveUp(new TimeoutError(operation, timeoutMs)), timeoutMs);
    const onAbort = (): void => giveUp(signal?.reason);
    const finish = (outcome: Settled): void => {
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    const giveUp = (error: unknown): void => {
      finish({ ok: false, error });
      controller.abort(error);
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort);
    // In a promise's executor, so that what throws at once is a rejection like any other.
    new Promise((done) => {
      done(call(controller.signal));
    }).then(
      () => finish({ ok: true }),
      (error: unknown) => finish({ ok: false, error }),
    );
  });
}
