/** Dates, times of day and weekdays as people write them. */
import { zoneProblem } from "../../core/time/calendar.ts";
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../../core/errors.ts";
import { gather } from "../../core/faults.ts";
import { inSeconds, isInSeconds, isInSecondsBeside } from "../../core/time/epoch.ts";
import { choices } from "../../core/nearest.ts";
import { checkWords } from "../../core/words.ts";

/** Days of the week, Monday first. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** One of {@link WEEKDAYS}. */
export type Weekday = (typeof WEEKDAYS)[number];

/** Where a field is, for an error. */
export type FieldPath = readonly (string | number)[];

/** Milliseconds of a day on the wall. */
export const DAY_MS = 86_400_000;
/** Milliseconds of a week on the wall. */
export const WEEK_MS: number = 7 * DAY_MS;
/** The first Monday after the epoch, on the wall. */
export const A_MONDAY: number = 4 * DAY_MS;

const MINUTE_MS = 60_000;
/** Before it some zones were seconds apart from others, which the library of time zones does not tell. */
const FIRST_YEAR = 1980;
/** The last day that four digits can write. */
export const LAST_INSTANT: number = Date.UTC(9999, 11, 31);

/** What all of `reads` read. @throws {@link ConfigurationError} with the faults of all of them */
export function all<const Reads extends readonly (() => unknown)[]>(
  ...reads: Reads
): { [Index in keyof Reads]: ReturnType<Reads[Index]> } {
  const issues: ConfigurationIssue[] = [];
  const values = reads.map((read) => gather(issues, read));
  if (issues.length > 0) throw new ConfigurationError(issues);
  return values as { [Index in keyof Reads]: ReturnType<Reads[Index]> };
}

/** The same of each of a list. */
export function each<Item, Read>(items: readonly Item[], read: (item: Item, index: number) => Read): Read[] {
  return all<readonly (() => Read)[]>(...items.map((item, index) => () => read(item, index))).slice();
}

/** The start of a date such as `2026-01-05` on the wall, in milliseconds. */
export function dateField(path: FieldPath, value: unknown): number {
  const match = typeof value === "string" ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null;
  if (match !== null) {
    const wall = Date.parse(`${match[0]}T00:00:00Z`);
    // V8 takes the 31st of a shorter month for the 1st of the next.
    const isDay = Number.isFinite(wall) && new Date(wall).toISOString().startsWith(match[0]);
    if (isDay && wall >= Date.UTC(FIRST_YEAR, 0, 1) && wall < LAST_INSTANT) return wall;
  }
  throw invalid(path, `${show(value)} is not a date from ${String(FIRST_YEAR)} on; write one such as "2026-01-05"`);
}

/** A time of day such as `09:00`, in milliseconds from midnight; `24:00` only where `end` is set. */
export function timeField(path: FieldPath, value: unknown, { end = false }: { readonly end?: boolean } = {}): number {
  const match = typeof value === "string" ? /^([01]\d|2[0-4]):([0-5]\d)$/.exec(value) : null;
  const minutes = match === null ? NaN : Number(match[1]) * 60 + Number(match[2]);
  if (minutes < 24 * 60 || (end && minutes === 24 * 60)) return minutes * MINUTE_MS;
  throw invalid(
    path,
    `${show(value)} is not a time of day; write one such as "09:00"${end ? ', at most "24:00"' : ""}`,
  );
}

/** A weekday, as the number of days after Monday. */
export function weekdayField(path: FieldPath, value: unknown): number {
  const day = WEEKDAYS.findIndex((weekday) => weekday === value);
  if (day === -1) throw invalid(path, `${show(value)} is not a weekday${choices(value, WEEKDAYS)}`);
  return day;
}

/** An IANA time zone. */
export function zoneField(path: FieldPath, value: unknown): string {
  const problem = zoneProblem(value as string);
  if (problem !== undefined) throw invalid(path, problem);
  return value as string;
}

/** A name of 1 to 200 characters. */
export function nameField(path: FieldPath, value: unknown): string {
  checkWords(value, 200, (problem) => {
    throw invalid(path, problem);
  });
  return value as string;
}

/** A list of `fewest` to `most` things. */
export function listField(
  path: FieldPath,
  value: unknown,
  { fewest = 1, most, what }: { readonly fewest?: number; readonly most: number; readonly what: string },
): readonly unknown[] {
  if (Array.isArray(value) && value.length >= fewest && value.length <= most) return value as unknown[];
  const shown = value === undefined ? "is missing" : `${show(value)} is not allowed`;
  throw invalid(path, `${shown}; write a list of ${String(fewest)} to ${String(most)} ${what}`);
}

/** An object of which only `known` keys are read. */
export function objectField<Key extends string>(
  path: FieldPath,
  value: unknown,
  known: readonly Key[],
): Partial<Record<Key, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(path, `${show(value)} is not an object with ${known.join(", ")}`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key as Key)) throw invalid([...path, key], `is not known here${choices(key, known)}`);
  }
  return value;
}

/** An instant that calendars can be asked for, as a whole number of epoch milliseconds. */
export function instantField(path: FieldPath, value: unknown): number {
  if (typeof value === "number" && Math.abs(value) <= LAST_INSTANT) return Math.floor(value);
  throw invalid(path, `${show(value)} is not a time in epoch milliseconds before the year 10000`);
}

/**
 * The same as somebody hands it in, who may have meant seconds: neither turns nor office hours are asked about in 1970.
 *
 * @param beside - an instant that is in milliseconds, as a rule a clock's: beside one of the early seventies, as in a test, another may be meant
 */
export function momentField(path: FieldPath, value: unknown, beside: number = Infinity): number {
  const at = instantField(path, value);
  if (isInSecondsBeside(at, beside)) throw invalid(path, inSeconds(at));
  return at;
}

/** What to judge the other end of a stretch beside, if `value` is one: nothing, if it may be in seconds itself. */
export function otherEnd(value: unknown): number | undefined {
  return typeof value === "number" && !isInSeconds(value) ? value : undefined;
}
