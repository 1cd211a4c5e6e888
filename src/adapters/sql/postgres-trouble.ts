/** Reading what PostgreSQL and its driver say: https://www.postgresql.org/docs/current/errcodes-appendix.html */
import { propertyOf, type Trouble } from "./failures.ts";

/** What the classes and codes mean, the longest that fits first. */
const MEANINGS: readonly (readonly [start: string, why: string, retryable: boolean])[] = [
  ["57P04", "the database was dropped", false],
  ["57P", "the server is starting or stopping", true],
  ["57014", "the statement took too long, or was cancelled", true],
  ["55P03", "somebody else held a lock for too long", true],
  ["25P03", "the transaction stood still for too long", true],
  ["25006", "the server only lets read", true],
  ["40001", "others were in the way", true],
  ["40P01", "others were in the way", true],
  ["42501", "the user lacks the right", false],
  ["42P01", "a table is missing", false],
  ["08", "the connection failed", true],
  ["22", "a value is not possible", false],
  ["23", "the tables do not hold what they must", false],
  ["28", "the user was not let in", false],
  ["3D", "there is no such database", false],
  ["42", "the tables are not as they must be", false],
  ["53", "the server lacks space, memory or connections", true],
  ["58", "the server has trouble with its system", true],
  ["XX", "the server has trouble with itself", false],
];

/** Codes after which a transaction that was to be committed is certainly not. */
const REFUSED = /^(?:40001|40P01|23|25)/;

/** A SQLSTATE; the system's codes, such as EPIPE, have the same length and another beginning. */
const SQLSTATE = /^(?:\d|F0|HV|P0|XX)[\dA-Z]+$/;

/** Says in our words what `error` tells. */
export function postgresTrouble(error: unknown): Trouble {
  const code = codeOf(error);
  if (code === undefined || !isState(code)) {
    // An error of the driver's own has no code, and is the same next time only if somebody ended the pool.
    const ended = error instanceof Error && error.message.includes("after calling end on the pool");
    return { code, why: ended ? "the pool was ended" : "the connection failed", retryable: !ended };
  }
  const meaning = MEANINGS.find(([start]) => code.startsWith(start));
  return { code, why: meaning?.[1] ?? "the server refused", retryable: meaning?.[2] ?? false };
}

/** Whether the connection is of no more use after `error`. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !isState(code) || /^(?:08|57P|25P03)/.test(code);
}

/** Whether a COMMIT that was answered with `error` is certainly undone. */
export function isRefused(error: unknown): boolean {
  return REFUSED.test(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  const code = propertyOf(error, "code");
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? code : undefined;
}

function isState(code: string): boolean {
  return code.length === 5 && SQLSTATE.test(code);
}
