/** Counts of an SLO, step after step, in one row. */
import type { DashboardSteps } from "../../model.ts";

/** One step; counts are undefined where nobody looked. */
export interface Step {
  readonly from: number;
  readonly until: number;
  readonly counts?: { readonly bad: number; readonly total: number };
}

/** All steps that reach into `[from, until]`, without a hole: where none is known, nobody looked. */
export function stepsWithin(past: readonly DashboardSteps[], from: number, until: number): readonly Step[] {
  const steps: Step[] = [];
  let reached = from;
  let lastMs = 0;
  const unwatchedTo = (to: number): void => {
    if (to > reached) steps.push({ from: reached, until: to });
    reached = Math.max(reached, to);
  };
  for (const part of past) {
    for (let index = 0; index < part.total.length; index += 1) {
      const start = Math.max(part.start + index * part.stepMs, reached);
      const end = Math.min(part.start + (index + 1) * part.stepMs, until);
      // What overlaps was told before; what is over before it begins is of no length.
      if (!(end > start)) continue;
      unwatchedTo(start);
      const counts = countsOf(part.bad[index], part.total[index]);
      steps.push(counts === undefined ? { from: start, until: end } : { from: start, until: end, counts });
      reached = end;
      lastMs = part.stepMs;
    }
  }
  // The step that is under way has not been told yet; what is longer than it nobody has looked at.
  if (until - reached > lastMs) unwatchedTo(until);
  return steps;
}

/** Whether anybody looked at any of them. */
export function isWatched(steps: readonly Step[]): boolean {
  return steps.some(({ counts }) => counts !== undefined);
}

function countsOf(bad: number | null | undefined, total: number | null | undefined): Step["counts"] {
  if (typeof bad !== "number" || typeof total !== "number") return undefined;
  return bad >= 0 && total >= 0 && Number.isFinite(bad + total) ? { bad, total } : undefined;
}
