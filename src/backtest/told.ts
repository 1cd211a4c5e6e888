/** Who told of a fault first. */
import type { SloTier } from "../budget/slo-tiers.ts";
import type { TierHistory } from "./episodes.ts";
import type { FoundFault } from "./faults.ts";
import type { BacktestFault } from "./model.ts";
import type { RunningSums } from "./running-sums.ts";

/** What `page_slow` tells of, where nothing pages. */
const USUAL_SHARE = 0.05;

/**
 * The faults with the tier that told of each first. An alert tells of a fault if it was on during it, or if the fault behind
 * it reaches into it; one that was on already when the fault began tells of it at once.
 */
export function toldFaults(
  sums: RunningSums,
  found: readonly FoundFault[],
  histories: readonly TierHistory[],
): BacktestFault[] {
  const next = histories.map(() => 0);
  return found.map(({ from, until, cost }): BacktestFault => {
    let [first, detectedBy]: [number, string | undefined] = [Infinity, undefined];
    for (const [index, { tier, runs, began }] of histories.entries()) {
      let place = next[index] as number;
      while ((runs[place]?.until ?? Infinity) <= from) place += 1;
      next[index] = place;
      const run = runs[place];
      if (run === undefined || (began[place] as number) >= until) continue;
      const at = Math.max(from, run.from);
      if (at < first) [first, detectedBy] = [at, tier.name];
    }
    const detectedAt = detectedBy === undefined ? undefined : sums.timeAt(first);
    return { start: sums.timeAt(from), end: sums.timeAt(until), cost, detectedBy, detectedAt };
  });
}

/** A fault that cost more than this and that nobody was told of was missed: what the least sensitive page tier tells of. */
export function worthAPage(tiers: readonly SloTier[]): number {
  const shares = tiers.filter(({ severity }) => severity === "page").map(({ budgetShare }) => budgetShare);
  return shares.length === 0 ? USUAL_SHARE : Math.max(...shares);
}
