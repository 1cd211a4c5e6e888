/** Time slices: a stretch is good if it saw enough requests. */
import type { SliHistory } from "./history.ts";

/** A slice counter as it is saved. */
export interface SliceState {
  readonly count: number;
  readonly end: number;
}

/** Cuts watched time into slices and records each as one event: good if it held the floor. An idle slice is a bad one. */
export class SliceCounter {
  readonly #history: SliHistory;
  readonly #sliceMs: number;
  readonly #floor: number;
  readonly #mostSlices: number;
  #count = 0;
  #end: number;

  /** `floorPerSecond` requests a second are to be held in each slice; `longestMs` bounds what is looked back at. */
  constructor(history: SliHistory, options: { sliceMs: number; floorPerSecond: number; longestMs: number }) {
    this.#history = history;
    this.#sliceMs = options.sliceMs;
    this.#floor = (options.floorPerSecond * options.sliceMs) / 1_000;
    this.#mostSlices = Math.ceil(options.longestMs / options.sliceMs) + 1;
    this.#end = options.sliceMs;
  }

  /** Counts `count` events at `position`. */
  add(position: number, count: number): void {
    if (position >= this.#end) this.advance(position);
    this.#count += count;
  }

  /** Position at which the slice that is being counted ends. */
  get end(): number {
    return this.#end;
  }

  /** Closes the slices that ended at or before `position`. */
  advance(position: number): void {
    const ended = Math.floor((position - this.#end) / this.#sliceMs) + 1;
    // Slices older than the window can never be asked for; a week of idling must not cost a week's slices.
    const skipped = Math.max(0, ended - this.#mostSlices);
    for (let slice = 0; slice < ended - skipped; slice += 1) {
      // A slice belongs to its own time, not to the instant at which the next begins.
      const lastInstant = this.#end + (slice === 0 ? 0 : skipped * this.#sliceMs) - 1;
      this.#history.add(lastInstant, this.#count >= this.#floor ? 1 : 0, 1);
      this.#count = 0;
      this.#end += this.#sliceMs;
    }
    this.#end += skipped * this.#sliceMs;
  }

  /** Begins the first slice at `position`. */
  startAt(position: number): void {
    this.#end = position + this.#sliceMs;
  }

  /** What a restart needs to go on. */
  save(): SliceState {
    return { count: this.#count, end: this.#end };
  }

  /** Goes on from a saved state. */
  restore(state: SliceState): void {
    this.#count += state.count;
    this.#end = state.end;
  }
}
