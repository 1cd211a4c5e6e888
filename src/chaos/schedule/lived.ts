/** Which times of the wall clock somebody was awake for: a clock that is set back comes to them again. */

/** Who wakes up later than this does not run what was due, in milliseconds. */
export const LATEST_MS = 60_000;
/** Nobody sleeps longer than this at a time while awake, in milliseconds. */
export const LONGEST_WAIT_MS = 60_000;
/** Each is one time that the clock was set, or that nobody was awake. */
const MOST_STRETCHES = 100;

/** Stretches of time that were lived through. */
export class Lived {
  readonly #stretches: { readonly from: number; until: number }[] = [];

  /** From `now` on somebody is awake. */
  begin(now: number): void {
    this.#add(now, now);
  }

  /** Somebody is awake at `now`, too. Whether the clock was set back since the last time, by more than one would be late. */
  goOn(now: number): boolean {
    const last = this.#stretches.at(-1);
    if (last === undefined || now < last.until - LATEST_MS) {
      this.#add(now, now);
      return last !== undefined;
    }
    // What was due a moment ago was run: it is not too late for it.
    if (now > last.until + LONGEST_WAIT_MS + LATEST_MS) this.#add(now - LATEST_MS, now);
    else last.until = Math.max(last.until, now);
    return false;
  }

  /** Whether somebody was awake at `at` before the clock was set last. */
  has(at: number): boolean {
    const current = this.#stretches.length - 1;
    return this.#stretches.some(({ from, until }, index) => index < current && from <= at && at <= until);
  }

  #add(from: number, until: number): void {
    this.#stretches.push({ from, until });
    if (this.#stretches.length > MOST_STRETCHES) this.#stretches.shift();
  }
}
