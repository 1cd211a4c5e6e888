/** Instants as documents and command lines write them. */

const SHAPE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:\d\d)$/;

/**
 * Epoch milliseconds of a day, a time and its offset from UTC, such as `2026-11-29T01:00:00Z` or `2026-12-24T09:00+01:00`; undefined
 * for everything else. A day alone, or a time without its offset, would be another instant on another machine.
 */
export function readInstant(text: unknown): number | undefined {
  const match = typeof text === "string" ? SHAPE.exec(text) : null;
  if (match === null) return undefined;
  const [whole, minute = "", rest = ""] = match;
  const wall = Date.parse(`${minute}${rest}Z`);
  // Date.parse takes the 30th of February for the 2nd of March, and 24:00 for the next day.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(minute)) return undefined;
  const at = Date.parse(whole);
  return Number.isNaN(at) ? undefined : at;
}
