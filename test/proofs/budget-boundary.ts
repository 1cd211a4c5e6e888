import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description = "No verdict is wrong where a budget is exactly spent, one event before and one after.";

interface Size {
  /** How many counts of good events are tried, of 0 to 100,000. */
  readonly goods: number;
}

const MOST_GOOD = 100_000;
export const quick: Size = { goods: 300 };
export const full: Size = { goods: MOST_GOOD + 1 };

/** Objectives, and of how many events one may fail. */
const OBJECTIVES: ReadonlyArray<readonly [objective: string, oneOf: bigint]> = [
  ["90%", 10n],
  ["99%", 100n],
  ["99.9%", 1_000n],
  ["99.99%", 10_000n],
  ["99.999%", 100_000n],
  ["99.9999%", 1_000_000n],
];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const verdicts = { within: 0, spent: 0, exceeded: 0, unmeasured: 0 };
  for (let index = 0; index < size.goods; index += 1) {
    const good = size.goods > MOST_GOOD ? index : random.integer(0, MOST_GOOD);
    if (index % 10_000 === 0) log(`${String(index)} counts`);
    for (const [objective, oneOf] of OBJECTIVES) {
      // Beside this many good events so many may fail; then the same of as many whole budgets.
      const allowed = Number(BigInt(good) / (oneOf - 1n));
      for (const bad of [allowed - 1, allowed, allowed + 1]) verdicts[check(objective, oneOf, good, bad)] += 1;
      const goodOfWhole = good * Number(oneOf - 1n);
      for (const bad of [good - 1, good, good + 1]) verdicts[check(objective, oneOf, goodOfWhole, bad)] += 1;
    }
  }
  if (verdicts.spent === 0) throw new Error("no budget was exactly spent");
  return { counts: size.goods, ...verdicts };
}

function check(objective: string, oneOf: bigint, good: number, bad: number): keyof Verdicts {
  if (bad < 0) return "unmeasured";
  const clock = new ManualClock(0);
  const budget = new ErrorBudgetManager({ objective, window: "30d", tiers: [], clock });
  const told: string[] = [];
  budget.on("exhausted", () => told.push("exhausted"));
  budget.recordEvents({ good, total: good + bad });
  clock.advance(1_000);
  const status = budget.evaluate();
  const where = `${objective}, ${String(good)} good, ${String(bad)} bad`;
  if (good + bad === 0) {
    if (status.state !== "no_traffic" || budget.shouldHaltReleases() !== undefined) throw new Error(where);
    return "unmeasured";
  }
  if (status.state !== "measured") throw new Error(`${where}: ${status.state}`);
  const left = BigInt(good + bad) - BigInt(bad) * oneOf;
  const expected = left > 0n ? "within" : left === 0n ? "spent" : "exceeded";
  const wrong: string[] = [];
  if (status.verdict !== expected) wrong.push(`${status.verdict}, not ${expected}`);
  if (budget.shouldHaltReleases() !== (expected !== "within")) wrong.push("shouldHaltReleases");
  if ((told.length === 1) !== (expected !== "within")) wrong.push(`told ${String(told.length)} times`);
  for (const field of ["remainingRatio", "remainingEvents", "remainingMinutes"] as const) {
    const sign = left > 0n ? 1 : left === 0n ? 0 : -1;
    if (!Object.is(Math.sign(status[field]), sign)) wrong.push(`${field} ${String(status[field])}`);
  }
  if (status.consumedRatio > 1 !== left < 0n) wrong.push(`consumedRatio ${String(status.consumedRatio)}`);
  if ((status.exhaustion.kind === "exhausted") !== (expected !== "within")) wrong.push(status.exhaustion.kind);
  if (wrong.length > 0) throw new Error(`${where}: ${wrong.join(", ")}`);
  return expected;
}

interface Verdicts {
  within: number;
  spent: number;
  exceeded: number;
  unmeasured: number;
}
