/** What needs attention first: pure. */
import { SLO_VERDICTS } from "../status/model.ts";

import type { DashboardService, DashboardSlo } from "./model.ts";

/** Services in the order in which they need attention: by verdict, then what the policy says, then the least budget left, then by name. */
export function byAttention(services: readonly DashboardService[]): DashboardService[] {
  return sorted(services, (service) => [
    -SLO_VERDICTS.indexOf(service.verdict),
    -DECISIONS.indexOf(service.policy?.decision ?? "allow"),
    Math.min(...service.slos.map(leftOf)),
  ]);
}

/** SLOs of a service in that order. */
export function slosByAttention(slos: readonly DashboardSlo[]): DashboardSlo[] {
  return sorted(slos, (slo) => [-SLO_VERDICTS.indexOf(slo.verdict), leftOf(slo)]);
}

const DECISIONS = ["allow", "warn", "unknown", "halt"] as const;

function leftOf({ remainingRatio = Infinity }: DashboardSlo): number {
  return remainingRatio;
}

function sorted<Item extends { readonly name: string }>(
  items: readonly Item[],
  ranksOf: (item: Item) => readonly number[],
): Item[] {
  return items
    .map((item) => ({ item, ranks: ranksOf(item) }))
    .sort((one, other) => {
      for (const [place, rank] of one.ranks.entries()) {
        const theirs = other.ranks[place] ?? rank;
        // Two that are both unknown are as far left as each other: infinity less infinity is no number.
        if (rank !== theirs) return rank < theirs ? -1 : 1;
      }
      return one.item.name < other.item.name ? -1 : 1;
    })
    .map(({ item }) => item);
}
