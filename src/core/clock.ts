/** The only place that knows what time it is; everything else is told. */

/**
 * Time as nines asks for it. Give a `ManualClock` (from `nines/testing`) in tests.
 */
export interface Clock {
  /** Wall clock, in epoch milliseconds; may step in both directions. */
  now(): number;
  /** Milliseconds since some fixed moment; never runs backwards. Use it for elapsed time. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`; never keeps the process alive. Returns how to cancel it. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    // Browsers and some edge runtimes hand out plain numbers.
    if (typeof timer === "object") timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

// A longer delay overflows to 1 ms in every JavaScript engine; waking early is harmless, waking always is not.
const MAX_TIMER_MS = 2 ** 31 - 1;
