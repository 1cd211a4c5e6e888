/** Options objects of those who have no compiler to tell them. */
import { invalid, show } from "./errors.ts";
import { choices } from "./nearest.ts";

/**
 * Refuses what is no options object, and keys that there are not: a misspelt option would silently be a default.
 *
 * @param what - whose options they are, such as `"Reliability.open"`
 * @param path - where the object itself is in what the user wrote
 * @throws {@link ConfigurationError} naming the key and the nearest one that there is
 */
export function checkOptions(
  options: unknown,
  what: string,
  known: readonly string[],
  path: readonly (string | number)[] = [],
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalid(path, `${what} takes an object of options, not ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw invalid([...path, key], `is no option of ${what}${choices(key, known)}`);
  }
}

/** Refuses an object that lacks one of the methods which will be asked of it. Undefined is no object yet, and fine. */
export function checkMethods(value: unknown, path: string, methods: readonly string[]): void {
  if (value === undefined) return;
  const missing = methods.find(
    (name) => typeof value !== "object" || value === null || typeof Reflect.get(value, name) !== "function",
  );
  if (missing !== undefined) {
    throw invalid(path, `${show(value)} has no method ${missing}(); needed: ${methods.join("(), ")}()`);
  }
}
