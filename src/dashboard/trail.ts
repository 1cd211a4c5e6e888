/** What has no history of its own, remembered: the latest readings, thinned out as they grow old. */

/** Nothing is later. */
const LATE_MS = 5 * 60_000;

/** Readings in order, bounded in number. */
export class Trail<Reading> {
  readonly #readings: { readonly at: number; readonly reading: Reading }[] = [];
  readonly #most: number;
  #everyMs: number;

  /**
   * @param most - readings that are kept; when there are so many every second one goes, and new ones come half as often
   * @param everyMs - no two are closer, in milliseconds
   */
  constructor(most: number, everyMs: number) {
    this.#most = most;
    this.#everyMs = everyMs;
  }

  /** Adds what was read at `at`, unless the last one was read just before. An answer that was late is left out; a clock that was set back begins anew. */
  add(at: number, reading: Reading): void {
    const last = this.#readings.at(-1);
    const sinceMs = last === undefined ? Infinity : at - last.at;
    if (sinceMs < -LATE_MS) this.#readings.length = 0;
    else if (sinceMs < this.#everyMs) return;
    this.#readings.push({ at, reading });
    if (this.#readings.length <= this.#most) return;
    const kept = this.#readings.filter((_, index) => index % 2 === 0);
    this.#readings.splice(0, this.#readings.length, ...kept);
    this.#everyMs *= 2;
  }

  /** All that are kept, in order. */
  all(): readonly { readonly at: number; readonly reading: Reading }[] {
    return [...this.#readings];
  }
}
