import { assessBudget, burnRate } from "../../src/budget/assess.ts";
import { Objective } from "../../src/core/objective.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { sign, ulpsAway, type Exact } from "./support/exact.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Ratios are within one unit in the last place of rational arithmetic, for counts up to 2^53.";

interface Size {
  readonly triples: number;
}

export const quick: Size = { triples: 20_000 };
export const full: Size = { triples: 1_000_000 };

const WHOLE = 1_000_000_000n;
const USUAL = [900_000_000, 990_000_000, 995_000_000, 999_000_000, 999_500_000, 999_900_000, 999_990_000, 999_999_000];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const worst: Record<string, number> = {};
  for (let index = 0; index < size.triples; index += 1) {
    if (index % 100_000 === 0) log(`${String(index)} triples`);
    const partsPerBillion = random.next() < 0.5 ? random.pick(USUAL) : random.integer(1, 999_999_999);
    const total = anyCount(random);
    const good = total - anyBad(random, total, 1_000_000_000 - partsPerBillion);
    for (const [name, ulps] of Object.entries(errorsOf(good, total, partsPerBillion))) {
      worst[name] = Math.max(worst[name] ?? 0, ulps);
      if (ulps > 1) {
        const told = `good ${String(good)}, total ${String(total)}, ${String(partsPerBillion)} per billion`;
        throw new Error(`${name} is ${String(ulps)} ulp off: ${told} (seed ${seed})`);
      }
    }
  }
  return { triples: size.triples, ...worst };
}

function errorsOf(good: number, total: number, partsPerBillion: number): Record<string, number> {
  const objective = Objective.fromPartsPerBillion(partsPerBillion);
  const subject = { id: "proof", objective, window: rollingWindow(2_592_000_000), minimumEvents: 1 };
  const measurement = { good, total, coverage: 1 };
  const status = assessBudget(subject, { window: measurement, lookBacks: [] }, 0);
  if (status.state !== "measured") throw new Error(`not measured: ${status.reason}`);
  const allowed = BigInt(total) * (WHOLE - BigInt(partsPerBillion));
  const bad = BigInt(total) - BigInt(good);
  const left = allowed - bad * WHOLE;
  const consumed: Exact = { n: bad * WHOLE, d: allowed };
  const verdict = { "1": "within", "0": "spent", "-1": "exceeded" }[String(sign(left))];
  const agree = [status.remainingRatio, status.remainingEvents].every((value) => Math.sign(value) === sign(left));
  if (status.verdict !== verdict || !agree) throw new Error(`${status.verdict} at ${String(good)} of ${String(total)}`);
  return {
    sliRatio: ulpsAway(status.sliRatio, { n: BigInt(good), d: BigInt(total) }),
    consumedRatio: ulpsAway(status.consumedRatio, consumed),
    remainingRatio: ulpsAway(status.remainingRatio, { n: left, d: allowed }),
    remainingEvents: ulpsAway(status.remainingEvents, { n: left, d: WHOLE }),
    burnRate: ulpsAway(burnRate(objective, 1, measurement).rate ?? NaN, consumed),
  };
}

/** Small and large counts alike. */
function anyCount(random: Random): number {
  const largest = 2 ** random.integer(1, 53);
  return Math.min(Number.MAX_SAFE_INTEGER, 1 + Math.floor(random.next() * largest + random.next() * 2 ** 20));
}

/** None, all, anything, or close to what is allowed: there the difference to one is lost first. */
function anyBad(random: Random, total: number, budgetPartsPerBillion: number): number {
  const allowed = Number((BigInt(total) * BigInt(budgetPartsPerBillion)) / WHOLE);
  const kind = random.integer(0, 9);
  if (kind === 0) return 0;
  if (kind === 1) return total;
  if (kind <= 5) return Math.min(total, Math.max(0, allowed + random.integer(-2, 2)));
  return Math.floor(random.next() * total);
}
