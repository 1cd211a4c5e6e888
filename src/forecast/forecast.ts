/** Forecasts when an error budget runs out. */
import type { Exclusions } from "../budget/exclusions.ts";
import type { BudgetSubject, Exhaustion, MeasuredBudget } from "../budget/status.ts";
import { readSubject } from "../budget/subject.ts";
import { durationText } from "../core/time/duration-text.ts";
import { budgetLine, countingMs, spentInMs } from "./budget-line.ts";
import { faultNow } from "./fault.ts";
import { Futures } from "./futures.ts";
import { gravityOf } from "./gravity.ts";
import type { BudgetForecast, ForecastInput, ForecastOptions, ExhaustionTime, TrendExhaustion } from "./model.ts";
import { checkInput, type ForecastSettings, MOST_STEPS, readExclusions, readForecastOptions } from "./options.ts";
import { blocksOf, pastOf } from "./past.ts";
import { forecastText } from "./text.ts";
import { trendOf } from "./trend.ts";

/** With fewer watched steps than this nothing is told. */
const FEWEST_STEPS = 24;
/** The past has to be at least this share of what is looked ahead. */
const LEAST_SHARE = 0.25;
/** Who has seen nothing for so many steps is blind. */
const BLIND_STEPS = 2;

/**
 * When the budget runs out: at the present pace, as its status says, and by what its course so far leads to.
 *
 * For the latter some hundred futures are made of pieces of the past: days of it in random order, with the error ratio moved on
 * where it has grown or fallen for long, faults graver or milder as far as they are not known well, and beginning with the
 * fault that goes on now, if one does. In each of them the budget is counted on as its status counts it: a rolling window
 * forgets what leaves it, a calendar period's budget belongs to the whole of it, and what is excluded does not count, ahead as
 * in the past. What has never happened in the past does not happen in these futures.
 *
 * The same input gives the same forecast, unless a source of chance is given.
 *
 * @throws {@link ConfigurationError} if points or exclusions are none, or an option cannot be used
 *
 * @example
 * ```ts
 * import { assessBudget, forecastBudget, Objective, rollingWindow } from "nines";
 *
 * const HOUR = 3_600_000;
 * const at = Date.UTC(2026, 5, 1);
 * const objective = Objective.parse("99.9%");
 * const subject = { id: "api/availability", objective, window: rollingWindow(720 * HOUR), minimumEvents: 1 };
 * // Nothing failed for three weeks; for nine days 0.2 % have.
 * const points = Array.from({ length: 720 }, (_, hour) => {
 *   return { at: at - (719 - hour) * HOUR, total: 5_000, good: hour < 504 ? 5_000 : 4_990 };
 * });
 * const window = { good: 3_597_840, total: 3_600_000, coverage: 1 };
 * const lastHour = { windowMs: HOUR, measurement: { good: 4_990, total: 5_000, coverage: 1 } };
 * const status = assessBudget(subject, { window, lookBacks: [lastHour] }, at);
 * const { byTrend, atPresentPace } = forecastBudget({ subject, status, points, stepMs: HOUR });
 * if (byTrend.kind !== "forecast" || byTrend.expected.kind !== "in") throw new Error("it runs out by trend");
 * if (atPresentPace.kind !== "in") throw new Error("it runs out at the present pace");
 * ```
 */
export function forecastBudget(input: ForecastInput, options: ForecastOptions = {}): BudgetForecast {
  const settings = readForecastOptions(options);
  checkInput(input);
  const { status, points, stepMs } = input;
  const exclusions = readExclusions(input.exclusions, status.at);
  // How much of what such a step counted is excluded, nobody knows.
  const clear = points.filter(({ at }) => {
    const step = { start: at - stepMs, end: at };
    return exclusions.all.length === 0 || countingMs(exclusions, step) === step.end - step.start;
  });
  return forecastCleared({ ...input, points: clear }, settings, exclusions);
}

/** {@link forecastBudget} of points in which nothing excluded is counted. */
export function forecastCleared(
  input: Omit<ForecastInput, "exclusions">,
  settings: ForecastSettings,
  exclusions: Exclusions,
): BudgetForecast {
  const { status } = input;
  const subject = readSubject(input.subject, ["subject"]);
  const { window } = subject;
  const periodMs = window.kind === "rolling" ? window.durationMs : status.range.end - status.at;
  const horizonMs = Math.min(settings.horizonMs, periodMs);
  const byTrend = trendExhaustion({ ...input, subject, exclusions }, { ...settings, horizonMs });
  const atPresentPace: Exhaustion = status.state === "measured" ? status.exhaustion : { kind: "unknown" };
  const toPeriodEnd = window.kind === "calendar" && horizonMs === periodMs;
  return {
    id: subject.id,
    at: status.at,
    horizonAt: status.at + horizonMs,
    atPresentPace,
    byTrend,
    level: settings.level,
    text: forecastText({ byTrend, atPresentPace, horizonMs, toPeriodEnd }),
  };
}

interface ClearedInput extends Omit<ForecastInput, "exclusions"> {
  readonly subject: BudgetSubject;
  readonly exclusions: Exclusions;
}

function trendExhaustion(
  { subject, status, points, stepMs, exclusions }: ClearedInput,
  settings: ForecastSettings,
): TrendExhaustion {
  if (status.state !== "measured") return { kind: "unknown", reason: status.reason };
  if (status.verdict !== "within") return { kind: "exhausted" };
  const { horizonMs, random } = settings;
  const recent = points.filter(({ at }) => status.at - at < (MOST_STEPS - 0.5) * stepMs);
  const past = pastOf(recent, status.at, stepMs);
  const latest = recent.at(-1);
  if (latest === undefined) return { kind: "unknown", reason: "nothing is known of its past" };
  if (countingMs(exclusions, { start: latest.at, end: status.at }) > BLIND_STEPS * stepMs) {
    const reason = `nothing was measured in the last ${durationText(status.at - latest.at)}`;
    return { kind: "unknown", reason };
  }
  const knownMs = past.watched * stepMs;
  const neededMs = Math.max(FEWEST_STEPS * stepMs, LEAST_SHARE * horizonMs);
  if (knownMs < neededMs) {
    const needed = `${durationText(neededMs)} are needed to look ${durationText(horizonMs)} ahead`;
    return { kind: "unknown", reason: `${durationText(knownMs)} of its past are known, and ${needed}` };
  }
  const blocks = blocksOf(past);
  if (horizonMs > MOST_STEPS * stepMs || blocks.starts.length === 0) {
    return {
      kind: "unknown",
      reason: `steps of ${durationText(stepMs)} are too short to look ${durationText(horizonMs)} ahead`,
    };
  }
  const futures = new Futures({
    past,
    blocks,
    trend: trendOf(blocks, horizonMs / stepMs),
    gravity: gravityOf(past, blocks),
    fault: faultNow(past, subject.objective.budgetRatio),
    random,
  });
  return simulated(status, budgetLine(subject, status, { past, horizonMs, exclusions }), futures, settings);
}

function simulated(
  { at }: MeasuredBudget,
  line: ReturnType<typeof budgetLine>,
  futures: Futures,
  { paths, level }: ForecastSettings,
): TrendExhaustion {
  const durations = new Float64Array(paths);
  for (let path = 0; path < paths; path += 1) durations[path] = spentInMs(line, futures);
  durations.sort();
  const momentAt = (share: number): ExhaustionTime => {
    const durationMs = durations[Math.min(paths - 1, Math.floor(share * paths))] as number;
    return durationMs === Infinity ? { kind: "never" } : { kind: "in", durationMs, at: at + durationMs };
  };
  return {
    kind: "forecast",
    expected: momentAt(0.5),
    earliest: momentAt((1 - level) / 2),
    latest: momentAt((1 + level) / 2),
    probability: durations.filter((duration) => duration < Infinity).length / paths,
  };
}
