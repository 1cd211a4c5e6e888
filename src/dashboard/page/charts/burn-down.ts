/** How the error budget has gone down, and how it may go on. */
import type { DashboardSlo } from "../../model.ts";
import { isWatched, stepsWithin } from "./steps.ts";

/** What was left at an instant; null between two instants between which nobody looked. */
export interface BudgetPoint {
  readonly at: number;
  readonly remaining: number | null;
}

/** How it may go on from now. */
export interface Projection {
  /** `forecast`: by its course so far; `pace`: as it goes now. */
  readonly kind: "forecast" | "pace";
  readonly from: { readonly at: number; readonly remaining: number };
  /** When nothing is left; undefined for never within sight. */
  readonly expectedAt?: number;
  /** The interval's ends, of a forecast. */
  readonly earliestAt?: number;
  readonly latestAt?: number;
  /** Of the interval, such as 0.8. */
  readonly level?: number;
}

/** What of a rolling window's length is kept for the time after now, at most. */
const MOST_AHEAD = 0.35;

/**
 * What was left of the budget from the window's beginning until now. What is spent by now is the status' to tell; the steps tell how
 * that came about: consumed(t) = consumed(now) * bad(t) / bad(now). Empty where either is not known.
 */
export function burnDown(slo: DashboardSlo, at: number): readonly BudgetPoint[] {
  const { past, range, remainingRatio: left } = slo;
  if (past === undefined || left === undefined || !Number.isFinite(left) || !(at > range.start)) return [];
  const steps = stepsWithin(past, range.start, at);
  if (!isWatched(steps)) return [];
  const all = steps.reduce((sum, { counts }) => sum + (counts?.bad ?? 0), 0);
  const leftAfter = (bad: number): number => {
    if (bad >= all && all > 0) return left;
    // Rounding must not make it rise at the end.
    const remaining = all === 0 ? 1 : 1 - (1 - left) * (bad / all);
    return left <= 1 ? Math.max(left, remaining) : Math.min(left, remaining);
  };

  const points: BudgetPoint[] = [{ at: range.start, remaining: 1 }];
  let bad = 0;
  let unwatchedFrom: number | undefined;
  for (const { from, until, counts } of steps) {
    if (counts === undefined) {
      unwatchedFrom ??= from;
      continue;
    }
    if (unwatchedFrom !== undefined) {
      points.push({ at: (unwatchedFrom + from) / 2, remaining: null }, { at: from, remaining: leftAfter(bad) });
    }
    unwatchedFrom = undefined;
    bad += counts.bad;
    if (until < at) points.push({ at: until, remaining: leftAfter(bad) });
  }
  if (unwatchedFrom !== undefined) points.push({ at: (unwatchedFrom + at) / 2, remaining: null });
  points.push({ at, remaining: left });
  return points;
}

/** What would be left if the budget were spent evenly through the window. */
export function evenPace({ start, end }: DashboardSlo["range"], at: number): number {
  return end > start ? Math.min(1, Math.max(0, (end - at) / (end - start))) : 0;
}

/** How it may go on; undefined where nothing is told, or nothing is left. */
export function projectionOf(slo: DashboardSlo, at: number): Projection | undefined {
  const { remainingRatio: remaining, forecast, exhaustion } = slo;
  if (remaining === undefined || !(remaining > 0)) return undefined;
  const from = { at, remaining };
  if (forecast?.kind === "forecast") {
    const { expectedAt, earliestAt, latestAt, level } = forecast;
    const ahead = {
      ...(isAfter(at, expectedAt) && { expectedAt }),
      ...(isAfter(at, earliestAt) && { earliestAt }),
      ...(isAfter(at, latestAt) && { latestAt }),
    };
    if (Object.keys(ahead).length > 0) return { kind: "forecast", from, level, ...ahead };
  }
  const emptyAt = exhaustion?.kind === "in" ? exhaustion.at : undefined;
  if (forecast?.kind === "forecast" || !isAfter(at, emptyAt)) return undefined;
  return { kind: "pace", from, expectedAt: emptyAt };
}

/** What is left at `time` on the straight way from now to the instant at which nothing is. */
export function projectedAt({ from }: Projection, emptyAt: number | undefined, time: number): number {
  if (emptyAt === undefined) return from.remaining;
  return from.remaining * Math.min(1, Math.max(0, (emptyAt - time) / (emptyAt - from.at)));
}

/** A calendar period is seen to its end; a rolling window until now, and on as far as something is expected, within reason. */
export function axisEnd({ range }: DashboardSlo, at: number, projection: Projection | undefined): number {
  if (range.end > at) return range.end;
  const { expectedAt, earliestAt, latestAt } = projection ?? {};
  const furthest = latestAt ?? expectedAt ?? earliestAt;
  if (furthest === undefined) return at;
  return Math.min(at + (furthest - at) * 1.1, at + (at - range.start) * MOST_AHEAD);
}

function isAfter(at: number, time: number | undefined): time is number {
  return time !== undefined && Number.isFinite(time) && time > at;
}
