import { BinomialWindow } from "../../src/canary/binomial.ts";
import { compareCanary } from "../../src/canary/compare.ts";
import { fisherTail } from "../../src/canary/hypergeometric.ts";
import type { CanaryVerdict, VersionCounts } from "../../src/canary/model.ts";
import { neededEvents } from "../../src/canary/needed-events.ts";
import { unconditionalTail } from "../../src/canary/unconditional.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { chanceOfTables, everyTable } from "../canary/oracle.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A canary that is no worse is rolled back, and one that is worse by the margin is promoted, no more often than stated: exactly so for all tables of small counts, in simulated roll-outs of any size, with several looks and SLIs.";

interface Size {
  /** All tables of up to so many events of each version are counted out. */
  readonly tables: number;
  /** Kinds of roll-out, and how many roll-outs of each kind, of a canary that is no worse and of one that is. */
  readonly plans: number;
  readonly rollOuts: number;
}

export const quick: Size = { tables: 5, plans: 10, rollOuts: 30 };
export const full: Size = { tables: 30, plans: 500, rollOuts: 200 };

const LEVELS = [0.2, 0.05, 0.01, 0.001];
const MARGINS = [0.02, 0.1, 0.4];
/** So many standard deviations are left to chance, in each of some thousand checks. */
const LUCK = 4.5;

export function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const counted = countOut(size.tables, log);
  const simulated = simulate(size, random, log);
  const power = powers(size, random);
  return Promise.resolve({ ...counted, ...simulated, ...power });
}

/** The greatest share of its level that a test deceives with, over all pairs of sizes and a grid of ratios. */
function countOut(most: number, log: (message: string) => void): ProofFigures {
  let [worse, notWorse, tables] = [0, 0, 0];
  for (let baseline = 1; baseline <= most; baseline += 1) {
    log(`all tables of ${String(baseline)} events of the baseline`);
    for (let canary = 1; canary <= most; canary += 1) {
      tables += (baseline + 1) * (canary + 1);
      worse = Math.max(worse, greatestShare(everyTable(baseline, canary, fisherTail), 0));
      for (const margin of MARGINS) {
        const found = everyTable(baseline, canary, (table) => unconditionalTail(table, margin));
        notWorse = Math.max(notWorse, greatestShare(found, margin));
      }
    }
  }
  if (worse > 1 || notWorse > 1) throw new Error(`${String(worse)} and ${String(notWorse)} times the stated rates`);
  return { tables, "greatest share of the rate, roll back": worse, "greatest share of the rate, promote": notWorse };
}

function greatestShare(chances: readonly (readonly number[])[], margin: number): number {
  let greatest = 0;
  for (const level of LEVELS) {
    const held = chances.map((row) => row.map((chance) => chance <= level));
    if (!held.flat().includes(true)) continue;
    for (let step = 0; step <= 20; step += 1) {
      const baseline = (step / 20) * (1 - margin);
      greatest = Math.max(greatest, chanceOfTables(held, { baseline, canary: baseline + margin }) / level);
    }
  }
  return greatest;
}

/** One kind of roll-out: the old version's ratios, the traffic between two looks, and how sure one wants to be. */
interface Plan {
  readonly ratios: readonly number[];
  readonly events: number;
  readonly perEvent: number;
  readonly margin: number;
  readonly looks: number;
  readonly falseRollBack: number;
  readonly falsePromote: number;
  /** Whether all SLIs have the same luck, as those of one service tend to have. */
  readonly together: boolean;
}

function drawPlan(random: Random): Plan {
  const between = (low: number, high: number): number => low * (high / low) ** random.next();
  const slis = random.integer(1, 4);
  const ratio = between(0.0003, 0.3);
  return {
    ratios: Array.from({ length: slis }, () => (random.next() < 0.1 ? 0 : ratio * between(0.3, 1))),
    events: Math.round(between(3, 20_000)),
    perEvent: random.pick([0.5, 1, 4, 19]),
    margin: Math.min(0.6, ratio * between(0.2, 5)),
    looks: random.pick([1, 2, 5, 12]),
    falseRollBack: random.pick([0.01, 0.05, 0.2]),
    falsePromote: random.pick([0.01, 0.05, 0.2]),
    together: random.next() < 0.5,
  };
}

/** Draws counts by their distribution's inverse, so that the same luck gives alike counts. */
class Draws {
  readonly #window = new BinomialWindow();
  readonly #tables = new Map<string, { first: number; sums: Float64Array }>();

  count(total: number, ratio: number, luck: number): number {
    const key = `${String(total)}/${String(ratio)}`;
    let known = this.#tables.get(key);
    if (known === undefined) {
      this.#window.fill(total, ratio);
      const { first, last } = this.#window;
      known = {
        first,
        sums: Float64Array.from({ length: last - first + 1 }, (_, index) => this.#window.atMost(first + index)),
      };
      this.#tables.set(key, known);
    }
    const place = known.sums.findIndex((sum) => sum >= luck);
    return known.first + (place < 0 ? known.sums.length - 1 : place);
  }
}

function rollOut(plan: Plan, worse: boolean, random: Random, draws: Draws): CanaryVerdict {
  const { ratios, events, perEvent, margin, looks, falseRollBack, falsePromote, together } = plan;
  const slis = ratios.map((ratio, index) => ({
    ratios: [ratio, worse && index === 0 ? ratio + margin : ratio] as const,
    bad: [0, 0] as [number, number],
  }));
  let verdict: CanaryVerdict = "not_enough_data";
  const totals = [Math.max(1, Math.round(events * perEvent)), events] as const;
  for (let look = 1; look <= looks; look += 1) {
    const luck = [random.next(), random.next()] as const;
    for (const sli of slis) {
      for (const side of [0, 1] as const) {
        sli.bad[side] += draws.count(totals[side], sli.ratios[side], together ? luck[side] : random.next());
      }
    }
    const version = (bad: number, total: number): VersionCounts => ({ good: total * look - bad, total: total * look });
    const comparisons = slis.map(({ bad }, index) => ({
      name: String(index),
      baseline: version(bad[0], totals[0]),
      canary: version(bad[1], totals[1]),
    }));
    ({ verdict } = compareCanary(comparisons, { margin, looks, falseRollBack, falsePromote }));
    if (verdict === "promote" || verdict === "roll_back") return verdict;
  }
  return verdict;
}

/** How often roll-outs end wrongly, and rightly. */
function simulate(size: Size, random: Random, log: (message: string) => void): ProofFigures {
  const sums = { falseRollBacks: 0, falsePromotions: 0, mayRollBack: 0, mayPromote: 0, promotions: 0, rollBacks: 0 };
  for (let index = 0; index < size.plans; index += 1) {
    if (index % 20 === 0) log(`${String(index)} plans`);
    const plan = drawPlan(random);
    const draws = new Draws();
    const counts = { falseRollBacks: 0, falsePromotions: 0, promotions: 0, rollBacks: 0 };
    for (let trial = 0; trial < size.rollOuts; trial += 1) {
      const alike = rollOut(plan, false, random, draws);
      if (alike === "roll_back") counts.falseRollBacks += 1;
      if (alike === "promote") counts.promotions += 1;
      const worse = rollOut(plan, true, random, draws);
      if (worse === "promote") counts.falsePromotions += 1;
      if (worse === "roll_back") counts.rollBacks += 1;
    }
    checkRate("rolled back", counts.falseRollBacks, size.rollOuts, plan.falseRollBack, plan);
    checkRate("promoted", counts.falsePromotions, size.rollOuts, plan.falsePromote, plan);
    sums.falseRollBacks += counts.falseRollBacks;
    sums.falsePromotions += counts.falsePromotions;
    sums.promotions += counts.promotions;
    sums.rollBacks += counts.rollBacks;
    sums.mayRollBack += plan.falseRollBack * size.rollOuts;
    sums.mayPromote += plan.falsePromote * size.rollOuts;
  }
  if (sums.falseRollBacks > sums.mayRollBack || sums.falsePromotions > sums.mayPromote) {
    throw new Error(`more false verdicts than stated: ${JSON.stringify(sums)}`);
  }
  const rollOuts = size.plans * size.rollOuts;
  const share = (count: number): string => `${((100 * count) / rollOuts).toFixed(2)} %`;
  return {
    "roll-outs of each kind": rollOuts,
    "false roll-backs": `${share(sums.falseRollBacks)} of at most ${share(sums.mayRollBack)}`,
    "false promotions": `${share(sums.falsePromotions)} of at most ${share(sums.mayPromote)}`,
    "no worse and promoted": share(sums.promotions),
    "worse and rolled back": share(sums.rollBacks),
  };
}

function checkRate(what: string, count: number, of: number, rate: number, plan: Plan): void {
  if (count <= of * rate + LUCK * Math.sqrt(of * rate * (1 - rate)) + 1) return;
  throw new Error(
    `${String(count)} of ${String(of)} falsely ${what}, where ${String(rate)} is stated: ${JSON.stringify(plan)}`,
  );
}

/** What share is decided after the events that are told to be needed, of one SLI and one look of many. */
function powers(size: Size, random: Random): ProofFigures {
  let [seen, shown, leastSeen, leastShown] = [0, 0, 1, 1];
  for (let index = 0; index < size.plans; index += 1) {
    const { ratios, perEvent, margin, falseRollBack, falsePromote, looks } = drawPlan(random);
    const ratio = Math.min(ratios[0] as number, 1 - margin);
    const levels = { worse: falseRollBack / looks, notWorse: falsePromote / looks };
    const power = { worse: 1 - falsePromote, notWorse: 1 - falseRollBack };
    const canary = neededEvents({ ratio, margin, perEvent, levels, power });
    const plan: Plan = {
      ratios: [ratio],
      events: canary,
      perEvent,
      margin,
      looks: 1,
      together: false,
      falseRollBack: levels.worse,
      falsePromote: levels.notWorse,
    };
    const draws = new Draws();
    let [foundWorse, foundNotWorse] = [0, 0];
    for (let trial = 0; trial < size.rollOuts; trial += 1) {
      if (rollOut(plan, true, random, draws) === "roll_back") foundWorse += 1;
      if (rollOut(plan, false, random, draws) === "promote") foundNotWorse += 1;
    }
    // About right is within three points, and luck.
    for (const [what, found, wanted] of [
      ["worse", foundWorse, power.worse],
      ["not worse", foundNotWorse, power.notWorse],
    ] as const) {
      const least = (wanted - 0.03) * size.rollOuts - LUCK * Math.sqrt(size.rollOuts * wanted * (1 - wanted)) - 1;
      if (found < least)
        throw new Error(`${String(found)} of ${String(size.rollOuts)} found ${what}: ${JSON.stringify(plan)}`);
    }
    seen += foundWorse - size.rollOuts * power.worse;
    shown += foundNotWorse - size.rollOuts * power.notWorse;
    leastSeen = Math.min(leastSeen, foundWorse / size.rollOuts - power.worse);
    leastShown = Math.min(leastShown, foundNotWorse / size.rollOuts - power.notWorse);
  }
  const all = size.plans * size.rollOuts;
  const points = (share: number): string => `${(100 * share).toFixed(2)} points`;
  return {
    "power to see the margin, above the stated": `${points(seen / all)} on average, ${points(leastSeen)} at least`,
    "power to show that it is not worse, above the stated": `${points(shown / all)} on average, ${points(leastShown)} at least`,
  };
}
