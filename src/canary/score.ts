/** The score test of a difference of error ratios: for large counts, and for the interval. */
import { normalQuantile, normalTail } from "../core/normal.ts";
import { restrictedRatios } from "./restricted.ts";
import type { Table } from "./tables.ts";

interface Score {
  /** By how many standard deviations the canary does worse than `difference` lets expect. */
  readonly z: number;
  readonly skewness: number;
}

function scoreOf(table: Table, difference: number, continuity = 0): Score {
  const { canary, baseline } = table;
  const excess = canary.bad / canary.total - baseline.bad / baseline.total - difference + continuity;
  const ratios = restrictedRatios(table, difference);
  const [ofCanary, ofBaseline] = [moments(ratios.canary, canary.total), moments(ratios.baseline, baseline.total)];
  const variance = ofCanary.variance + ofBaseline.variance;
  if (variance <= 0) return { z: excess === 0 ? 0 : Math.sign(excess) * Infinity, skewness: 0 };
  const deviation = Math.sqrt(variance);
  return { z: excess / deviation, skewness: (ofCanary.third - ofBaseline.third) / deviation ** 3 };
}

function moments(ratio: number, total: number): { readonly variance: number; readonly third: number } {
  const variance = (ratio * (1 - ratio)) / total;
  return { variance, third: (variance * (1 - 2 * ratio)) / total };
}

/** From so many expected failures and successes of each version on, the score test errs by less than one in a thousand of its chance. */
const MANY = 1_000;

/** Whether the score test of `margin` can be trusted. */
export function isLarge(table: Table, margin: number): boolean {
  const ratios = restrictedRatios(table, margin);
  const least = (total: number, ratio: number): number => total * Math.min(ratio, 1 - ratio);
  return least(table.canary.total, ratios.canary) >= MANY && least(table.baseline.total, ratios.baseline) >= MANY;
}

/**
 * The chance of so small a difference or a smaller one if the canary were worse by `margin`: Farrington and Manning's score
 * test (1990, Statistics in Medicine 9), with Gart and Nam's correction for skewness (1990, Biometrics 46) and one for
 * continuity. For tables that are {@link isLarge}.
 */
export function scoreTail(table: Table, margin: number): number {
  const step = 1 / Math.max(table.canary.total, table.baseline.total);
  const { z, skewness } = scoreOf(table, margin, step / 2);
  return normalTail((skewness * (z * z - 1)) / 6 - z);
}

/**
 * The differences that the counts leave possible: each end is where the score test has no more than its share of chance (Mee
 * 1984; Miettinen and Nurminen 1985). Within 1e-12 of it.
 */
export function scoreInterval(table: Table, below: number, above: number): readonly [low: number, high: number] {
  const limit = (z: number): number => {
    let [low, high] = [-1, 1];
    while (high - low > 1e-12) {
      const middle = (low + high) / 2;
      if (scoreOf(table, middle).z > z) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return [limit(-normalQuantile(below)), limit(normalQuantile(above))];
}
