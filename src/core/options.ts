/** Options objects of those who have no compiler to tell them. */
import { invalid, show } from "./errors.ts";
import { choices, type OtherWords } from "./nearest.ts";

/** Keys that are more, or less, than an option. */
export interface OtherKeys {
  /** Passed over and not offered: what an object that can be handed in as it is has beside the options. */
  readonly ignored?: readonly string[];
  /** What people write, and the option that they mean by it. */
  readonly words?: OtherWords;
}

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
  { ignored = [], words = {} }: OtherKeys = {},
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalid(path, `${what} takes an object of options, not ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key) || ignored.includes(key)) continue;
    throw invalid([...path, key], `is no option of ${what}${choices(key, known, words)}`);
  }
}

/** {@link checkOptions} of what comes by the million: makes no list of the keys. */
export function checkFields(
  fields: unknown,
  what: string,
  known: readonly string[],
  path?: readonly (string | number)[],
  words?: OtherWords,
): void {
  let isKnown = typeof fields === "object" && fields !== null;
  for (const key in fields as object) isKnown &&= known.includes(key);
  if (!isKnown) checkOptions(fields, what, known, path, words === undefined ? {} : { words });
}

/** Refuses what is no mapping with these fields in it, such as one that was forgotten. */
export function checkGivenFields(value: unknown, path: string, needed: readonly string[]): void {
  const missing =
    typeof value === "object" && value !== null ? needed.find((name) => Reflect.get(value, name) === undefined) : "";
  if (missing === undefined) return;
  const lacks = missing === "" ? "" : ` without ${missing}`;
  throw invalid(path, `${show(value)}${lacks} is not what is needed: a mapping with ${needed.join(", ")}`);
}

/** Refuses what nobody can go through. */
export function checkIterable(value: unknown, path: string, of: string): void {
  const held = typeof value === "object" && value !== null ? value : undefined;
  if (held !== undefined && typeof Reflect.get(held, Symbol.iterator) === "function") return;
  const later = held !== undefined && typeof Reflect.get(held, Symbol.asyncIterator) === "function";
  throw invalid(
    path,
    later
      ? `comes one by one; collect it by for await, and hand in the list of ${of}`
      : `${show(value)} is no list of ${of}`,
  );
}

/** `a FileStateStore` for an object of a class, as people see it in their code; anything else as {@link show} has it. */
function whatIs(value: unknown): string {
  if (typeof value !== "object" || value === null) return show(value);
  try {
    const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: unknown } } | null;
    const name = prototype?.constructor?.name;
    if (typeof name !== "string" || !/^[A-Z]\w{1,60}$/.test(name) || ["Object", "Array"].includes(name))
      return show(value);
    return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
  } catch {
    // Whatever it is, looking at it throws.
    return show(value);
  }
}

/** Refuses an object that lacks one of the methods which will be asked of it. Undefined is no object yet, and fine. */
export function checkMethods(value: unknown, path: string | readonly string[], methods: readonly string[]): void {
  if (value === undefined) return;
  const missing = methods.find(
    (name) => typeof value !== "object" || value === null || typeof Reflect.get(value, name) !== "function",
  );
  if (missing !== undefined) {
    throw invalid(path, `${whatIs(value)} has no method ${missing}(); needed: ${methods.join("(), ")}()`);
  }
}
