/** The counts behind an SLO, worked out from a plain list of all that ever happened. */

/** An event as it happened. */
export interface Happened {
  /** Ms of watched time at which it ended, as told. */
  readonly at: number;
  readonly operation: string | undefined;
  readonly method: string;
  readonly route: string;
  readonly code: number;
  readonly seconds: number;
  readonly failed: boolean | undefined;
}

/** An SLO as a question about one event: good, bad, or not counted. */
export type Question = (event: Happened) => boolean | undefined;

/** A stretch of watched time, on the tenths of a second. */
export interface Stretch {
  readonly from: number;
  /** Undefined is now, and includes all. */
  readonly to: number | undefined;
}

/** Good and total. */
export interface Tally {
  readonly good: number;
  readonly total: number;
}

/** Remembers every event, and every gap in which nobody watched. */
export class EventList {
  readonly #events: Happened[] = [];
  readonly #gaps: { readonly at: number; readonly ms: number }[] = [];
  /** Watched time until now. */
  now = 0;
  /** Whatever came in is no older than what was seen before it. */
  #seen = 0;

  /** Somebody looked, or something was recorded: what comes later cannot be earlier. */
  look(at: number = this.now): void {
    this.#seen = Math.max(this.#seen, Math.min(at, this.now));
  }

  add(event: Happened): void {
    this.look(event.at);
    this.#events.push({ ...event, at: this.#seen });
  }

  gap(ms: number): void {
    this.#gaps.push({ at: this.now, ms });
  }

  /** How long ago, by the wall clock, the watched time was `position`. */
  age(position: number): number {
    const unwatched = this.#gaps.reduce((sum, { at, ms }) => (at > position ? sum + ms : sum), 0);
    return this.now - position + unwatched;
  }

  /** Counted one by one. */
  tally(question: Question, { from, to = Infinity }: Stretch): Tally {
    const answers = this.#events
      .filter(({ at }) => at >= from && at < to)
      .map(question)
      .filter((answer) => answer !== undefined);
    return { good: answers.filter(Boolean).length, total: answers.length };
  }

  /** Slices of watched time that ended by now, the last ms of which lies inside; good with so many events or more. */
  slices(question: Question, sliceMs: number, fewest: number, { from, to = Infinity }: Stretch): Tally {
    const events = this.#events.filter((event) => question(event) !== undefined);
    let [good, total] = [0, 0];
    for (let start = 0; start + sliceMs <= this.now; start += sliceMs) {
      const last = start + sliceMs - 1;
      if (last < from || last >= to) continue;
      total += 1;
      if (events.filter(({ at }) => at >= start && at < start + sliceMs).length >= fewest) good += 1;
    }
    return { good, total };
  }
}
