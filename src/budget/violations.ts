/** A budget spent in minutes: times at which the promise was broken, however many and however they overlap. */
import { checkTime, isInSeconds, isTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { checkFields } from "../core/options.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { BudgetLedger } from "./ledger.ts";
import { RowHeap } from "./heap.ts";
import { countBelow, orderOf, Rows } from "./rows.ts";

/** A stretch of time in which the promise was broken. */
export interface Violation {
  /** When it began, in epoch milliseconds. */
  readonly timestamp: number;
  /** How long it lasted, in minutes; to the millisecond. */
  readonly minutes: number;
  /** Share of the service that was affected, from 0 to 1; 1 without it. */
  readonly impact?: number | undefined;
}

const FIELDS = ["timestamp", "minutes", "impact"] as const;
const WORDS = { at: "timestamp", start: "timestamp", startedAt: "timestamp", duration: "minutes" } as const;

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
  readonly #now: (() => number) | undefined;
  #skyline: Skyline | undefined;

  /** @param now - by the clock, beside which times in seconds are known */
  constructor(now?: () => number) {
    this.#now = now;
  }

  /** @throws {@link ConfigurationError} naming the field if one is not a finite number in its range */
  add(violation: Violation, path: readonly (string | number)[] = []): void {
    // What has all of its fields may have more, as rows of a table do; of the others one may be misspelt.
    if ((violation as Partial<Violation> | undefined)?.impact === undefined)
      checkFields(violation, "a violation", FIELDS, path, WORDS);
    const { timestamp, minutes, impact = 1 } = violation;
    const refuse = (field: string, message: string): never => {
      throw invalid([...path, field], message);
    };
    if (!isTime(timestamp) || isInSeconds(timestamp)) checkTime(timestamp, [...path, "timestamp"], this.#now);
    if (!Number.isFinite(minutes) || minutes < 0) refuse("minutes", `${show(minutes)} is not a length in minutes`);
    if (typeof impact !== "number" || !(impact >= 0 && impact <= 1)) {
      const percent = impact > 1 && impact <= 100 ? `; write ${String(impact / 100)} for ${String(impact)} %` : "";
      refuse("impact", `${show(impact)} is not a share from 0 to 1${percent}`);
    }
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

/** Sweeps the violations by their start; of those that are on, the gravest shows. */
function skylineOf(rows: Rows): Skyline {
  const starts = rows.column(0);
  const ends = rows.column(1);
  const impacts = rows.column(2);
  const endOf = (row: number): number => ends[row] as number;
  const impactOf = (row: number): number => impacts[row] as number;
  const sky = new Rows(4);
  const active = new RowHeap((row, other) => {
    return impactOf(row) > impactOf(other) || (impactOf(row) === impactOf(other) && endOf(row) > endOf(other));
  });
  let position = -Infinity;
  let weight = 0;

  const emitUntil = (limit: number): void => {
    for (let top = active.first; top !== undefined && position < limit; top = active.first) {
      const end = Math.min(endOf(top), limit);
      if (end > position) {
        sky.push(position, end, impactOf(top), weight);
        weight += (end - position) * impactOf(top);
        position = end;
      }
      if (endOf(top) <= position) active.removeFirst();
    }
    position = limit;
  };

  for (const row of orderOf(starts, rows.length)) {
    emitUntil(starts[row] as number);
    const top = active.first;
    // What is neither graver nor longer than what shows now never will.
    if (top === undefined || impactOf(row) > impactOf(top) || endOf(row) > endOf(top)) active.push(row);
  }
  emitUntil(Infinity);
  const column = (index: number): Float64Array => sky.column(index);
  return { starts: column(0), ends: column(1), impacts: column(2), before: column(3), length: sky.length };
}
