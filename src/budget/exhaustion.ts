/** When a budget runs out if things go on as now. */
import type { Exhaustion } from "./status.ts";

/** How a budget was spent so far, in milliseconds and paces: 1 is the error ratio that the objective allows. */
export interface SpendingSoFar {
  /** Whether the whole belongs to one period, or moves with the clock. */
  readonly kind: "rolling" | "calendar";
  /** Length of the window, or of the period without exclusions. */
  readonly wholeMs: number;
  /** How much of it has passed; all of it if it is rolling. */
  readonly passedMs: number;
  /** How much of that was watched. */
  readonly watchedMs: number;
  /** The pace over what was watched. */
  readonly averagePace: number;
  /** The pace at present; undefined if there is none to tell. */
  readonly pace: number | undefined;
}

/**
 * Assumes steady traffic at the present pace, and tells rather too early than too late: nothing that was spent is counted
 * on to leave a rolling window first, and time that will be excluded is not skipped. What was watched for an hour only is
 * soon outweighed by what comes.
 */
export function exhaustionOf(spending: SpendingSoFar, at: number): Exhaustion {
  const { kind, pace, wholeMs, passedMs } = spending;
  if (pace === undefined) return { kind: "unknown" };
  if (pace === 0) return { kind: "never" };
  const durationMs = kind === "rolling" ? untilRollingSpent(spending, pace) : untilPeriodSpent(spending, pace);
  // A rolling window has forgotten all of today's errors by then; a calendar period has ended.
  const lastsMs = kind === "rolling" ? wholeMs : wholeMs - passedMs;
  return durationMs >= lastsMs ? { kind: "never" } : { kind: "in", durationMs, at: at + durationMs };
}

/** Average pace 1 over what is watched, as long as that is less than the window; then a window's worth of budget. */
function untilRollingSpent({ wholeMs, watchedMs, averagePace }: SpendingSoFar, pace: number): number {
  const outweighedMs = pace > 1 ? ((1 - averagePace) * watchedMs) / (pace - 1) : Infinity;
  if (watchedMs + outweighedMs <= wholeMs) return outweighedMs;
  return (wholeMs - averagePace * watchedMs) / pace;
}

/**
 * After `t` the pace over what is watched is `(average * watched + pace * t) / (watched + t)`, and it is taken to hold for
 * all that has passed: the budget is spent when it times `(passed + t) / whole` is 1, a quadratic equation in `t`.
 */
function untilPeriodSpent({ wholeMs, passedMs, watchedMs, averagePace }: SpendingSoFar, pace: number): number {
  const spentMs = averagePace * watchedMs;
  const b = spentMs + pace * passedMs - wholeMs;
  const c = spentMs * passedMs - watchedMs * wholeMs;
  const root = Math.sqrt(Math.max(0, b * b - 4 * pace * c));
  // The positive root, in the form that does not subtract nearly equal numbers.
  return Math.max(0, b > 0 ? (-2 * c) / (b + root) : (root - b) / (2 * pace));
}
