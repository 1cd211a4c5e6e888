/** Asks the source of an SLO for its past, and forecasts from that. */
import { askAll } from "../budget/ask.ts";
import type { Exclusion } from "../budget/exclusions.ts";
import { countedHistory } from "../budget/history.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { type Clock, systemClock } from "../core/time/clock.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { type Measurement, NOTHING_MEASURED } from "../core/measurement.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { rangeAt, type TimeRange, type Window } from "../core/time/window.ts";
import type { SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";
import { forecastCleared } from "./forecast.ts";
import type { BudgetForecast, ForecastOptions } from "./model.ts";
import { checkStatus, readExclusions, readForecastOptions } from "./options.ts";

/** Whom to ask, and what is known already. */
export interface SloForecastOptions extends ForecastOptions {
  readonly source: SliSource<Slo>;
  /** How the budget stands: the forecast is made as of its `at`. */
  readonly status: BudgetStatus;
  /** Time that does not count, as for the status; none unless told. Nothing is asked of it, and ahead nothing expected. */
  readonly exclusions?: readonly Exclusion[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the source may take, in milliseconds; 30 s unless told. */
  readonly timeoutMs?: number | undefined;
  /** Of that time. */
  readonly clock?: Clock | undefined;
}

const OPTIONS: readonly (keyof SloForecastOptions)[] = [
  ...(["source", "status", "exclusions", "signal", "timeoutMs", "clock"] as const),
  ...(["level", "horizonMs", "paths", "random"] as const),
];
const USUAL_TIMEOUT_MS = 30 * MILLISECONDS.s;
/** A source is asked for no more stretches at once. */
const MOST_STEPS = 1_000;
/** More of the past than four weeks is asked for only if the window is longer. */
const WISHED_MS = 28 * MILLISECONDS.d;
/** A window of fewer steps is too coarse to see faults in. */
const FEWEST_WINDOW_STEPS = 96;
const { s, m, h, d } = MILLISECONDS;
/** Parts of a day. */
const STEPS = [
  s,
  5 * s,
  10 * s,
  30 * s,
  m,
  5 * m,
  10 * m,
  15 * m,
  30 * m,
  h,
  2 * h,
  3 * h,
  4 * h,
  6 * h,
  8 * h,
  12 * h,
  d,
];

/**
 * When the budget of `slo` runs out: {@link forecastBudget} with what its source counted, asked for once, in at most 1,000
 * steps over the window or four weeks, whichever is longer.
 *
 * @throws {@link ConfigurationError} if an option cannot be used
 * @throws {@link AdapterError} if the source cannot tell
 * @throws {@link TimeoutError} if it has not told within `timeoutMs`
 *
 * @example
 * ```ts
 * import { assessBudget, forecastSlo, parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument(`
 * service_level_objectives:
 *   api:
 *     availability: { target: 99.9%, measurement_window: 30d }
 * `);
 * const source = {
 *   measure: async (_slo: unknown, ranges: readonly unknown[]) => ranges.map(() => ({ good: 5_000, total: 5_000, coverage: 1 })),
 * };
 * for (const slo of slos) {
 *   const window = { good: 3_600_000, total: 3_600_000, coverage: 1 };
 *   const forecast = await forecastSlo(slo, { source, status: assessBudget(slo, { window, lookBacks: [] }, Date.now()) });
 *   if (!forecast.text.startsWith("lasts for the next 30 d by trend")) throw new Error(forecast.text);
 * }
 * ```
 */
export async function forecastSlo(slo: Slo, options: SloForecastOptions): Promise<BudgetForecast> {
  checkOptions(options, "forecastSlo", OPTIONS);
  const {
    source,
    status,
    signal,
    timeoutMs = USUAL_TIMEOUT_MS,
    clock = systemClock,
    exclusions: excluded,
    ...rest
  } = options;
  const given: unknown = source;
  checkMethods(given ?? null, "source", ["measure"]);
  if (!(timeoutMs > 0 && timeoutMs < Infinity)) throw invalid("timeoutMs", `${show(timeoutMs)} is not a time limit`);
  checkStatus(status);
  const { at } = status;
  const settings = readForecastOptions(rest);
  const exclusions = readExclusions(excluded, at);
  const { stepMs, steps } = stepsFor(slo.window, at);
  const measure = async (subject: Slo, steps: readonly TimeRange[]): Promise<readonly Measurement[]> => {
    const pieces = steps.map((step) => exclusions.subtractFrom(step));
    const ranges = pieces.flat();
    if (ranges.length === 0) return steps.map(() => NOTHING_MEASURED);
    // Who waits for a forecast is to get one, even if nothing else keeps the process alive.
    const limits = { source, clock, timeoutMs, keepAlive: true, ...(signal === undefined ? {} : { signal }) };
    const [answer] = await askAll([{ subject, ranges }], limits);
    if (answer === undefined || "error" in answer) throw answer?.error ?? new Error("there was no answer");
    const { measurements } = answer;
    let next = 0;
    return pieces.map(({ length }) => together(measurements.slice(next, (next += length))));
  };
  const past = { start: at - steps * stepMs, end: at };
  const onFailure = (_slo: Slo, error: unknown): never => {
    throw error;
  };
  const [history] = await countedHistory(past, { slos: [slo], points: steps, at, measure, onFailure });
  return forecastCleared({ subject: slo, status, points: history?.points ?? [], stepMs }, settings, exclusions);
}

/** What was counted in the parts of one step; of a step that is excluded as a whole nothing was. */
function together(parts: readonly Measurement[]): Measurement {
  const [only = NOTHING_MEASURED] = parts;
  if (parts.length <= 1) return only;
  const sum = (of: (part: Measurement) => number): number => parts.reduce((all, part) => all + of(part), 0);
  return {
    good: sum(({ good }) => good),
    total: sum(({ total }) => total),
    coverage: Math.max(...parts.map(({ coverage }) => coverage)),
    slackMs: Math.max(...parts.map(({ slackMs = 0 }) => slackMs)),
  };
}

/** Into which steps, and how many of them, the past of a window is cut. */
function stepsFor(window: Window, at: number): { readonly stepMs: number; readonly steps: number } {
  const { start, end } = rangeAt(window, at);
  const windowMs = end - start;
  const longEnough = (stepMs: number): boolean => stepMs * MOST_STEPS >= windowMs;
  const finest = STEPS.find(longEnough) ?? d * Math.ceil(windowMs / MOST_STEPS / d);
  const wished = STEPS.find((stepMs) => stepMs * MOST_STEPS >= WISHED_MS) ?? d;
  const coarsest = STEPS.findLast((stepMs) => stepMs * FEWEST_WINDOW_STEPS <= windowMs) ?? s;
  const stepMs = Math.max(finest, Math.min(wished, coarsest));
  return { stepMs, steps: Math.min(MOST_STEPS, Math.ceil(Math.max(windowMs, WISHED_MS) / stepMs)) };
}
