/** How a candidate's budget went: what was spent at the end of each step, the worst of it, and how it stood at the end. */
import type { BudgetSubject } from "../budget/status.ts";
import { Fraction } from "../core/ratio.ts";
import { between, type RunningSums } from "./running-sums.ts";
import { type KnownWindow, windowsOf } from "./windows.ts";

/** The course of a budget. Both lists have a value for each step, as of its end. */
export interface BudgetCourse {
  /** Share of the budget that is spent. */
  readonly consumed: Float64Array;
  /** Share of a whole budget that one failure costs, by the traffic of the window. */
  readonly costOfFailure: Float64Array;
  /** From when on whole windows lay within the past, in epoch milliseconds. */
  readonly judgedFrom: number | undefined;
  readonly leastRemaining: number | undefined;
  /** At the end of the past. */
  readonly lastRemaining: number | undefined;
  /** For how many steps nothing was left. */
  readonly exhaustedSteps: number;
}

/** Nearer to the whole budget than this, rounding could decide. */
const NEAR = 1e-9;

/**
 * The course of the budget, weighed as `assessBudget` weighs it: a calendar period by the share of it that has passed.
 * Before the past has a whole window, what is known of the first one is weighed in the same way.
 */
export function courseOf(sums: RunningSums, subject: BudgetSubject): BudgetCourse {
  const [budget, whole] = subject.objective.withBudget().budgetFraction;
  const windowAt = windowsOf(sums, subject.window);
  const consumed = new Float64Array(sums.length);
  const costOfFailure = new Float64Array(sums.length);
  let [exhaustedSteps, most] = [0, -1];
  let judgedFrom: number | undefined;
  let worst: number | undefined;
  let last: number | undefined;
  const remainingAt = (place: number | undefined): number | undefined => {
    if (place === undefined) return undefined;
    return spentShare(sums, subject, { place, window: windowsOf(sums, subject.window)(place) }).complement;
  };
  for (let step = 0; step < sums.length; step += 1) {
    const place = step + 1;
    const window = windowAt(place);
    const total = between(sums.total, window.from, place);
    if (window.isWhole) {
      const first = subject.window.kind === "rolling" ? place : window.from;
      judgedFrom ??= Math.round(sums.timeAt(first));
    }
    if (total === 0) continue;
    const cost = (whole * window.knownMs) / (total * budget * window.wholeMs);
    const spent = between(sums.bad, window.from, place) * cost;
    costOfFailure[step] = cost;
    consumed[step] = spent;
    if (!window.isWhole || total < subject.minimumEvents) continue;
    if (place === sums.length) last = place;
    if (spent > most) [most, worst] = [spent, place];
    const isNear = Math.abs(spent - 1) < NEAR;
    if (isNear ? spentShare(sums, subject, { place, window }).compareToOne() >= 0 : spent > 1) exhaustedSteps += 1;
  }
  return {
    consumed,
    costOfFailure,
    judgedFrom,
    leastRemaining: remainingAt(worst),
    lastRemaining: remainingAt(last),
    exhaustedSteps,
  };
}

/** The spent share of a budget, not rounded. */
function spentShare(
  sums: RunningSums,
  { objective }: BudgetSubject,
  { place, window }: { readonly place: number; readonly window: KnownWindow },
): Fraction {
  const [budget, whole] = objective.budgetFraction;
  const { from, knownMs, wholeMs } = window;
  const [bad, total] = [between(sums.bad, from, place), between(sums.total, from, place)];
  // A whole rolling window leaves 1 / 1, so that the products stay small.
  const [known, all] = knownMs === wholeMs ? [1, 1] : [knownMs, wholeMs];
  return new Fraction([bad, whole, known], [total, budget, all]);
}
