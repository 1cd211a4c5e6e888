/** The burn-rate alerts of one SLO: the usual ones for its window, as far as a scrape can resolve them, and its own changes. */
import { formatDuration, MILLISECONDS } from "../core/time/duration.ts";
import type { Path } from "../core/faults.ts";
import { choices } from "../core/nearest.ts";
import type { Objective } from "../core/objective.ts";
import { type BurnTier, factorOf, usualTiers } from "./tiers.ts";
import type { SloAlerting, TierSettings } from "../slo/alerting.ts";

/** Names of the usual tiers, in the order of {@link usualTiers}. */
export const USUAL_TIERS = ["page_fast", "page_slow", "ticket_fast", "ticket_slow"] as const;

/** A burn-rate alert of an SLO. */
export interface SloTier extends BurnTier {
  /** Unique in its SLO; the label `tier`. */
  readonly name: string;
  /** The share of the budget that is gone when it fires at its threshold, from 0 to 1. */
  readonly budgetShare: number;
}

/** What tiers are worked out from. */
export interface TierQuestion {
  readonly windowMs: number;
  readonly objective: Objective;
  readonly alerting: SloAlerting;
  /** No look-back can be shorter, in milliseconds; long ones are at least twice as long. */
  readonly leastMs: number;
}

/** Something in the settings that cannot be, by its path within `alerting`. */
export interface TierFault {
  readonly path: Path;
  readonly message: string;
}

/** The tiers, in order: pages before tickets, long look-backs last. */
export interface TierPlan {
  readonly tiers: readonly SloTier[];
  readonly faults: readonly TierFault[];
  readonly remarks: readonly string[];
}

/**
 * The tiers of an SLO. Where a look-back of the usual ones would be shorter than the least it is made that long, the factor stays, and more of the budget is gone at the threshold (at most all of it). Of two usual ones that look back
 * equally far only the more sensitive is kept.
 */
export function tiersFor(question: TierQuestion): TierPlan {
  const { alerting, windowMs, objective } = question;
  const settings = alerting.tiers ?? {};
  const faults: TierFault[] = [];
  const remarks: string[] = [];
  const usual = new Map(usualRuleTiers(question).map((tier) => [tier.name, tier]));
  const unchanged = [...usual.values()].filter(({ name }) => settings[name] === undefined);
  const tiers = unchanged.filter((tier) => !unchanged.some((other) => other !== tier && covers(other, tier)));
  for (const [name, setting] of Object.entries(settings)) {
    const base = usual.get(name);
    if (setting === false) {
      const message = `there is no tier of that name to switch off${choices(name, USUAL_TIERS)}`;
      if (base === undefined) faults.push({ path: ["tiers", name], message });
      continue;
    }
    const made = changedTier({ name, setting, base, question });
    if ("message" in made) faults.push({ path: ["tiers", name], message: made.message });
    else tiers.push(made);
  }
  const wanted = tiers.filter(({ severity }) => alerting[severity] !== false).sort(byUrgency);
  const changed = (name: string): boolean => Object.hasOwn(settings, name);
  const kept = wanted.filter((tier) => {
    const reachable = tier.factor * objective.budgetRatio < 1;
    if (!reachable) remarks.push(unreachable(tier, objective));
    else if (tier.factor < 1 && changed(tier.name))
      remarks.push(`the tier ${tier.name} fires at a pace below 1, at which the budget lasts`);
    return reachable;
  });
  if (wanted.length > 0 && kept.length === 0) remarks.push(`no tier is left, so no burn rate of it alerts`);
  checkLengths(kept, windowMs, faults);
  return { tiers: kept, faults, remarks };
}

function usualRuleTiers({ windowMs, leastMs }: TierQuestion): SloTier[] {
  return usualTiers(windowMs).map((usual, index) => {
    const longMs = Math.min(windowMs, Math.max(toSecond(usual.longMs), 2 * leastMs));
    const shortMs = Math.min(longMs, Math.max(toSecond(usual.shortMs), leastMs));
    const factor = Math.min(usual.factor, factorOf(1, windowMs, longMs));
    const name = USUAL_TIERS[index] ?? "";
    return { name, severity: usual.severity, longMs, shortMs, factor, budgetShare: shareOf(factor, windowMs, longMs) };
  });
}

function changedTier(given: {
  readonly name: string;
  readonly setting: TierSettings;
  readonly base: SloTier | undefined;
  readonly question: TierQuestion;
}): SloTier | { readonly message: string } {
  const { name, setting, base } = given;
  const { windowMs, leastMs } = given.question;
  const severity = setting.severity ?? base?.severity;
  const longMs = setting.longMs ?? base?.longMs;
  if (severity === undefined || longMs === undefined) {
    const needed = "needs severity, long, and budget or factor, for it is none of";
    return { message: `${needed} ${USUAL_TIERS.join(", ")}` };
  }
  const usualShortMs = Math.min(longMs, Math.max(toSecond(longMs / 12), leastMs));
  const shortMs = setting.shortMs ?? (setting.longMs === undefined ? base?.shortMs : undefined) ?? usualShortMs;
  const share = setting.budgetShare ?? (setting.longMs === undefined ? undefined : base?.budgetShare);
  const factor = setting.factor ?? (share === undefined ? base?.factor : factorOf(share, windowMs, longMs));
  if (factor === undefined) return { message: "needs budget or factor" };
  const tooShort = [longMs, shortMs].find((lookBackMs) => lookBackMs < leastMs);
  if (tooShort !== undefined) {
    const least = `its look-backs are at least ${formatDuration(leastMs)}`;
    return { message: `${formatDuration(tooShort)} is too short: ${least}, four scrapes or a slice` };
  }
  if (shortMs > longMs) {
    return {
      message: `the short look-back of ${formatDuration(shortMs)} is longer than the long one, ${formatDuration(longMs)}`,
    };
  }
  return { name, severity, longMs, shortMs, factor, budgetShare: shareOf(factor, windowMs, longMs) };
}

function checkLengths(tiers: readonly SloTier[], windowMs: number, faults: TierFault[]): void {
  for (const { name, longMs } of tiers) {
    if (longMs <= windowMs) continue;
    const message = `looks back ${formatDuration(longMs)}, and the SLO's window has only ${formatDuration(windowMs)}`;
    faults.push({ path: ["tiers", name], message });
  }
}

/** Whether `tier` can only fire while `other` does, and tells nobody else. */
function covers(other: SloTier, tier: SloTier): boolean {
  if (other.longMs !== tier.longMs || other.shortMs !== tier.shortMs) return false;
  if (other.severity === "ticket" && tier.severity === "page") return false;
  return other.factor < tier.factor || (other.factor === tier.factor && byUrgency(other, tier) < 0);
}

function byUrgency(one: SloTier, other: SloTier): number {
  if (one.severity !== other.severity) return one.severity === "page" ? -1 : 1;
  return one.longMs - other.longMs || other.factor - one.factor || (one.name < other.name ? -1 : 1);
}

function unreachable({ name, factor }: SloTier, objective: Objective): string {
  const most = `a budget of ${objective.complement().percentText} cannot burn faster than`;
  return `the tier ${name} is left out: ${most} ${String(Number((1 / objective.budgetRatio).toPrecision(3)))}, and it asks for ${String(factor)}`;
}

function shareOf(factor: number, windowMs: number, longMs: number): number {
  return Number(((factor * longMs) / windowMs).toPrecision(12));
}

function toSecond(durationMs: number): number {
  return Math.max(1, Math.round(durationMs / MILLISECONDS.s)) * MILLISECONDS.s;
}
