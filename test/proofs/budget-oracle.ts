import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import { Objective } from "../../src/core/objective.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import { consumedShare, countEvents, lengthWithout, rangeOf, sweepViolations } from "./support/brute-force.ts";
import type { Found, RawEvents, RawViolation } from "./support/brute-force.ts";
import { relativeTo, sign, toNumber } from "./support/exact.ts";
import { passTime, randomExclusion, randomScenario, timeAround, type Scenario } from "./support/scenario.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description = "Budgets agree with brute force over raw events and violations, exclusions included.";

interface Size {
  readonly lives: number;
}

export const quick: Size = { lives: 60 };
export const full: Size = { lives: 10_000 };

const STEPS = 40;
const TOLERANCE = 1e-9;

/** A budget and all that it was told. */
interface Life {
  readonly scenario: Scenario;
  readonly budget: ErrorBudgetManager;
  readonly spentIn: "events" | "violations";
  readonly events: RawEvents[];
  readonly violations: RawViolation[];
  readonly exclusions: TimeRange[];
  since: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures = { lives: size.lives, statuses: 0, measured: 0, worstError: 0 };
  for (let index = 0; index < size.lives; index += 1) {
    const random = seededRandom(`${seed}/${String(index)}`);
    if (index % 1_000 === 0) log(`${String(index)} lives`);
    const life = begin(random);
    for (let step = 0; step < STEPS; step += 1) {
      live(random, life);
      const past = random.next() < 0.2 ? timeAround(random, life.scenario, 0.5) : life.scenario.clock.now();
      const status = life.budget.status(past);
      const { wrong, error } = compare(life, status, past);
      if (wrong.length > 0) {
        const where = `life ${String(index)}, step ${String(step)}, seed ${seed}`;
        throw new Error(`${where}: ${wrong.join("; ")} ${JSON.stringify(status)}`);
      }
      figures.statuses += 1;
      figures.measured += status.state === "measured" ? 1 : 0;
      figures.worstError = Math.max(figures.worstError, error);
    }
  }
  return figures;
}

function begin(random: Random): Life {
  const scenario = randomScenario(random);
  const { clock, window, partsPerBillion } = scenario;
  const spentIn = random.pick(["events", "violations"] as const);
  const objective = Objective.fromPartsPerBillion(partsPerBillion);
  const budget = new ErrorBudgetManager({ objective, window, spentIn, clock });
  return { scenario, budget, spentIn, events: [], violations: [], exclusions: [], since: clock.now() };
}

function live(random: Random, life: Life): void {
  const { scenario, budget, exclusions } = life;
  if (random.next() < 0.7) passTime(random, scenario);
  if (random.next() < 0.15) {
    const exclusion = randomExclusion(random, scenario);
    exclusions.push(exclusion);
    budget.exclude({ ...exclusion, reason: "maintenance" });
  }
  if (life.spentIn === "violations") {
    const [timestamp, impactPercent] = [timeAround(random, scenario, 1), random.pick([100, 100, 50, 30, 7, 0])];
    const minutes = Math.round((random.next() * scenario.spanMs * 0.05) / scenario.gridMs) * (scenario.gridMs / 60_000);
    life.violations.push({ timestamp, minutes: Math.round(minutes * 60_000) / 60_000, impactPercent });
    budget.addViolation({ timestamp, minutes, impact: impactPercent / 100 });
    return;
  }
  const at = random.next() < 0.7 ? scenario.clock.now() : timeAround(random, scenario, 1);
  const total = random.integer(0, 1_000) * random.pick([1, 1, 1_000_000_000]);
  const good = total - Math.floor(total * random.next() * random.pick([0, 0.001, 1]));
  life.events.push({ at, good, total });
  life.since = Math.min(life.since, at);
  budget.recordEvents({ good, total, at });
}

function find(life: Life, start: number, at: number): Found {
  const { events, violations, exclusions, spentIn } = life;
  if (spentIn === "events") return countEvents(events, start, at, exclusions);
  const { bad, total } = sweepViolations(violations, { start, end: at }, exclusions);
  return { bad, total: total * 100n };
}

function compare(life: Life, status: BudgetStatus, at: number): { wrong: readonly string[]; error: number } {
  const { scenario, exclusions, spentIn } = life;
  const wrong: string[] = [];
  let error = 0;
  const near = (what: string, actual: number | undefined, expected: number): void => {
    const difference = relativeTo(expected, actual ?? NaN);
    error = Math.max(error, difference);
    if (!(difference <= TOLERANCE)) wrong.push(`${what} ${String(actual)}, not ${String(expected)}`);
  };
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (actual !== expected) wrong.push(`${what} ${String(actual)}, not ${String(expected)}`);
  };
  const unit = spentIn === "events" ? 1 : 100;
  const counts = (what: string, bad: number, total: number, found: Found): void => {
    same(`${what}.total`, total, Number(found.total) / unit);
    if (spentIn === "events") same(`${what}.bad`, bad, Number(found.bad));
    else if (Math.abs(bad - Number(found.bad) / unit) > 1e-3) wrong.push(`${what}.bad ${String(bad)}`);
  };

  const range = rangeOf(scenario.oracleWindow, at);
  same("start", status.range.start, range.start);
  same("end", status.range.end, range.end);
  const found = find(life, range.start, at);
  counts("window", status.total - status.good, status.total, found);
  const budget = 1_000_000_000n - BigInt(scenario.partsPerBillion);
  for (const { windowMs, rate, bad, total } of status.burnRates) {
    const back = find(life, at - windowMs, at);
    counts(`burn ${String(windowMs)}`, bad, total, back);
    if (back.total === 0n) same("rate", rate, undefined);
    else near("rate", rate, toNumber({ n: back.bad * 1_000_000_000n, d: back.total * budget }));
  }
  const passed = lengthWithout({ start: range.start, end: at }, exclusions);
  const whole = passed + lengthWithout({ start: at, end: range.end }, exclusions);
  // Events that happen at `at` count, so its millisecond is watched, too; violations end at it.
  const end = spentIn === "events" ? at + 1 : at;
  const past = lengthWithout({ start: range.start, end }, exclusions);
  const watchedFrom = Math.min(end, spentIn === "events" ? Math.max(range.start, life.since) : range.start);
  const watched = lengthWithout({ start: watchedFrom, end }, exclusions);
  near("coverage", status.coverage, past === 0n ? 0 : toNumber({ n: watched, d: past }));
  if (status.state !== "measured") {
    same("total", found.total, 0n);
    same("state", status.state, watched > 0n ? "no_traffic" : "no_data");
    return { wrong, error };
  }
  const isRolling = "rollingMs" in scenario.oracleWindow;
  const atLeastOne = (ms: bigint): bigint => (ms > 0n ? ms : 1n);
  const share = isRolling ? { passed: 1n, whole: 1n } : { passed: atLeastOne(passed), whole: atLeastOne(whole) };
  const exact = consumedShare(found, scenario.partsPerBillion, share);
  near("sliRatio", status.sliRatio, toNumber({ n: found.total - found.bad, d: found.total }));
  near("consumedRatio", status.consumedRatio, toNumber(exact.consumed));
  near("remainingRatio", status.remainingRatio, toNumber(exact.remaining));
  near("remainingEvents", status.remainingEvents, toNumber(exact.remainingEvents) / unit);
  const allowed = toNumber({ n: (isRolling ? passed : whole) * budget, d: 60_000_000_000_000n });
  near("remainingMinutes", status.remainingMinutes, toNumber(exact.remaining) * allowed);
  const left = sign(exact.remaining.n);
  same("verdict", status.verdict, left > 0 ? "within" : left === 0 ? "spent" : "exceeded");
  for (const value of [status.remainingRatio, status.remainingEvents]) same("sign", Math.sign(value), left);
  return { wrong, error };
}
