/** Over which lengths of time an SLO is recorded, and what each is made of. */
import { MILLISECONDS } from "../core/time/duration.ts";
import { lengthText } from "../core/time/window-text.ts";

import type { SloTier } from "../budget/slo-tiers.ts";

/** One length of time that counts are recorded over. */
export interface LookBack {
  readonly durationMs: number;
  /** As rules and labels have it: `5m`, `28d`. */
  readonly text: string;
  /** The recorded counts that it is the sum of; without it, it is counted from the counters themselves. */
  readonly sumOf?: LookBack;
  /** Whether other lengths are the sum of this one. */
  readonly isPart: boolean;
}

/** All of an SLO. */
export interface LookBackPlan {
  /** What others are made of first, then by length; the SLO's own window is not among them. */
  readonly short: readonly LookBack[];
  /** What the window is made of if that is not among the short ones. */
  readonly part?: LookBack;
  readonly window: LookBack;
}

const PART_MS = 5 * MILLISECONDS.m;
/** Longer look-backs are made of parts: they cost less, and the five minutes that they may lag do not matter. */
const LONGEST_COUNTED_MS = 2 * MILLISECONDS.h;
/** Fewer parts than this are too coarse for a window's edges: 1 % of it. */
const FEWEST_PARTS = 100;
/** What is costly to count is made of parts sooner, but not of so few that one more or less would show. */
const FEWEST_OF_COSTLY = 10;
/** Parts of these lengths serve windows of up to so many days, so that a window has at most 8,928 of them. */
const PARTS_OF_WINDOWS = [
  [31, PART_MS],
  [93, 15 * MILLISECONDS.m],
  [186, 30 * MILLISECONDS.m],
  [372, MILLISECONDS.h],
] as const;

/** What the lengths depend on beside the tiers. */
export interface LookBackNeeds {
  /** Lengths to record besides those of the tiers, in milliseconds. */
  readonly others?: readonly number[];
  /** Whether counting over hours is dear. */
  readonly costly?: boolean;
  /** Nothing shorter can be counted: some scrapes, or a slice of time. */
  readonly leastMs?: number;
}

/** The look-backs of an SLO with these tiers. */
export function lookBacksFor(
  windowMs: number,
  tiers: readonly SloTier[],
  { others = [], costly = false, leastMs = 0 }: LookBackNeeds = {},
): LookBackPlan {
  const basePartMs = Math.max(1, Math.ceil(leastMs / PART_MS)) * PART_MS;
  const wanted = new Set([...tiers.flatMap(({ longMs, shortMs }) => [longMs, shortMs]), ...others]);
  wanted.delete(windowMs);
  if (windowMs < FEWEST_PARTS * basePartMs) {
    const short = [...wanted].sort((one, other) => one - other).map((durationMs) => counted(durationMs));
    return { short, window: counted(windowMs) };
  }
  const base = counted(basePartMs, true);
  wanted.delete(basePartMs);
  const limitMs = costly ? FEWEST_OF_COSTLY * basePartMs : Math.max(basePartMs, LONGEST_COUNTED_MS);
  const rest = [...wanted].sort((one, other) => one - other);
  const short = rest.map((durationMs) => (durationMs <= limitMs ? counted(durationMs) : summed(durationMs, base)));
  const usualPartMs = PARTS_OF_WINDOWS.find(([days]) => windowMs <= days * MILLISECONDS.d)?.[1] ?? MILLISECONDS.h;
  // Where parts are longer than usual, those of long windows are whole numbers of them.
  const partMs = Math.ceil(usualPartMs / basePartMs) * basePartMs;
  if (partMs === basePartMs) return { short: [base, ...short], window: summed(windowMs, base) };
  const own = short.find(({ durationMs }) => durationMs === partMs);
  const part = counted(partMs, true);
  const window = summed(windowMs, part);
  if (own === undefined) return { short: [base, ...short], part, window };
  return { short: [base, part, ...short.filter((one) => one !== own)], window };
}

function counted(durationMs: number, isPart = false): LookBack {
  return { durationMs, text: lengthText(durationMs), isPart };
}

function summed(durationMs: number, sumOf: LookBack): LookBack {
  return { durationMs, text: lengthText(durationMs), sumOf, isPart: false };
}
