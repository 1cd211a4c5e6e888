/** What a rule of a policy document asks of an SLO and its budget. */
import type { BurnRate } from "../budget/status.ts";
import { formatDuration } from "../core/time/duration.ts";
import type { SloKind } from "../slo/model.ts";

import { percentText, wholePercentText } from "./sentences.ts";
import type { PolicyInput } from "./verdict.ts";

/** Bounds of a figure; all that are given hold. `above` and `below` are strict. */
export interface ConditionBounds {
  readonly above?: number;
  readonly at_least?: number;
  readonly below?: number;
  readonly at_most?: number;
}

/** Bounds of the burn rate over one look-back. */
export interface BurnCondition extends ConditionBounds {
  /** The look-back, in milliseconds. */
  readonly over: number;
}

/** What a rule asks; all of it must hold. */
export interface RuleConditions {
  readonly consumed?: ConditionBounds;
  readonly remaining?: ConditionBounds;
  readonly burn_rate?: readonly BurnCondition[];
  readonly slo_kind?: readonly SloKind[];
  readonly slo?: readonly string[];
  readonly service?: readonly string[];
}

/** Whether a rule holds: yes with its figures in words, no, or not to be told for want of a look-back. */
export type Holds =
  | { readonly kind: "yes"; readonly figures: readonly string[] }
  | { readonly kind: "no" }
  | { readonly kind: "unmeasured"; readonly windowMs: number };

const NO: Holds = { kind: "no" };

/** Whether `conditions` hold for a budget that was measured. */
export function holds(conditions: RuleConditions, { slo, status }: PolicyInput): Holds {
  const { consumed, remaining, burn_rate: burns = [] } = conditions;
  if (!allows(conditions.slo_kind, slo.kind)) return NO;
  if (!allows(conditions.slo, slo.name) || !allows(conditions.service, slo.service)) return NO;
  if (status.state !== "measured") return NO;
  const figures: string[] = [];
  for (const [bounds, ratio, what] of [
    [consumed, status.consumedRatio, "is consumed"],
    [remaining, status.remainingRatio, "remains"],
  ] as const) {
    if (bounds === undefined) continue;
    if (!within(bounds, ratio)) return NO;
    const limits = boundsOf(bounds).map(([, value]) => value);
    const figure = limits.includes(ratio) ? wholePercentText(ratio) : percentText(ratio, limits[0]);
    figures.push(`${figure} of the error budget ${what} (${boundsText(bounds, wholePercentText)})`);
  }
  let unmeasured: number | undefined;
  for (const condition of burns) {
    const burn = status.burnRates.find(({ windowMs }) => windowMs === condition.over);
    if (burn === undefined) unmeasured ??= condition.over;
    else if (burn.rate === undefined || !within(condition, burn.rate)) return NO;
    else figures.push(burnText(condition, burn));
  }
  return unmeasured === undefined ? { kind: "yes", figures } : { kind: "unmeasured", windowMs: unmeasured };
}

function allows(names: readonly string[] | undefined, name: string): boolean {
  return names === undefined || names.includes(name);
}

function within({ above, at_least, below, at_most }: ConditionBounds, figure: number): boolean {
  if (above !== undefined && !(figure > above)) return false;
  if (at_least !== undefined && !(figure >= at_least)) return false;
  if (below !== undefined && !(figure < below)) return false;
  return at_most === undefined || figure <= at_most;
}

function boundsOf({ above, at_least, below, at_most }: ConditionBounds): Array<readonly [string, number]> {
  const all = [
    ["above", above],
    ["at least", at_least],
    ["below", below],
    ["at most", at_most],
  ] as const;
  return all.flatMap(([words, value]) => (value === undefined ? [] : [[words, value] as const]));
}

function boundsText(bounds: ConditionBounds, text: (value: number) => string): string {
  return boundsOf(bounds)
    .map(([words, value]) => `${words} ${text(value)}`)
    .join(", ");
}

function burnText(condition: BurnCondition, { rate = 0, windowMs }: BurnRate): string {
  const pace = String(Number(rate.toPrecision(4)));
  return `the budget burns at ${pace}x over ${formatDuration(windowMs)} (${boundsText(condition, String)})`;
}
