/** How a budget goes while time passes: what comes in, what leaves a rolling window, how much of a period has passed. */
import type { BudgetSubject, MeasuredBudget } from "../budget/status.ts";
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
  /** Share of a calendar period that has passed now, and how much of it a step is; 1 and 0 of a rolling window. */
  readonly passedShare: number;
  readonly stepShare: number;
}

/** The line of a budget that is measured; `past` ends where the status was told. */
export function budgetLine(subject: BudgetSubject, status: MeasuredBudget, past: Past, horizonMs: number): BudgetLine {
  const { stepMs } = past;
  const { bad, total, range, at } = status;
  const steps = Math.ceil(horizonMs / stepMs);
  const known = { stepMs, horizonMs, bad, total, budgetRatio: subject.objective.withBudget().budgetRatio };
  if (subject.window.kind === "calendar") {
    const wholeMs = range.end - range.start;
    const nothing = new Float64Array(steps);
    const shares = { passedShare: (at - range.start) / wholeMs, stepShare: stepMs / wholeMs };
    return { ...known, leaving: { bad: nothing, total: nothing }, ...shares };
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
  const { leaving: gone, stepMs } = line;
  let { bad, total } = line;
  let before = consumed(line, bad, total, 0);
  futures.begin();
  for (let step = 0; step < gone.bad.length; step += 1) {
    futures.draw(step);
    bad += futures.bad - (gone.bad[step] as number);
    total += futures.total - (gone.total[step] as number);
    const after = consumed(line, bad, total, step + 1);
    if (after >= 1) {
      const durationMs = (step + (1 - before) / (after - before)) * stepMs;
      return durationMs <= line.horizonMs ? durationMs : Infinity;
    }
    before = after;
  }
  return Infinity;
}

function consumed(
  { budgetRatio, passedShare, stepShare }: BudgetLine,
  bad: number,
  total: number,
  steps: number,
): number {
  if (!(total > 0)) return 0;
  return (bad / (total * budgetRatio)) * Math.min(1, passedShare + steps * stepShare);
}
