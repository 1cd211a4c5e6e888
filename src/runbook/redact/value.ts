/** Takes secrets out of values as JSON has them. */
import { REDACTED } from "./stream.ts";

const DEEPEST = 100;
const MOST_VALUES = 100_000;
const LEFT_OUT = "[left out]";

/**
 * A copy of `value` in which `redact` was run over every text, keys included. A number that shows a secret is hidden as a
 * whole. What lies deeper than 100 levels, or comes after 100,000 values, is left out and said to be.
 */
export function redactedValue(value: unknown, redact: (text: string) => string): unknown {
  let rest = MOST_VALUES;
  const copy = (part: unknown, depth: number): unknown => {
    rest -= 1;
    if (typeof part === "string") return redact(part);
    if (typeof part === "number" || typeof part === "bigint")
      return redact(String(part)) === String(part) ? part : REDACTED;
    if (typeof part !== "object" || part === null) return typeof part === "function" ? undefined : part;
    if (depth >= DEEPEST || rest <= 0) return LEFT_OUT;
    const plain = plainOf(part);
    if (typeof plain !== "object" || plain === null) return copy(plain, depth + 1);
    if (Array.isArray(plain)) return bounded(plain, (item) => copy(item, depth + 1));
    const made = new Map<string, unknown>();
    for (const [key, item] of Object.entries(plain)) {
      if (rest <= 0) {
        made.set(LEFT_OUT, LEFT_OUT);
        break;
      }
      made.set(free(redact(key), made), copy(item, depth + 1));
    }
    return Object.fromEntries(made);
  };
  const bounded = (list: readonly unknown[], each: (item: unknown) => unknown): unknown[] => {
    const made: unknown[] = [];
    for (const item of list) {
      if (rest <= 0) {
        made.push(LEFT_OUT);
        break;
      }
      made.push(each(item));
    }
    return made;
  };
  return copy(value, 0);
}

/** As `JSON.stringify` sees it: a Date is a text. */
function plainOf(value: object): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message };
  return "toJSON" in value && typeof value.toJSON === "function" ? (value.toJSON as () => unknown)() : value;
}

/** Two keys that are secrets are still two keys. */
function free(key: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 2, name = key; ; number += 1) {
    if (!taken.has(name)) return name;
    name = `${key} ${String(number)}`;
  }
}
