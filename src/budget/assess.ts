/** From counts to a budget's status: pure, exact, and never NaN. */
import { formatDuration } from "../core/time/duration.ts";
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { bigintText, type Measurement } from "../core/measurement.ts";
import type { Objective } from "../core/objective.ts";
import { Fraction } from "../core/ratio.ts";
import { rangeAt, type TimeRange } from "../core/time/window.ts";
import { exhaustionOf } from "./exhaustion.ts";
import type { BudgetStatus, BudgetSubject, BurnRate, MeasuredBudget, UnmeasuredBudget } from "./status.ts";
import { type BudgetSubjectInput, readSubject } from "./subject.ts";

const ALL_PASSED = [1, 1] as const;
const MS_PER_MINUTE = 60_000;

/** What was counted over the SLO's window and over each look-back. */
export interface BudgetMeasurements {
  /** Over the window's past. */
  readonly window: Measurement;
  /** Over look-backs of these lengths (milliseconds), shortest first, for the burn rates. */
  readonly lookBacks: readonly { readonly windowMs: number; readonly measurement: Measurement }[];
  /** How much of the window has passed and how long it is, less exclusions; told from the window without it. */
  readonly period?: PeriodShare | undefined;
}

/** The same as it may be handed in: without look-backs there are no burn rates, and no time to exhaustion. */
export type BudgetMeasurementsInput = Omit<BudgetMeasurements, "lookBacks"> & {
  readonly lookBacks?: BudgetMeasurements["lookBacks"] | undefined;
};

/** How much of a window has passed, in milliseconds. */
export interface PeriodShare {
  readonly passedMs: number;
  readonly wholeMs: number;
}

/**
 * How a budget stands, from what was counted. Objective and window may be text, as for {@link ErrorBudgetManager}.
 *
 * Over a rolling window the consumed share is `(bad / total) / (1 - objective)`. A calendar period's budget belongs to
 * the whole period, so there it is also multiplied with the share of the period that has passed, the rest being taken to
 * bring the same traffic: in steady traffic such a budget does not "recover" merely because traffic comes in. What was
 * not watched is taken to have been like what was. Ratios are rounded once, the verdict not at all.
 *
 * The time to exhaustion is told from the pace of the longest look-back that is at most 1/720 of the window (1 h of 30
 * days), else the shortest; for steady traffic, and rather too early than too late.
 *
 * @throws {@link ConfigurationError} if a measurement is not one: negative, not finite, or more good than total; if the objective
 * or the window is none, or `at` no time
 *
 * @example
 * ```ts
 * import { assessBudget } from "nines";
 *
 * const status = assessBudget(
 *   { id: "api/availability", objective: "99.9%", window: "30d" },
 *   { window: { good: 999, total: 1000, coverage: 1 } },
 *   Date.now(),
 * );
 * if (status.state !== "measured" || status.verdict !== "spent") throw new Error("1 of 1000 is the whole budget");
 * ```
 */
export function assessBudget(
  subject: BudgetSubjectInput,
  measurements: BudgetMeasurementsInput,
  at: number,
): BudgetStatus {
  return assessed(readSubject(subject), readMeasurements(measurements), checkTime(at, "at"));
}

/** {@link assessBudget} of what has been checked, but for the counts. */
export function assessed(subject: BudgetSubject, measurements: BudgetMeasurements, at: number): BudgetStatus {
  const { objective, window, id, minimumEvents } = subject;
  const measured = checked(measurements.window, "window");
  const { good, total, coverage } = measured;
  const range = rangeAt(window, at);
  const burnRates = measurements.lookBacks.map(({ windowMs, measurement }) =>
    burnRate(objective, windowMs, measurement),
  );
  if (total === 0 || total < minimumEvents) {
    const why = whyUnmeasured(measured, minimumEvents);
    return { id, at, objective, window, range, coverage, good, total, burnRates, ...why };
  }

  const bad = total - good;
  const [budget, whole] = objective.withBudget().budgetFraction;
  const period = wholeMilliseconds(measurements.period ?? periodShare(range, at));
  const [passed, ofAll] = window.kind === "rolling" ? ALL_PASSED : [period.passedMs, period.wholeMs];
  const consumed = new Fraction([bad, whole, passed], [total, budget, ofAll]);
  const remainingRatio = consumed.complement;
  const allowedMinutes = new Fraction([period.wholeMs, budget], [whole, MS_PER_MINUTE]).value;
  const spending = {
    kind: window.kind,
    wholeMs: window.kind === "rolling" ? range.end - range.start : period.wholeMs,
    passedMs: period.passedMs,
    watchedMs: coverage * period.passedMs,
    averagePace: new Fraction([bad, whole], [total, budget]).value,
    pace: paceOf(burnRates, range)?.rate,
  };
  const verdict = verdictOf(consumed.compareToOne());
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
    remainingEvents: consumed.lackOver([whole, passed]),
    remainingMinutes: remainingRatio * allowedMinutes,
    verdict,
    exhaustion: verdict === "within" ? exhaustionOf(spending, at) : { kind: "exhausted" },
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

function wholeMilliseconds(period: PeriodShare): PeriodShare {
  // At a period's very first instant a millisecond has to do, or the first event would weigh nothing.
  const passedMs = Math.max(1, Math.round(period.passedMs));
  return { passedMs, wholeMs: Math.max(passedMs, Math.round(period.wholeMs)) };
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

/** The look-back that stands for the present: the longest of at most 1/720 of the window, else the shortest. */
export function paceOf(burnRates: readonly BurnRate[], range: TimeRange): BurnRate | undefined {
  const longest = (range.end - range.start) / 720;
  return burnRates.findLast(({ windowMs }) => windowMs <= longest) ?? burnRates[0];
}

function readMeasurements(measurements: BudgetMeasurementsInput): BudgetMeasurements {
  const given: unknown = measurements;
  if (!isObject(given)) throw invalid("measurements", `${show(given)} is no mapping; write { window, lookBacks }`);
  const { window, lookBacks = [], period } = measurements;
  const list: unknown = lookBacks;
  if (!Array.isArray(list)) throw invalid("lookBacks", `${show(list)} is no list of look-backs`);
  for (const [index, one] of (list as unknown[]).entries()) {
    const { windowMs } = (one ?? {}) as { readonly windowMs?: unknown };
    if (typeof windowMs === "number" && windowMs > 0 && windowMs < Infinity) continue;
    throw invalid(["lookBacks", index, "windowMs"], `${show(windowMs)} is not a positive number of milliseconds`);
  }
  for (const [name, ms] of Object.entries(period ?? {})) {
    if (typeof ms === "number" && ms >= 0 && ms < Infinity) continue;
    throw invalid(["period", name], `${show(ms)} is not a number of milliseconds from 0`);
  }
  return { window, lookBacks, ...(period === undefined ? {} : { period }) };
}

function checked(measurement: Measurement, path: string): Measurement {
  if (!isObject(measurement)) {
    throw invalid(path, `${show(measurement)} is not a measurement; write { good, total, coverage }`);
  }
  const { good, total, coverage } = measurement;
  const fits = good >= 0 && good <= total && Number.isFinite(total) && coverage >= 0 && coverage <= 1;
  // Adding nothing turns -0 into 0.
  if (fits && typeof good === "number" && typeof coverage === "number")
    return { good: good + 0, total: total + 0, coverage: coverage + 0 };
  const counts = bigintText(good) ?? bigintText(total);
  if (counts !== undefined) throw invalid(path, counts);
  const shown = `good ${show(good)}, total ${show(total)}, coverage ${show(coverage)}`;
  throw invalid(path, `${shown} is not a measurement; 0 <= good <= total, 0 <= coverage <= 1, all finite`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A burn rate in words: `14.4x over 1h`. */
export function burnRateText({ rate, windowMs }: BurnRate): string {
  const pace = rate === undefined ? "no" : `${Number(rate.toPrecision(3)).toString()}x`;
  return `${pace} burn over ${formatDuration(Math.round(windowMs))}`;
}
