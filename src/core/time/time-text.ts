/** Instants and days for people, by the clocks of a zone. */
import { offsetMsAt } from "./calendar.ts";

/** `2026-11-22 10:04:05` by the clocks of `zone`. */
export function timeIn(zone: string, at: number): string {
  return new Date(Math.floor(at) + offsetMsAt(zone, at)).toISOString().slice(0, 19).replace("T", " ");
}

/** `2026-11-22`. */
export function dateIn(zone: string, at: number): string {
  return timeIn(zone, at).slice(0, 10);
}

/** `2026-11-22 to 2026-11-23, UTC`, or the one day that it was. */
export function datesText(from: number, until: number, zone: string): string {
  const [first, last] = [dateIn(zone, from), dateIn(zone, until)];
  return `${first === last ? first : `${first} to ${last}`}, ${zone}`;
}
