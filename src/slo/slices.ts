/** The time slices that a throughput SLO is judged by. */
import { formatDuration, MILLISECONDS } from "../core/time/duration.ts";
import { type CalendarUnit, type Window, windowText } from "../core/time/window.ts";

const MOST_SLICES = 100_000;
const USUAL_MS = [MILLISECONDS.m, 5 * MILLISECONDS.m, 10 * MILLISECONDS.m];
const FEWEST_USUAL = 30;

// Calendar periods begin at midnight and clocks change by half an hour or an hour, so this divides each of them.
const CALENDAR_STEP_MS = 30 * MILLISECONDS.m;

// At their longest: a day of 25 hours, a month of 31 days, a leap year.
const LONGEST_DAYS: Readonly<Record<CalendarUnit, number>> = {
  day: 25 / 24,
  week: 7.05,
  month: 31.05,
  quarter: 92.05,
  year: 366,
};

/** Why slices of `sliceMs` do not suit `window`; undefined if they do. */
export function sliceProblem(window: Window, sliceMs: number): string | undefined {
  const step = window.kind === "rolling" ? window.durationMs : CALENDAR_STEP_MS;
  const slice = formatDuration(sliceMs);
  if (step % sliceMs !== 0 || sliceMs * 2 > longestMs(window)) {
    const whole = window.kind === "rolling" ? `the window of ${windowText(window)}` : "30m, as calendar periods need";
    return `slices of ${slice} do not divide ${whole} into equal parts, at least 2 of them`;
  }
  if (longestMs(window) / sliceMs <= MOST_SLICES) return undefined;
  return `slices of ${slice} are more than ${String(MOST_SLICES)} in a window of ${windowText(window)}; write longer ones`;
}

/**
 * A minute, or 5 or 10 where a window has too many minutes; less for a window under half an hour, which gets 30 slices,
 * or the next number that divides it. Undefined if the window has no such number.
 */
export function usualSliceMs(window: Window): number | undefined {
  const usualMs = USUAL_MS.find((sliceMs) => longestMs(window) / sliceMs <= MOST_SLICES) ?? CALENDAR_STEP_MS;
  if (window.kind === "calendar") return usualMs;
  const fewest = Math.max(FEWEST_USUAL, Math.ceil(window.durationMs / usualMs));
  for (let count = fewest; count <= fewest + 1_000; count += 1) {
    if (window.durationMs % count === 0) return window.durationMs / count;
  }
  return undefined;
}

function longestMs(window: Window): number {
  return window.kind === "rolling" ? window.durationMs : LONGEST_DAYS[window.unit] * MILLISECONDS.d;
}
