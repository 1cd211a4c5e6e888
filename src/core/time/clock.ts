/** The only place that knows what time it is; everything else is told. */

/**
 * Time as nines asks for it. Give a `ManualClock` (from `nines/testing`) in tests.
 */
export interface Clock {
  /** Wall clock, in epoch milliseconds; may step in both directions. */
  now(): number;
  /** Milliseconds since some fixed moment; never runs backwards. Use it for elapsed time. */
  monotonic(): number;
  /**
   * Calls `callback` once after `delayMs`; keeps the process alive only if it is told to. Returns how to cancel it.
   */
  schedule(callback: () => void, delayMs: number, options?: { readonly keepAlive?: boolean }): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs, { keepAlive = false } = {}) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (restMs: number): void => {
      const stageMs = Math.min(restMs, MAX_TIMER_MS);
      timer = setTimeout(() => {
        if (restMs > stageMs) wait(restMs - stageMs);
        else callback();
      }, stageMs);
      // Browsers and some edge runtimes hand out plain numbers.
      if (!keepAlive && typeof timer === "object") timer.unref();
    };
    wait(delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

// A longer delay overflows to 1 ms in every JavaScript engine, so a long one is waited for in stages.
const MAX_TIMER_MS = 2 ** 31 - 1;
