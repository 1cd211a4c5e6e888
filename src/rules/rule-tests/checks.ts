/** What is asked of the rules at one moment of a test, and what is to come out. */
import { type Series, shortNumber } from "../convention.ts";
import { lengthText } from "../../core/time/window-text.ts";
import { numberText, quote } from "../promql/write.ts";
import { type RuleSubject } from "../sli-rules.ts";
import type { SloTier } from "../../budget/slo-tiers.ts";
import type { Verdict } from "./oracle.ts";

/** A query at one moment, and all that it gives. */
export interface Check {
  readonly atMs: number;
  readonly expr: string;
  readonly samples: ReadonlyArray<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }>;
}

/** The alerts that fire, and those that do not; tiers that are near their threshold are not asked for. */
export function burnCheck({ slo }: RuleSubject, { firing, quiet }: Verdict, atMs: number): Check[] {
  // The label `tier` may be the user's own: alerts are told apart by what they look at.
  const fires = (tier: SloTier): string =>
    `ALERTS{alertstate="firing",slo=${quote(slo.id)},long=${quote(lengthText(tier.longMs))},short=${quote(lengthText(tier.shortMs))},factor=${quote(shortNumber(tier.factor))}}`;
  const one = (tier: SloTier, isFiring: boolean): Check => ({
    atMs,
    expr: `count(${fires(tier)})`,
    samples: isFiring ? [{ labels: {}, value: 1 }] : [],
  });
  return [...firing.map((tier) => one(tier, true)), ...quiet.map((tier) => one(tier, false))];
}

/** The alerts for no data that fire, by reason. */
export function noDataCheck({ slo }: RuleSubject, reasons: readonly string[], atMs: number): Check {
  return {
    atMs,
    expr: `count by (reason) (ALERTS{alertstate="firing",slo=${quote(slo.id)},reason!=""})`,
    samples: reasons.map((reason) => ({ labels: { reason }, value: 1 })),
  };
}

/** What remains of the budget, at a burn rate of `pace` over the window. */
export function remainingCheck({ names }: RuleSubject, pace: number, atMs: number): Check {
  return exactly(`sum(${names.remaining.selector})`, 1 - pace, atMs);
}

/** The burn rate over a look-back. */
export function paceCheck(subject: RuleSubject, lookBack: string, pace: number, atMs: number): Check {
  return exactly(paceOf(subject, lookBack), pace, atMs);
}

/** The burn rate over a look-back, where it is known nearly only. */
export function paceBetween(
  subject: RuleSubject,
  lookBack: string,
  range: { readonly least: number; readonly most: number },
  atMs: number,
): Check {
  return between(paceOf(subject, lookBack), range, atMs);
}

/** What remains of the budget, where it is known nearly only. */
export function remainingBetween(
  { names }: RuleSubject,
  range: { readonly least: number; readonly most: number },
  atMs: number,
): Check {
  return between(`sum(${names.remaining.selector})`, range, atMs);
}

/** A count of events, which is whole. */
export function countCheck(series: Series, count: number, atMs: number): Check {
  return { atMs, expr: `round(sum(${series.selector}))`, samples: [{ labels: {}, value: count }] };
}

function paceOf({ slo, names }: RuleSubject, lookBack: string): string {
  return `sum(${names.errorRatio(lookBack).selector}) / ${slo.objective.budgetText}`;
}

function exactly(expr: string, value: number, atMs: number): Check {
  // Where the value lies between two rounded ones the last bit would decide.
  const decimals = [4, 3, 5, 2].find((count) => Math.abs((Math.abs(value * 10 ** count) % 1) - 0.5) > 0.01) ?? 4;
  const scale = 10 ** decimals;
  const rounded = Math.floor(value * scale + 0.5) / scale;
  return { atMs, expr: `round(${expr}, ${numberText(1 / scale)})`, samples: [{ labels: {}, value: rounded }] };
}

function between(expr: string, range: { readonly least: number; readonly most: number }, atMs: number): Check {
  const [least, most] = [range.least, range.most].map((value) => numberText(Number(value.toPrecision(6))));
  return { atMs, expr: `count(${expr} > ${least ?? ""} < ${most ?? ""})`, samples: [{ labels: {}, value: 1 }] };
}
