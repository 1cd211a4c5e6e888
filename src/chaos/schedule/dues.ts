/** Going through the instants of a timetable. */
import { invalid, show } from "../../core/errors.ts";

import type { PlannedRun } from "./schedule-entry.ts";

/** The next one; undefined if there is none. */
export function following(dues: Iterator<number, void>): number | undefined {
  const next = dues.next();
  return next.done === true ? undefined : next.value;
}

/** The first one that is not before `from`. */
export function firstFrom(dues: Iterator<number, void>, from: number): number | undefined {
  let at = following(dues);
  while (at !== undefined && at < from) at = following(dues);
  return at;
}

/** The same instants. @throws {@link ConfigurationError} at one that is not after the one before: time would never come to an end */
export function* inOrder(dues: Iterable<number>, name: string): Generator<number, void> {
  let last = -Infinity;
  for (const at of dues) {
    if (!(at > last && at < Infinity)) throw invalid("timetable", `${name} is due at ${show(at)} after ${show(last)}`);
    last = at;
    yield at;
  }
}

/** For sorting. */
export function bySoonest(a: PlannedRun, b: PlannedRun): number {
  return a.at - b.at;
}

/** A time from outside, in epoch milliseconds. */
export function instant(path: string, at: number): number {
  if (typeof at === "number" && Math.abs(at) <= MOST_INSTANT) return at;
  throw invalid(path, `${show(at)} is not a time in epoch milliseconds`);
}

/** Far enough that nothing is planned behind what calendars know. */
const MOST_INSTANT: number = Date.UTC(9000, 0, 1);
