/** Lengths of time as people write them: `30`, `"30s"`, `"5 minutes"`, `"1 hour 30 minutes"`, `"15-30 min"`. */
import { limitText } from "../../core/time/duration-text.ts";
import { formatDuration, MILLISECONDS, parseDuration } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";

import { type Read, refuse } from "./fields.ts";

const UNITS: ReadonlyArray<readonly [RegExp, number]> = [
  [/^(?:ms|millis|milliseconds?)$/, MILLISECONDS.ms],
  [/^(?:s|secs?|seconds?)$/, MILLISECONDS.s],
  [/^(?:m|mins?|minutes?)$/, MILLISECONDS.m],
  [/^(?:h|hrs?|hours?)$/, MILLISECONDS.h],
  [/^(?:d|days?)$/, MILLISECONDS.d],
];

const BARE = /^\d+(?:\.\d+)?$/;

/** How a length is written, and which are allowed, in milliseconds. */
export interface SpanRule {
  /** What a number without a unit is in; or, where it must have one, those that it is probably meant in. */
  readonly unit: "seconds" | "minutes" | readonly [string, string];
  readonly min: number;
  readonly max: number;
}

/** The longest length that may be a number of seconds without a unit: longer ones are as a rule meant in milliseconds. */
const LONGEST_BARE_MS = MILLISECONDS.h;

/** Reads a length of time, in whole milliseconds. */
export function span({ unit, min, max }: SpanRule): Read<number> {
  const unitMs = unit === "minutes" ? MILLISECONDS.m : MILLISECONDS.s;
  const isKnown = typeof unit === "string";
  return (value, place) => {
    const lengthMs =
      typeof value === "number" ? value * unitMs : typeof value === "string" ? spanOf(value, unitMs) : NaN;
    if (!Number.isFinite(lengthMs)) {
      const bare = isKnown ? `${unit} as a number, or ` : "";
      return refuse(place, `${show(value)} is no length of time; write ${bare}a duration such as "30s" or "5 minutes"`);
    }
    const bare = bareNumber(value);
    if (!isKnown && bare !== undefined && lengthMs > 0) {
      return refuse(place, `${bare} has no unit; write ${withUnits(bare, unit)}`);
    }
    if (unit === "seconds" && bare !== undefined && lengthMs > LONGEST_BARE_MS) {
      const taken = `${bare} is taken in seconds, which would be ${limitText(lengthMs)}`;
      return refuse(place, `${taken}; beyond an hour write the unit: ${withUnits(bare, ["ms", "s"])}`);
    }
    const roundedMs = Math.round(lengthMs);
    if (roundedMs >= min && roundedMs <= max) return roundedMs;
    const note = isKnown ? ` (a number is in ${unit})` : "";
    return refuse(
      place,
      `${show(value)} is out of range${note}; allowed: ${formatDuration(min)} to ${formatDuration(max)}`,
    );
  };
}

/** The number that is written without a unit, as text; undefined if there is one. */
function bareNumber(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && BARE.test(value.trim()) ? value.trim() : undefined;
}

/** How it is written with either unit; by an example where a number such as `1e-7` cannot be. */
function withUnits(bare: string, units: readonly [string, string]): string {
  const isWritable = BARE.test(bare);
  return `${isWritable ? "" : "a duration such as "}${units.map((unit) => (isWritable ? bare : "30") + unit).join(" or ")}`;
}

function spanOf(text: string, unitMs: number): number {
  const plain = text.trim().toLowerCase();
  if (plain.length > 100) return NaN;
  if (BARE.test(plain)) return Number(plain) * unitMs;
  if (/^(?:\d+(?:ms|[ywdhms]))+$/.test(plain)) return compact(plain);
  // Of a range the longer end: who plans with it must not be too early.
  const [, last = ""] = /^(?:~|about |up to )?\s*(?:\d+(?:\.\d+)?\s*(?:-|–|to)\s*)?(.*)$/.exec(plain) ?? [];
  const words = last.split(/\s*(?:,|\band\b)\s*|\s+(?=\d)/).filter((word) => word !== "");
  let total = words.length === 0 ? NaN : 0;
  for (const word of words) {
    const [, amount, name = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(word) ?? [];
    total += Number(amount) * (UNITS.find(([shape]) => shape.test(name))?.[1] ?? NaN);
  }
  return total;
}

function compact(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return NaN;
  }
}
