/** Times from outside, as epoch milliseconds. */
import { invalid, show } from "../../core/errors.ts";

const TEXT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Epoch milliseconds of a number, a Date, or ISO 8601 text (`2026-11-28`, `2026-11-28 14:00:00`, `2026-11-28T14:00:00+01:00`),
 * which without a zone is UTC.
 */
export function timeOf(value: unknown, path: readonly (string | number)[]): number {
  const at = value instanceof Date ? value.getTime() : typeof value === "string" ? parsed(value) : value;
  if (typeof at === "number" && Math.abs(at) <= 8.64e15) return at;
  throw invalid(
    path,
    `${show(value)} is no time; write epoch milliseconds, a Date, or text such as "2026-11-28T14:00:00Z"`,
  );
}

function parsed(text: string): number {
  const [, day, clock = "00:00", zone = "Z"] = TEXT.exec(text.trim()) ?? [];
  // Date.parse takes the 30th of February for the 2nd of March.
  if (day === undefined || !isDay(day)) return NaN;
  return Date.parse(`${day}T${clock}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
}

function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
