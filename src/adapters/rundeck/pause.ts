/** Waits that can be cut short. */
import type { Clock } from "../../core/clock.ts";

/** Resolves after `delayMs`, or when `signal` aborts. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(done, delayMs);
    signal?.addEventListener("abort", done);
  });
}

/** Waits that grow: from half a second to five. */
export class BackOff {
  #nextMs = FIRST_MS;

  /** How long to wait now. */
  next(): number {
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(waitMs * 1.5, LONGEST_MS);
    return waitMs;
  }

  reset(): void {
    this.#nextMs = FIRST_MS;
  }
}

const FIRST_MS = 500;
const LONGEST_MS = 5_000;
