/** What the clocks of a zone show, and where round times lie, by Temporal. */
import { Temporal } from "@js-temporal/polyfill";

import { instantByTemporal } from "./on-call.ts";

const HOUR_MS = 3_600_000;

/** The clocks of `zone` at `at`. */
export function zonedBy(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** What they show, read as if it were UTC. */
export function wallOf(plain: Temporal.PlainDateTime): number {
  return plain.toZonedDateTime("UTC").epochMilliseconds;
}

/** The latest time that they have shown by `at`: they may have gone back within the last day. */
export function latestWall(at: number, zone: string): number {
  const now = zonedBy(at, zone);
  let latest = wallOf(now.toPlainDateTime());
  // The one at `at` itself counts as well.
  for (let back = zonedBy(at + 1, zone).getTimeZoneTransition("previous"); back !== null;) {
    if (at - back.epochMilliseconds > 26 * HOUR_MS) break;
    latest = Math.max(latest, wallOf(zonedBy(back.epochMilliseconds - 1, zone).toPlainDateTime()));
    back = back.getTimeZoneTransition("previous");
  }
  return latest;
}

/** `2026-11-22 10:04:05`. */
export function textOf(at: number, zone: string): string {
  return zonedBy(at, zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "second", roundingMode: "floor" })
    .replace("T", " ");
}

/** The beginnings of days, or of months, or round hours, from `from` to `until`: each the first time that it is struck. */
export function roundTimes(
  [from, until]: readonly [from: number, until: number],
  zone: string,
  unit: "month" | "day" | number,
): readonly number[] {
  const before = zonedBy(from, zone).toPlainDate().subtract({ days: 1 });
  const first = unit === "month" ? before.with({ day: 1 }) : before;
  const times: number[] = [];
  let plain = first.toPlainDateTime();
  for (;;) {
    const at = instantByTemporal(plain, zone);
    if (at > until) return times;
    const shown = zonedBy(at, zone).toPlainDateTime();
    // A time that is leapt over is not struck; a day begins also where its midnight is leapt over.
    const isStruck = typeof unit === "number" ? shown.equals(plain) : shown.toPlainDate().equals(plain.toPlainDate());
    if (at >= from && isStruck) times.push(at);
    plain = plain.add(typeof unit === "number" ? { hours: unit } : unit === "day" ? { days: 1 } : { months: 1 });
  }
}
