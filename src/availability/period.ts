/** How long a day, a month or a year is when downtime is spread over it. */
import { MILLISECONDS, parseDuration } from "../core/time/duration.ts";
import { areInSeconds, inSeconds } from "../core/time/epoch.ts";
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { CALENDAR_UNITS, type CalendarUnit, checkWindow, type TimeRange, type Window } from "../core/time/window.ts";

/**
 * What a month, a quarter and a year are. Both are in use, and published tables differ by them:
 *
 * - `fixed`: 30, 90 and 365 days, as in the SRE book, appendix A (99.9 % is 43.2 minutes a month, 8.76 hours a year)
 * - `gregorian`: the mean of the calendar's 400-year cycle: a year of 365.2425 days, a month of a twelfth and a quarter of a
 *   fourth of it (99.9 % is 43.83 minutes a month, 8.77 hours a year)
 */
export type PeriodConvention = "fixed" | "gregorian";

/**
 * A period: a unit of the calendar, a duration such as `"28d"`, one stretch of time (this March, say), or an SLO's window, which is
 * as long as its duration or its unit.
 */
export type PeriodInput = CalendarUnit | (string & {}) | TimeRange | Window;

const DAY = MILLISECONDS.d;
// 146,097 days in 400 years; the twelfth of it is a whole number of milliseconds.
const GREGORIAN_YEAR = (146_097 / 400) * DAY;

const LENGTHS_MS: Record<PeriodConvention, Record<CalendarUnit, number>> = {
  fixed: { day: DAY, week: 7 * DAY, month: 30 * DAY, quarter: 90 * DAY, year: 365 * DAY },
  gregorian: {
    day: DAY,
    week: 7 * DAY,
    month: GREGORIAN_YEAR / 12,
    quarter: GREGORIAN_YEAR / 4,
    year: GREGORIAN_YEAR,
  },
};

/** `convention`, if there is such a one. */
export function readConvention(convention: PeriodConvention): PeriodConvention {
  if (Object.hasOwn(LENGTHS_MS, convention)) return convention;
  throw invalid("periods", `${show(convention)} is not a convention; allowed: ${Object.keys(LENGTHS_MS).join(", ")}`);
}

/** The length of `period` in milliseconds, a positive whole number. */
export function periodLengthMs(period: PeriodInput, convention: PeriodConvention): number {
  if (isWindow(period)) {
    const window = checkWindow(period, "period");
    return window.kind === "rolling" ? window.durationMs : LENGTHS_MS[convention][window.unit];
  }
  if (isRange(period)) {
    const { start, end } = period;
    const lengthMs = end - start;
    if (!Number.isSafeInteger(lengthMs) || lengthMs <= 0)
      throw invalid("period", "is not a stretch of time; its end must be whole milliseconds after its start");
    if (areInSeconds(start, end)) throw invalid(["period", "start"], inSeconds(start));
    return lengthMs;
  }
  if (isUnit(period)) return LENGTHS_MS[convention][period];
  const allowed = `a period is one of ${CALENDAR_UNITS.join(", ")} or a duration such as 28d`;
  let lengthMs: number;
  try {
    lengthMs = parseDuration(period, "period");
  } catch (cause) {
    throw new ConfigurationError([{ path: ["period"], message: `${show(period)} is not a period; ${allowed}` }], {
      cause,
    });
  }
  if (lengthMs === 0) throw invalid("period", `${show(period)} has no length; ${allowed}`);
  return lengthMs;
}

function isWindow(period: PeriodInput): period is Window {
  return typeof period === "object" && (period as unknown) !== null && "kind" in period;
}

function isRange(period: PeriodInput): period is TimeRange {
  return typeof period === "object" && (period as unknown) !== null;
}

function isUnit(period: string): period is CalendarUnit {
  return (CALENDAR_UNITS as readonly string[]).includes(period);
}
