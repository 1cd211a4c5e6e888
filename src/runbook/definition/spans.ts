/** Lengths of time as people write them: `30`, `"30s"`, `"5 minutes"`, `"1 hour 30 minutes"`, `"15-30 min"`. */
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

/** What a number without a unit means, and which lengths are allowed, in milliseconds. */
export interface SpanRule {
  readonly unit: "seconds" | "minutes";
  readonly min: number;
  readonly max: number;
}

/** Reads a length of time, in whole milliseconds. */
export function span({ unit, min, max }: SpanRule): Read<number> {
  const unitMs = unit === "seconds" ? MILLISECONDS.s : MILLISECONDS.m;
  return (value, place) => {
    const lengthMs =
      typeof value === "number" ? value * unitMs : typeof value === "string" ? spanOf(value, unitMs) : NaN;
    if (!Number.isFinite(lengthMs)) {
      return refuse(
        place,
        `${show(value)} is no length of time; write ${unit} as a number, or a duration such as "30s" or "5 minutes"`,
      );
    }
    const roundedMs = Math.round(lengthMs);
    if (roundedMs >= min && roundedMs <= max) return roundedMs;
    const bounds = `${formatDuration(min)} to ${formatDuration(max)}`;
    return refuse(place, `${show(value)} is out of range (a number is in ${unit}); allowed: ${bounds}`);
  };
}

function spanOf(text: string, unitMs: number): number {
  const plain = text.trim().toLowerCase();
  if (plain.length > 100) return NaN;
  if (/^\d+(?:\.\d+)?$/.test(plain)) return Number(plain) * unitMs;
  if (/^(?:\d+(?:ms|[ywdhms]))+$/.test(plain)) return compact(plain);
  // Of a range the longer end: who plans with it must not be too early.
  const [, last = ""] = /^(?:~|about |up to )?\s*(?:\d+(?:\.\d+)?\s*(?:-|–|to)\s*)?(.*)$/.exec(plain) ?? [];
  const words = last.split(/\s*(?:,|\band\b)\s*|\s+(?=\d)/).filter((word) => word !== "");
  let total = words.length === 0 ? NaN : 0;
  for (const word of words) {
    const [, amount = "", name = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(word) ?? [];
    total += amount === "" ? NaN : Number(amount) * (UNITS.find(([shape]) => shape.test(name))?.[1] ?? NaN);
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
