/** Counts of two versions as a table of whole numbers, rounded against what is to be shown. */
import { invalid, show } from "../core/errors.ts";
import { checkCounts } from "../core/measurement.ts";
import type { VersionCounts } from "./model.ts";

/** Failures and events of one version, whole. */
export interface Arm {
  readonly bad: number;
  readonly total: number;
}

/** Both versions. */
export interface Table {
  readonly baseline: Arm;
  readonly canary: Arm;
}

/** Sums of doubles miss whole numbers by less than this share of them. */
const NOISE = 1e-9;

/**
 * The counts of one version, checked.
 *
 * @throws {@link ConfigurationError} if they are no counts
 */
export function countsOf(counts: unknown, path: readonly (string | number)[]): VersionCounts {
  const { good, total } = (counts ?? {}) as VersionCounts;
  checkCounts({ good, total }, (field) => [...path, field]);
  if (total > Number.MAX_SAFE_INTEGER) {
    throw invalid([...path, "total"], `${show(total)} is too large; at most ${String(Number.MAX_SAFE_INTEGER)}`);
  }
  // Adding nothing turns -0 into 0.
  return { good: good + 0, total: total + 0 };
}

/** The table in which the canary looks as good as the counts allow: for showing that it is worse. */
export function kindTable(baseline: VersionCounts, canary: VersionCounts): Table {
  return { baseline: roundUp(baseline), canary: roundDown(canary) };
}

/** The table in which the canary looks as bad as the counts allow: for showing that it is not worse. */
export function harshTable(baseline: VersionCounts, canary: VersionCounts): Table {
  return { baseline: roundDown(baseline), canary: roundUp(canary) };
}

/** More failures among fewer events: `increase()` of Prometheus gives 2.7 failures of 99.4 events, which are 3 of 99 here. */
function roundUp({ good, total }: VersionCounts): Arm {
  const events = Math.floor(nearWhole(total));
  return { bad: Math.min(events, Math.ceil(nearWhole(total - good))), total: events };
}

/** Fewer failures among more events. */
function roundDown({ good, total }: VersionCounts): Arm {
  return { bad: Math.floor(nearWhole(total - good)), total: Math.ceil(nearWhole(total)) };
}

function nearWhole(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= NOISE * Math.max(1, whole) ? whole : value;
}
