/** From a budget's figures to a verdict on it, with the reasons: pure. */
import { burns } from "../budget/alerting.ts";
import { burnRateText } from "../budget/assess.ts";
import type { SloTier } from "../budget/slo-tiers.ts";
import type { BudgetStatus, MeasuredBudget } from "../budget/status.ts";
import { percentText, plain } from "../core/figures.ts";

import { type BurningTier, SLO_VERDICTS, type SloVerdict, type StatusReason } from "./model.ts";

/** What a budget is judged by. */
export interface VerdictRules {
  /** Its alerts, pages first. */
  readonly tiers: readonly SloTier[];
  /** Fewer failures than this in a tier's long look-back are no alert; of a composite the failures of its members, added up. */
  readonly minimumFailures: number;
  /** A budget with less than this share left is a warning. */
  readonly warnBelowRatio: number;
}

/** How a budget is judged. */
export interface Judgement {
  readonly verdict: SloVerdict;
  /** At least one; the gravest first. */
  readonly reasons: readonly StatusReason[];
  readonly burning: readonly BurningTier[];
}

interface Finding extends StatusReason {
  readonly verdict: SloVerdict;
}

/** Less than this share of a window watched is worth a word. */
const PARTLY = 0.9;

/**
 * Critical if the budget is spent or a page tier burns; unknown if there is nothing to judge, or nobody watches any more;
 * a warning if a ticket tier burns or little is left; else healthy. The gravest finding decides.
 */
export function judgeBudget(budget: BudgetStatus, rules: VerdictRules): Judgement {
  const burning = burningOf(budget, rules);
  const findings: Finding[] = [
    ...(budget.state === "measured" ? ofBudget(budget, rules.warnBelowRatio) : [unmeasured(budget)]),
    ...burning.map(ofTier),
    ...blind(budget, rules.tiers),
  ];
  const sorted = findings
    .map((finding, place) => ({ finding, place }))
    .sort((one, other) => gravity(other.finding.verdict) - gravity(one.finding.verdict) || one.place - other.place)
    .map(({ finding }) => finding);
  const verdict = sorted[0]?.verdict ?? "unknown";
  const told = verdict === "healthy" ? sorted : sorted.filter((finding) => finding.verdict !== "healthy");
  const reasons = told.map(({ code, message }): StatusReason => ({ code, message }));
  return { verdict, reasons: [...reasons, ...partly(budget)], burning };
}

/** How grave a verdict is; higher is worse. */
export function gravity(verdict: SloVerdict): number {
  return SLO_VERDICTS.indexOf(verdict);
}

/** The gravest of some; undefined of none. */
export function gravest(verdicts: readonly SloVerdict[]): SloVerdict | undefined {
  return SLO_VERDICTS.findLast((verdict) => verdicts.includes(verdict));
}

function burningOf({ burnRates }: BudgetStatus, { tiers, minimumFailures }: VerdictRules): BurningTier[] {
  return tiers.flatMap((tier) => {
    const long = burnRates.find(({ windowMs }) => windowMs === tier.longMs);
    const short = burnRates.find(({ windowMs }) => windowMs === tier.shortMs);
    if (long === undefined || short === undefined) return [];
    return burns(tier, long, short, minimumFailures) === true ? [{ tier, long, short }] : [];
  });
}

function ofBudget(budget: MeasuredBudget, warnBelowRatio: number): Finding[] {
  const { id, verdict, remainingRatio, consumedRatio, sliRatio, objective } = budget;
  const promised = `${percentText(sliRatio)} were good where ${objective.percentText} are promised`;
  if (verdict === "exceeded") {
    const times = consumedRatio < 1.1 ? `${percentText(consumedRatio)} of` : `${plain(consumedRatio, 1)} times`;
    return [
      { verdict: "critical", code: "budget_exceeded", message: `${id} has spent ${times} its budget: ${promised}` },
    ];
  }
  if (verdict === "spent") {
    return [{ verdict: "critical", code: "budget_spent", message: `${id} has spent exactly its budget: ${promised}` }];
  }
  const left = `${percentText(remainingRatio)} of its budget left`;
  return remainingRatio < warnBelowRatio
    ? [
        {
          verdict: "warning",
          code: "budget_low",
          message: `${id} has ${left}, less than ${percentText(warnBelowRatio)}`,
        },
      ]
    : [{ verdict: "healthy", code: "within_budget", message: `${id} has ${left}` }];
}

function ofTier({ tier, long, short }: BurningTier): Finding {
  const paces = `${burnRateText(long)} and ${burnRateText(short)}, both above ${String(Number(tier.factor.toPrecision(4)))}x`;
  const page = tier.severity === "page";
  return {
    verdict: page ? "critical" : "warning",
    code: "burning",
    message: `${tier.name} (${tier.severity}): ${paces}`,
  };
}

function unmeasured(budget: Exclude<BudgetStatus, MeasuredBudget>): Finding {
  return { verdict: "unknown", code: budget.state, message: `${budget.id} cannot be judged: ${budget.reason}` };
}

/** Over the shortest look-back of an alert nobody watched: what was measured before says nothing of now. A policy's may be too short to see anything. */
function blind({ id, state, burnRates }: BudgetStatus, tiers: readonly SloTier[]): Finding[] {
  const leastMs = tiers.length === 0 ? 0 : Math.min(...tiers.map(({ shortMs }) => shortMs));
  const shortest = burnRates.find(({ windowMs }) => windowMs >= leastMs);
  if (state === "no_data" || shortest === undefined || shortest.coverage > 0 || shortest.total > 0) return [];
  return [
    { verdict: "unknown", code: "blind", message: `${id} has no data of the present: ${burnRateText(shortest)}` },
  ];
}

function partly({ coverage, state, id }: BudgetStatus): StatusReason[] {
  if (state === "no_data" || coverage >= PARTLY) return [];
  return [{ code: "partly_watched", message: `${id} was watched for ${percentText(coverage)} of its window` }];
}
