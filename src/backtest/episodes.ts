/** The times at which a candidate's alerts would have fired, each judged. */
import type { SloTier } from "../budget/slo-tiers.ts";
import { firingRuns, type Run, type Stretch, union } from "./alerts.ts";
import { faultsBehind } from "./behind.ts";
import type { BudgetCourse } from "./course.ts";
import type { AlertEpisode, BacktestCandidate } from "./model.ts";
import { between, type RunningSums } from "./running-sums.ts";

/** Nearer than this, as a part of it, is the share itself: rounding must not tell what was noise. */
const NEAR = 1e-9;

/** What one tier told. */
export interface TierHistory {
  readonly tier: SloTier;
  readonly runs: readonly Run[];
  readonly episodes: readonly AlertEpisode[];
  /** Where the fault behind each of them began, as a place. */
  readonly began: readonly number[];
}

/** What each tier of a candidate told, the gravest tier first. */
export function historiesOf(sums: RunningSums, candidate: BacktestCandidate, course: BudgetCourse): TierHistory[] {
  // What was no noise, of graver tiers than the one that is looked at.
  let serious: readonly Stretch[] = [];
  return [...candidate.tiers].sort(byGravity).map((tier) => {
    const runs = firingRuns(sums, candidate, tier);
    const began: number[] = [];
    const faults = faultsBehind(sums, candidate.subject.objective, tier, runs);
    const isJoined = overlapping(serious);
    const episodes = runs.map((run, index): AlertEpisode => {
      const fault = faults[index] as Stretch;
      began.push(fault.from);
      const failures = between(sums.bad, run.from - tier.longMs / sums.stepMs, run.until);
      const spentDuring = failures * (course.costOfFailure[run.until - 1] as number);
      const isUnfinished = run.ongoing || fault.until >= run.until;
      return {
        start: sums.timeAt(run.from),
        end: sums.timeAt(run.until),
        tier: tier.name,
        severity: tier.severity,
        ongoing: run.ongoing,
        consumedAtStart: course.consumed[run.from - 1] as number,
        spentDuring,
        isNoise: spentDuring < tier.budgetShare * (1 - NEAR) && !isJoined(run),
        detectionMs: fault.from <= sums.knownFrom ? undefined : (run.from - fault.from) * sums.stepMs,
        resetMs: isUnfinished ? undefined : (run.until - fault.until) * sums.stepMs,
      };
    });
    serious = union([...serious, ...runs.filter((_run, index) => episodes[index]?.isNoise === false)]);
    return { tier, runs, episodes, began };
  });
}

/** Pages before tickets; then what tells of the faster burn. */
function byGravity(one: SloTier, other: SloTier): number {
  if (one.severity !== other.severity) return one.severity === "page" ? -1 : 1;
  return other.factor - one.factor || one.longMs - other.longMs;
}

/** Whether one of `runs`, which are in order and apart, was on at the same time; to be asked in order. */
function overlapping(runs: readonly Stretch[]): (run: Stretch) => boolean {
  let next = 0;
  return ({ from, until }) => {
    while (next < runs.length && (runs[next] as Stretch).until <= from) next += 1;
    const other = runs[next];
    return other !== undefined && other.from < until;
  };
}
