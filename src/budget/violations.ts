/** A budget spent in minutes: times at which the promise was broken, however many and however they overlap. */
import { invalid, show } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/window.ts";
import type { BudgetLedger } from "./ledger.ts";
import { countBelow, orderOf, Rows } from "./rows.ts";

/** A stretch of time in which the promise was broken. */
export interface Violation {
  /** When it began, in epoch milliseconds. */
  readonly timestamp: number;
  /** How long it lasted, in minutes; to the millisecond. */
  readonly minutes: number;
  /** Share of the service that was affected, from 0 to 1; 1 without it. */
  readonly impact?: number;
}

/** Disjoint stretches in ascending order, and the weighted milliseconds before each. */
interface Skyline {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly impacts: Float64Array;
  readonly before: Float64Array;
  readonly length: number;
}

const MS_PER_MINUTE = 60_000;

/**
 * Violations in any order. At each instant the gravest violation counts, once: overlaps are not added up. Adding takes
 * constant time, the first question after it sorts once (n log n), each further one is a binary search.
 */
export class ViolationLedger implements BudgetLedger {
  readonly instantMs = 0;
  readonly #rows = new Rows(3);
  #skyline: Skyline | undefined;

  /** @throws {@link ConfigurationError} naming the field if one is not a finite number in its range */
  add({ timestamp, minutes, impact = 1 }: Violation): void {
    if (!Number.isFinite(timestamp))
      throw invalid("timestamp", `${show(timestamp)} is not a time in epoch milliseconds`);
    if (!Number.isFinite(minutes) || minutes < 0)
      throw invalid("minutes", `${show(minutes)} is not a length in minutes`);
    if (!(impact >= 0 && impact <= 1)) throw invalid("impact", `${show(impact)} is not a share from 0 to 1`);
    const start = Math.round(timestamp);
    this.#rows.push(start, start + Math.round(minutes * MS_PER_MINUTE), impact);
    this.#skyline = undefined;
  }

  /** Milliseconds of `range`; those in violation, weighted by impact, are the bad ones. To the microsecond. */
  measure(range: TimeRange): Measurement {
    const total = Math.max(0, range.end - range.start);
    const weight = this.#weightBefore(range.end) - this.#weightBefore(range.start);
    // What lies below is noise of the sums; without it 10 % of 432 minutes are exactly 43.2.
    const bad = Math.min(total, Math.round(weight * 1_000) / 1_000);
    return { good: total - Math.max(0, bad), total, coverage: total === 0 ? 0 : 1 };
  }

  #weightBefore(at: number): number {
    this.#skyline ??= skylineOf(this.#rows);
    const { starts, ends, impacts, before, length } = this.#skyline;
    const index = countBelow(starts, length, at) - 1;
    if (index < 0) return 0;
    const covered = Math.min(at, ends[index] as number) - (starts[index] as number);
    return (before[index] as number) + covered * (impacts[index] as number);
  }
}

/**
 * Sweeps the violations by their start. The active ones form a staircase: each graver one ends earlier than the milder
 * ones below it, since whatever is both milder and over sooner can never show.
 */
function skylineOf(rows: Rows): Skyline {
  const starts = rows.column(0);
  const ends = rows.column(1);
  const impacts = rows.column(2);
  const sky = new Rows(4);
  const active: number[] = [];
  let position = -Infinity;
  let weight = 0;

  const emitUntil = (limit: number): void => {
    while (active.length > 0 && position < limit) {
      const top = active[active.length - 1] as number;
      const end = Math.min(ends[top] as number, limit);
      if (end > position) {
        sky.push(position, end, impacts[top] as number, weight);
        weight += (end - position) * (impacts[top] as number);
        position = end;
      }
      if ((ends[top] as number) <= position) active.pop();
    }
    position = limit;
  };

  for (const row of orderOf(starts, rows.length)) {
    emitUntil(starts[row] as number);
    climb(active, row, ends, impacts);
  }
  emitUntil(Infinity);
  const column = (index: number): Float64Array => sky.column(index);
  return { starts: column(0), ends: column(1), impacts: column(2), before: column(3), length: sky.length };
}

function climb(active: number[], row: number, ends: Float64Array, impacts: Float64Array): void {
  const impact = impacts[row] as number;
  const end = ends[row] as number;
  let place = active.length;
  while (place > 0 && (impacts[active[place - 1] as number] as number) > impact) place -= 1;
  const graver = active[place];
  if (graver !== undefined && (ends[graver] as number) >= end) return;
  let first = place;
  while (first > 0 && (ends[active[first - 1] as number] as number) <= end) first -= 1;
  const equal = active[first - 1];
  if (first === place && equal !== undefined && impacts[equal] === impact) return;
  active.splice(first, place - first, row);
}
