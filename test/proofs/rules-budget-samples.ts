/** What it costs Prometheus to know what remains of a budget: the samples that it reads. */
import { service } from "../support/services.ts";
import { costsOf } from "./support/rules-costs.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "The remaining budget of 30 days, over 20 series scraped every 30 s, is worked out from 20,000 samples at most.";

export const needs = ["prometheus", "promtool"] as const;

interface Size {
  /** Days of data; with fewer than 30, what may be read is as much less. */
  readonly days: number;
  readonly rounds: number;
}

export const quick: Size = { days: 2, rounds: 1 };
export const full: Size = { days: 30, rounds: 5 };

const LIMIT = 20_000;
const WINDOW_DAYS = 30;

export async function run({ days, rounds }: Size, { log }: ProofContext): Promise<ProofFigures> {
  const programs = { prometheus: service("prometheus"), promtool: service("promtool") };
  log(`${days} days of 20 series to backfill`);
  const { version, slothSource, budget, all } = await costsOf(programs, { days, rounds });
  const { ours, sloth, raw } = budget;
  const limit = (LIMIT * days) / WINDOW_DAYS;
  if (!(ours.samples > 0 && ours.samples <= limit))
    throw new Error(`${ours.samples} samples are read, and not ${limit} at most`);
  // All of them have to be about the same budget. Half of it is left.
  for (const { remaining } of [ours, sloth, raw]) {
    if (!(Math.abs(remaining - 0.5) < 0.01)) throw new Error(`the budgets differ: ${JSON.stringify(budget)}`);
  }
  const time = ({ ms }: { ms: number }): string => `${ms.toFixed(1)} ms`;
  return {
    prometheus: version,
    sloth: slothSource,
    days,
    budgetSamples: ours.samples,
    budgetSamplesSloth: sloth.samples,
    budgetSamplesRaw: raw.samples,
    budgetTime: time(ours),
    budgetTimeSloth: time(sloth),
    budgetTimeRaw: time(raw),
    // At every evaluation, and every 2 minutes; Sloth's are all evaluated each time.
    allShortSamples: all.oursShort.samples,
    allBudgetSamples: all.oursBudget.samples,
    allSamplesSloth: all.sloth.samples,
    allShortTime: time(all.oursShort),
    allTimeSloth: time(all.sloth),
  };
}
