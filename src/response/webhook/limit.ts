/** How many requests are taken in. */
import type { Clock } from "../../core/time/clock.ts";

/** A bucket of tokens that fills by itself. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = clock.monotonic();
  }

  /** How many seconds to wait; 0 if it is its turn. */
  take(): number {
    const at = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((at - this.#at) / 1_000) * this.#perSecond);
    this.#at = at;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perSecond;
    this.#tokens -= 1;
    return 0;
  }
}
