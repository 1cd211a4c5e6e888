/** From counts to a budget's status: pure, exact, and never NaN. */
import { formatDuration } from "../core/duration.ts";
import { invalid, show } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
import type { Objective } from "../core/objective.ts";
import { Fraction } from "../core/ratio.ts";
import { windowAt, type TimeRange } from "../core/window.ts";
import type { BudgetStatus, BudgetSubject, BurnRate, Exhaustion, MeasuredBudget, UnmeasuredBudget } from "./status.ts";

const ALL_PASSED = [1, 1] as const;
const MS_PER_MINUTE = 60_000;

/** What was counted over the SLO's window and over each look-back. */
export interface BudgetMeasurements {
  /** Over the window's past. */
  readonly window: Measurement;
  /** Over look-backs of these lengths (milliseconds), shortest first, for the burn rates. */
  readonly lookBacks: readonly { readonly windowMs: number; readonly measurement: Measurement }[];
  /** How much of a calendar period has passed and how long it is, less exclusions; told from the period without it. */
  readonly period?: PeriodShare;
}

/** How much of a window has passed, in milliseconds. */
export interface PeriodShare {
  readonly passedMs: number;
  readonly wholeMs: number;
}

/**
 * How a budget stands, from what was counted.
 *
 * Over a rolling window the consumed share is `(bad / total) / (1 - objective)`. A calendar period's budget belongs to
 * the whole period, so there it is also multiplied with the share of the period that has passed, the rest being taken to
 * bring the same traffic: such a budget does not "recover" merely because traffic comes in. Ratios are rounded once, the
 * verdict not at all.
 *
 * The time to exhaustion is told from the pace of the longest look-back that is at most 1/720 of the window (1 h of 30
 * days), else the shortest.
 *
 * @throws {@link ConfigurationError} if a measurement is not one: negative, not finite, or more good than total
 *
 * @example
 * ```ts
 * import { assessBudget, Objective, rollingWindow } from "nines";
 *
 * const subject = { id: "api/availability", objective: Objective.parse("99.9%"), window: rollingWindow(2_592_000_000), minimumEvents: 1 };
 * const status = assessBudget(subject, { window: { good: 999, total: 1000, coverage: 1 }, lookBacks: [] }, Date.now());
 * if (status.state !== "measured" || status.verdict !== "spent") throw new Error("1 of 1000 is the whole budget");
 * ```
 */
export function assessBudget(subject: BudgetSubject, measurements: BudgetMeasurements, at: number): BudgetStatus {
  const { objective, window, id, minimumEvents } = subject;
  const { good, total, coverage } = checked(measurements.window, "window");
  const range = windowAt(window, at);
  const burnRates = measurements.lookBacks.map(({ windowMs, measurement }) =>
    burnRate(objective, windowMs, measurement),
  );
  if (total === 0 || total < minimumEvents) {
    const why = whyUnmeasured(measurements.window, minimumEvents);
    return { id, at, objective, window, range, coverage, good, total, burnRates, ...why };
  }

  const bad = total - good;
  const [budget, whole] = objective.withBudget().budgetFraction;
  const [passedMs, wholeMs] =
    window.kind === "rolling" ? ALL_PASSED : shareOf(measurements.period ?? periodShare(range, at));
  const consumed = new Fraction([bad, whole, passedMs], [total, budget, wholeMs]);
  const remainingRatio = consumed.complement;
  const allowedMinutes = new Fraction([range.end - range.start, budget], [whole, MS_PER_MINUTE]).value;
  return {
    id,
    at,
    objective,
    window,
    range,
    coverage,
    good,
    total,
    burnRates,
    state: "measured",
    bad,
    sliRatio: good / total,
    consumedRatio: consumed.value,
    remainingRatio,
    remainingEvents: new Fraction([total, budget, wholeMs], [whole, passedMs]).value - bad,
    remainingMinutes: remainingRatio * allowedMinutes,
    verdict: verdictOf(consumed.compareToOne()),
    exhaustion: exhaustionOf(remainingRatio, paceOf(burnRates, range), range, at),
  };
}

/** The pace over one look-back: error ratio over the ratio that the objective allows. */
export function burnRate(objective: Objective, windowMs: number, measurement: Measurement): BurnRate {
  const { good, total, coverage } = checked(measurement, "lookBacks");
  const bad = total - good;
  const [budget, whole] = objective.withBudget().budgetFraction;
  const rate = total === 0 ? undefined : new Fraction([bad, whole], [total, budget]).value;
  return { windowMs, rate, bad, total, coverage };
}

/** How much of `range` has passed at `at`, with nothing excluded. */
export function periodShare(range: TimeRange, at: number): PeriodShare {
  return { passedMs: at - range.start, wholeMs: range.end - range.start };
}

function verdictOf(comparedToOne: -1 | 0 | 1): MeasuredBudget["verdict"] {
  if (comparedToOne === 0) return "spent";
  return comparedToOne < 0 ? "within" : "exceeded";
}

function shareOf({ passedMs, wholeMs }: PeriodShare): readonly [number, number] {
  // At a period's very first instant a millisecond has to do, or the first event would weigh nothing.
  return [Math.max(1, passedMs), Math.max(1, passedMs, wholeMs)];
}

function whyUnmeasured(
  { total, coverage }: Measurement,
  minimumEvents: number,
): Pick<UnmeasuredBudget, "state" | "reason"> {
  if (total > 0) {
    const reason = `${String(total)} of the ${String(minimumEvents)} events that are needed to judge`;
    return { state: "too_little_traffic", reason };
  }
  if (coverage > 0) return { state: "no_traffic", reason: "watched, and nothing came" };
  return { state: "no_data", reason: "nothing was measured in this window" };
}

function paceOf(burnRates: readonly BurnRate[], range: TimeRange): BurnRate | undefined {
  const longest = (range.end - range.start) / 720;
  return burnRates.findLast(({ windowMs }) => windowMs <= longest) ?? burnRates[0];
}

function exhaustionOf(remaining: number, pace: BurnRate | undefined, range: TimeRange, at: number): Exhaustion {
  if (remaining <= 0) return { kind: "exhausted" };
  if (pace?.rate === undefined) return { kind: "unknown" };
  const wholeMs = range.end - range.start;
  const durationMs = (remaining * wholeMs) / pace.rate;
  // A rolling window has forgotten all of today's errors by then; a calendar period has ended.
  const lastsMs = range.end > at ? range.end - at : wholeMs;
  if (pace.rate === 0 || durationMs >= lastsMs) return { kind: "never" };
  return { kind: "in", durationMs, at: at + durationMs };
}

function checked(measurement: Measurement, path: string): Measurement {
  const { good, total, coverage } = measurement;
  const fits = good >= 0 && good <= total && Number.isFinite(total) && coverage >= 0 && coverage <= 1;
  if (fits) return measurement;
  const shown = `good ${show(good)}, total ${show(total)}, coverage ${show(coverage)}`;
  throw invalid(path, `${shown} is not a measurement; 0 <= good <= total, 0 <= coverage <= 1, all finite`);
}

/** A burn rate in words: `14.4x over 1h`. */
export function burnRateText({ rate, windowMs }: BurnRate): string {
  const pace = rate === undefined ? "no" : `${Number(rate.toPrecision(3)).toString()}x`;
  return `${pace} burn over ${formatDuration(Math.round(windowMs))}`;
}
