/** Time that does not count: maintenance, announced before or after. */
import { MILLISECONDS } from "../core/duration.ts";
import { invalid, show } from "../core/errors.ts";
import type { TimeRange } from "../core/window.ts";

/** A stretch of time that is taken out of the budget, with what was good and what was bad in it. */
export interface Exclusion extends TimeRange {
  /** Why, for whoever asks later. */
  readonly reason: string;
}

const LONGEST_MS = 366 * MILLISECONDS.d;

/** Exclusions in any order, overlapping or not. */
export class Exclusions {
  #all: Exclusion[] = [];

  /** @throws {@link ConfigurationError} if it has no length or no reason */
  add(exclusion: Exclusion, path: readonly (string | number)[] = []): void {
    const { start, end, reason } = exclusion;
    const whole = path.length === 0 ? ["exclusion"] : path;
    if (!Number.isFinite(start) || !Number.isFinite(end) || end <= start) {
      throw invalid(whole, `from ${show(start)} to ${show(end)} is not a stretch of time; start must be before end`);
    }
    if (end - start > LONGEST_MS) {
      throw invalid(whole, `from ${show(start)} to ${show(end)} is longer than 366 days; times are in milliseconds`);
    }
    if (typeof reason !== "string" || reason.trim() === "")
      throw invalid([...path, "reason"], "say why this time does not count");
    // Who excludes at every start of the process means one exclusion.
    if (!this.#all.some((known) => same(known, exclusion))) this.#all.push({ start, end, reason });
  }

  /** Takes one back; false if there is none of that start and end. */
  remove(range: TimeRange): boolean {
    const before = this.#all.length;
    this.#all = this.#all.filter(({ start, end }) => start !== range.start || end !== range.end);
    return this.#all.length < before;
  }

  /** All that were added, in their order. */
  get all(): readonly Exclusion[] {
    return this.#all;
  }

  /** What is left of `range`: disjoint pieces in ascending order; `range` itself if nothing is excluded. */
  subtractFrom(range: TimeRange): readonly TimeRange[] {
    if (this.#all.length === 0) return [range];
    const pieces: TimeRange[] = [];
    let start = range.start;
    for (const exclusion of [...this.#all].sort((a, b) => a.start - b.start)) {
      if (exclusion.end <= start || exclusion.start >= range.end) continue;
      if (exclusion.start > start) pieces.push({ start, end: exclusion.start });
      start = exclusion.end;
      if (start >= range.end) return pieces;
    }
    pieces.push({ start, end: range.end });
    return pieces;
  }
}

function same(a: Exclusion, b: Exclusion): boolean {
  return a.start === b.start && a.end === b.end && a.reason === b.reason;
}
