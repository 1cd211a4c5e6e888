/** Counts the timers that are set in each second. */
import type { Clock } from "../../../src/core/time/clock.ts";

const SECOND_MS = 1_000;

/** A clock that counts what is scheduled, and takes no time that is none. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  #second = -1;
  #count = 0;
  mostInASecond = 0;
  /** How many timers wait. */
  pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(callback: () => void, delayMs: number, options?: { readonly keepAlive?: boolean }): () => void {
    if (!(delayMs >= 0 && delayMs < Infinity)) throw new Error(`a timer of ${String(delayMs)} ms`);
    const second = Math.floor(this.#clock.monotonic() / SECOND_MS);
    if (second !== this.#second) this.#count = 0;
    this.#second = second;
    this.#count += 1;
    this.mostInASecond = Math.max(this.mostInASecond, this.#count);
    this.pending += 1;
    let waits = true;
    const over = (): void => {
      if (waits) this.pending -= 1;
      waits = false;
    };
    const cancel = this.#clock.schedule(
      () => {
        over();
        callback();
      },
      delayMs,
      options,
    );
    return () => {
      over();
      cancel();
    };
  }
}
