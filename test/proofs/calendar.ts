import { seededRandom } from "../../src/core/random.ts";
import { CALENDAR_UNITS, calendarWindow, windowAt, type CalendarUnit } from "../../src/core/time/window.ts";
import { periodByTemporal, ZONES } from "./support/calendar.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description = "Calendar periods are those of Temporal, contiguous, and contain their instant.";

interface Size {
  /** Every so many days from 2000 to 2040 is looked at, in each zone. */
  readonly everyDays: number;
}

export const quick: Size = { everyDays: 1_500 };
export const full: Size = { everyDays: 4 };

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2040, 0, 1);

// Clocks that change at midnight, strike it twice, skip a day; a leap day; the end of 32 bits.
const ODD_INSTANTS: ReadonlyArray<readonly [zone: string, iso: string]> = [
  ["America/Sao_Paulo", "2017-10-15T12:00:00Z"],
  ["Asia/Beirut", "2022-03-27T12:00:00Z"],
  ["Pacific/Apia", "2011-12-30T09:00:00Z"],
  ["Pacific/Apia", "2011-12-30T11:00:00Z"],
  ["America/Havana", "2015-11-01T04:30:00Z"],
  ["America/Havana", "2015-11-01T05:30:00Z"],
  ["Asia/Gaza", "2009-09-04T07:00:00Z"],
  ["America/St_Johns", "2009-11-01T02:30:30Z"],
  ["America/St_Johns", "2009-11-01T03:00:00Z"],
  ["America/St_Johns", "2009-11-01T12:00:00Z"],
  ["Australia/Lord_Howe", "2024-04-06T15:15:00Z"],
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Asia/Kathmandu", "2024-02-29T18:14:59.999Z"],
  ["Asia/Kathmandu", "2024-02-29T18:15:00Z"],
  ["UTC", "2038-01-19T03:14:08Z"],
];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  let instants = 0;
  const look = (unit: CalendarUnit, zone: string, at: number): void => {
    instants += 1;
    check(unit, zone, at, seed);
  };
  for (const [zone, iso] of ODD_INSTANTS) {
    for (const unit of CALENDAR_UNITS) look(unit, zone, Date.parse(iso));
  }
  for (const zone of ZONES) {
    log(zone);
    for (let day = FIRST + random.integer(0, size.everyDays) * DAY_MS; day < LAST; day += size.everyDays * DAY_MS) {
      for (const unit of CALENDAR_UNITS) look(unit, zone, day + random.integer(0, DAY_MS - 1));
      const { start, end } = windowAt(calendarWindow("day", zone), day);
      // What the clocks did in the small hours, and both sides of midnight.
      for (const at of [start, start + random.integer(0, 4 * 3_600_000), end - 1, end]) look("day", zone, at);
    }
  }
  return { instants, zones: ZONES.length };
}

function check(unit: CalendarUnit, zone: string, at: number, seed: string): void {
  const window = calendarWindow(unit, zone);
  const range = windowAt(window, at);
  const expected = periodByTemporal(unit, zone, at);
  const same = range.start === expected.start && range.end === expected.end;
  const contiguous =
    windowAt(window, range.end).start === range.end && windowAt(window, range.start - 1).end === range.start;
  if (same && contiguous && range.start <= at && at < range.end) return;
  const told = [range.start, range.end, expected.start, expected.end].map((time) => new Date(time).toISOString());
  throw new Error(`${unit} of ${new Date(at).toISOString()} in ${zone} (seed ${seed}): ${told.join(" ")}`);
}
