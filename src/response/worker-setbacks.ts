/** Incidents that could not be attended to lately. */
import type { Clock } from "../core/time/clock.ts";

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
const MOST = 10_000;

/** Holds an incident back for a while after each failure, longer each time, so that one that cannot be read fills no log. */
export class Setbacks {
  readonly #clock: Clock;
  readonly #held = new Map<string, { readonly failures: number; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether `id` is to be left alone for now. */
  holdsBack(id: string): boolean {
    return this.#clock.monotonic() < (this.#held.get(id)?.until ?? -Infinity);
  }

  /** It failed. */
  add(id: string): void {
    const failures = (this.#held.get(id)?.failures ?? 0) + 1;
    const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
    this.#held.delete(id);
    this.#held.set(id, { failures, until: this.#clock.monotonic() + waitMs });
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST && oldest !== undefined) this.#held.delete(oldest);
  }

  /** It went well. */
  forget(id: string): void {
    this.#held.delete(id);
  }
}
