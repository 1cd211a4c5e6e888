/** A budget spent in events: counts of good and total, with their times. */
import { checkTime } from "../core/time/epoch.ts";
import { checkCounts, type Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { BudgetLedger } from "./ledger.ts";
import { countBelow, orderOf, Rows } from "./rows.ts";

/** Counts of one instant, or of the short time before it. */
export interface EventCounts {
  /** When, in epoch milliseconds. */
  readonly at: number;
  /** Events that were good; from 0 to `total`. */
  readonly good: number;
  /** All events. */
  readonly total: number;
}

/** Above this many rows old ones are merged. */
const MOST_ROWS = 200_000;
/** What is merged lay at most this share of its age apart. */
const MERGED_SHARE = 0.005;
/** Rows this near to now are merged within their millisecond only: 120,000 at most. */
const KEPT_EXACT_MS = 60_000;

/**
 * Counts in any order, exact to the millisecond up to 200,000 rows; beyond that rows more than a minute from now are
 * merged with neighbours at most 0.5 % of that distance away, and what is older than `keptMs` is forgotten.
 */
export class EventLedger implements BudgetLedger {
  readonly instantMs = 1;
  readonly #keptMs: number;
  readonly #now: () => number;
  #since: number;
  #rows = new Rows(3);
  #sums: { at: Float64Array; good: Float64Array; total: Float64Array; length: number } | undefined;

  /** Watching begins now; `keptMs` is the longest look-back that will be asked for. */
  constructor(options: { now: () => number; keptMs: number }) {
    this.#now = options.now;
    this.#since = options.now();
    this.#keptMs = options.keptMs;
  }

  /** @throws {@link ConfigurationError} naming the field if one is not a count or a time */
  add({ at, good, total }: EventCounts): void {
    checkTime(at, "at", this.#now);
    checkCounts({ good, total });
    this.#rows.push(Math.round(at), good, total);
    this.#since = Math.min(this.#since, at);
    this.#sums = undefined;
    if (this.#rows.length > MOST_ROWS) this.#merge();
  }

  /** How many rows it keeps; 200,000 at most. */
  get length(): number {
    return this.#rows.length;
  }

  /** Good and total of the events with `start <= at < end`. */
  measure({ start, end }: TimeRange): Measurement {
    const { at, good, total, length } = (this.#sums ??= runningSums(this.#rows));
    const from = countBelow(at, length, start);
    const to = Math.max(from, countBelow(at, length, end));
    const watched = Math.max(0, end - Math.max(start, this.#since));
    const all = (total[to] as number) - (total[from] as number);
    return {
      // Sums of fractions round, and good must not come out above all.
      good: Math.min(all, (good[to] as number) - (good[from] as number)),
      total: all,
      coverage: end > start ? watched / (end - start) : 0,
    };
  }

  #merge(): void {
    const { at, good, total, length } = runningSums(this.#rows);
    const now = this.#now();
    const merged = new Rows(3);
    for (let row = 0; row < length;) {
      const first = at[row] as number;
      const limit = stepEnd(first, Math.abs(now - first));
      let next = row + 1;
      while (next < length && (at[next] as number) < limit) next += 1;
      const sum = (column: Float64Array): number => (column[next] as number) - (column[row] as number);
      const last = at[next - 1] as number;
      if (now - last <= this.#keptMs) merged.push(last, sum(good), sum(total));
      row = next;
    }
    this.#rows = merged;
  }
}

/** End of the step that `at` is in. Steps are powers of two, so that merging what was merged never reaches further. */
function stepEnd(at: number, distance: number): number {
  const step = distance > KEPT_EXACT_MS ? 2 ** Math.floor(Math.log2(distance * MERGED_SHARE)) : 1;
  return (Math.floor(at / step) + 1) * step;
}

/** Times in order, and the sums of all rows before each; one entry more than rows. */
function runningSums(rows: Rows): { at: Float64Array; good: Float64Array; total: Float64Array; length: number } {
  const length = rows.length;
  const [at, good, total] = [new Float64Array(length), new Float64Array(length + 1), new Float64Array(length + 1)];
  let index = 0;
  for (const row of orderOf(rows.column(0), length)) {
    at[index] = rows.column(0)[row] as number;
    good[index + 1] = (good[index] as number) + (rows.column(1)[row] as number);
    total[index + 1] = (total[index] as number) + (rows.column(2)[row] as number);
    index += 1;
  }
  return { at, good, total, length };
}
