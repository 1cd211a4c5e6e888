/** Reading fields of bodies from outside: own keys only, right types only, and never more than is sensible. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { inSeconds, isInSeconds } from "../../incident/times.ts";

/** A mapping from outside. */
export type Fields = Readonly<Record<string, unknown>>;

/** Alertmanager sends 10,000 alerts of one group in 3.4 MB; a body of 8 MiB holds no more than these. */
export const MOST_ALERTS = 50_000;
const MOST_LABELS = 1_000;
const LONGEST_LABEL_NAME = 1_000;
const LONGEST_LABEL = 20_000;
/** How Go writes that there is no time. */
const ZERO_TIME = Date.parse("0001-01-01T00:00:00Z");
const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const LAST_INSTANT = 8.64e15;

/** `value` as a mapping. */
export function fieldsOf(value: unknown, path: Path): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(path, `${show(value)} is not a mapping`);
}

/** The own field `name`; undefined if it is missing or null, as Go writes an empty map or list. */
export function fieldOf(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value ?? undefined;
}

/** A list of at most {@link MOST_ALERTS}; empty if it is missing. */
export function listOf(fields: Fields, name: string, path: Path): readonly unknown[] {
  const value = fieldOf(fields, name) ?? [];
  if (!Array.isArray(value)) throw invalid([...path, name], `${show(value)} is not a list`);
  if (value.length <= MOST_ALERTS) return value;
  throw invalid([...path, name], `has ${String(value.length)} entries; at most ${String(MOST_ALERTS)}`);
}

/** A text of at most `most` characters; undefined if it is missing. */
export function textOf(fields: Fields, name: string, path: Path, most: number): string | undefined {
  const value = fieldOf(fields, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw invalid([...path, name], `${show(value)} is not text`);
  if (value.length <= most) return value;
  throw invalid([...path, name], `has ${String(value.length)} characters; at most ${String(most)}`);
}

/** A whole number from 0 up; 0 if it is missing. */
export function countOf(fields: Fields, name: string, path: Path): number {
  const value = fieldOf(fields, name) ?? 0;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid([...path, name], `${show(value)} is not a count; a whole number from 0 is`);
}

/** An instant in epoch milliseconds: RFC 3339 text, or the milliseconds. Undefined if it is missing, or Go's zero time. */
export function instantOf(fields: Fields, name: string, path: Path): number | undefined {
  const value = fieldOf(fields, name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && isInSeconds(value)) throw invalid([...path, name], inSeconds(value));
  const at = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : value;
  if (typeof at === "number" && Math.abs(at) <= LAST_INSTANT) return at === ZERO_TIME ? undefined : Math.floor(at);
  throw invalid([...path, name], `${show(value)} is not a time; write one such as "2026-11-22T05:57:48.256Z"`);
}

/** One of `allowed`; undefined if it is missing. */
export function choiceOf<Choice extends string>(
  fields: Fields,
  name: string,
  path: Path,
  allowed: readonly Choice[],
): Choice | undefined {
  const value = fieldOf(fields, name);
  if (value === undefined) return undefined;
  const found = allowed.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalid([...path, name], `${show(value)} is not possible; allowed: ${allowed.join(", ")}`);
}

/**
 * Labels or annotations; none if they are missing. A value that is longer than anyone reads is cut rather than refused:
 * the alert matters more. `__proto__` and `constructor` are names like any other, and become own keys.
 */
export function labelsOf(fields: Fields, name: string, path: Path): Readonly<Record<string, string>> {
  const value = fieldOf(fields, name);
  if (value === undefined) return {};
  const entries = Object.entries(fieldsOf(value, [...path, name]));
  if (entries.length > MOST_LABELS) {
    throw invalid([...path, name], `has ${String(entries.length)} entries; at most ${String(MOST_LABELS)}`);
  }
  return Object.fromEntries(entries.map(([key, text]) => [labelName(key, [...path, name]), labelText(key, text)]));

  function labelText(key: string, text: unknown): string {
    if (typeof text === "string") return clip(text, LONGEST_LABEL);
    throw invalid([...path, name, key], `${show(text)} is not text`);
  }
}

function labelName(key: string, path: Path): string {
  if (key.length <= LONGEST_LABEL_NAME) return key;
  throw invalid(path, `has a name of ${String(key.length)} characters; at most ${String(LONGEST_LABEL_NAME)}`);
}

/** `text`, cut to `most` characters. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a surrogate pair would be a broken letter.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
