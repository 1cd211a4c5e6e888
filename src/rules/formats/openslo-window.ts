/** The time windows of OpenSLO. */
import { formatDuration } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { CalendarUnit, CalendarWindow } from "../../core/time/window.ts";
import { isCalendarUnit, type Shorthand, shorthandMs, type ShorthandUnit } from "./openslo-duration.ts";
import type { Sheet } from "./sheet.ts";

/** A window as a document has it. */
export interface WrittenWindow {
  readonly sheet: Sheet;
  readonly path: Path;
  /** Of the length. */
  readonly lengthPath: Path;
  readonly length: Shorthand;
  readonly isRolling: boolean | undefined;
  readonly calendar: { readonly startTime: string; readonly timeZone: string } | undefined;
}

const PERIODS: Readonly<Partial<Record<ShorthandUnit, CalendarUnit>>> = {
  d: "day",
  w: "week",
  M: "month",
  Q: "quarter",
  Y: "year",
};

/** A Monday, and the first of January: each period begins so. */
const START = "2024-01-01 00:00:00";

/** What each period of nines begins with. */
const STARTS: Readonly<Record<CalendarUnit, string>> = {
  day: "at midnight",
  week: "on Mondays at midnight",
  month: "on the first at midnight",
  quarter: "with January, April, July and October at midnight",
  year: "with January at midnight",
};

/** The `measurement_window`. */
export function windowOf(written: WrittenWindow): string | object {
  const { sheet, path, lengthPath, length, isRolling, calendar } = written;
  if (calendar !== undefined && isRolling === true) {
    sheet.fault(
      [...path, "isRolling"],
      "a rolling window has no calendar; write isRolling: false, or leave calendar out",
    );
  }
  if (calendar !== undefined) return calendarWindowOf(written, calendar);
  if (isRolling === false) {
    sheet.report([...path, "isRolling"], "has no calendar beside it; the window is taken as a rolling one");
  }
  const text = formatDuration(shorthandMs(length));
  if (isCalendarUnit(length.unit)) {
    sheet.report(lengthPath, `is a rolling window of ${text} here, since a rolling one has a fixed length`);
  }
  return text;
}

function calendarWindowOf({ sheet, path, lengthPath, length }: WrittenWindow, calendar: Calendar): string | object {
  const startPath = [...path, "calendar", "startTime"];
  const start = startOf(calendar.startTime);
  if (start === undefined)
    sheet.fault(startPath, `${show(calendar.startTime)} is not a time; write one such as 2026-01-31 00:00:00`);
  const unit = length.count === 1 ? PERIODS[length.unit] : undefined;
  if (unit === undefined) {
    const text = formatDuration(shorthandMs(length));
    const allowed = "nines' calendar periods are 1d, 1w, 1M, 1Q and 1Y";
    sheet.report(lengthPath, `is a rolling window of ${text} here; ${allowed}`);
    sheet.report([...path, "calendar"], "is left out: the window is a rolling one here");
    return text;
  }
  if (start !== undefined && !begins(unit, start)) {
    sheet.report(startPath, `is left out: a ${unit} begins ${STARTS[unit]} in nines`);
  }
  return { calendar: unit, time_zone: calendar.timeZone };
}

type Calendar = NonNullable<WrittenWindow["calendar"]>;

/** As a date in UTC, whose fields are those that are written. Undefined if it is none. */
function startOf(text: string): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(?:\.0+)?Z?$/.exec(text);
  const start = new Date(match === null ? NaN : `${match[1] ?? ""}T${match[2] ?? ""}${match[3] ?? ":00"}Z`);
  return Number.isNaN(start.getTime()) || !start.toISOString().startsWith(match?.[1] ?? "") ? undefined : start;
}

function begins(unit: CalendarUnit, start: Date): boolean {
  const isMidnight = start.getTime() % 86_400_000 === 0;
  const isFirst = isMidnight && start.getUTCDate() === 1;
  switch (unit) {
    case "day":
      return isMidnight;
    case "week":
      return isMidnight && start.getUTCDay() === 1;
    case "month":
      return isFirst;
    case "quarter":
      return isFirst && start.getUTCMonth() % 3 === 0;
    case "year":
      return isFirst && start.getUTCMonth() === 0;
  }
}

/** As OpenSLO has a calendar window. */
export function writeCalendar({ unit, zone }: CalendarWindow): object {
  const letter = (Object.keys(PERIODS) as ShorthandUnit[]).find((known) => PERIODS[known] === unit) ?? "d";
  return { duration: `1${letter}`, isRolling: false, calendar: { startTime: START, timeZone: zone } };
}
