/** Stretches in which the budget burned faster than it may, whether or not anybody was told. */
import type { BudgetSubject } from "../budget/status.ts";
import { nominalMs } from "../budget/tiers.ts";
import type { Stretch } from "./alerts.ts";
import type { RunningSums } from "./running-sums.ts";

/** A fault as places. */
export interface FoundFault extends Stretch {
  /** Share of a whole budget that it cost beyond what may be spent in that time. */
  readonly cost: number;
}

/** What is asked of a fault to be told. */
export interface FaultQuestion {
  readonly subject: BudgetSubject;
  /** Fewer failures than this are none. */
  readonly minimumFailures: number;
  /** What one failure costs, at the end of each step. */
  readonly costOfFailure: Float64Array;
}

/** Less than this share of a budget is not worth a line. */
const LEAST_COST = 0.01;
/** A fault is over when nothing new came of it for this part of the window: an hour of 30 days. */
const PAUSES_OF_WINDOW = 720;
/** ... and by then so many failures could have come within the objective. Of less traffic, silence tells nothing. */
const ALLOWED_IN_PAUSE = 2;
/** Parts of a failure that only rounding makes. */
const NEAR = 1e-9;

/**
 * The faults of the past, in order. Failures beyond those that the objective allows pile up, and what it allows is taken
 * from the pile, down to nothing (a CUSUM chart with the objective as its reference). A fault begins with the step that begins a
 * pile, and ends with the one at which this was highest. It is over when the pile is gone, when it has not grown for 1/720 of
 * the window (an hour of 30 days) with traffic in which two failures would have been allowed, or when nobody watched for
 * that long. What had fewer failures than an alert asks for, or cost less than 1 % of a budget, is left out.
 */
export function findFaults(
  sums: RunningSums,
  { subject, minimumFailures, costOfFailure }: FaultQuestion,
): FoundFault[] {
  const { budgetRatio } = subject.objective;
  const pause = Math.max(1, nominalMs(subject.window) / PAUSES_OF_WINDOW / sums.stepMs);
  const faults: FoundFault[] = [];
  // `from` is -1 while there is no pile.
  let [from, until, pile, highest, allowedSince, unwatched] = [-1, 0, 0, 0, 0, 0];
  const close = (): void => {
    const failures = (sums.bad[until] as number) - (sums.bad[from] as number);
    const cost = highest * (costOfFailure[until - 1] as number);
    if (failures >= Math.max(1, minimumFailures) && cost >= LEAST_COST) faults.push({ from, until, cost });
    from = -1;
  };
  for (let step = 0; step < sums.length; step += 1) {
    unwatched = sums.isWatched[step] === 1 ? 0 : unwatched + 1;
    const allowed = budgetRatio * ((sums.total[step + 1] as number) - (sums.total[step] as number));
    const growth = (sums.bad[step + 1] as number) - (sums.bad[step] as number) - allowed;
    if (from < 0) {
      if (growth <= NEAR) continue;
      [from, pile, highest] = [step, 0, 0];
    }
    pile += growth;
    if (pile > highest + NEAR) [until, highest, allowedSince] = [step + 1, pile, 0];
    else allowedSince += allowed;
    const isSilent = step + 1 - until >= pause && allowedSince >= ALLOWED_IN_PAUSE;
    if (pile <= NEAR || isSilent || unwatched >= pause) close();
  }
  if (from >= 0) close();
  return faults;
}
