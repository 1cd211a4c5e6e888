/** When what was recorded is handed to the histories. */
import type { Clock } from "../core/time/clock.ts";
import type { ElapsedTime } from "./elapsed.ts";
import type { PlanBook } from "./plans.ts";

const SYNC_MS = 1_000;

/**
 * Keeps the plans of a collector in step with time. Between two hand-overs, at most 100 ms, recording costs one
 * comparison here.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #elapsed: ElapsedTime;
  readonly #plans: PlanBook;
  readonly #onReached: (position: number) => void;
  #dueMs = -Infinity;
  #nextSyncMs = -Infinity;

  /** @param onReached - told how far time has come, before anything is recorded there */
  constructor(clock: Clock, elapsed: ElapsedTime, plans: PlanBook, onReached: (position: number) => void) {
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#plans = plans;
    this.#onReached = onReached;
  }

  /** A reading of the monotonic clock, in ms. */
  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** To be called before anything is recorded that ended at this reading of the monotonic clock. */
  reach(monotonicMs: number): void {
    if (monotonicMs >= this.#dueMs) this.#turn(monotonicMs);
  }

  /** Hands over everything; returns the position of now. */
  settle(): number {
    const position = this.#elapsed.now();
    this.#plans.settle(position);
    this.#onReached(position);
    this.#dueMs = -Infinity;
    return position;
  }

  /** Hands over everything on a line that has just got another past. */
  restart(): void {
    this.#plans.due = 0;
    this.settle();
  }

  #turn(monotonicMs: number): void {
    // A reading may have been handed in; one from the future would close steps that have not begun.
    const now = this.#clock.monotonic();
    const reached = Math.min(monotonicMs, now);
    // Both clocks are compared once a second at most: that is how sleeps are noticed.
    if (now >= this.#nextSyncMs) {
      this.#elapsed.now();
      this.#nextSyncMs = now + SYNC_MS;
    }
    // One from the past, however far, belongs to the earliest step that is still open.
    this.#plans.settle(Math.max(this.#elapsed.at(reached), this.#plans.since));
    this.#onReached(this.#plans.since);
    this.#dueMs = this.#elapsed.readingAt(this.#plans.due);
  }
}
