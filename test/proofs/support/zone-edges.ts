/** Instants at which calendars and clocks of a zone are at their oddest. */
import { Temporal } from "@js-temporal/polyfill";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Four zones whose clocks change in four ways, one that has a month without its change, and one that skipped a day. */
export const EDGE_ZONES = [
  ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"],
  ...["Africa/Casablanca", "Pacific/Apia"],
] as const;

/** Stretches of years whose changes of the clocks are all looked at. */
const YEARS: ReadonlyArray<readonly [from: number, until: number]> = [
  [2009, 2030],
  [2037, 2040],
  [2099, 2101],
];

/** Days at whose beginning something else begins: leap days and days that look like some, ends of months and years. */
const DAYS = [
  ...["2000-02-29", "2000-03-01", "2024-02-29", "2024-03-01", "2027-03-01", "2028-02-29", "2096-02-29"],
  ...["2100-02-28", "2100-03-01", "2099-12-31", "2100-01-01", "2038-01-01", "2037-12-28", "2038-01-19"],
  ...Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, "0")}-01`),
] as const;

/** The end of 32 bits of seconds, signed and unsigned. */
const ENDS = [2 ** 31 * 1_000, 2 ** 32 * 1_000];

/** Around each of them. */
const OFFSETS = [-HOUR_MS, -30 * MINUTE_MS, -1, 0, 1, 30 * MINUTE_MS, HOUR_MS, 26 * HOUR_MS];

/** All edges of `zone` in order, each with some instants around it. */
export function edgesOf(zone: string): readonly number[] {
  const edges = new Set<number>(ENDS);
  for (const day of DAYS) edges.add(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
  for (const [from, until] of YEARS) {
    const end = Temporal.PlainDate.from({ year: until, month: 1, day: 1 }).toZonedDateTime(zone).epochMilliseconds;
    let at = Temporal.PlainDate.from({ year: from, month: 1, day: 1 }).toZonedDateTime(zone);
    for (;;) {
      const next = at.getTimeZoneTransition("next");
      if (next === null || next.epochMilliseconds >= end) break;
      edges.add(next.epochMilliseconds);
      at = next;
    }
  }
  const all = new Set([...edges].flatMap((edge) => OFFSETS.map((offset) => edge + offset)));
  return [...all].sort((a, b) => a - b);
}
