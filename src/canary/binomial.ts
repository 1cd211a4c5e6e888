/** The binomial distribution where it has any weight. */

/** A term of less than this share of the largest adds no digit. */
const NEGLIGIBLE = 1e-15;

/** Chances of all counts that are at all likely, multiplied up from the likeliest. Filled again and again, for speed. */
export class BinomialWindow {
  #chances = new Float64Array(64);
  #sums = new Float64Array(64);
  #first = 0;
  #length = 0;
  /** Where the first count is in the two lists. */
  #offset = 0;

  /** Counts of `total` events, each of which happens with chance `ratio`. */
  fill(total: number, ratio: number): void {
    const middle = likelyReach(total, ratio);
    if (this.#chances.length <= 2 * middle) {
      this.#chances = new Float64Array(3 * middle);
      this.#sums = new Float64Array(3 * middle);
    }
    const chances = this.#chances;
    const mode = Math.min(total, Math.floor((total + 1) * ratio));
    const odds = ratio / (1 - ratio);
    let [low, high, all] = [middle, middle, 1];
    chances[middle] = 1;
    for (let count = mode, term = 1; count > 0 && low > 0; count -= 1) {
      term *= count / ((total - count + 1) * odds);
      if (!(term > NEGLIGIBLE)) break;
      low -= 1;
      chances[low] = term;
      all += term;
    }
    for (let count = mode, term = 1; count < total && high < 2 * middle; count += 1) {
      term *= ((total - count) / (count + 1)) * odds;
      if (!(term > NEGLIGIBLE)) break;
      high += 1;
      chances[high] = term;
      all += term;
    }
    let sum = 0;
    for (let place = low; place <= high; place += 1) {
      const chance = (chances[place] as number) / all;
      chances[place] = chance;
      sum += chance;
      this.#sums[place] = sum;
    }
    this.#first = mode - (middle - low);
    this.#offset = low;
    this.#length = high - low + 1;
  }

  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#first + this.#length - 1;
  }

  /** The chance of just `count`; it must be from `first` to `last`. */
  chance(count: number): number {
    return this.#chances[this.#offset + count - this.#first] as number;
  }

  /** The chance of `count` or less. */
  atMost(count: number): number {
    if (count < this.#first) return 0;
    return count >= this.last ? 1 : (this.#sums[this.#offset + count - this.#first] as number);
  }
}

/** So far from its mean a count hardly ever is, by Bernstein's inequality: less than 1e-15 of the time. */
export function likelyReach(total: number, ratio: number): number {
  return Math.ceil(30 + 9 * Math.sqrt(total * ratio * (1 - ratio)));
}
