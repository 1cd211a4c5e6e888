/** Instants that are handed in: what is no time in epoch milliseconds, and what was meant in seconds. */
import { invalid, show } from "../errors.ts";

/** The last instant that a Date can hold, in the year 275760. */
export const LAST_INSTANT = 8.64e15;

/** Numbers from one to another, both included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Times from 2001 to 2103 in seconds. As milliseconds they lie between the 12th of January and the 18th of February 1970: what
 * is counted from 0 in a test or an example seldom begins and ends there.
 */
const THIS_CENTURY: Span = { from: 1e9, to: 4.2e9 };
/** Times since 1979 in seconds, as milliseconds in the early seventies: for what certainly did not happen there. */
export const ANY_IN_SECONDS: Span = { from: 3e8, to: 1e11 };
/** A clock that stands before it, in 1973, was set by hand. */
const FIRST_REAL_CLOCK = 1e11;
/** Nothing that is asked about at once has more seconds: ten years. */
const LONGEST_SERIES_SECONDS = 3.2e8;

/** Whether `at` is an instant that a Date can hold. */
export function isTime(at: unknown): at is number {
  return typeof at === "number" && Math.abs(at) <= LAST_INSTANT;
}

/** Whether `at` was most likely meant in seconds. */
export function isInSeconds(at: number, { from, to }: Span = THIS_CENTURY): boolean {
  return at >= from && at <= to;
}

/** The same of times from the `earliest` to the `latest`, which tell more than one alone. */
export function areInSeconds(earliest: number, latest: number): boolean {
  return isInSeconds(earliest) && isInSeconds(latest) && latest - earliest < LONGEST_SERIES_SECONDS;
}

/** Whether `at` was most likely meant in seconds beside `other`, which is in milliseconds: near one of the early seventies, as in a test, it may be meant. */
export function isInSecondsBeside(at: number, other: number): boolean {
  return isInSeconds(at) && other >= FIRST_REAL_CLOCK;
}

/** What to say of one that was. */
export function inSeconds(at: number): string {
  return `${show(at)} is ${instantText(at)} in milliseconds; was it meant in seconds?`;
}

/** An instant for people. */
export function instantText(at: number): string {
  return isTime(at) ? new Date(at).toISOString() : show(at);
}

/**
 * A time in epoch milliseconds from outside.
 *
 * @param beside - an instant that is in milliseconds: beside one of the early seventies, as in a test, another may be meant
 * @throws {@link ConfigurationError} for a Date, for what is no time, and for one in seconds
 */
export function checkTime(
  value: unknown,
  path: string | readonly (string | number)[],
  beside: () => number = () => Infinity,
): number {
  if (value instanceof Date) throw invalid(path, "is a Date; write its epoch milliseconds, date.getTime()");
  if (!isTime(value)) throw invalid(path, `${show(value)} is not a time in epoch milliseconds`);
  if (isInSeconds(value) && beside() >= FIRST_REAL_CLOCK) throw invalid(path, inSeconds(value));
  return value;
}
