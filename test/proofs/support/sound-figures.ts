/** Whether what somebody was told makes sense in time: nothing ends before it began, and no length is below zero or no number. */

/** Lengths of time and amounts that are never below zero. */
const AMOUNT =
  /(Ms|Seconds|Minutes|Days|_ms|_seconds|_minutes)$|^(good|bad|total|coverage|requests|attempts|rate|requestRate)$/;
/** What is left of a budget may be less than nothing. */
const SIGNED = new Set(["remainingMinutes", "remaining_minutes", "requestsPerSecond"]);

/** What begins before it ends, wherever both are told. */
const PAIRS: readonly (readonly [earlier: string, later: string])[] = [
  ...([
    ["startedAt", "endedAt"],
    ["from", "until"],
    ["start", "end"],
    ["enteredAt", "leftAt"],
  ] as const),
  ...([
    ["injectedAt", "undoneAt"],
    ["requestedAt", "answeredAt"],
    ["requestedAt", "expiresAt"],
  ] as const),
  ...([
    ["startedAt", "detectedAt"],
    ["detectedAt", "resolvedAt"],
    ["declaredAt", "resolvedAt"],
  ] as const),
  ...([["startedAt", "resolvedAt"]] as const),
];

/** Lists of moments, by the names under which they are told. */
const IN_ORDER = new Set(["timeline", "points", "past"]);

/** In words: `-3 min`, `NaN`, a date that is none. */
const BAD_TEXT =
  /(?:^|[\s(,:])[-\u2212]\d[\d.,]* ?(?:ms|s|min|h|d|y|minutes?|hours?|seconds?|days?|years?)\b|\bNaN\b|Invalid Date/;

/** Throws where something in `value` cannot be; `where` is told with its path. */
export function checkSound(value: unknown, where: string): void {
  visit(value, where, "", new Set());
}

/** Throws where a text tells what cannot be. */
export function checkSoundText(text: string, where: string): void {
  const found = BAD_TEXT.exec(text);
  if (found !== null)
    throw new Error(`${where}: ${JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 60))}`);
}

function visit(value: unknown, path: string, name: string, seen: Set<object>): void {
  if (typeof value === "number") {
    if (Number.isNaN(value)) throw new Error(`${path} is NaN`);
    const isAmount = AMOUNT.test(name) && !SIGNED.has(name);
    if (isAmount && !(value >= 0 && value < Infinity)) throw new Error(`${path} is ${String(value)}`);
    return;
  }
  if (typeof value === "string") {
    checkSoundText(value, path);
    return;
  }
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    visit([...value], path, name, seen);
    return;
  }
  if (Array.isArray(value) && IN_ORDER.has(name)) checkOrder(value as readonly unknown[], path);
  for (const [key, item] of Object.entries(value))
    visit(item, `${path}.${key}`, Array.isArray(value) ? name : key, seen);
  const record = value as Readonly<Record<string, unknown>>;
  for (const [earlier, later] of PAIRS) {
    const [first, last] = [record[earlier], record[later]];
    if (typeof first !== "number" || typeof last !== "number" || first <= last) continue;
    throw new Error(
      `${path} ${JSON.stringify(value).slice(0, 300)}: ${earlier} is ${String(first)}, and ${later} is ${String(first - last)} ms before it`,
    );
  }
}

/** Each not before the one before. */
function checkOrder(moments: readonly unknown[], path: string): void {
  let last = -Infinity;
  moments.forEach((moment, index) => {
    const at = (moment as { readonly at?: unknown; readonly recordedAt?: unknown } | null)?.at;
    if (typeof at !== "number") return;
    if (at < last) throw new Error(`${path}.${String(index)} is ${String(last - at)} ms before the moment before it`);
    last = at;
  });
}
