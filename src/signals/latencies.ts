/** How long requests took of late: the buckets of all of them, remembered once a minute for an hour. */
import { sumOfRows, type Row } from "./buckets.ts";

interface Moment {
  readonly position: number;
  /** Requests by bucket up to then, not cumulative. */
  readonly counts: Float64Array;
}

const EVERY_MS = 60_000;
/** An hour, and what may be missing of its first minute. */
const MOST_MOMENTS = 62;

/** Percentiles over the last hour at most, to the minute. */
export class Latencies {
  readonly #bounds: readonly number[];
  readonly #rows: () => readonly Row[];
  #moments: Moment[];
  #dueAt: number;

  /** @param rows - all that was timed, whenever it is asked */
  constructor(bounds: readonly number[], rows: () => readonly Row[]) {
    this.#bounds = bounds;
    this.#rows = rows;
    this.#moments = [{ position: 0, counts: new Float64Array(bounds.length + 1) }];
    this.#dueAt = EVERY_MS;
  }

  /** To be called before anything is recorded at `position`: what was recorded so far came before. */
  reach(position: number): void {
    if (position < this.#dueAt) return;
    // Since then nothing was recorded: whoever looks back into a long silence finds no traffic of before it.
    this.#moments.push({ position: this.#dueAt, counts: this.#counts() });
    if (this.#moments.length > MOST_MOMENTS) this.#moments.shift();
    this.#dueAt = position + EVERY_MS;
  }

  /**
   * The duration in milliseconds under which `quantile` of the requests since `position` lay, by linear interpolation within
   * buckets as `histogram_quantile` does it (Prometheus, "Functions"): above the last bound it is that bound. Undefined if there
   * were none, or that is longer ago than is remembered.
   */
  quantileMs(quantile: number, position: number): number | undefined {
    // What came before the first moment of all, that of the start, was nothing.
    const since = this.#moments.findLast((moment) => moment.position <= position);
    if (since === undefined && this.#moments[0]?.position !== 0) return undefined;
    const counts = this.#counts().map((count, bucket) => count - (since?.counts[bucket] ?? 0));
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (!(total > 0)) return undefined;
    const rank = quantile * total;
    let below = 0;
    for (const [bucket, bound] of this.#bounds.entries()) {
      const count = counts[bucket] as number;
      if (below + count >= rank && count > 0) {
        const lower = bucket === 0 ? 0 : (this.#bounds[bucket - 1] as number);
        return (lower + ((bound - lower) * (rank - below)) / count) * 1_000;
      }
      below += count;
    }
    return (this.#bounds.at(-1) ?? 0) * 1_000;
  }

  #counts(): Float64Array {
    const { page } = sumOfRows(this.#rows(), this.#bounds);
    return page.slice(1, this.#bounds.length + 2);
  }
}
