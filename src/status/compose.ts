/** From the counts of its members to those of a composite SLO: pure. */
import type { BudgetMeasurements, PeriodShare } from "../budget/assess.ts";
import { type Measurement, NOTHING_MEASURED } from "../core/measurement.ts";

import type { CompositeMember, CompositeSlo } from "./model.ts";

/** What was counted of one member over the composite's window; undefined where that could not be asked. */
export interface MemberCounts {
  readonly member: CompositeMember;
  readonly measurements: BudgetMeasurements | undefined;
}

/** Counts of the whole; undefined where a missing member makes it unknown. */
export interface ComposedCounts {
  readonly measurements: BudgetMeasurements | undefined;
  /** What failed in each look-back, whatever its members weigh: the failures of all members, added up. */
  readonly failures: readonly { readonly windowMs: number; readonly bad: number }[];
  /** Ids of the members without data. */
  readonly missing: readonly string[];
}

type Combined = Exclude<CompositeSlo["of"], "all">;

interface Part {
  readonly weight: number;
  readonly measured: Measurement;
}

/**
 * Adds the members up (`traffic`), or weighs their SLIs (`weighted`, `sum(weight x SLI) / sum(weight)`). A member without data in the
 * window is what `missing` says: as many events as the others have on average, all good or all bad; or it is left out. In a look-back,
 * members without events are left out.
 *
 * Of a weighted whole good and total are its traffic, split as its SLI says: one request that failed may weigh as much as a million
 * others. How many did fail is in `failures`.
 */
export function composeCounts(
  { of, missing: rule }: Pick<CompositeSlo, "missing"> & { readonly of: Combined },
  members: readonly MemberCounts[],
): ComposedCounts {
  const isMissing = ({ measurements }: MemberCounts): boolean => !hasData(of, measurements?.window);
  const missing = members.filter(isMissing).map(({ member }) => member.slo);
  if (missing.length === members.length || (missing.length > 0 && rule === "unknown")) {
    return { measurements: undefined, failures: [], missing };
  }
  const present = members.filter((member) => !isMissing(member));
  const windowParts = present.flatMap(({ member, measurements }) =>
    measurements === undefined ? [] : [{ weight: member.weight, measured: measurements.window }],
  );
  const stand = rule === "good" || rule === "bad" ? standIns(members.filter(isMissing), windowParts, rule) : [];
  const first = present.find(({ measurements }) => measurements !== undefined)?.measurements;
  const lookBackParts = (first?.lookBacks ?? []).map(({ windowMs }) => {
    const parts = present.flatMap(({ member, measurements }) => {
      const measured = measurements?.lookBacks.find((lookBack) => lookBack.windowMs === windowMs)?.measurement;
      return measured === undefined ? [] : [{ weight: member.weight, measured }];
    });
    return { windowMs, parts };
  });
  const lookBacks = lookBackParts.map(({ windowMs, parts }) => ({ windowMs, measurement: combine(of, parts) }));
  const periods = present.flatMap(({ measurements }) => measurements?.period ?? []);
  const window = combine(of, [...windowParts, ...stand]);
  const until = Math.min(...windowParts.map(({ measured }) => measured.until ?? Infinity));
  return {
    measurements: {
      window: Number.isFinite(until) ? { ...window, until } : window,
      lookBacks,
      ...(periods.length === 0 ? {} : { period: meanPeriod(periods) }),
    },
    failures: lookBackParts.map(({ windowMs, parts }) => ({ windowMs, bad: badOf(parts) })),
    missing,
  };
}

function badOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { measured: { good, total } }) => sum + (total - good), 0);
}

function hasData(of: Combined, measured: Measurement | undefined): boolean {
  if (measured === undefined) return false;
  // An idle member adds nothing to a sum, and has no SLI to weigh.
  return measured.total > 0 || (of === "traffic" && measured.coverage > 0);
}

function standIns(missing: readonly MemberCounts[], present: readonly Part[], as: "good" | "bad"): Part[] {
  const total = present.reduce((sum, { measured }) => sum + measured.total, 0) / present.length;
  return missing.map(({ member }) => ({
    weight: member.weight,
    measured: { good: as === "good" ? total : 0, total, coverage: 1 },
  }));
}

function combine(of: Combined, parts: readonly Part[]): Measurement {
  if (parts.length === 0) return NOTHING_MEASURED;
  const sum = (pick: (part: Part) => number): number => parts.reduce((all, part) => all + pick(part), 0);
  const total = sum(({ measured }) => measured.total);
  const coverage = Math.min(...parts.map(({ measured }) => measured.coverage));
  if (of === "traffic") return { good: sum(({ measured }) => measured.good), total, coverage };
  const known = parts.filter(({ measured }) => measured.total > 0);
  const weights = known.reduce((all, { weight }) => all + weight, 0);
  // Weighed are the failures: where there are none, rounding must not make some.
  const failing = known.reduce((all, { weight, measured }) => all + weight * (1 - measured.good / measured.total), 0);
  return { good: weights === 0 ? 0 : total * (1 - failing / weights), total, coverage };
}

function meanPeriod(periods: readonly PeriodShare[]): PeriodShare {
  const mean = (pick: (period: PeriodShare) => number): number =>
    periods.reduce((sum, period) => sum + pick(period), 0) / periods.length;
  return { passedMs: mean(({ passedMs }) => passedMs), wholeMs: mean(({ wholeMs }) => wholeMs) };
}
