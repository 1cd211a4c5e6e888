/** A clock that moves when it is told to. */
import type { Clock } from "./clock.ts";
import { invalid, show } from "../errors.ts";

/**
 * A clock for tests: time passes by {@link advance}, and the wall clock alone steps by {@link stepWall}. Timers fire while
 * time passes, in order.
 *
 * @example
 * ```ts
 * import { ManualClock } from "nines/testing";
 *
 * const clock = new ManualClock(Date.UTC(2026, 0, 1));
 * let rang = false;
 * clock.schedule(() => { rang = true; }, 1_000);
 * clock.advance(1_000);
 * if (!rang) throw new Error("the timer did not fire");
 * ```
 */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  /** `now` is the wall clock's first reading, in epoch milliseconds. */
  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#monotonic + Math.max(0, delayMs), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /**
   * Lets `ms` pass on both clocks; fires the timers that come due, each at its time.
   *
   * @throws `ConfigurationError` if `ms` is negative: only the wall clock steps back
   */
  advance(ms: number): void {
    if (!(ms >= 0 && Number.isFinite(ms))) {
      throw invalid("ms", `${show(ms)} ms cannot pass; write a number from 0, or step the wall clock`);
    }
    const end = this.#monotonic + ms;
    for (let next = this.#nextTimer(end); next !== undefined; next = this.#nextTimer(end)) {
      const timer = next;
      this.#move(Math.max(0, timer.at - this.#monotonic));
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.callback();
    }
    // A timer may have let more time pass than this.
    this.#move(Math.max(0, end - this.#monotonic));
  }

  /** Sets the wall clock ahead (or back, if negative) by `ms`; no time passes. */
  stepWall(ms: number): void {
    this.#now += ms;
  }

  /** How many timers wait. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  #move(ms: number): void {
    this.#monotonic += ms;
    this.#now += ms;
  }

  #nextTimer(end: number): { readonly at: number; readonly callback: () => void } | undefined {
    const due = this.#timers.filter(({ at }) => at <= end);
    return due.reduce<(typeof due)[number] | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
  }
}
