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

/** Beyond this many that have passed the oldest are forgotten. */
export const MOST_INSTANTS = 2_000;
/** So many are waited for at once. */
const MOST_EXPECTED = 100;
/** Where an instant lies elsewhere by more than this share of its age, the clock was wrong as it passed. */
const MOVED = 0.01;
const LEAST_MOVED_MS = 1_000;

/** The wall clock has drifted from the line by so much before what lies ahead is reckoned anew. */
const DRIFT_MS = 50;

/** Where the wall clock and the line of watched time are. */
export interface Now {
  readonly elapsed: Pick<ElapsedTime, "position" | "version">;
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
  /** In order; those ahead of the wall clock too, if it was further on as they were written down. */
  #known: CountsBefore[] = [];
  /** Asked for, and not looked at yet. */
  #fresh: number[] = [];
  /** Ahead of the wall clock, in order. */
  #ahead: number[] = [];
  #version = -1;
  #drift = 0;
  #wall = -Infinity;
  readonly #scratch: CountsAt = { good: 0, total: 0, position: 0, slackMs: 0 };

  constructor(history: SliHistory) {
    this.#history = history;
  }

  /** Keeps the counts before each of these from now on. */
  keep(instants: readonly number[]): void {
    for (const at of instants) {
      if (this.#asked.has(at)) continue;
      this.#asked.add(at);
      this.#fresh.push(at);
    }
  }

  /** Writes down what has passed since the last call, and sees to it that what lies ahead is written down as it passes. */
  advance(now: Now): void {
    const { elapsed, position, wall } = now;
    this.#wall = wall;
    if (this.#asked.size === 0) return;
    const moved = elapsed.version !== this.#version;
    const drifted = Math.abs(position - wall - this.#drift) > DRIFT_MS;
    const passed = (this.#ahead[0] ?? Infinity) <= wall;
    if (!moved && !drifted && !passed && this.#fresh.length === 0) return;
    if (moved) this.#forgetMoved(now);
    this.#forgetOld(wall);
    const open = (moved ? [...this.#asked] : [...this.#ahead, ...this.#fresh]).filter((at) => this.#asked.has(at));
    [this.#version, this.#drift, this.#fresh] = [elapsed.version, position - wall, []];
    open.sort(ascending);
    this.#ahead = open.filter((at) => at > wall);
    // In the order of time: each is held between those that are known already.
    for (const at of open) if (at <= wall && !this.#isKnown(at)) this.#look(at, now);
    // As one passes, what is behind these is reckoned anew.
    const passing = this.#ahead.slice(0, MOST_EXPECTED).map((at) => {
      const then = position + (at - wall);
      return {
        position: then,
        passed: (good: number, total: number): void => {
          this.#write({ at, position: then, good, total });
        },
      };
    });
    this.#history.expect(passing);
  }

  /** Puts right what a history says of the counts before `at`: they are known, or between those before and after that are. */
  correct(at: number, counts: CountsAt): void {
    const next = this.#placeOf(at);
    const [before, after] = [this.#known[next - 1], this.#known[next]];
    let [good, bad] = [counts.good, counts.total - counts.good];
    if (after?.at === at && at <= this.#wall) {
      [good, bad] = [after.good, after.total - after.good];
      counts.slackMs = 0;
    } else if (after !== undefined && after.at <= this.#wall) {
      [good, bad] = [Math.min(good, after.good), Math.min(bad, after.total - after.good)];
    }
    if (before !== undefined) [good, bad] = [Math.max(good, before.good), Math.max(bad, before.total - before.good)];
    counts.good = good;
    counts.total = good + bad;
  }

  /** What a restart needs to go on: those that have passed, and only grow. */
  save(): readonly CountsBefore[] {
    let [good, bad] = [0, 0];
    return this.#known.slice(-MOST_INSTANTS).filter((one) => {
      if (one.at > this.#wall || one.good < good || one.total - one.good < bad) return false;
      [good, bad] = [one.good, one.total - one.good];
      return true;
    });
  }

  /** Takes over what was saved, in place of what was written down since. */
  restore(saved: readonly CountsBefore[]): void {
    this.#known = [...saved];
    this.keep(saved.map(({ at }) => at));
    // What was asked for before has to be looked up anew.
    this.#version = -1;
  }

  /** Those ahead are as many as somebody announced, and go by. */
  #forgetOld(wall: number): void {
    const passed = [...this.#asked].filter((at) => at <= wall);
    if (passed.length <= MOST_INSTANTS) return;
    const old = new Set(passed.sort(ascending).slice(0, -MOST_INSTANTS));
    for (const at of old) this.#asked.delete(at);
    this.#known = this.#known.filter(({ at }) => !old.has(at));
  }

  /** By a clock that was wrong as they passed; one that is ahead of a clock that has fallen behind may be right again. */
  #forgetMoved({ elapsed, position, wall }: Now): void {
    this.#known = this.#known.filter(({ at, position: then }) => {
      if (at > wall) return true;
      const age = wall - at;
      return Math.abs(then - elapsed.position(position, age)) <= Math.max(LEAST_MOVED_MS, MOVED * age);
    });
  }

  #isKnown(at: number): boolean {
    return this.#known[this.#placeOf(at)]?.at === at;
  }

  #look(at: number, { elapsed, position, wall }: Now): void {
    const then = elapsed.position(position, wall - at);
    this.#history.at(then, position, this.#scratch);
    this.correct(at, this.#scratch);
    const { good, total } = this.#scratch;
    this.#write({ at, position: then, good, total });
  }

  #write(counts: CountsBefore): void {
    const place = this.#placeOf(counts.at);
    this.#known.splice(place, this.#isKnown(counts.at) ? 1 : 0, counts);
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

function ascending(one: number, other: number): number {
  return one - other;
}
