/** The time line that counts are kept on: what passed while somebody watched. */
import type { Clock } from "../core/time/clock.ts";

/** A forward step of the wall clock that the monotonic clock did not see: a sleep, a restart, or a clock set right. */
export interface Gap {
  /** Elapsed time at which it lies. */
  readonly at: number;
  /** How long, in milliseconds. */
  readonly ms: number;
}

/** An elapsed-time line as it is saved. */
export interface ElapsedState {
  readonly elapsedMs: number;
  readonly wallMs: number;
  readonly gaps: readonly Gap[];
}

/** A step of the wall clock back, and the gaps that it has taken back. */
interface StepBack {
  readonly ms: number;
  readonly gaps: readonly Gap[];
}

const SMALLEST_GAP_MS = 1_000;
/** A worker that runs once an hour has as many in six weeks. */
export const MOST_GAPS = 1_024;
const MOST_STEPS_BACK = 64;

/**
 * Maps ages ("30 days ago") to positions on a line of watched time that only ever grows.
 *
 * The line follows the monotonic clock. Where the wall clock runs ahead of it by more than a second, a gap is noted:
 * time that passed unwatched. Where the wall clock steps back, the latest gaps are taken back by as much, so a clock
 * that jumps a year ahead and is set right again changes nothing; any further step back changes only the wall clock. A
 * step ahead that is as long as one back undoes that: nor does a clock change anything that jumps back first.
 */
export class ElapsedTime {
  readonly #clock: Clock;
  #offset: number;
  #wall: number;
  #monotonic: number;
  #gaps: Gap[];
  /** Those that no step ahead has undone. */
  #stepsBack: readonly StepBack[] = [];
  #version = 0;
  /** Where this process' own part of the line begins; rounding must not put anything before it. */
  #from = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
    this.#offset = -this.#monotonic;
    this.#gaps = [];
  }

  /** The line's present end; reads both clocks. */
  now(): number {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const stepped = wall - this.#wall - (monotonic - this.#monotonic);
    this.#wall = wall;
    this.#monotonic = monotonic;
    if (Math.abs(stepped) >= SMALLEST_GAP_MS) this.#note(stepped);
    return this.at(monotonic);
  }

  /** Another one when the clock was not what it seemed: what lay at a position may lie at another one. */
  get version(): number {
    return this.#version;
  }

  /** The wall clock as it was read last. */
  get wall(): number {
    return this.#wall;
  }

  /** The line's position at a reading of the monotonic clock; the hot path's way, it notes no gaps. */
  at(monotonicMs: number): number {
    return Math.max(this.#from, monotonicMs + this.#offset);
  }

  /** The reading of the monotonic clock at a position of this process' own part of the line. */
  readingAt(position: number): number {
    return position - this.#offset;
  }

  /** The position that lies `ageMs` before `now` by the wall clock; negative if before the line began. */
  position(now: number, ageMs: number): number {
    let position = now;
    let rest = ageMs;
    for (let index = this.#gaps.length - 1; index >= 0; index -= 1) {
      const gap = this.#gaps[index] as Gap;
      if (rest <= position - gap.at) break;
      rest -= position - gap.at;
      position = gap.at;
      if (rest <= gap.ms) return position;
      rest -= gap.ms;
    }
    return position - rest;
  }

  /** What a restart needs to go on. */
  save(): ElapsedState {
    return { elapsedMs: this.now(), wallMs: this.#wall, gaps: [...this.#gaps] };
  }

  /** Puts the line of an earlier process before this one's, with the time between them as a gap. */
  restore(saved: ElapsedState): void {
    const own = this.now();
    this.#gaps = [...saved.gaps];
    const startedAt = this.#wall - own;
    const gap = { at: saved.elapsedMs, ms: Math.max(0, startedAt - saved.wallMs) };
    if (gap.ms > 0) this.#gaps.push(gap);
    this.#offset += saved.elapsedMs;
    this.#from += saved.elapsedMs;
    // Every restart adds one; without this a service that restarts daily would save more than it takes back.
    this.#merge();
  }

  #note(steppedMs: number): void {
    if (steppedMs < 0) {
      this.#stepBack(-steppedMs);
      this.#version += 1;
      return;
    }
    const undone = this.#stepsBack.findLast(({ ms }) => Math.abs(steppedMs - ms) < SMALLEST_GAP_MS);
    this.#stepsBack = this.#stepsBack.filter((step) => step !== undone);
    if (undone === undefined) this.#gaps.push({ at: this.at(this.#monotonic), ms: steppedMs });
    // Others may have come since, further on.
    else this.#gaps = [...this.#gaps, ...undone.gaps].sort((one, other) => one.at - other.at);
    this.#merge();
  }

  #stepBack(ms: number): void {
    const taken: Gap[] = [];
    let excess = ms;
    for (let last = this.#gaps.at(-1); last !== undefined && excess > 0; last = this.#gaps.at(-1)) {
      this.#gaps.pop();
      if (last.ms > excess) this.#gaps.push({ at: last.at, ms: last.ms - excess });
      taken.unshift({ at: last.at, ms: Math.min(last.ms, excess) });
      excess -= last.ms;
    }
    // What was taken back as a whole is a jump ahead that was set right: nothing is left of it to be undone.
    if (excess > 0) this.#stepsBack = [...this.#stepsBack, { ms, gaps: taken }].slice(-MOST_STEPS_BACK);
  }

  #merge(): void {
    this.#version += 1;
    while (this.#gaps.length > MOST_GAPS) this.#gaps = merged(this.#gaps, this.at(this.#monotonic));
  }
}

/**
 * With two neighbours joined: those that are the shortest together, as a share of their age. What lay between the gaps that have become
 * one is off by no more than its length, so that all of them stay about as exact for their age.
 */
function merged(gaps: readonly Gap[], now: number): Gap[] {
  let [least, place, age] = [Infinity, 1, 0];
  for (let index = gaps.length - 1; index > 0; index -= 1) {
    const [gap, later] = [gaps[index - 1] as Gap, gaps[index] as Gap];
    age += (gaps[index + 1]?.at ?? now) - later.at + later.ms;
    const share = (gap.ms + later.ms) / (age + 1);
    if (share < least) [least, place] = [share, index];
  }
  const [one, other] = [gaps[place - 1] as Gap, gaps[place] as Gap];
  // The smaller one goes to the larger one.
  const joined = { at: one.ms > other.ms ? one.at : other.at, ms: one.ms + other.ms };
  return [...gaps.slice(0, place - 1), joined, ...gaps.slice(place + 1)];
}
