/** Secrets are taken out before anything else sees them. */
import { invalid, show } from "../core/errors.ts";
import { isPlain } from "../core/plain.ts";

/** Deeper than anything that is handed in here. */
const DEEPEST = 40;

/** What has names that somebody else chose. */
const NAMED: readonly string[] = ["labels", "annotations", "data"];

/**
 * A copy of `value` in which each text is what `redact` makes of it, names of labels and the like included; functions and
 * classes stay.
 */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  return walk(value, redact, 0, false) as T;
}

function walk(value: unknown, redact: (text: string) => string, depth: number, isNamed: boolean): unknown {
  if (typeof value === "string") return told(value, redact);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw invalid("sources", `are more than ${String(DEEPEST)} levels deep`);
  if (Array.isArray(value)) return value.map((part) => walk(part, redact, depth + 1, isNamed));
  if (value instanceof Map) {
    // Keys of alerts are fingerprints and times.
    return new Map(
      [...(value as Map<unknown, unknown>)].map(([key, part]) => [key, walk(part, redact, depth + 1, false)]),
    );
  }
  // An objective, for one, is a class with digits of its own.
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      isNamed ? told(key, redact) : key,
      walk(part, redact, depth + 1, isNamed || NAMED.includes(key)),
    ]),
  );
}

function told(text: string, redact: (text: string) => string): string {
  const answer: unknown = redact(text);
  if (typeof answer === "string") return answer;
  throw invalid("redact", `answered ${show(answer)}; it takes a text and answers a text`);
}
