/** Calendar periods in a time zone: the home of date-fns. */
import { TZDate, tzOffset } from "@date-fns/tz";
import { addDays } from "date-fns/addDays";
import { addMonths } from "date-fns/addMonths";
import { addQuarters } from "date-fns/addQuarters";
import { addWeeks } from "date-fns/addWeeks";
import { addYears } from "date-fns/addYears";
import { startOfDay } from "date-fns/startOfDay";
import { startOfISOWeek } from "date-fns/startOfISOWeek";
import { startOfMonth } from "date-fns/startOfMonth";
import { startOfQuarter } from "date-fns/startOfQuarter";
import { startOfYear } from "date-fns/startOfYear";

import { show } from "../errors.ts";

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

type Step = (date: TZDate, amount: number) => TZDate;
type Floor = (date: TZDate) => TZDate;

const PERIODS: Record<"day" | "week" | "month" | "quarter" | "year", { floor: Floor; add: Step }> = {
  day: { floor: startOfDay, add: addDays },
  week: { floor: startOfISOWeek, add: addWeeks },
  month: { floor: startOfMonth, add: addMonths },
  quarter: { floor: startOfQuarter, add: addQuarters },
  year: { floor: startOfYear, add: addYears },
};

/** The period of `unit` that `at` is in, by the wall clocks of `zone`: its first instant and the first of the next. */
export function periodAt(unit: keyof typeof PERIODS, zone: string, at: number): { start: number; end: number } {
  const { floor, add } = PERIODS[unit];
  const period = floor(new TZDate(Math.floor(at), zone));
  const next = floor(add(period, 1));
  const end = firstInstant(next, zone);
  if (at < end) return { start: firstInstant(period, zone), end };
  // St. John's went back from 00:01 to 23:01: the old day came again, but the new one had begun.
  return { start: end, end: firstInstant(floor(add(next, 1)), zone) };
}

/** Clocks that go back over midnight, or to it, strike it twice; date-fns may give either. */
function firstInstant(midnight: TZDate, zone: string): number {
  const before = new TZDate(midnight.getTime() - 3 * MS_PER_HOUR, zone);
  const backMs = (midnight.getTimezoneOffset() - before.getTimezoneOffset()) * MS_PER_MINUTE;
  const earlier = new TZDate(midnight.getTime() - backMs, zone);
  return backMs > 0 && earlier.getDate() === midnight.getDate() ? earlier.getTime() : midnight.getTime();
}

/** How far the wall clocks of `zone` are ahead of UTC at `at`, in milliseconds. */
export function offsetMsAt(zone: string, at: number): number {
  // The library takes instants as dates, though it hands them to Intl, which takes numbers too.
  return tzOffset(zone, new Date(at)) * MS_PER_MINUTE;
}

/** Zones that there are: asking Intl anew takes longer than all that is done with the answer. */
const FOUND = new Set<string>();
/** Names may be written in any case, so there is no end to them. */
const MOST_FOUND = 1_000;

/** Why `zone` cannot be used as a time zone, or undefined if it can. */
export function zoneProblem(zone: string): string | undefined {
  if (FOUND.has(zone)) return undefined;
  try {
    if (typeof zone === "string") {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      if (FOUND.size < MOST_FOUND) FOUND.add(zone);
      return undefined;
    }
  } catch {
    // Told below, with what is allowed.
  }
  return `${show(zone)} is not a time zone; write an IANA name such as Europe/Berlin or UTC`;
}
