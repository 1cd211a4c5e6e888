/** What has no history of its own, remembered: the latest readings, thinned out as they grow old. */

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

  /** Adds what was read at `at`, unless the last one was read just before. Times that go back begin anew. */
  add(at: number, reading: Reading): void {
    const last = this.#readings.at(-1);
    if (last !== undefined && at < last.at) this.#readings.length = 0;
    else if (last !== undefined && at - last.at < this.#everyMs) return;
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
