/** Lengths and windows as rules and their labels have them, for people too. */
import { formatDuration, MILLISECONDS } from "./duration.ts";
import { type Window, windowText } from "./window.ts";

/** A length as rules and labels have it: without weeks, which people do not think in when they write `28d`. */
export function lengthText(durationMs: number): string {
  const days = durationMs / MILLISECONDS.d;
  return Number.isInteger(days) && days > 0 && days % 365 !== 0 ? `${String(days)}d` : formatDuration(durationMs);
}

/** A window: `28d`, or `month (Europe/Berlin)`. */
export function windowName(window: Window): string {
  return window.kind === "rolling" ? lengthText(window.durationMs) : windowText(window);
}
