import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import type { MeasuredBudget } from "../../src/budget/status.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { CALENDAR_UNITS, calendarWindow, rollingWindow, windowAt, type Window } from "../../src/core/time/window.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description = "The told time to exhaustion is when a simulated budget runs out at an unchanged pace.";

interface Size {
  readonly lives: number;
}

export const quick: Size = { lives: 24 };
export const full: Size = { lives: 600 };

const STEPS = 1_440;
const EVENTS = 1_000_000;
const DAY_MS = 86_400_000;
const BUDGET_RATIO = 0.01;

/** One steady life: a pace that was, since when it has been watched, and the pace that is. */
interface Life {
  readonly window: Window;
  readonly clock: ManualClock;
  readonly budget: ErrorBudgetManager;
  readonly stepMs: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const kinds = { in: 0, never: 0, exhausted: 0, unknown: 0 };
  let worstSteps = 0;
  for (let index = 0; index < size.lives; index += 1) {
    if (index % 100 === 0) log(`${String(index)} lives`);
    const random = seededRandom(`${seed}/${String(index)}`);
    const { kind, steps } = tryLife(random, `life ${String(index)} (seed ${seed})`);
    kinds[kind] += 1;
    worstSteps = Math.max(worstSteps, steps);
  }
  return { lives: size.lives, ...kinds, worstSteps, stepsOfWindow: STEPS };
}

function tryLife(random: Random, name: string): { kind: keyof Kinds; steps: number } {
  const life = begin(random);
  const { window, clock, budget, stepMs } = life;
  const calm = random.pick([0, 0.2, 0.6]);
  const pace = random.pick([0, 0.4, 0.9, 1.5, 3, 10]);
  // What was spent long ago may leave a rolling window first; then the answer is early, which another test is about.
  const history = window.kind === "rolling" && calm > 0 ? random.integer(1, 300) : random.integer(1, STEPS - 20);
  const before = windowAt(window, clock.now());
  const room = window.kind === "rolling" ? history : (before.end - clock.now()) / stepMs - 30;
  for (let step = 0; step < Math.min(history, room); step += 1) serve(life, calm);
  for (let step = 0; step < 12; step += 1) serve(life, pace);
  const status = budget.status();
  if (status.state !== "measured") throw new Error(`${name}: ${status.state}`);
  const told = status.exhaustion;
  if (told.kind !== "in" && told.kind !== "never") return { kind: told.kind, steps: 0 };
  const asked = clock.now();
  const { end } = status.range;
  const lastsMs = window.kind === "rolling" ? status.range.end - status.range.start : end - asked;
  const limit = told.kind === "in" ? told.durationMs + 3 * stepMs : lastsMs;
  const ranOutMs = simulate(life, pace, asked, Math.min(limit, window.kind === "rolling" ? limit : end - asked - 1));
  const where = `${name}: ${JSON.stringify({ calm, pace, history, window, told, ranOutMs, left: left(status) })}`;
  if (told.kind === "never") {
    if (ranOutMs !== undefined) throw new Error(where);
    return { kind: "never", steps: 0 };
  }
  // The last steps of a calendar period may lie beyond its end, where nobody can look.
  const beyondEnd = window.kind === "calendar" && end - asked - told.durationMs < 3 * stepMs;
  // A rolling window may have forgotten some of the first errors by then: the answer is early, never late.
  const leaves = window.kind === "rolling" && told.durationMs > (1 - status.coverage) * lastsMs;
  if (ranOutMs === undefined && (beyondEnd || leaves)) return { kind: "in", steps: 0 };
  const steps = Math.abs((ranOutMs ?? Infinity) - told.durationMs) / stepMs;
  if (!(steps <= 3)) throw new Error(`${where}: ${String(steps)} steps off`);
  return { kind: "in", steps };
}

function begin(random: Random): Life {
  const clock = new ManualClock(Date.UTC(2025, 0, 1) + random.integer(0, 500) * DAY_MS);
  const window = random.next() < 0.5 ? rollingWindow(random.pick([1, 7, 30]) * DAY_MS) : randomPeriod(random);
  const { start, end } = windowAt(window, clock.now());
  const stepMs = Math.floor((end - start) / STEPS);
  if (window.kind === "calendar") {
    // Watching begins at the period's start, or in the midst of it.
    const late = random.pick([0, 0, 0.3]);
    clock.stepWall(start + Math.floor(late * (end - start)) - clock.now());
  }
  const tiers = [{ severity: "page", longMs: 2 * stepMs, shortMs: stepMs, factor: 1e6 }] as const;
  const budget = new ErrorBudgetManager({ objective: "99%", window, spentIn: "events", tiers, clock });
  return { window, clock, budget, stepMs };
}

function randomPeriod(random: Random): Window {
  return calendarWindow(random.pick(CALENDAR_UNITS), random.pick(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]));
}

function serve({ clock, budget, stepMs }: Life, pace: number): void {
  clock.advance(stepMs);
  budget.recordEvents({ good: EVENTS - Math.round(EVENTS * BUDGET_RATIO * pace), total: EVENTS });
}

/** Goes on at `pace`; after how long the budget was spent, undefined if it was not within `limitMs`. */
function simulate(life: Life, pace: number, since: number, limitMs: number): number | undefined {
  const { clock, budget, stepMs } = life;
  while (clock.now() + stepMs - since <= limitMs) {
    serve(life, pace);
    const status = budget.status();
    if (status.state === "measured" && status.verdict !== "within") return clock.now() - since;
  }
  return undefined;
}

function left({ remainingRatio, coverage }: MeasuredBudget): object {
  return { remainingRatio, coverage };
}

interface Kinds {
  in: number;
  never: number;
  exhausted: number;
  unknown: number;
}
