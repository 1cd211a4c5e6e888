/** Whether two kinds of rounds differ, by statistics that ask for no distribution. */
import type { Random } from "../../../src/core/random.ts";

export interface PairedRatio {
  /** Median of the first over median of the second. */
  readonly ratio: number;
  /** How much more the first is than the second of the same round: the middle half of all rounds, on a scale of ratios. */
  readonly paired: number;
  /** Of `paired`, by resampling rounds: 95 % of what may be behind the figures. */
  readonly low: number;
  readonly high: number;
  /** How likely so lopsided rounds are, or worse, where both kinds are alike. */
  readonly signP: number;
}

const RESAMPLES = 2_000;

/**
 * Rounds as pairs of figures, such as p99 with and without. What makes a machine slow for minutes makes both of a pair slow: the ratio
 * within pairs forgets it, which that of the medians does not.
 */
export function pairedRatio(rounds: ReadonlyArray<readonly [number, number]>, random: Random): PairedRatio {
  const logarithms = rounds.map(([first, second]) => Math.log(first / second));
  const resampled = Array.from({ length: RESAMPLES }, () =>
    Math.exp(middleMean(logarithms.map(() => random.pick(logarithms)))),
  ).sort((one, other) => one - other);
  return {
    ratio: median(rounds.map(([first]) => first)) / median(rounds.map(([, second]) => second)),
    paired: Math.exp(middleMean(logarithms)),
    low: resampled[Math.floor(RESAMPLES * 0.025)] ?? NaN,
    high: resampled[Math.ceil(RESAMPLES * 0.975) - 1] ?? NaN,
    signP: signTest(
      rounds.filter(([first, second]) => first > second).length,
      rounds.filter(([first, second]) => first < second).length,
    ),
  };
}

/** Mean of the middle half. */
function middleMean(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
  return half.reduce((sum, value) => sum + value, 0) / half.length;
}

/** The value below which a share of all is; of many, the nearest rank. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** Two-sided, of a fair coin. */
function signTest(more: number, less: number): number {
  const count = more + less;
  let term = 0.5 ** count;
  let tail = 0;
  for (let heads = 0; heads <= Math.min(more, less); heads += 1) {
    tail += term;
    term *= (count - heads) / (heads + 1);
  }
  return Math.min(1, 2 * tail);
}
