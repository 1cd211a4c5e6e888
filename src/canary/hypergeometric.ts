/** Fisher's exact test: whether the canary has more than its share of all failures. */
import type { Table } from "./tables.ts";

/** What is less than this share of a sum adds no digit to it. */
const NEGLIGIBLE = 1e-18;
/** Smaller than this is as good as nothing; still smaller doubles get no smaller when they are multiplied. */
const NOTHING = 1e-300;

/**
 * The chance that the canary has so many of the failures or more if both versions fail alike: the upper tail of the
 * hypergeometric distribution, which holds whatever the common error ratio is (Fisher 1935, "The Design of Experiments",
 * chapter II). Exact for counts of any size: the terms are multiplied up from the largest one, and those that matter are as
 * many as some 20 standard deviations have whole numbers.
 */
export function fisherTail({ baseline, canary }: Table): number {
  const failures = baseline.bad + canary.bad;
  const events = baseline.total + canary.total;
  const least = Math.max(0, failures - baseline.total);
  const most = Math.min(failures, canary.total);
  const mode = Math.min(most, Math.max(least, Math.floor(((failures + 1) / (events + 2)) * (canary.total + 1))));
  const ways = { failures, canary: canary.total, rest: baseline.total - failures };
  let [all, tail] = [0, 0];
  const add = (count: number, term: number): void => {
    all += term;
    if (count >= canary.bad) tail += term;
  };
  add(mode, 1);
  // Far out, where nothing has been added to the tail yet, every term counts.
  for (let [count, term] = [mode, 1]; count < most && term > Math.max(NOTHING, NEGLIGIBLE * tail);) {
    term *= stepUp(ways, count);
    count += 1;
    add(count, term);
  }
  for (let [count, term] = [mode, 1]; count > least && term > NEGLIGIBLE * all;) {
    count -= 1;
    term /= stepUp(ways, count);
    add(count, term);
  }
  return Math.min(1, tail / all);
}

interface Ways {
  readonly failures: number;
  readonly canary: number;
  readonly rest: number;
}

/** How many times as likely `count + 1` failures of the canary are as `count`. */
function stepUp({ failures, canary, rest }: Ways, count: number): number {
  return ((failures - count) / (count + 1)) * ((canary - count) / (rest + count + 1));
}
