/** When a burn rate is worth waking somebody: pairs of look-back windows with a threshold. */
import { MILLISECONDS } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import type { BurnSeverity } from "../slo/alerting.ts";

/**
 * A burn-rate alert: it holds while the burn rate over the long window and over the short one are both above
 * `factor`. The long window says that it matters, the short one that it is still going on.
 */
export interface BurnTier {
  readonly severity: BurnSeverity;
  /** The long look-back, in milliseconds. */
  readonly longMs: number;
  /** The short look-back, in milliseconds; 1/12 of the long one. */
  readonly shortMs: number;
  /** The threshold: `budgetShare x SLO window / long window`. */
  readonly factor: number;
}

// SRE Workbook, chapter 5, table 5-8, with the 1-day tier that Sloth and others add: share of the budget, long window.
const SHARES = [
  { severity: "page", share: 0.02, longMs: MILLISECONDS.h, ofThirtyDays: 720 },
  { severity: "page", share: 0.05, longMs: 6 * MILLISECONDS.h, ofThirtyDays: 120 },
  { severity: "ticket", share: 0.1, longMs: MILLISECONDS.d, ofThirtyDays: 30 },
  { severity: "ticket", share: 0.1, longMs: 3 * MILLISECONDS.d, ofThirtyDays: 10 },
] as const;

/** Look-backs finer than this see single requests, and no source resolves them. */
const SHORTEST_LOOK_BACK_MS = 100;
const SHORTEST_FIXED_MS = 28 * MILLISECONDS.d;
const NOMINAL_DAYS = { day: 1, week: 7, month: 30, quarter: 90, year: 365 } as const;

/**
 * The four usual tiers for an SLO's own window: 2 % of the budget in 1 h and 5 % in 6 h page, 10 % in 1 d and 10 % in 3 d
 * make a ticket. For 30 days the factors are 14.4, 6, 3 and 1. Below 28 days the look-backs shrink with the window, which
 * keeps the shares and the factors; above, they stay and the factors grow. Of a window below 15 minutes or so the tiers
 * whose short look-back would be under 100 ms are left out.
 *
 * @example
 * ```ts
 * import { burnTiersFor } from "nines";
 *
 * const factors = burnTiersFor("30d").map((tier) => tier.factor);
 * if (factors.join() !== "14.4,6,3,1") throw new Error(factors.join());
 * ```
 */
export function burnTiersFor(of: Window | string): readonly BurnTier[] {
  return usualTiers(nominalMs(readWindow(of))).filter(({ shortMs }) => shortMs >= SHORTEST_LOOK_BACK_MS);
}

/** The four usual tiers of a window of `windowMs`, whether or not a source resolves their look-backs. */
export function usualTiers(windowMs: number): readonly BurnTier[] {
  return SHARES.map(({ severity, share, longMs: fixedMs, ofThirtyDays }) => {
    const longMs = windowMs >= SHORTEST_FIXED_MS ? fixedMs : Math.round(windowMs / ofThirtyDays);
    return { severity, longMs, shortMs: Math.round(longMs / 12), factor: factorOf(share, windowMs, longMs) };
  });
}

/** The burn rate that spends `share` of a window's budget within `longMs`. */
export function factorOf(share: number, windowMs: number, longMs: number): number {
  return Number(((share * windowMs) / longMs).toPrecision(12));
}

/** Length of a window; of a calendar period, that of a usual one. */
export function nominalMs(window: Window): number {
  return window.kind === "rolling" ? window.durationMs : NOMINAL_DAYS[window.unit] * MILLISECONDS.d;
}

/** Checks tiers that the user wrote. */
export function checkTiers(tiers: readonly BurnTier[]): readonly BurnTier[] {
  const list: unknown = tiers;
  if (!Array.isArray(list)) throw invalid("tiers", `${show(tiers)} is no list of tiers`);
  tiers.forEach((tier: unknown, index) => {
    const { longMs, shortMs, factor } = (tier ?? {}) as BurnTier;
    const bad = (field: string, value: number, allowed: string): never => {
      throw invalid(["tiers", index, field], `${show(value)} is not ${allowed}`);
    };
    if (!Number.isFinite(longMs) || longMs <= 0) bad("longMs", longMs, "a positive number of milliseconds");
    if (!(shortMs > 0 && shortMs <= longMs)) bad("shortMs", shortMs, "a positive number of milliseconds up to longMs");
    if (!Number.isFinite(factor) || factor <= 0) bad("factor", factor, "a positive number");
  });
  return tiers;
}
