/** Calendar periods by a second library, Temporal, which shares no code with date-fns. */
import { Temporal } from "@js-temporal/polyfill";

import type { CalendarUnit, TimeRange } from "../../../src/core/time/window.ts";

/** The zones whose clocks did something odd since 2000, and some that did not. */
export const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut"],
  ...["Pacific/Apia", "Asia/Kathmandu", "America/Havana", "Asia/Gaza", "Africa/Cairo", "Asia/Tehran"],
  ...["America/St_Johns", "America/Asuncion", "Atlantic/Azores", "Africa/Casablanca", "America/Santiago"],
  ...["Antarctica/Troll", "Pacific/Chatham", "America/Scoresbysund", "Pacific/Kiritimati", "Asia/Amman"],
] as const;

/**
 * The period of `unit` that `at` is in: from the first instant of its first date to the first of the next period. Where
 * clocks went back over midnight the old date came again; the new period had begun all the same.
 */
export function periodByTemporal(unit: CalendarUnit, zone: string, at: number): TimeRange {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const first = firstDate(unit, date);
  const [start = NaN, end = NaN, afterNext = NaN] = [0, 1, 2].map((periods) => {
    const day = Array.from({ length: periods }).reduce<Temporal.PlainDate>((from) => from.add(LENGTHS[unit]), first);
    return day.toZonedDateTime(zone).epochMilliseconds;
  });
  return at < end ? { start, end } : { start: end, end: afterNext };
}

const LENGTHS = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
} as const;

function firstDate(unit: CalendarUnit, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (unit) {
    case "day":
      return date;
    case "week":
      return date.subtract({ days: date.dayOfWeek - 1 });
    case "month":
      return date.with({ day: 1 });
    case "quarter":
      return date.with({ month: date.month - ((date.month - 1) % 3), day: 1 });
    case "year":
      return date.with({ month: 1, day: 1 });
  }
}
