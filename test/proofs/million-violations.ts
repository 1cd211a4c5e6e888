import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import type { Violation } from "../../src/budget/violations.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description = "A million violations in any order make one status in seconds: the union of the stretches.";

interface Size {
  readonly violations: number;
}

export const quick: Size = { violations: 100_000 };
export const full: Size = { violations: 1_000_000 };

const DAY_MS = 86_400_000;
const SPAN_MS = 400 * DAY_MS;
const NOW = Date.UTC(2026, 6, 1);

export async function run(size: Size, { seed }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const violations = Array.from({ length: size.violations }, () => anyViolation(random, size.violations));
  const window = rollingWindow(365 * DAY_MS);
  const figures: Record<string, number> = {};
  for (const [name, many] of Object.entries(shapes(violations))) {
    const budget = new ErrorBudgetManager({ objective: "99%", window, clock: new ManualClock(NOW) });
    const started = performance.now();
    budget.addViolations(many);
    const added = performance.now();
    const status = budget.status();
    const asked = performance.now();
    figures[`${name}: add ms`] = Math.round(added - started);
    figures[`${name}: status ms`] = Math.round(asked - added);
    const expected = unionMs(many, NOW - window.durationMs, NOW);
    if (status.state !== "measured" || status.bad !== expected) {
      throw new Error(`${name}: ${JSON.stringify(status)}, not ${String(expected)} (seed ${seed})`);
    }
    // Far above what a laptop needs; it would be hours if the time were quadratic.
    if (asked - started > 20_000) throw new Error(`${name} took ${String(asked - started)} ms`);
  }
  return { violations: size.violations, ...figures };
}

/** About half of the time is covered, with many overlaps. */
function anyViolation(random: Random, count: number): Violation {
  const timestamp = NOW - Math.floor(random.next() * SPAN_MS);
  const meanMs = (0.7 * SPAN_MS) / count;
  return { timestamp, minutes: Math.ceil(random.next() * 2 * meanMs) / 60_000 };
}

function shapes(violations: readonly Violation[]): Record<string, readonly Violation[]> {
  const ascending = [...violations].sort((a, b) => a.timestamp - b.timestamp);
  return { shuffled: violations, ascending, descending: [...ascending].reverse() };
}

/** Sorted by start, the furthest end carried along. */
function unionMs(violations: readonly Violation[], from: number, to: number): number {
  const sorted = violations
    .map(({ timestamp, minutes }) => [timestamp, timestamp + Math.round(minutes * 60_000)] as const)
    .sort((a, b) => a[0] - b[0]);
  let [covered, reached] = [0, from];
  for (const [start, end] of sorted) {
    const upTo = Math.min(end, to);
    covered += Math.max(0, upTo - Math.max(start, reached));
    reached = Math.max(reached, upTo);
  }
  return covered;
}
