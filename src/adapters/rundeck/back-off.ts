/** How long to wait before asking again. */

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
