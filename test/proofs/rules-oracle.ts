/** Generated rules beside a brute-force count over the raw samples. */
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
  batches: [batch(1, "12h", 3, 5, true), batch(1, "12h", 3, 5, false), batch(1, "30d", 8, 2, false)],
};
export const full: Size = {
  batches: [
    batch(20, "12h", 3, 10, true),
    batch(60, "12h", 3, 10, false),
    batch(10, "12h", 14, 5, false),
    batch(20, "30d", 8, 5, false),
  ],
};

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const promtool = process.env.NINES_PROMTOOL ?? service("promtool");
  const tally = newTally();
  const jobs = size.batches.flatMap((one) => Array.from({ length: one.times }, () => one));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < jobs.length; index = next) {
      next += 1;
      const place = `batch ${index} (seed ${seed})`;
      await compareBatch(promtool, seededRandom(`${seed} ${index}`), jobs[index] as Batch, tally, place);
      log(`${tally.histories} histories, ${tally.faults.length} faults`);
    }
  };
  await Promise.all([work(), work()]);
  const { faults, ...figures } = tally;
  if (faults.length > 0)
    throw new Error(
      `${JSON.stringify(figures)}\n${faults.length} faults:\n${faults.slice(0, Number(process.env.XX ?? 40)).join("\n")}`,
    );
  return figures;
}
