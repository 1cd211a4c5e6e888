/** Budgets by brute force: loops over the raw events, cut points and big integers; no sums kept, nothing of src. */
import type { CalendarUnit, TimeRange } from "../../../src/core/time/window.ts";
import { periodByTemporal } from "./calendar.ts";
import type { Exact } from "./exact.ts";

export interface RawEvents {
  readonly at: number;
  readonly good: number;
  readonly total: number;
}

export interface RawViolation {
  readonly timestamp: number;
  readonly minutes: number;
  /** In hundredths, so that it is exact. */
  readonly impactPercent: number;
}

/** A window as the oracle knows it. */
export type OracleWindow = { readonly rollingMs: number } | { readonly unit: CalendarUnit; readonly zone: string };

/** What the oracle finds in a stretch; `bad` in hundredths for violations. */
export interface Found {
  readonly bad: bigint;
  readonly total: bigint;
}

export function rangeOf(window: OracleWindow, at: number): TimeRange {
  return "rollingMs" in window
    ? { start: at - window.rollingMs, end: at }
    : periodByTemporal(window.unit, window.zone, at);
}

/** Events from `start` to `last`, both included, that no exclusion takes out. */
export function countEvents(
  events: readonly RawEvents[],
  start: number,
  last: number,
  out: readonly TimeRange[],
): Found {
  let [bad, total] = [0n, 0n];
  for (const event of events) {
    if (event.at < start || event.at > last) continue;
    if (out.some((exclusion) => event.at >= exclusion.start && event.at < exclusion.end)) continue;
    bad += BigInt(event.total) - BigInt(event.good);
    total += BigInt(event.total);
  }
  return { bad, total };
}

/** Milliseconds of a stretch that no exclusion takes out, and hundredths of them in violation, the gravest once. */
export function sweepViolations(
  violations: readonly RawViolation[],
  range: TimeRange,
  out: readonly TimeRange[],
): Found {
  const stretches = violations.map(({ timestamp, minutes, impactPercent }) => {
    return { start: timestamp, end: timestamp + minutes * 60_000, impactPercent };
  });
  let [bad, total] = [0n, 0n];
  for (const [start, end] of pieces(range, [...stretches, ...out])) {
    if (out.some((exclusion) => exclusion.start <= start && end <= exclusion.end)) continue;
    let gravest = 0;
    for (const stretch of stretches) {
      if (stretch.start <= start && end <= stretch.end) gravest = Math.max(gravest, stretch.impactPercent);
    }
    total += BigInt(end - start);
    bad += BigInt(end - start) * BigInt(gravest);
  }
  return { bad, total };
}

/** Milliseconds of a stretch that no exclusion takes out. */
export function lengthWithout(range: TimeRange, out: readonly TimeRange[]): bigint {
  return sweepViolations([], range, out).total;
}

function pieces(range: TimeRange, cutters: readonly TimeRange[]): Array<readonly [number, number]> {
  const cuts = [range.start, range.end, ...cutters.flatMap(({ start, end }) => [start, end])];
  const inside = [...new Set(cuts.filter((cut) => cut >= range.start && cut <= range.end))].sort((a, b) => a - b);
  return inside.slice(1).map((end, index) => [inside[index] as number, end] as const);
}

/** What the docs of `assessBudget` say, as fractions; `passed` and `whole` in milliseconds. */
export function consumedShare(
  found: Found,
  partsPerBillion: number,
  share: { readonly passed: bigint; readonly whole: bigint },
): { readonly consumed: Exact; readonly remaining: Exact; readonly remainingEvents: Exact } {
  const budget = 1_000_000_000n - BigInt(partsPerBillion);
  const n = found.bad * 1_000_000_000n * share.passed;
  const d = found.total * budget * share.whole;
  return {
    consumed: { n, d },
    remaining: { n: d - n, d },
    remainingEvents: { n: d - n, d: 1_000_000_000n * share.passed },
  };
}
