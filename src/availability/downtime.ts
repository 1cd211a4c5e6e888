/** An error budget as time: what may be down in a period, and what is left of it. */
import { formatDuration, MILLISECONDS } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import type { Objective } from "../core/objective.ts";
import { divideProducts, Fraction } from "../core/ratio.ts";

import { type Availability, readAmount } from "./availability.ts";

const BILLION = 1_000_000_000;

/** The downtime that an availability means in a period. */
export interface DowntimeAllowance {
  /** Length of the period, in milliseconds. */
  readonly periodMs: number;
  /** Share of the period that may be down, from 0 to 1. */
  readonly budgetRatio: number;
  /** `budgetRatio` of the period, in milliseconds. */
  readonly allowedMs: number;
  /** The same in seconds. */
  readonly allowedSeconds: number;
  /** The same in minutes. */
  readonly allowedMinutes: number;
  /** The same in hours. */
  readonly allowedHours: number;
  /** The same for people, to the nearest millisecond: `"43m12s"`. */
  readonly text: string;
}

/** How the downtime of a period compares with what was allowed. */
export interface RemainingBudget {
  /** Length of the period, in milliseconds. */
  readonly periodMs: number;
  /** What the target allows, in minutes. */
  readonly allowedMinutes: number;
  /** What there was, in minutes, to the nearest millisecond. */
  readonly incurredMinutes: number;
  /** Allowed less incurred, in minutes; negative when the budget is overspent. */
  readonly remainingMinutes: number;
  /** Share of the budget that is spent: 1 is exactly all of it. */
  readonly consumedRatio: number;
  /** Share of the budget that is left; negative when it is overspent. */
  readonly remainingRatio: number;
  /** Decided without rounding: `within` has budget left, `spent` has exactly none, `exceeded` breaks the target. */
  readonly verdict: "within" | "spent" | "exceeded";
}

/** The downtime that `availability` means in a period of `periodMs`. */
export function allowanceOf({ unavailabilityRatio }: Availability, periodMs: number): DowntimeAllowance {
  // What has at most nine decimals is one division of whole numbers away; only longer ones are rounded twice.
  const billionths = Math.round(unavailabilityRatio * BILLION);
  const exact = billionths / BILLION === unavailabilityRatio;
  const inUnitsOf = (unitMs: number): number =>
    exact ? divideProducts(periodMs, billionths, unitMs, BILLION) : (periodMs * unavailabilityRatio) / unitMs;
  const allowedMs = inUnitsOf(1);
  return {
    periodMs,
    budgetRatio: unavailabilityRatio,
    allowedMs,
    allowedSeconds: inUnitsOf(MILLISECONDS.s),
    allowedMinutes: inUnitsOf(MILLISECONDS.m),
    allowedHours: inUnitsOf(MILLISECONDS.h),
    text: formatDuration(Math.round(allowedMs)),
  };
}

/** What is left of the budget of `target` in a period of `periodMs` after `downtimeMs`, both whole. */
export function remainingOf(target: Objective, periodMs: number, downtimeMs: number): RemainingBudget {
  const budget = target.withBudget("target").budgetPartsPerBillion;
  const spent = new Fraction([downtimeMs, BILLION], [periodMs, budget]);
  return {
    periodMs,
    allowedMinutes: divideProducts(periodMs, budget, MILLISECONDS.m, BILLION),
    incurredMinutes: downtimeMs / MILLISECONDS.m,
    remainingMinutes: remainingMinutes(budget, periodMs, downtimeMs),
    consumedRatio: spent.value,
    remainingRatio: spent.complement,
    verdict: VERDICTS[spent.compareToOne()],
  };
}

const VERDICTS = { "-1": "within", 0: "spent", 1: "exceeded" } as const;

// One subtraction of whole numbers and one division; in lowest terms, since a double divides whole numbers exactly rounded
// below 2^53 only.
function remainingMinutes(budget: number, periodMs: number, downtimeMs: number): number {
  const common = greatestCommonDivisor(budget, BILLION);
  const scale = BILLION / common;
  const left = BigInt(periodMs) * BigInt(budget / common) - BigInt(downtimeMs) * BigInt(scale);
  return Number(left) / (MILLISECONDS.m * scale);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** `downtimeMinutes` as whole milliseconds, if a period of `periodMs` can hold it. */
export function readDowntimeMs(downtimeMinutes: number, periodMs: number): number {
  const downtimeMs = Math.round(readAmount(downtimeMinutes, "downtimeMinutes", { unit: "minutes" }) * MILLISECONDS.m);
  if (downtimeMs <= periodMs) return downtimeMs;
  const most = String(periodMs / MILLISECONDS.m);
  throw invalid("downtimeMinutes", `${show(downtimeMinutes)} is longer than the period; at most ${most}`);
}
