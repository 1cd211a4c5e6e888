/**
 * What the clocks on the walls of a zone show, as one line of milliseconds: a date and a time read as if they were UTC.
 * On that line every day has 24 hours, so a rotation is division; these functions lead there and back over the days that
 * have not.
 */
import { offsetMsAt } from "./calendar.ts";

const DAY_MS = 86_400_000;

/**
 * The first instant at which the clocks of `zone` have come to `wall`: where they show it twice the first time, where
 * they leap over it the moment of the leap. A later `wall` never has an earlier instant.
 */
export function instantOf(wall: number, zone: string): number {
  // No zone is a day from UTC, so one of these is before whatever the clocks do near `wall`, and the other after it.
  for (const near of [wall - DAY_MS, wall + DAY_MS]) {
    const at = wall - offsetMsAt(zone, near);
    if (at + offsetMsAt(zone, at) === wall) return at;
  }
  return firstWhere(wall - DAY_MS, wall + DAY_MS, (at) => at + offsetMsAt(zone, at) >= wall);
}

/**
 * The latest time that the clocks of `zone` have shown by `at`. That is what they show, but for the hour that comes twice:
 * in its second run it stays at the end of the first. `instantOf(wall, zone) <= at` is the same as `wall <= wallAt(at, zone)`.
 */
export function wallAt(at: number, zone: string): number {
  const wall = Math.floor(at) + offsetMsAt(zone, at);
  const first = instantOf(wall, zone);
  if (first >= Math.floor(at)) return wall;
  const offsetMs = offsetMsAt(zone, first);
  const back = firstWhere(first, Math.floor(at), (instant) => offsetMsAt(zone, instant) !== offsetMs);
  return back - 1 + offsetMs;
}

/** The first whole number above `low`, for which `holds` does not, up to `high`, for which it does. */
function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  let [no, yes] = [low, high];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
