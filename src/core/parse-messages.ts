/** What a schema found, in words for the person who wrote the document. */
import { show } from "./errors.ts";
import type { Path } from "./faults.ts";
import { choices, nearest } from "./nearest.ts";
import type * as z from "./schema.ts";

/** A fault, by its path within the checked value. */
export interface Description {
  readonly path: Path;
  /** A function where the words take time that only a fault which is told is worth. */
  readonly message: string | (() => string);
  /** The part of the path that is at fault. */
  readonly at: "key" | "value";
}

// A mapping has few keys that can be misspelled; one with more unknown keys is something else.
const MOST_SLIPS = 20;

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  tuple: "a list",
  null: "empty",
};

/**
 * The faults that `issues` stand for. That a key is missing is left out where an unknown key is its misspelling: that is
 * one slip and not two.
 */
export function describeIssues(issues: readonly Issue[], value: unknown): Description[] {
  const misspelled = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    for (const key of issue.keys.slice(0, MOST_SLIPS)) {
      const meant = nearest(key, issue.message.split(", "));
      if (meant !== undefined) misspelled.add(JSON.stringify([...issue.path, meant]));
    }
  }
  return issues
    .flatMap((issue) => describeIssue(issue, value))
    .filter(({ path }) => !misspelled.has(JSON.stringify(path)) || valueAt(value, path) !== undefined);
}

/** The faults that one issue stands for. An `unrecognized_keys` issue has the allowed keys as its message. */
function describeIssue(issue: Issue, value: unknown): Description[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const input = valueAt(value, path);
  const one = (message: string, at: Description["at"] = "value"): Description[] => [{ path, message, at }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: () => unknownKey(key, issue.message),
        at: "key",
      }));
    case "invalid_type":
      return one(issue.expected === "nonoptional" ? "is missing" : wrongType(input, [noun(issue.expected)]));
    case "invalid_value":
      return one(notOneOf(input, issue.values.map(String)));
    case "invalid_union":
      return describeUnion(issue, path, value, input);
    case "invalid_key":
      return one(`the key ${show(path.at(-1))}: ${issue.issues[0]?.message ?? "is not allowed"}`, "key");
    case "too_small":
      return one(size(input, issue.inclusive === false ? "more than" : "at least", String(issue.minimum)));
    case "too_big":
      return one(size(input, issue.inclusive === false ? "less than" : "at most", String(issue.maximum)));
    case "not_multiple_of":
      return one(`${show(input)} is not a multiple of ${String(issue.divisor)}`);
    case "custom":
      return one(issue.message);
    case "invalid_format":
      return one(`${show(input)}: ${issue.message}`);
    default:
      return one(`${show(input)} is not allowed`);
  }
}

function unknownKey(key: string, allowed: string): string {
  return `unknown key ${show(key)}${choices(key, allowed.split(", "))}`;
}

function notOneOf(input: unknown, allowed: readonly string[]): string {
  if (input === undefined) return `is missing; allowed: ${allowed.join(", ")}`;
  return `${show(input)} is not allowed here${choices(input, allowed)}`;
}

function wrongType(input: unknown, nouns: readonly string[]): string {
  const wanted = nouns.join(" or ");
  if (input === undefined) return `is missing; it must be ${wanted}`;
  return input === null ? `is empty; it must be ${wanted}` : `${show(input)} is not ${wanted}`;
}

function size(input: unknown, bound: string, limit: string): string {
  if (typeof input === "string") return `has ${String(input.length)} characters; allowed: ${bound} ${limit}`;
  if (Array.isArray(input)) return `has ${String(input.length)} items; allowed: ${bound} ${limit}`;
  return `${show(input)} is out of range; allowed: ${bound} ${limit}`;
}

/**
 * Of the alternatives, the one that the author was writing: whose type fits, with the fewest faults. A union's own
 * message, where its schema has one, is the noun for what it takes.
 */
function describeUnion(issue: UnionIssue, path: Path, value: unknown, input: unknown): Description[] {
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  if (options.length > 0) return [{ path, message: notOneOf(input, options), at: "value" }];
  const fitting = issue.errors.filter((issues) => !issues.some(isOfWrongType)).sort((a, b) => a.length - b.length)[0];
  if (fitting !== undefined) {
    return fitting.flatMap((inner) => describeIssue({ ...inner, path: [...path, ...inner.path] }, value));
  }
  const nouns = issue.message === "Invalid input" ? nounsOf(issue) : [issue.message];
  return [{ path, message: wrongType(input, [...new Set(nouns)]), at: "value" }];
}

type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

function isOfWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((issues) => issues.some(isOfWrongType));
  return issue.code === "invalid_type";
}

function nounsOf(issue: Issue): string[] {
  if (issue.code === "invalid_type") return [noun(issue.expected)];
  return issue.code === "invalid_union" ? issue.errors.flat().filter(isOfWrongType).flatMap(nounsOf) : [];
}

function noun(expected: string): string {
  return NOUNS[expected] ?? expected;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string | number, unknown>)[step];
  }
  return found;
}
