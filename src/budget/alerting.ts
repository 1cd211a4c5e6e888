/** Notices what changed from one look at a budget to the next. */
import type { Slo } from "../slo/model.ts";

import type { BudgetStatus, BurnRate } from "./status.ts";
import type { BurnTier } from "./tiers.ts";

/** A tier's threshold was crossed, or is not any more. */
export interface BurnChange {
  /** Whose budget. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tier: BurnTier;
  /** Pace over the tier's long window. */
  readonly long: BurnRate;
  /** Pace over the tier's short window. */
  readonly short: BurnRate;
  /** The budget as it stands. */
  readonly status: BudgetStatus;
}

/** The budget ran out, or has something left again. */
export interface ExhaustionChange {
  /** Whose budget. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The budget as it stands. */
  readonly status: BudgetStatus;
}

/** What a budget tells its listeners. */
export interface BudgetEvents {
  /** The burn rate is above a tier's factor in both of its windows. */
  burnStarted: BurnChange;
  /** It is not any more. */
  burnCleared: BurnChange;
  /** Nothing is left. */
  exhausted: ExhaustionChange;
  /** Something is left again. */
  recovered: ExhaustionChange;
}

/** Names of the {@link BudgetEvents}. */
export const BUDGET_EVENTS: readonly (keyof BudgetEvents)[] = ["burnStarted", "burnCleared", "exhausted", "recovered"];

/** One change, to be told as the event of that name. */
export type BudgetChange = {
  [Name in keyof BudgetEvents]: { name: Name; payload: BudgetEvents[Name] };
}[keyof BudgetEvents];

/** What is on at present. */
export interface AlertState {
  /** Indexes of the tiers that burn. */
  readonly burning: ReadonlySet<number>;
  readonly exhausted: boolean;
}

/** Nothing is on. */
export const QUIET: AlertState = { burning: new Set(), exhausted: false };

/** Fewer failures than this in the long look-back are no alert, whoever asks, unless told; of time any amount counts. */
export const USUAL_MINIMUM_FAILURES = 5;

/** What says how many failures an SLO's fast burn takes; every {@link Slo} is one. */
export type FailuresSubject = Pick<Slo, "kind"> & Partial<Pick<Slo, "slices" | "alerting">>;

/** What the SLO's own alerting says, 0 where it counts slices of time, else {@link USUAL_MINIMUM_FAILURES}. */
export function minimumFailuresOf({ kind, slices, alerting }: FailuresSubject): number {
  if (kind === "throughput" || slices !== undefined) return 0;
  return alerting?.minimumFailures ?? USUAL_MINIMUM_FAILURES;
}

/** Whether so many failures are enough. Counts over look-backs may be extrapolated: 5 may be 4.9. */
export function isEnough(failures: number, minimumFailures: number): boolean {
  return failures >= minimumFailures - 0.5;
}

/**
 * The next state and what has changed. What cannot be told (no data) leaves things as they were: an alert is not cleared
 * by going blind.
 */
export function noticeChanges(
  state: AlertState,
  status: BudgetStatus,
  options: { tiers: readonly BurnTier[]; minimumFailures: number },
): { state: AlertState; changes: readonly BudgetChange[] } {
  const { id, at } = status;
  const changes: BudgetChange[] = [];
  const burning = new Set(state.burning);
  options.tiers.forEach((tier, index) => {
    const long = status.burnRates.find(({ windowMs }) => windowMs === tier.longMs);
    const short = status.burnRates.find(({ windowMs }) => windowMs === tier.shortMs);
    if (long === undefined || short === undefined) return;
    const now = burns(tier, long, short, options.minimumFailures);
    if (now === undefined || now === burning.has(index)) return;
    if (now) burning.add(index);
    else burning.delete(index);
    changes.push({ name: now ? "burnStarted" : "burnCleared", payload: { id, at, tier, long, short, status } });
  });
  let { exhausted } = state;
  if (status.state === "measured" && (status.verdict !== "within") !== exhausted) {
    exhausted = !exhausted;
    changes.push({ name: exhausted ? "exhausted" : "recovered", payload: { id, at, status } });
  }
  return { state: { burning, exhausted }, changes };
}

/** Whether a tier's condition holds; undefined where it cannot be told, for nobody watched. */
export function burns(tier: BurnTier, long: BurnRate, short: BurnRate, minimumFailures: number): boolean | undefined {
  if (isBlind(long) || isBlind(short)) return undefined;
  const above = (long.rate ?? 0) > tier.factor && (short.rate ?? 0) > tier.factor;
  return above && isEnough(long.bad, minimumFailures);
}

// What was counted in the very first millisecond was seen, though it covers no time.
function isBlind({ coverage, total }: BurnRate): boolean {
  return coverage === 0 && total === 0;
}
