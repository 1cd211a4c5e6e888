/** When a candidate's alerts would have fired: what the rules ask, at the end of each step. */
import type { SloTier } from "../budget/slo-tiers.ts";
import { nominalMs } from "../budget/tiers.ts";
import type { BacktestCandidate } from "./model.ts";
import { paceOver } from "./pace.ts";
import { between, type RunningSums } from "./running-sums.ts";

/** A stretch of the past, as places. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * A time at which an alert fires: from the end of the first step at which it holds until the end of the first at which it does
 * not. Where the past ended before, it is ongoing.
 */
export interface Run extends Stretch {
  readonly ongoing: boolean;
}

/** Rules ask for half a failure less, for counts of Prometheus are extrapolated. Of whole counts it is the same. */
const EXTRAPOLATED = 0.5;

/**
 * When the alert of `tier` would have fired: the pace over the long and over the short look-back above its factor, and enough
 * failures and events. A look-back in which nothing was counted has no pace, whether or not somebody watched.
 */
export function firingRuns(sums: RunningSums, candidate: BacktestCandidate, tier: SloTier): Run[] {
  const { subject, minimumFailures } = candidate;
  const isOver = paceOver(subject.objective);
  const [long, short] = [tier.longMs / sums.stepMs, tier.shortMs / sums.stepMs];
  const window = nominalMs(subject.window) / sums.stepMs;
  const leastEvents = minimumFailures > 0 && subject.minimumEvents > 1 ? subject.minimumEvents : 0;
  const leastFailures = minimumFailures - EXTRAPOLATED;
  const holds = (place: number): boolean => {
    const failures = between(sums.bad, place - long, place);
    if (failures < leastFailures || failures === 0) return false;
    return (
      isOver(failures, between(sums.total, place - long, place), tier.factor) &&
      isOver(between(sums.bad, place - short, place), between(sums.total, place - short, place), tier.factor) &&
      (leastEvents === 0 || between(sums.total, place - window, place) >= leastEvents)
    );
  };
  const runs: Run[] = [];
  let from = 0;
  for (let place = 1; place <= sums.length; place += 1) {
    if (holds(place)) {
      if (from === 0) from = place;
    } else if (from > 0) {
      runs.push({ from, until: place, ongoing: false });
      from = 0;
    }
  }
  if (from > 0) runs.push({ from, until: sums.length, ongoing: true });
  return runs;
}

/** The times in which any of them was on, in order. Where one begins at the moment at which another ends, it goes on. */
export function union(runs: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const { from, until } of [...runs].sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last === undefined || from > last.until) merged.push({ from, until });
    else if (until > last.until) merged[merged.length - 1] = { from: last.from, until };
  }
  return merged;
}

/** How many steps they lasted. */
export function lengthOf(runs: readonly Stretch[]): number {
  return runs.reduce((length, { from, until }) => length + until - from, 0);
}
