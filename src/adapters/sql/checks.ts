/** What callers hand in, looked at before a database sees it. */
import { invalid, show } from "../../core/errors.ts";
import { checkWords } from "../../core/words.ts";
import type { IncidentChange } from "../../ports/incident-store.ts";

const MOST_ROWS = 1_000;

/**
 * A key as it is kept. PostgreSQL has no NUL in a text, and half of a surrogate pair is no letter to any database, so both
 * are escaped, and two keys remain two.
 */
export function keyText(key: string): string {
  return JSON.stringify(key).slice(1, -1);
}

/** @throws {@link ConfigurationError} if `changes` cannot be made anywhere */
export function checkChanges(changes: readonly IncidentChange[]): void {
  const keys = new Set<string>();
  changes.forEach(({ number, expectedVersion, events, summary, open, dueAt, claims = [] }, index) => {
    const refuse = (part: string, message: string): never => {
      throw invalid(["changes", index, part], message);
    };
    if (number !== undefined && !isWhole(number, 1)) {
      refuse("number", `${show(number)} is not the number of an incident`);
    }
    if (!isWhole(expectedVersion, 0)) refuse("expectedVersion", `${show(expectedVersion)} is not a version`);
    if (!events.every(isKept)) refuse("events", "has one that is not a text without NUL");
    if (!isKept(summary)) refuse("summary", "is not a text without NUL");
    if (typeof open !== "boolean") refuse("open", `${show(open)} is neither true nor false`);
    if (dueAt !== undefined && !Number.isFinite(dueAt)) refuse("dueAt", `${show(dueAt)} is not a time`);
    for (const { key, from } of claims) {
      checkKey(key, ["changes", index, "claims"]);
      if (from !== undefined && !isWhole(from, 1)) refuse("claims", `${show(from)} is not the number of an incident`);
      if (keys.has(key)) refuse("claims", `the key ${show(key)} is claimed twice`);
      keys.add(key);
    }
  });
}

/** @throws {@link ConfigurationError} if `key` is none */
export function checkKey(key: unknown, path: readonly (string | number)[] = ["key"]): void {
  checkWords(key, 200, (problem) => {
    throw invalid(path, problem);
  });
}

/** @throws {@link ConfigurationError} if `value` is not a whole number from `least` to `most` */
export function checkWhole(path: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (isWhole(value, least) && value <= most) return;
  const allowed = most === Number.MAX_SAFE_INTEGER ? `from ${String(least)} up` : `${String(least)} to ${String(most)}`;
  throw invalid(path, `${show(value)} is not possible; write a whole number, ${allowed}`);
}

/** @throws {@link ConfigurationError} if a page cannot have so many rows */
export function checkLimit(limit: unknown): void {
  checkWhole("limit", limit, 1, MOST_ROWS);
}

function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

// JSON escapes it. Some drivers would cut the text there and say nothing.
function isKept(text: unknown): boolean {
  return typeof text === "string" && !text.includes("\u0000");
}
