/** Counts at instants that are asked for again and again: the edges of exclusions and of calendar periods. */
import type { ElapsedTime } from "./elapsed.ts";
import type { CountsAt, SliHistory } from "./history.ts";

/** The counts before one instant. */
export interface CountsBefore {
  /** In epoch milliseconds. */
  readonly at: number;
  /** Where that lay on the line of watched time. */
  readonly position: number;
  readonly good: number;
  readonly total: number;
}

/** Beyond this many the oldest are forgotten. */
export const MOST_INSTANTS = 2_000;
/** Where an instant lies elsewhere by more than this share of its age, the clock was wrong as it passed. */
const MOVED = 0.01;
const LEAST_MOVED_MS = 1_000;

/** Where the wall clock and the line of watched time are. */
export interface Now {
  readonly elapsed: Pick<ElapsedTime, "position">;
  /** On the line. */
  readonly position: number;
  /** In epoch milliseconds. */
  readonly wall: number;
}

/**
 * A history forgets, as time goes by, where within its steps something came. What is asked for by a fixed instant would change
 * with that; so the counts at such instants are written down as they pass.
 */
export class Instants {
  readonly #history: SliHistory;
  readonly #asked = new Set<number>();
  /** In order. */
  #known: CountsBefore[] = [];
  #wall = -Infinity;
  readonly #scratch: CountsAt = { good: 0, total: 0, position: 0, slackMs: 0 };

  constructor(history: SliHistory) {
    this.#history = history;
  }

  /** Keeps the counts before each of these from now on. */
  keep(instants: readonly number[]): void {
    for (const at of instants) this.#asked.add(at);
    if (this.#asked.size <= MOST_INSTANTS) return;
    const latest = [...this.#asked].sort((one, other) => one - other).slice(-MOST_INSTANTS);
    this.#asked.clear();
    for (const at of latest) this.#asked.add(at);
    this.#known = this.#known.filter(({ at }) => this.#asked.has(at));
  }

  /** Writes down what has passed since the last call, and sees to it that what lies ahead is written down as it passes. */
  advance({ elapsed, position, wall }: Now): void {
    this.#wall = wall;
    if (this.#asked.size === 0) return;
    const ahead: number[] = [];
    for (const at of this.#asked) {
      // By a clock that was ahead and is set right, what is ahead may be known: it passes again.
      if (at > wall) ahead.push(at);
      else this.#look(at, wall - at, elapsed.position(position, wall - at), position);
    }
    const passing = ahead.map((at) => {
      const then = position + (at - wall);
      const passed = (good: number, total: number): void => {
        this.#write({ at, position: then, good, total });
      };
      return { position: then, passed };
    });
    this.#history.expect(passing.sort((one, other) => one.position - other.position));
  }

  /** Puts right what a history says of the counts before `at`: they are known, or between those before and after that are. */
  correct(at: number, counts: CountsAt): void {
    const next = this.#placeOf(at);
    const [before, after] = [this.#known[next - 1], this.#known[next]];
    let [good, bad] = [counts.good, counts.total - counts.good];
    if (after?.at === at) {
      [good, bad] = [after.good, after.total - after.good];
      counts.slackMs = 0;
    } else if (after !== undefined && after.at <= this.#wall) {
      [good, bad] = [Math.min(good, after.good), Math.min(bad, after.total - after.good)];
    }
    if (before !== undefined) [good, bad] = [Math.max(good, before.good), Math.max(bad, before.total - before.good)];
    counts.good = good;
    counts.total = good + bad;
  }

  /** What a restart needs to go on. */
  save(): readonly CountsBefore[] {
    return this.#known.filter(({ at }) => at <= this.#wall);
  }

  /** Takes over what was saved, in place of what was written down since. */
  restore(saved: readonly CountsBefore[]): void {
    this.#known = [...saved];
    this.keep(saved.map(({ at }) => at));
  }

  #look(at: number, ageMs: number, then: number, now: number): void {
    const place = this.#placeOf(at);
    const known = this.#known[place]?.at === at ? this.#known[place] : undefined;
    if (known !== undefined) {
      if (Math.abs(known.position - then) <= Math.max(LEAST_MOVED_MS, MOVED * ageMs)) return;
      this.#known.splice(place, 1);
    }
    this.#history.at(then, now, this.#scratch);
    this.correct(at, this.#scratch);
    const { good, total } = this.#scratch;
    this.#write({ at, position: then, good, total });
  }

  #write(counts: CountsBefore): void {
    const place = this.#placeOf(counts.at);
    this.#known.splice(place, this.#known[place]?.at === counts.at ? 1 : 0, counts);
  }

  /** The first that is at `at` or later. */
  #placeOf(at: number): number {
    let [low, high] = [0, this.#known.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#known[middle] as CountsBefore).at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
