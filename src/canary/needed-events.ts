/** How many events it takes to tell the versions apart. */
import { normalQuantile } from "../core/normal.ts";
import { restrictedRatios } from "./restricted.ts";

/** What is to be told apart, and how surely. */
export interface NeededQuestion {
  /** Error ratio of the baseline. */
  readonly ratio: number;
  /** How much worse the canary must not be. */
  readonly margin: number;
  /** Events of the baseline for each one of the canary. */
  readonly perEvent: number;
  /** Chances at most to find a difference of one look that is none, and to find none that is the margin. */
  readonly levels: { readonly worse: number; readonly notWorse: number };
  /** Chances at least to find a difference of the margin, and that there is none. */
  readonly power: { readonly worse: number; readonly notWorse: number };
}

/**
 * Events of the canary after which a difference of the margin is found, and that there is none is found, each with its power;
 * the versions keep their shares of the traffic. By the normal approximation with correction for continuity (Casagrande, Pike
 * and Smith 1978; Fleiss, Tytun and Ury 1980; Farrington and Manning 1990), about right for the exact tests too.
 */
export function neededEvents({ ratio, margin, perEvent, levels, power }: NeededQuestion): number {
  const base = Math.min(ratio, 1 - margin);
  const worse = base + margin;
  const variance = (canary: number, baseline: number): number =>
    canary * (1 - canary) + (baseline * (1 - baseline)) / perEvent;
  const mean = (worse + perEvent * base) / (1 + perEvent);
  const alike = { bad: base, total: 1 };
  const restricted = restrictedRatios({ canary: alike, baseline: { bad: base * perEvent, total: perEvent } }, margin);
  const size = (level: number, ofLevel: number, missed: number, ofMissed: number): number => {
    const sum = -normalQuantile(level) * Math.sqrt(ofLevel) - normalQuantile(missed) * Math.sqrt(ofMissed);
    const plain = (sum / margin) ** 2;
    return (plain / 4) * (1 + Math.sqrt(1 + (2 * (1 + 1 / perEvent)) / (plain * margin))) ** 2;
  };
  const toSeeWorse = size(levels.worse, variance(mean, mean), 1 - power.worse, variance(worse, base));
  const toSeeNotWorse = size(
    levels.notWorse,
    variance(restricted.canary, restricted.baseline),
    1 - power.notWorse,
    variance(base, base),
  );
  return Math.ceil(Math.max(toSeeWorse, toSeeNotWorse));
}
