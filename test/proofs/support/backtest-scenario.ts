/** Random pasts for backtests: few events and round numbers, so that much lies exactly on a threshold. */
import { nominalMs } from "../../../src/budget/tiers.ts";
import { Objective } from "../../../src/core/objective.ts";
import type { Random } from "../../../src/core/random.ts";
import { calendarWindow, rollingWindow, type Window } from "../../../src/core/time/window.ts";
import type { BacktestCandidate, CountedSteps } from "../../../src/backtest/model.ts";
import { stepsOf } from "../../../src/backtest/steps.ts";
import type { RawCount, RawPast, RawTier } from "./backtest-brute-force.ts";
import { periodByTemporal, ZONES } from "./calendar.ts";

const MINUTE = 60_000;
const BUDGETS = [500_000_000, 250_000_000, 100_000_000, 50_000_000, 1_000_000, 123_456_789] as const;
const FACTORS = ["0.5", "1", "1.5", "2", "3.2", "6", "14.4", "0.933333333333"] as const;

/** The same for nines and for brute force. */
export interface BacktestScenario {
  readonly candidate: BacktestCandidate;
  readonly data: CountedSteps;
  readonly past: RawPast;
  /** The gravest first. */
  readonly tiers: readonly RawTier[];
}

export function randomBacktest(random: Random): BacktestScenario {
  const isCalendar = random.next() < 0.35;
  const stepMs = isCalendar ? 15 * MINUTE : random.pick([1, MINUTE, 5 * MINUTE, 60 * MINUTE]);
  const steps = isCalendar ? random.integer(100, 500) : random.integer(1, 160);
  const start = Date.UTC(2026, random.pick([0, 2, 9, 10]), random.integer(1, 31)) + stepMs * random.integer(0, 95);
  const end = start + steps * stepMs;
  const zone = random.pick(ZONES);
  const window: Window = isCalendar
    ? calendarWindow(random.pick(["day", "day", "week"]), zone)
    : rollingWindow(random.integer(1, random.pick([5, 60, 200])) * stepMs);
  const unwatched = randomGaps(random, start, steps, stepMs);
  const events = randomEvents(random, { start, steps, stepMs }, unwatched);
  const partsPerBillion = random.pick(BUDGETS);
  const objective = Objective.fromPartsPerBillion(1_000_000_000 - partsPerBillion);
  const [minimumEvents, minimumFailures] = [random.pick([0, 1, 1, 5, 40]), random.pick([0, 1, 3, 5])];
  const tiers = randomTiers(random, steps, stepMs);
  const past: RawPast = {
    start,
    end,
    stepMs,
    events,
    unwatched,
    budgetPartsPerBillion: partsPerBillion,
    windowAt: (at) =>
      window.kind === "rolling"
        ? { start: at - window.durationMs, end: at }
        : periodByTemporal(window.unit, window.zone, at - 1),
    isRolling: window.kind === "rolling",
    nominalMs: nominalMs(window),
    minimumEvents,
    minimumFailures,
  };
  const counted = stepsOf(events, { start, end, stepMs });
  const isGap = (_: number, step: number): boolean => unwatched.has(start + step * stepMs);
  const masked = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value, step) => (isGap(value, step) ? Number.NaN : value));
  return {
    candidate: {
      name: "random",
      subject: { id: "a/b", objective, window, minimumEvents },
      tiers: tiers.map((tier) => ({ ...tier, factor: Number(tier.factor) })).sort(() => random.next() - 0.5),
      minimumFailures,
    },
    data: { start, stepMs, good: masked(counted.good), total: masked(counted.total) },
    past,
    tiers,
  };
}

function randomTiers(random: Random, steps: number, stepMs: number): RawTier[] {
  const names = ["a", "b", "c", "d"].slice(0, random.integer(0, 4));
  const tiers = names.map((name): RawTier => {
    const long = random.integer(1, Math.max(2, Math.min(60, steps)));
    return {
      name,
      severity: random.pick(["page", "ticket"]),
      longMs: long * stepMs,
      shortMs: random.integer(1, long) * stepMs,
      factor: random.pick(FACTORS),
      budgetShare: random.pick([0.02, 0.1, 0.5, 1]),
    };
  });
  // Two that are equally grave would make the order a matter of taste.
  const distinct = tiers.filter(
    (tier, index) => tiers.findIndex((one) => one.severity === tier.severity && one.factor === tier.factor) === index,
  );
  return distinct.sort(
    (one, other) => one.severity.localeCompare(other.severity) || Number(other.factor) - Number(one.factor),
  );
}

function randomGaps(random: Random, start: number, steps: number, stepMs: number): Set<number> {
  const unwatched = new Set<number>();
  for (let gap = random.pick([0, 0, 1, 3]); gap > 0; gap -= 1) {
    const first = random.pick([0, random.integer(0, steps - 1)]);
    const length = random.integer(1, random.pick([3, 30]));
    for (let step = first; step < Math.min(steps, first + length); step += 1) unwatched.add(start + step * stepMs);
  }
  return unwatched;
}

/** Traffic with idle times, and spells in which more fails. What happened where nobody watched was not counted. */
function randomEvents(
  random: Random,
  { start, steps, stepMs }: { readonly start: number; readonly steps: number; readonly stepMs: number },
  unwatched: ReadonlySet<number>,
): RawCount[] {
  const events: RawCount[] = [];
  const traffic = random.pick([1, 4, 10, 1_000]);
  let [spell, share, idle] = [0, 0, false];
  for (let step = 0; step < steps; step += 1) {
    if (spell === 0) {
      [spell, share, idle] = [random.integer(1, 40), random.pick([0, 0, 0, 0.01, 0.1, 0.5, 1]), random.next() < 0.15];
    }
    spell -= 1;
    if (idle || unwatched.has(start + step * stepMs)) continue;
    for (let count = random.integer(0, 2); count > 0; count -= 1) {
      const total = random.integer(0, traffic);
      const bad = random.next() < 0.5 ? Math.round(total * share) : Math.floor(total * share * random.next());
      events.push({ at: start + step * stepMs + random.integer(0, stepMs - 1), good: total - bad, total });
    }
  }
  return random.next() < 0.5 ? events : events.reverse();
}
