/** What was found of one SLI, in a sentence. */
import { percentText, plain } from "../core/figures.ts";
import type { CanaryFinding, VersionCounts } from "./model.ts";

/** What a sentence is made of. */
export interface Told extends Omit<CanaryFinding, "reason"> {
  readonly baseline: VersionCounts;
  readonly canary: VersionCounts;
  readonly minimumEvents: number;
}

/** One sentence with the figures. */
export function reasonOf(told: Told): string {
  const { name, verdict, baseline, canary, margin, pWorse, pNotWorse, minimumEvents, neededEvents } = told;
  if (pWorse === undefined || pNotWorse === undefined || neededEvents === undefined) {
    const idle = [...(canary.total < 1 ? ["the canary"] : []), ...(baseline.total < 1 ? ["the baseline"] : [])];
    return `${name}: ${idle.join(" and ")} had no events to compare by`;
  }
  const seen = `${sideText(canary)} against ${sideText(baseline)}`;
  const tolerated = percentText(margin);
  switch (verdict) {
    case "promote":
      return `${name}: the canary fails ${seen}; it would fail so little with a chance of ${chanceText(pNotWorse)} if it were worse by ${tolerated} or more`;
    case "roll_back":
      return `${name}: the canary fails ${seen}; it would fail so much with a chance of ${chanceText(pWorse)} if it were no worse`;
    case "hold":
      return `${name}: the canary fails ${seen}; that shows neither that it is worse nor that it is not worse by ${tolerated}`;
    case "not_enough_data": {
      const few = canary.total < minimumEvents || baseline.total < minimumEvents;
      const needed = few
        ? `${countText(minimumEvents)} events of each are needed`
        : `about ${countText(neededEvents)} events of the canary tell whether it is worse by ${tolerated}`;
      return `${name}: the canary fails ${seen}; ${needed}`;
    }
  }
}

function sideText({ good, total }: VersionCounts): string {
  return `${percentText((total - good) / total)} (${countText(total - good)} of ${countText(total)})`;
}

function countText(count: number): string {
  return plain(count, 1);
}

function chanceText(chance: number): string {
  return chance < 1e-6 ? "less than 0.0001 %" : percentText(chance);
}
