/** Which part of the past an SLO's window is at each step, and which windows lie in the past as a whole. */
import { rangeAt, type Window } from "../core/time/window.ts";
import type { RunningSums } from "./running-sums.ts";

/** The known part of a window, in places of {@link RunningSums}. */
export interface KnownWindow {
  readonly from: number;
  /** Milliseconds of it that have passed and are known. */
  readonly knownMs: number;
  /** Its whole length, in milliseconds. */
  readonly wholeMs: number;
  /** Whether it began within the known past. */
  readonly isWhole: boolean;
}

/**
 * The window at the end of each step, to be asked in order. At the end of a calendar period that is still the old period, all of
 * which has passed.
 */
export function windowsOf(sums: RunningSums, window: Window): (place: number) => KnownWindow {
  const known = sums.knownFrom;
  if (window.kind === "rolling") {
    const wholeMs = window.durationMs;
    const steps = wholeMs / sums.stepMs;
    return (place) => {
      const isWhole = place - steps >= known;
      const from = isWhole ? place - steps : known;
      return { from, knownMs: isWhole ? wholeMs : Math.max(0, place - known) * sums.stepMs, wholeMs, isWhole };
    };
  }
  let period = rangeAt(window, sums.range.start);
  let start = placeOf(sums, period.start);
  return (place) => {
    const at = sums.timeAt(place);
    if (at > period.end) {
      period = rangeAt(window, at - 1);
      start = placeOf(sums, period.start);
    }
    const from = Math.max(start, known);
    const wholeMs = period.end - period.start;
    const knownMs = Math.max(0, Math.round(at - sums.timeAt(from)));
    return { from, knownMs, wholeMs, isWhole: start >= known };
  };
}

/** The whole windows of the known past, as places: of a rolling window one for each step that ends one. */
export function wholeWindows(
  sums: RunningSums,
  window: Window,
): { readonly from: Float64Array; readonly to: Float64Array } {
  const [from, to]: [number[], number[]] = [[], []];
  if (window.kind === "rolling") {
    const steps = window.durationMs / sums.stepMs;
    for (let place = Math.ceil(sums.knownFrom + steps); place <= sums.length; place += 1) {
      from.push(place - steps);
      to.push(place);
    }
  } else if (sums.watched > 0) {
    let period = rangeAt(window, sums.timeAt(sums.knownFrom));
    while (period.end <= sums.range.end) {
      const start = placeOf(sums, period.start);
      if (start >= sums.knownFrom) {
        from.push(start);
        to.push(placeOf(sums, period.end));
      }
      period = rangeAt(window, period.end);
    }
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to) };
}

function placeOf(sums: RunningSums, at: number): number {
  return (at - sums.range.start) / sums.stepMs;
}
