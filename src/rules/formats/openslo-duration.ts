/** Durations of OpenSLO: a whole number and one of m, h, d, w, M, Q and Y. */
import { MILLISECONDS } from "../../core/time/duration.ts";

/** A unit of OpenSLO. Months, quarters and years are no fixed lengths. */
export type ShorthandUnit = "m" | "h" | "d" | "w" | "M" | "Q" | "Y";

/** A duration by its parts. */
export interface Shorthand {
  readonly count: number;
  readonly unit: ShorthandUnit;
}

const { m, h, d, w } = MILLISECONDS;

/** Lengths of the units; those of calendar units are nominal. */
const UNIT_MS: Readonly<Record<ShorthandUnit, number>> = { m, h, d, w, M: 30 * d, Q: 90 * d, Y: 365 * d };

/** Undefined if `text` is not one, or is one that is too long to be counted in milliseconds. */
export function readShorthand(text: string): Shorthand | undefined {
  const match = /^(\d{1,9})([mhdwMQY])$/.exec(text);
  if (match === null) return undefined;
  const length = { count: Number(match[1]), unit: match[2] as ShorthandUnit };
  return Number.isSafeInteger(shorthandMs(length)) ? length : undefined;
}

/** In milliseconds; that of months, quarters and years is nominal: 30, 90 and 365 days. */
export function shorthandMs({ count, unit }: Shorthand): number {
  return count * UNIT_MS[unit];
}

/** Whether the unit is no fixed length. */
export function isCalendarUnit(unit: ShorthandUnit): boolean {
  return unit === "M" || unit === "Q" || unit === "Y";
}

/** The shortest of all that are not shorter: whole minutes, at least one. */
export function writeShorthand(durationMs: number): string {
  const minutes = Math.max(1, Math.ceil(durationMs / m));
  if (minutes % 1_440 === 0) return `${String(minutes / 1_440)}d`;
  return minutes % 60 === 0 ? `${String(minutes / 60)}h` : `${String(minutes)}m`;
}
