/** Values that JSON does not have, written in JSON, so that an input can be kept in a file. */

const SPECIAL: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
  ["undefined", undefined],
  ["Date", new Date(0)],
  ["Invalid Date", new Date(NaN)],
  ["function", () => "called"],
  ["symbol", Symbol("odd")],
  ["bigint", 10n],
  ["map", new Map([["a", 1]])],
  ["typed", new Float64Array(3)],
]);

/** How the value of this name is written in an input. */
export function written(name: "NaN" | "Infinity" | "-Infinity" | "-0" | "undefined" | "Date" | "Invalid Date"): object {
  return { $: name };
}

/** The names of all such values. */
export const SPECIAL_NAMES: readonly string[] = [...SPECIAL.keys()];

/** `value` with what was written in it as it is meant. Keys such as `__proto__` stay own keys. */
export function revived(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revived);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "$" && SPECIAL.has(String(first[1]))) return SPECIAL.get(String(first[1]));
  return Object.fromEntries(entries.map(([name, item]) => [name, revived(item)]));
}

/** Where in `value` there is a number that is none; undefined if there is nowhere. `allowed` are paths that may have one. */
export function oddNumber(value: unknown, allowed: (path: string) => boolean = () => false): string | undefined {
  const seen = new Set<object>();
  return look(value, "");

  function look(part: unknown, path: string): string | undefined {
    if (typeof part === "number")
      return Number.isFinite(part) || allowed(path) ? undefined : `${path}: ${String(part)}`;
    if (typeof part !== "object" || part === null || seen.has(part)) return undefined;
    seen.add(part);
    const entries: Iterable<readonly [unknown, unknown]> =
      part instanceof Map ? part : part instanceof Set ? part.entries() : Object.entries(part);
    for (const [name, item] of entries) {
      const found = look(item, `${path}.${String(name)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
