/** The likeliest error ratios of two versions of which one is worse by a given difference, and how far counts are from them. */
import type { Arm, Table } from "./tables.ts";

/** Error ratios of both versions. */
export interface Ratios {
  readonly canary: number;
  readonly baseline: number;
}

/**
 * The maximum-likelihood error ratios under `canary - baseline = difference` (Miettinen and Nurminen 1985; Farrington and
 * Manning 1990). The likelihood has one maximum, so its derivative is searched for its root: the closed form, a cubic solved
 * by a cosine, loses the digits of small ratios.
 */
export function restrictedRatios({ canary, baseline }: Table, difference: number): Ratios {
  const [canaryRatio, baselineRatio] = [canary.bad / canary.total, baseline.bad / baseline.total];
  const within = (ratio: number): number =>
    Math.min(Math.min(1, 1 + difference), Math.max(Math.max(0, difference), ratio));
  // At each of these one of the two is at its own best, and the other wants to be at the other's.
  let low = within(Math.min(canaryRatio, baselineRatio + difference));
  let high = within(Math.max(canaryRatio, baselineRatio + difference));
  const weight = canary.total / (canary.total + baseline.total);
  const guess = weight * canaryRatio + (1 - weight) * (baselineRatio + difference);
  // Next to an end the derivative has a pole, and Newton's steps are as short as the way to it.
  const inset = (high - low) / 100;
  let ratio = Math.min(high - inset, Math.max(low + inset, guess));
  for (let round = 0; round < 100 && low < high; round += 1) {
    const other = Math.max(0, ratio - difference);
    const slope = canary.total * pull(ratio, canaryRatio) + baseline.total * pull(other, baselineRatio);
    if (slope === 0) break;
    if (slope > 0) high = ratio;
    else low = ratio;
    const bend = canary.total * stiffness(ratio, canaryRatio) + baseline.total * stiffness(other, baselineRatio);
    let next = ratio - slope / bend;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const moved = Math.abs(next - ratio);
    ratio = next;
    if (moved <= 1e-15 * ratio) break;
  }
  return { canary: ratio, baseline: Math.max(0, ratio - difference) };
}

/** Derivative of the negative log-likelihood of one event; infinite where it is impossible. */
function pull(ratio: number, seen: number): number {
  if (seen === 0) return 1 / (1 - ratio);
  if (seen === 1) return -1 / ratio;
  return (ratio - seen) / (ratio * (1 - ratio));
}

function stiffness(ratio: number, seen: number): number {
  return (seen * (1 - ratio) ** 2 + (1 - seen) * ratio ** 2) / (ratio * (1 - ratio)) ** 2;
}

/** Half of the deviance: the log-likelihood of an arm's counts at their own ratio, less that at `ratio`. */
export function distance({ bad, total }: Arm, ratio: number): number {
  return part(bad, total * ratio) + part(total - bad, total * (1 - ratio));
}

/** `seen ln(seen / expected) + expected - seen` without the loss of digits where the two are near (Loader 2000). */
function part(seen: number, expected: number): number {
  if (seen === 0) return expected;
  const excess = (seen - expected) / expected;
  if (Math.abs(excess) > 0.02) return seen * Math.log(seen / expected) + expected - seen;
  let [power, sum] = [excess, 0];
  for (let term = 2; term <= 10; term += 1) {
    power *= -excess;
    sum -= power / (term * (term - 1));
  }
  return expected * sum;
}
