/** Rows of a duration's sum and buckets, in pages of plain numbers. */

/** Which bucket a duration falls into: the first whose bound is not below it, or the one after the last. */
export function bucketOf(seconds: number, bounds: readonly number[]): number {
  let bucket = 0;
  while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket += 1;
  return bucket;
}

/** One row: at `offset` the sum of seconds, after it one count for each bucket (not cumulative). */
export interface Row {
  readonly page: Float64Array;
  readonly offset: number;
}

const ROWS_PER_PAGE = 32;

/** Hands out rows. Pages never move, and no more than one is partly used. */
export class Rows {
  readonly #width: number;
  #page: Float64Array | undefined;
  #next = 0;

  /** Rows for buckets with these upper bounds. */
  constructor(bounds: readonly number[]) {
    this.#width = bounds.length + 2;
  }

  /** A row of zeros. */
  take(): Row {
    if (this.#page === undefined || this.#next === this.#page.length) {
      this.#page = new Float64Array(this.#width * ROWS_PER_PAGE);
      this.#next = 0;
    }
    const row = { page: this.#page, offset: this.#next };
    this.#next += this.#width;
    return row;
  }
}

/** How many durations a row holds. */
export function countOf({ page, offset }: Row, bounds: readonly number[]): number {
  let count = 0;
  for (let bucket = 0; bucket <= bounds.length; bucket += 1) count += page[offset + 1 + bucket] as number;
  return count;
}

/** A row of its own with the sums of several. */
export function sumOfRows(rows: readonly Row[], bounds: readonly number[]): Row {
  const width = bounds.length + 2;
  const page = new Float64Array(width);
  for (const row of rows) {
    for (let cell = 0; cell < width; cell += 1) (page[cell] as number) += row.page[row.offset + cell] as number;
  }
  return { page, offset: 0 };
}

/** In seconds, thirty thousand years. Of what is longer two would be more than a number can hold. */
const LONGEST_SECONDS = 1e12;

/** Whether anything can have lasted so long. */
export function isDuration(seconds: unknown): seconds is number {
  return typeof seconds === "number" && seconds >= 0 && seconds <= LONGEST_SECONDS;
}
