/** When a server wants to be asked again. */

const LONGEST_MS = 86_400_000;

/**
 * What a `Retry-After` header asks for, in milliseconds from `now` (epoch milliseconds): seconds or a date, at most a day.
 * Undefined if it says nothing that can be understood.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (text === "" || text.length > 100) return undefined;
  // A date has letters; Date.parse would take "12" for a month.
  const waitMs = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1_000
    : /[A-Za-z]/.test(text)
      ? Date.parse(text) - now
      : NaN;
  return Number.isNaN(waitMs) ? undefined : Math.ceil(Math.min(Math.max(waitMs, 0), LONGEST_MS));
}
