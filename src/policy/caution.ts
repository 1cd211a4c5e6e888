/** The same budget, slightly worse: what has to be fine, too, before a strict decision is left. */
import type { BudgetStatus, MeasuredBudget } from "../budget/status.ts";

/**
 * `status` with `marginRatio` of the budget consumed on top, and burn rates higher by that share. What was not measured
 * stays as it is. It agrees with itself as far as a policy can tell: events, minutes, SLI and verdict follow.
 */
export function worsened(status: BudgetStatus, marginRatio: number): BudgetStatus {
  if (status.state !== "measured" || marginRatio === 0) return status;
  const remainingRatio = status.remainingRatio - marginRatio;
  const allowedMinutes = ((status.range.end - status.range.start) / 60_000) * status.objective.budgetRatio;
  // Over a calendar period the traffic to come has a share of the budget too.
  const allowedEvents = status.consumedRatio > 0 ? status.bad / status.consumedRatio : status.remainingEvents;
  const bad = Math.min(status.total, status.bad + marginRatio * allowedEvents);
  const good = status.total - bad;
  return {
    ...status,
    bad,
    good,
    sliRatio: good / status.total,
    consumedRatio: status.consumedRatio + marginRatio,
    remainingRatio,
    remainingEvents: status.remainingEvents - marginRatio * allowedEvents,
    remainingMinutes: status.remainingMinutes - marginRatio * allowedMinutes,
    verdict: verdictOf(remainingRatio),
    burnRates: status.burnRates.map((burn) =>
      burn.rate === undefined ? burn : { ...burn, rate: burn.rate * (1 + marginRatio) },
    ),
    exhaustion: remainingRatio > 0 ? status.exhaustion : { kind: "exhausted" },
  };
}

function verdictOf(remainingRatio: number): MeasuredBudget["verdict"] {
  return remainingRatio > 0 ? "within" : remainingRatio === 0 ? "spent" : "exceeded";
}
