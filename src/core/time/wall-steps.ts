/** How the clock on the wall is set while somebody looks. */
import type { Clock } from "./clock.ts";

/** Less than this is drift. */
const SMALLEST_MS = 1_000;

/** Compares the wall clock with the monotonic one, which nobody sets. A machine that slept looks like a clock that was set ahead. */
export class WallSteps {
  readonly #clock: Clock;
  #wall: number;
  #monotonic: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
  }

  /** By how many milliseconds the clock was set since the last look, or since this was made: negative if back, 0 if it was not. */
  look(): number {
    const [wall, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const stepped = wall - this.#wall - (monotonic - this.#monotonic);
    this.#wall = wall;
    this.#monotonic = monotonic;
    return Math.abs(stepped) < SMALLEST_MS ? 0 : stepped;
  }
}
