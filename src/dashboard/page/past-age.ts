/** Whether a course still goes on until now: pure. */
import type { DashboardSteps } from "../model.ts";

/** What is asked for by itself is asked for no more often. */
const LEAST_MS = 60_000;

/** Whether it ends more than one of its steps before `at`, and more than a minute; one without a step has never begun. */
export function isBehind(past: readonly DashboardSteps[], at: number): boolean {
  const last = past.at(-1);
  if (last === undefined || last.total.length === 0) return true;
  return at - (last.start + last.stepMs * last.total.length) > Math.max(LEAST_MS, last.stepMs);
}
