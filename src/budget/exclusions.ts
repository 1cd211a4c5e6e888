/** Time that does not count: maintenance, announced before or after. */
import { MILLISECONDS } from "../core/time/duration.ts";
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import type { TimeRange } from "../core/time/window.ts";

/** A stretch of time that is taken out of the budget, with what was good and what was bad in it. */
export interface Exclusion extends TimeRange {
  /** Why, for whoever asks later. */
  readonly reason: string;
}

/** No exclusion is longer. */
export const LONGEST_EXCLUSION_MS: number = 366 * MILLISECONDS.d;

/** Exclusions in any order, overlapping or not. */
export class Exclusions {
  readonly #all = new Map<string, Exclusion>();
  #sorted: readonly Exclusion[] | undefined;

  /**
   * @param now - by the clock: beside one that a test has set to 1970, times that look like seconds are meant
   * @throws {@link ConfigurationError} if it has no length or no reason, or is in seconds and would take out nothing
   */
  add(exclusion: Exclusion, path: readonly (string | number)[] = [], now?: () => number): void {
    const { start, end, reason } = exclusion;
    const whole = path.length === 0 ? ["exclusion"] : path;
    if (!Number.isFinite(start) || !Number.isFinite(end) || end <= start) {
      throw invalid(whole, `from ${show(start)} to ${show(end)} is not a stretch of time; start must be before end`);
    }
    if (end - start > LONGEST_EXCLUSION_MS) {
      throw invalid(whole, `from ${show(start)} to ${show(end)} is longer than 366 days; times are in milliseconds`);
    }
    checkTime(start, [...path, "start"], now);
    checkTime(end, [...path, "end"], now);
    if (typeof reason !== "string" || reason.trim() === "")
      throw invalid([...path, "reason"], "say why this time does not count");
    // Who excludes at every start of the process means one exclusion.
    this.#all.set(keyOf(exclusion), { start, end, reason });
    this.#sorted = undefined;
  }

  /** Whether it was added. */
  has(exclusion: Exclusion): boolean {
    return this.#all.has(keyOf(exclusion));
  }

  /** Takes one back; false if there is none of that start and end. */
  remove(range: TimeRange): boolean {
    const before = this.#all.size;
    for (const [key, { start, end }] of this.#all) {
      if (start === range.start && end === range.end) this.#all.delete(key);
    }
    this.#sorted = undefined;
    return this.#all.size < before;
  }

  /** All that were added, in their order. */
  get all(): readonly Exclusion[] {
    return [...this.#all.values()];
  }

  /** What is left of `range`: disjoint pieces in ascending order; `range` itself if nothing is excluded. */
  subtractFrom(range: TimeRange): readonly TimeRange[] {
    if (this.#all.size === 0) return [range];
    this.#sorted ??= [...this.#all.values()].sort((a, b) => a.start - b.start);
    const pieces: TimeRange[] = [];
    let start = range.start;
    for (const exclusion of this.#sorted) {
      if (exclusion.end <= start || exclusion.start >= range.end) continue;
      if (exclusion.start > start) pieces.push({ start, end: exclusion.start });
      start = exclusion.end;
      if (start >= range.end) return pieces;
    }
    pieces.push({ start, end: range.end });
    return pieces;
  }
}

function keyOf({ start, end, reason }: Exclusion): string {
  return JSON.stringify([start, end, reason]);
}
