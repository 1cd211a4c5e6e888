/** Generated rules beside a brute-force count over the raw samples. */
import { join } from "node:path";

import { seededRandom } from "../../src/core/random.ts";
import { service } from "../support/services.ts";
import { type Batch, compareBatch, newTally } from "./support/rules-compare.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Generated rules give the remaining budget, and the alerts, that counting the raw samples by hand gives.";

export const needs = ["promtool"] as const;

interface Size {
  /** Each is one run of promtool, so many times. */
  readonly batches: readonly (Batch & { readonly times: number })[];
}

const batch = (times: number, window: Batch["window"], hours: number, histories: number, isCalm: boolean) => ({
  ...{ times, window, hours, histories, isCalm },
});

export const quick: Size = {
  batches: [batch(1, "12h", 2, 3, true), batch(1, "30d", 5, 1, false)],
};
export const full: Size = {
  batches: [
    batch(10, "30d", 8, 5, false),
    // Longer than the window, so that what is older leaves it.
    batch(4, "12h", 14, 2, false),
    batch(10, "12h", 1.5, 10, true),
    batch(40, "12h", 1.5, 10, false),
  ],
};

/** Where a second Prometheus of version 3 is, with its promtool: half of the batches are then asked of that. */
const THIRD = "NINES_PROMETHEUS3";
/** Alerts that must fire, and that must not, for each history. */
const LEAST_CHECKED = 5;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const folder = process.env[THIRD];
  const programs = [service("promtool"), ...(folder === undefined ? [] : [join(folder, "promtool")])];
  const tally = newTally();
  const jobs = size.batches.flatMap(({ times, ...one }) => Array.from({ length: times }, (): Batch => one));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < jobs.length; index = next) {
      next += 1;
      const place = `batch ${index} (seed ${seed})`;
      const program = programs[index % programs.length] as string;
      await compareBatch(program, seededRandom(`${seed} ${index}`), jobs[index] as Batch, tally, place);
      log(`${tally.histories} histories, ${tally.faults.length} faults`);
    }
  };
  await Promise.all([work(), work()]);
  const { faults, histories, ...counts } = tally;
  const some = faults.slice(0, MOST_FAULTS).join("\n");
  if (faults.length > 0) throw new Error(`${faults.length} faults in ${histories} histories:\n${some}`);
  const least = LEAST_CHECKED * histories;
  if (counts.mustFire < least || counts.mustNotFire < least || counts.budgets < least) {
    throw new Error(`too little was checked: ${JSON.stringify(counts)} (seed ${seed})`);
  }
  return {
    prometheus3: folder === undefined ? `skipped: ${THIRD} is not set` : "half of the batches",
    histories,
    ...counts,
  };
}

const MOST_FAULTS = 40;
