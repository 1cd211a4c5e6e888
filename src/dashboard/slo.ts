/** From the status of an SLO or a composite to what is shown of it: pure. */
import { paceOf } from "../budget/assess.ts";
import { windowText } from "../core/time/window.ts";
import type { CompositeStatus, SloStatus } from "../status/model.ts";

import type { DashboardBurn, DashboardComposite, DashboardExhaustion, DashboardSlo } from "./model.ts";
import { figure, known, shownText, shownTexts } from "./texts.ts";

const MOST_REASONS = 5;
const MOST_MEMBERS = 10;
const RATE_DIGITS = 5;

/** An SLO by its status, without its past, its forecast and its traces. */
export function sloOf(status: SloStatus): DashboardSlo {
  const { slo, budget, window, verdict, reasons } = status;
  return known({
    id: slo.id,
    name: slo.name,
    title: optional(slo.title),
    description: optional(slo.description),
    kind: slo.kind,
    objective: slo.objective.percentText,
    objectiveRatio: slo.objective.ratio,
    window: windowText(window),
    range: budget.range,
    verdict,
    reasons: messagesOf(reasons),
    state: budget.state,
    good: figure(budget.good) ?? 0,
    total: figure(budget.total) ?? 0,
    coverage: figure(budget.coverage, 6) ?? 0,
    ...measuredOf(budget),
    pace: paceNow(budget),
    burns: burnsOf(status),
  });
}

/** A composite by its status. */
export function compositeOf({ composite, budget, window, verdict, reasons }: CompositeStatus): DashboardComposite {
  const { id, name, description, of, members, objective } = composite;
  const named = members.map(({ slo, weight }) => (of === "weighted" ? `${slo} (${String(weight)})` : slo));
  return known({
    id,
    name,
    description: optional(description),
    made: `${MADE[of]} ${shownTexts(named, MOST_MEMBERS).join(", ")}`,
    objective: objective?.percentText,
    window: windowText(window),
    verdict,
    reasons: messagesOf(reasons),
    ...(budget === undefined ? {} : pick(measuredOf(budget))),
  });
}

const MADE = {
  all: "all of",
  weighted: "the weighted mean of",
  traffic: "the traffic of",
} as const;

function pick({ sliRatio, remainingRatio, remainingMinutes }: Partial<DashboardSlo>): Partial<DashboardComposite> {
  return known({ sliRatio, remainingRatio, remainingMinutes });
}

function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : shownText(text);
}

function messagesOf(reasons: readonly { readonly message: string }[]): string[] {
  return shownTexts(
    reasons.map(({ message }) => message),
    MOST_REASONS,
  );
}

function measuredOf(budget: SloStatus["budget"]): Partial<DashboardSlo> {
  if (budget.state !== "measured") return {};
  const { sliRatio, remainingRatio, remainingMinutes, remainingEvents, exhaustion } = budget;
  return known({
    sliRatio: figure(sliRatio),
    remainingRatio: figure(remainingRatio),
    remainingMinutes: figure(remainingMinutes, 9),
    remainingEvents: figure(remainingEvents, 9),
    exhaustion: exhaustionOf(exhaustion),
  });
}

function paceNow({ burnRates, range }: SloStatus["budget"]): DashboardSlo["pace"] | undefined {
  const { rate, windowMs } = paceOf(burnRates, range) ?? {};
  const told = figure(rate, RATE_DIGITS);
  return told === undefined || windowMs === undefined ? undefined : { rate: told, windowMs };
}

function exhaustionOf(exhaustion: {
  readonly kind: DashboardExhaustion["kind"];
  readonly at?: number;
}): DashboardExhaustion {
  const { kind, at } = exhaustion;
  return at === undefined ? { kind } : { kind, at: Math.round(at) };
}

/** The pairs of look-backs of its alerts, and the pace over each. */
function burnsOf({ tiers, budget, burning }: SloStatus): DashboardBurn[] {
  const rates = new Map(budget.burnRates.map(({ windowMs, rate }) => [windowMs, rate]));
  return tiers.map(({ name, severity, factor, longMs, shortMs }) =>
    known({
      name,
      severity,
      factor: figure(factor, RATE_DIGITS) ?? factor,
      longMs,
      shortMs,
      longRate: figure(rates.get(longMs), RATE_DIGITS),
      shortRate: figure(rates.get(shortMs), RATE_DIGITS),
      burning: burning.some(({ tier }) => tier.name === name),
    }),
  );
}
