/** Good and total of any recent stretch of time, in constant time and constant memory. */

/** The finest step at which counts are remembered, in milliseconds. */
export const FINEST_STEP_MS = 100;
const STEP_FACTOR = 4;
/** A tier is asked for stretches of 50 of its steps or more: half a step is then at most 1 % of the stretch. */
const FEWEST_STEPS = 50;
const STEPS_PER_TIER = FEWEST_STEPS * STEP_FACTOR + 4;

interface Tier {
  readonly stepMs: number;
  readonly steps: number;
  /** Where its ring begins in the shared array. */
  readonly offset: number;
  /** Number of the last step whose beginning is remembered. */
  last: number;
}

/** A history as it is saved: each tier's remembered steps, oldest first, as `[good, total, good, total, ...]`. */
export interface HistoryState {
  readonly good: number;
  readonly total: number;
  readonly tiers: readonly { readonly stepMs: number; readonly last: number; readonly counts: readonly number[] }[];
}

/** Counts up to a position, the position that they are exact for, and how far that is from the one that was asked for. */
export interface CountsAt {
  good: number;
  total: number;
  position: number;
  slackMs: number;
}

/** A position ahead, and who is to be told of the counts before it as it passes. */
export interface Expected {
  readonly position: number;
  readonly passed: (good: number, total: number) => void;
}

/**
 * Two running counts, remembered at the beginning of each step of a ladder of rings: steps of 100 ms for the last 20 s,
 * of 400 ms for the last 80 s, and so on, each ring four times as long and as coarse as the one before. The counts
 * between two positions are a subtraction. About 2,000 pairs hold 30 days, whatever the traffic.
 *
 * Positions are those of an `ElapsedTime`, in milliseconds, never decreasing.
 */
export class SliHistory {
  #good = 0;
  #total = 0;
  /** Where the next step begins, or what is expected before it. */
  #next = 0;
  #expected: readonly Expected[] = [];
  /** How many of those have passed. */
  #passed = 0;
  readonly #tiers: readonly Tier[];
  readonly #counts: Float64Array;

  constructor(longestMs: number) {
    const tiers: Tier[] = [];
    let offset = 0;
    for (let stepMs = FINEST_STEP_MS; ; stepMs *= STEP_FACTOR) {
      const reached = longestMs <= stepMs * FEWEST_STEPS * STEP_FACTOR;
      const steps = reached ? Math.ceil(longestMs / stepMs) + 4 : STEPS_PER_TIER;
      tiers.push({ stepMs, steps, offset, last: -1 });
      offset += steps;
      if (reached) break;
    }
    this.#tiers = tiers;
    this.#counts = new Float64Array(offset * 2);
  }

  /** Counts `total` events at `position`, `good` of them good. */
  add(position: number, good: number, total: number): void {
    if (position >= this.#next) this.advance(position);
    this.#total += total;
    this.#good += good;
  }

  /** Closes the steps that ended at or before `position`. */
  advance(position: number): void {
    if (position < this.#next) return;
    while (this.expectedAt <= position) {
      const { passed } = this.#expected[this.#passed] as Expected;
      // Who is told may expect others from now on.
      this.#passed += 1;
      passed(this.#good, this.#total);
    }
    for (const tier of this.#tiers) {
      const now = Math.floor(position / tier.stepMs);
      if (now === tier.last) break;
      for (let step = Math.max(tier.last + 1, now - tier.steps + 1); step <= now; step += 1) {
        const slot = (tier.offset + (step % tier.steps)) * 2;
        this.#counts[slot] = this.#good;
        this.#counts[slot + 1] = this.#total;
      }
      tier.last = now;
    }
    this.#wait((Math.floor(position / FINEST_STEP_MS) + 1) * FINEST_STEP_MS);
  }

  /** Tells of positions ahead as they pass, in place of those that were expected before; in their order. */
  expect(positions: readonly Expected[]): void {
    const step = (this.#tiers[0] as Tier).last + 1;
    [this.#expected, this.#passed] = [positions, 0];
    this.#wait(step * FINEST_STEP_MS);
  }

  /** The first position ahead that is to be told of as it passes; Infinity if none is. */
  get expectedAt(): number {
    return this.#expected[this.#passed]?.position ?? Infinity;
  }

  /** All counts so far. */
  current(into: CountsAt, now: number): void {
    into.good = this.#good;
    into.total = this.#total;
    into.position = now;
    into.slackMs = 0;
  }

  /** The counts of all before `position`, or before the remembered step nearest to it (at most 1 % of its age away). */
  at(position: number, now: number, into: CountsAt): void {
    this.advance(now);
    if (position >= now) {
      this.current(into, now);
      return;
    }
    if (position <= 0) {
      into.good = into.total = into.position = into.slackMs = 0;
      return;
    }
    const tier = this.#tierFor(now - position);
    const nearest = Math.round(position / tier.stepMs);
    const step = Math.max(Math.min(nearest, tier.last), tier.last - tier.steps + 1, 0);
    const slot = (tier.offset + (step % tier.steps)) * 2;
    into.good = this.#counts[slot] as number;
    into.total = this.#counts[slot + 1] as number;
    into.position = step * tier.stepMs;
    into.slackMs = Math.abs(position - into.position);
  }

  /** What a restart needs to go on. */
  save(): HistoryState {
    const tiers = this.#tiers.map((tier) => {
      const counts: number[] = [];
      for (let step = Math.max(0, tier.last - tier.steps + 1); step <= tier.last; step += 1) {
        const slot = (tier.offset + (step % tier.steps)) * 2;
        counts.push(this.#counts[slot] as number, this.#counts[slot + 1] as number);
      }
      return { stepMs: tier.stepMs, last: tier.last, counts };
    });
    return { good: this.#good, total: this.#total, tiers };
  }

  /** Puts a saved state before what was counted so far; it may have been kept for a longer or shorter time. */
  restore(state: HistoryState): void {
    const finest = state.tiers[0];
    if (finest?.stepMs !== FINEST_STEP_MS) return;
    this.#good += state.good;
    this.#total += state.total;
    const end = finest.last * FINEST_STEP_MS;
    for (const tier of this.#tiers) {
      tier.last = Math.floor(end / tier.stepMs);
      for (let step = Math.max(0, tier.last - tier.steps + 1); step <= tier.last; step += 1) {
        const slot = (tier.offset + (step % tier.steps)) * 2;
        const [good, total] = countsIn(state, step * tier.stepMs);
        this.#counts[slot] = good;
        this.#counts[slot + 1] = total;
      }
    }
    [this.#expected, this.#passed] = [[], 0];
    this.#next = end + FINEST_STEP_MS;
  }

  #wait(step: number): void {
    this.#next = Math.min(step, this.expectedAt);
  }

  #tierFor(ageMs: number): Tier {
    for (const tier of this.#tiers) {
      if (ageMs < tier.stepMs * FEWEST_STEPS * STEP_FACTOR) return tier;
    }
    return this.#tiers[this.#tiers.length - 1] as Tier;
  }
}

/** The saved counts at `position`, from the finest tier that still has it; from the oldest step if none has. */
function countsIn(state: HistoryState, position: number): readonly [number, number] {
  let oldest: readonly [number, number] = [0, 0];
  for (const { stepMs, last, counts } of state.tiers) {
    const first = last - counts.length / 2 + 1;
    const step = Math.floor(position / stepMs);
    if (step >= first && step <= last) return pairAt(counts, step - first);
    oldest = first <= 0 ? [0, 0] : pairAt(counts, 0);
  }
  return oldest;
}

function pairAt(counts: readonly number[], index: number): readonly [number, number] {
  return [counts[index * 2] ?? 0, counts[index * 2 + 1] ?? 0];
}
