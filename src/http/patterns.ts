/** Route patterns as label values: the same pattern is the same string each time, so that it is looked up at once. */

/** A pattern as text: lists with bars, expressions by their source, no slash at the end. */
export function patternText(path: unknown): string {
  if (typeof path === "string") return path.length > 1 && path.endsWith("/") ? trimmed(path) : path;
  if (!(path instanceof RegExp) && !Array.isArray(path)) return String(path);
  return texts.get(path) ?? keep(texts, path, Array.isArray(path) ? path.map(patternText).join("|") : String(path));
}

/** `pattern` behind `prefix`. */
export function joinPatterns(prefix: string, pattern: string): string {
  if (pattern === "/" || pattern === "") return prefix;
  if (prefix === "" && pattern.startsWith("/")) return pattern;
  let behind = joined.get(prefix);
  if (behind === undefined) keep(joined, prefix, (behind = new Map()));
  return (
    behind.get(pattern) ??
    keep(behind, pattern, pattern.startsWith("/") ? `${prefix}${pattern}` : `${prefix}/${pattern}`)
  );
}

/** Patterns are few. Should something else come by in their place, this is where it stops being remembered. */
const LIMIT = 1_000;

const texts = new WeakMap<object, string>();
const trims = new Map<string, string>();
const joined = new Map<string, Map<string, string>>();

function trimmed(path: string): string {
  return trims.get(path) ?? keep(trims, path, path.slice(0, -1));
}

interface Store<Key, Value> {
  readonly size?: number;
  set(key: Key, value: Value): unknown;
}

function keep<Key, Value>(store: Store<Key, Value>, key: Key, value: Value): Value {
  if ((store.size ?? 0) < LIMIT) store.set(key, value);
  return value;
}
