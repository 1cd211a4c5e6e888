/** How a budget goes while time passes: what comes in, what leaves a rolling window, how much of a period has passed. */
import type { Exclusions } from "../budget/exclusions.ts";
import type { BudgetSubject, MeasuredBudget } from "../budget/status.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { Past } from "./past.ts";

/** The part of a future that a budget looks at. */
export interface Steps {
  readonly bad: number;
  readonly total: number;
  begin(): void;
  draw(step: number): void;
}

/** A budget at the present, and what is known already of its future. */
export interface BudgetLine {
  readonly stepMs: number;
  readonly horizonMs: number;
  readonly bad: number;
  readonly total: number;
  readonly budgetRatio: number;
  /** What leaves the window in each step to come. */
  readonly leaving: { readonly bad: Float64Array; readonly total: Float64Array };
  /** How much of each step to come counts, from 0 to 1: less than all where time is excluded. */
  readonly counting: Float64Array;
  /** Share of a calendar period that has passed now, and how much of it a step is; 1 and 0 of a rolling window. */
  readonly passedShare: number;
  readonly stepShare: number;
}

/** The past up to where the status was told, how far to look, and the time that does not count. */
export interface LineOptions {
  readonly past: Past;
  readonly horizonMs: number;
  readonly exclusions: Exclusions;
}

/** The line of a budget that is measured. */
export function budgetLine(
  subject: BudgetSubject,
  status: MeasuredBudget,
  { past, horizonMs, exclusions }: LineOptions,
): BudgetLine {
  const { stepMs } = past;
  const { bad, total, at } = status;
  const steps = Math.ceil(horizonMs / stepMs);
  const counting = Float64Array.from({ length: steps }, (_, step) => {
    const start = at + step * stepMs;
    return countingMs(exclusions, { start, end: start + stepMs }) / stepMs;
  });
  const { budgetRatio } = subject.objective.withBudget();
  const known = { stepMs, horizonMs, bad, total, budgetRatio, counting };
  if (subject.window.kind === "calendar") {
    const nothing = new Float64Array(steps);
    const { passedShare, wholeMs } = periodOf(status, budgetRatio);
    return { ...known, leaving: { bad: nothing, total: nothing }, passedShare, stepShare: stepMs / wholeMs };
  }
  const windowSteps = Math.max(1, Math.round(subject.window.durationMs / stepMs));
  const leaves = (counts: Float64Array, all: number): Float64Array => leaving(counts, all, { windowSteps, steps });
  return {
    ...known,
    leaving: { bad: leaves(past.bad, bad), total: leaves(past.total, total) },
    passedShare: 1,
    stepShare: 0,
  };
}

/** How much of `range` is not excluded, in milliseconds. */
export function countingMs(exclusions: Exclusions, range: TimeRange): number {
  return exclusions.subtractFrom(range).reduce((sum, { start, end }) => sum + (end - start), 0);
}

/** The calendar period as the status counts it, less what is excluded: it is in the events and in the minutes that may fail. */
function periodOf(
  { bad, total, consumedRatio, remainingEvents, remainingRatio, remainingMinutes, range }: MeasuredBudget,
  budgetRatio: number,
): { readonly passedShare: number; readonly wholeMs: number } {
  const allowedEvents = bad > 0 ? bad / consumedRatio : remainingEvents;
  const passedShare = Math.min(1, (total * budgetRatio) / allowedEvents);
  // Nothing is left to tell it from, and nothing to forecast.
  if (!(remainingRatio > 0)) return { passedShare, wholeMs: range.end - range.start };
  return { passedShare, wholeMs: ((remainingMinutes / remainingRatio) * MILLISECONDS.m) / budgetRatio };
}

/**
 * What was counted in the window's first step leaves first. What the status knows and the points do not show leaves evenly; if
 * the points show more than the status (which leaves out what is excluded), they leave in proportion.
 */
function leaving(
  counts: Float64Array,
  all: number,
  { windowSteps, steps }: { readonly windowSteps: number; readonly steps: number },
): Float64Array {
  const inWindow = counts.subarray(Math.max(0, counts.length - windowSteps));
  const shown = inWindow.reduce((sum, count) => sum + (Number.isNaN(count) ? 0 : count), 0);
  const share = shown > all ? all / shown : 1;
  const unseen = Math.max(0, all - shown) / windowSteps;
  const missing = windowSteps - inWindow.length;
  return Float64Array.from({ length: steps }, (_, step) => {
    const count = inWindow[step - missing] ?? 0;
    return unseen + (Number.isNaN(count) ? 0 : count * share);
  });
}

/** In how many milliseconds the budget is spent in the next of `futures`; Infinity if it lasts to the horizon. */
export function spentInMs(line: BudgetLine, futures: Steps): number {
  const { leaving: gone, counting, stepMs, stepShare } = line;
  let { bad, total, passedShare } = line;
  let before = consumed(line, bad, total, passedShare);
  futures.begin();
  for (let step = 0; step < gone.bad.length; step += 1) {
    const share = counting[step] as number;
    futures.draw(step);
    bad += futures.bad * share - (gone.bad[step] as number);
    total += futures.total * share - (gone.total[step] as number);
    passedShare += stepShare * share;
    const after = consumed(line, bad, total, passedShare);
    if (after >= 1) {
      const durationMs = (step + (1 - before) / (after - before)) * stepMs;
      return durationMs <= line.horizonMs ? durationMs : Infinity;
    }
    before = after;
  }
  return Infinity;
}

function consumed({ budgetRatio }: BudgetLine, bad: number, total: number, passedShare: number): number {
  if (!(total > 0)) return 0;
  return (bad / (total * budgetRatio)) * Math.min(1, passedShare);
}
