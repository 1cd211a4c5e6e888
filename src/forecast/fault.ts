/** Whether something is broken right now, and how long it may stay so. */
import type { Random } from "../core/random.ts";
import type { Past } from "./past.ts";

/** A fault that goes on at the end of the past. */
export interface Fault {
  /** Error ratios of its steps, the latest first. */
  readonly ratios: readonly number[];
  /** How many more steps it lasts. */
  drawSteps(random: Random): number;
}

/** A step that burns so many times as fast as the budget allows belongs to a fault. */
const PACE = 2;
/** A fault of fewer failures may be chance. */
const FEWEST_FAILURES = 3;
const MOST_RATIOS = 24;

/**
 * The fault that the last step belongs to, if it does to one. Faults are taken to end at a constant rate, of which is known how
 * many have ended in how much time of faults: with a uniform prior it is gamma distributed, and the time that is left follows
 * `P(left > t) = (T / (T + t)) ^ (ended + 1)`. The first one that ever was lasts as long again as it has lasted with one chance
 * in two.
 */
export function faultNow({ bad, total }: Past, budgetRatio: number): Fault | undefined {
  let [ended, time, failures, isOn] = [0, 0, 0, false];
  let ratios: number[] = [];
  for (const [place, events] of total.entries()) {
    // Of an idle step nothing can be told.
    if (!(events > 0)) continue;
    const ratio = (bad[place] as number) / events;
    if (ratio > PACE * budgetRatio) {
      if (!isOn) [failures, ratios] = [0, []];
      isOn = true;
      time += 1;
      failures += bad[place] as number;
      ratios.push(ratio);
    } else {
      if (isOn) ended += 1;
      isOn = false;
    }
  }
  if (!isOn || failures < FEWEST_FAILURES) return undefined;
  return {
    ratios: ratios.slice(-MOST_RATIOS).reverse(),
    drawSteps: (random) => time * ((1 - random.next()) ** (-1 / (ended + 1)) - 1),
  };
}
