/** The stretch of time that an SLO is judged over: the last N days, or this month. */
import { periodAt, zoneProblem } from "./calendar.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { checkTime } from "./epoch.ts";
import { ConfigurationError, invalid, show } from "../errors.ts";
import { suggestion } from "../nearest.ts";
import { checkOptions } from "../options.ts";

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

/** What an SLO is judged over. */
export type Window = RollingWindow | CalendarWindow;

/** What JavaScript, or a plain object, may hand in. */
type AnyWindow = Partial<Record<"kind" | "unit" | "zone" | "durationMs", unknown>>;

const ROLLING_KEYS = ["kind", "durationMs"] as const;
const CALENDAR_KEYS = ["kind", "unit", "zone"] as const;
/** What documents and Intl call them. */
const WORDS = { timeZone: "zone", time_zone: "zone", tz: "zone", calendar: "unit" } as const;

/**
 * A rolling window: milliseconds, a positive whole number of them, or a duration such as `"30d"`.
 *
 * @param path - what to call it in an error
 */
export function rollingWindow(
  duration: number | string,
  path: string | readonly (string | number)[] = "durationMs",
): RollingWindow {
  const durationMs = typeof duration === "string" ? parseDuration(duration, path) : duration;
  if (!Number.isSafeInteger(durationMs) || durationMs <= 0) {
    throw invalid(path, `${show(durationMs)} is not a window; write a positive whole number of milliseconds`);
  }
  return Object.freeze({ kind: "rolling", durationMs });
}

/** The calendar window of `unit` in `zone` (UTC unless told). */
export function calendarWindow(unit: CalendarUnit, zone = "UTC"): CalendarWindow {
  if (!CALENDAR_UNITS.includes(unit)) {
    throw invalid("unit", `${show(unit)} is not a calendar period; allowed: ${CALENDAR_UNITS.join(", ")}`);
  }
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  return Object.freeze({ kind: "calendar", unit, zone });
}

/**
 * A window from outside, checked.
 *
 * @throws {@link ConfigurationError} if it is none
 */
export function checkWindow(window: unknown, path = "window"): Window {
  const { kind, unit, zone, durationMs } = (window ?? {}) as AnyWindow;
  if (kind === "calendar") {
    checkOptions(window, "a calendar window", CALENDAR_KEYS, [path], { words: WORDS });
    return calendarWindow(unit as CalendarUnit, zone as string | undefined);
  }
  if (kind === "rolling") {
    checkOptions(window, "a rolling window", ROLLING_KEYS, [path]);
    return rollingWindow(durationMs as number, path);
  }
  throw invalid(path, `${show(window)} is not a window; write a duration such as 30d, or make one by calendarWindow()`);
}

/** {@link parseWindow} with what to call the window in an error. */
export function readWindow(window: string | Window, path = "window", zone?: string): Window {
  if (typeof window !== "string") return checkWindow(window, path);
  const unit = CALENDAR_UNITS.find((one) => one === window);
  return unit === undefined ? rollingWindow(readLength(window, path), path) : calendarWindow(unit, zone);
}

/**
 * A window as people write it: a duration such as `"30d"`, or `"day"`, `"week"`, `"month"`, `"quarter"` or `"year"`. A window that
 * is one already is checked and given back.
 *
 * @param zone - whose calendar a unit of it means; UTC without it. A duration has no zone.
 * @throws {@link ConfigurationError} if it is none
 *
 * @example
 * ```ts
 * import { parseWindow } from "nines";
 *
 * const windows = ["7d", "30d", "month"].map((text) => parseWindow(text, "Europe/Berlin"));
 * if (windows.map(({ kind }) => kind).join() !== "rolling,rolling,calendar") throw new Error("two lengths and a month");
 * ```
 */
export function parseWindow(window: string | Window, zone?: string): Window {
  return readWindow(window, "window", zone);
}

function readLength(text: string, path: string): number {
  try {
    return parseDuration(text, path);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const periods = `for a period of the calendar one of ${CALENDAR_UNITS.join(", ")}`;
    const message = `${error.issues[0]?.message ?? ""}; ${periods}${suggestion(text, CALENDAR_UNITS)}`;
    throw new ConfigurationError([{ path: [path], message }], { cause: error });
  }
}

/**
 * The stretch of time that `window` (one, or its text as {@link parseWindow} reads it) means at the instant `at`: for a rolling one
 * the time up to `at`, for a calendar one the whole period that `at` is in, its rest included. Periods hold over
 * daylight-saving changes and unequal months.
 *
 * @throws {@link ConfigurationError} if `at` is not a time in epoch milliseconds, or `window` none
 *
 * @example
 * ```ts
 * import { calendarWindow, windowAt } from "nines";
 *
 * const march = windowAt(calendarWindow("month", "Europe/Berlin"), Date.UTC(2026, 2, 15));
 * if ((march.end - march.start) / 3_600_000 !== 31 * 24 - 1) throw new Error("the clocks go forward in March");
 * ```
 */
export function windowAt(window: string | Window, at: number): TimeRange {
  return rangeAt(readWindow(window), checkTime(at, "at"));
}

/** {@link windowAt} for a window and an instant that have been checked. */
export function rangeAt(window: Window, at: number): TimeRange {
  if (window.kind === "rolling") return { start: at - window.durationMs, end: at };
  const { start, end } = periodAt(window.unit, window.zone, at);
  if (Number.isFinite(start) && Number.isFinite(end)) return { start, end };
  throw invalid("at", `${show(at)} is too far away: no Date holds all of the ${window.unit} that it is in`);
}

/** As text for people: `30d`, or `month (Europe/Berlin)`. */
export function windowText(window: Window): string {
  return window.kind === "rolling" ? formatDuration(window.durationMs) : `${window.unit} (${window.zone})`;
}
