/** The stretch of time that an SLO is judged over: the last N days, or this month. */
import { periodAt, zoneProblem } from "./calendar.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { invalid, show } from "./errors.ts";

/** A half-open stretch of time, `[start, end)`, in epoch milliseconds. */
export interface TimeRange {
  /** First instant that belongs to it. */
  readonly start: number;
  /** First instant that does not belong to it any more. */
  readonly end: number;
}

/** The last `durationMs`, moving with the clock. */
export interface RollingWindow {
  readonly kind: "rolling";
  /** Its length, in milliseconds. */
  readonly durationMs: number;
}

/** Calendar periods that a budget can be given for. A week begins on Monday (ISO 8601). */
export const CALENDAR_UNITS = ["day", "week", "month", "quarter", "year"] as const;

/** One of {@link CALENDAR_UNITS}. */
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** The calendar period that now is in, in a time zone; a fresh budget at each start. */
export interface CalendarWindow {
  readonly kind: "calendar";
  /** Which period. */
  readonly unit: CalendarUnit;
  /** IANA name of the zone whose midnight begins it, such as `"Europe/Berlin"`. */
  readonly zone: string;
}

/** The last instant that a Date can hold, in the year 275760. */
const LAST_INSTANT = 8.64e15;

/** What an SLO is judged over. */
export type Window = RollingWindow | CalendarWindow;

/** What JavaScript, or a plain object, may hand in. */
type AnyWindow = Partial<Record<"kind" | "unit" | "zone" | "durationMs", unknown>>;

/**
 * A rolling window of `durationMs`; it must be a positive whole number.
 *
 * @param path - what to call it in an error
 */
export function rollingWindow(
  durationMs: number,
  path: string | readonly (string | number)[] = "durationMs",
): RollingWindow {
  if (!Number.isSafeInteger(durationMs) || durationMs <= 0) {
    throw invalid(path, `${show(durationMs)} is not a window; write a positive whole number of milliseconds`);
  }
  return { kind: "rolling", durationMs };
}

/** The calendar window of `unit` in `zone` (UTC unless told). */
export function calendarWindow(unit: CalendarUnit, zone = "UTC"): CalendarWindow {
  if (!CALENDAR_UNITS.includes(unit)) {
    throw invalid("unit", `${show(unit)} is not a calendar period; allowed: ${CALENDAR_UNITS.join(", ")}`);
  }
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  return { kind: "calendar", unit, zone };
}

/**
 * A window from outside, checked.
 *
 * @throws {@link ConfigurationError} if it is none
 */
export function checkWindow(window: unknown, path = "window"): Window {
  const { kind, unit, zone, durationMs } = (window ?? {}) as AnyWindow;
  if (kind === "calendar") return calendarWindow(unit as CalendarUnit, zone as string | undefined);
  if (kind === "rolling") return rollingWindow(durationMs as number, path);
  throw invalid(path, `${show(window)} is not a window; write a duration such as 30d, or make one by calendarWindow()`);
}

/** A window as people write it: a duration such as `30d`, or a window. @throws {@link ConfigurationError} if it is none */
export function readWindow(window: string | Window, path = "window"): Window {
  return typeof window === "string" ? rollingWindow(parseDuration(window, path), path) : checkWindow(window, path);
}

/**
 * The stretch of time that `window` means at the instant `at`: for a rolling one the time up to `at`, for a calendar one
 * the whole period that `at` is in, its rest included. Periods hold over daylight-saving changes and unequal months.
 *
 * @throws {@link ConfigurationError} if `at` is not a time
 *
 * @example
 * ```ts
 * import { calendarWindow, windowAt } from "nines";
 *
 * const march = windowAt(calendarWindow("month", "Europe/Berlin"), Date.UTC(2026, 2, 15));
 * if ((march.end - march.start) / 3_600_000 !== 31 * 24 - 1) throw new Error("the clocks go forward in March");
 * ```
 */
export function windowAt(window: Window, at: number): TimeRange {
  if (!(Math.abs(at) <= LAST_INSTANT)) throw invalid("at", `${show(at)} is not a time in epoch milliseconds`);
  if (window.kind === "rolling") return { start: at - window.durationMs, end: at };
  return periodAt(window.unit, window.zone, at);
}

/** As text for people: `30d`, or `month (Europe/Berlin)`. */
export function windowText(window: Window): string {
  return window.kind === "rolling" ? formatDuration(window.durationMs) : `${window.unit} (${window.zone})`;
}
