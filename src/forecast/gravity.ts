/** What of the failures belongs to faults, and how well it is known how grave faults are. */
import type { Blocks, Past } from "./past.ts";

/** The faults of the past, as far as they are out of the usual. */
export interface Gravity {
  /** A step with a higher error ratio is part of a fault, by the excess. */
  readonly usualRatio: number;
  /** Deviation of the logarithm of how much graver or milder the faults to come may be, all of them. */
  readonly deviation: number;
}

/** Faults begin at this multiple of the error ratio of a usual block. */
const UNUSUAL = 2;
/** What one fault costs and what another does differ by a factor of 4 and more as a rule; this is its logarithm. */
const SPREAD = 1.5;

/**
 * How grave faults are is known from few of them, and a budget that is not spent has met the milder ones. So many count as the
 * blocks with faults would be if they were alike (Kish 1965, "Survey Sampling", on unequal weights): nine small ones and a
 * great one are little more than one.
 */
export function gravityOf({ bad, total }: Past, blocks: Blocks): Gravity {
  const usualRatio = UNUSUAL * medianRatio(blocks);
  let [sum, squares] = [0, 0];
  for (const start of blocks.starts) {
    let excess = 0;
    for (let place = start; place < start + blocks.length; place += 1) {
      if (!((total[place] as number) > 0)) continue;
      excess += Math.max(0, (bad[place] as number) - usualRatio * (total[place] as number));
    }
    sum += excess;
    squares += excess * excess;
  }
  return { usualRatio, deviation: squares > 0 ? SPREAD / (sum / Math.sqrt(squares)) : 0 };
}

function medianRatio({ bad, total }: Blocks): number {
  const ratios = bad.map((failures, index) => failures / (total[index] as number)).filter((ratio) => ratio >= 0);
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
}
