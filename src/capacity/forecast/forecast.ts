/** From points to a forecast: cleaned, put on steps, looked at, every model tried, the best believed. */
import { durationText } from "../../core/time/duration-text.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { Spread } from "./band.ts";
import type { Choice } from "./choose.ts";
import { checkNotInSeconds, cleanPoints } from "../series/clean.ts";
import { examine, type Findings, SEASONS } from "../series/examine.ts";
import { type CapacityLimit, type CapacityExhaustion, exhaustionByPaths } from "./exhaustion.ts";
import { type CheckedSeriesOptions, checkedSeriesOptions } from "./options.ts";
import { project } from "./project.ts";
import type { BacktestReport, SeriesForecast, SeriesForecastOptions } from "./types.ts";
import { type Grid, gridOf } from "../series/grid.ts";
import { fitLine } from "../math/line.ts";
import { exhaustionOfLine } from "./line-exhaustion.ts";
import { checkModels } from "./values.ts";
import { knownPoints } from "../models/trend.ts";
import type { Fitted } from "../models/types.ts";
import { checkResiduals, dependence, type ResidualChecks } from "../math/residuals.ts";
import type { SeriesPoint } from "../series/samples.ts";

const OPTIONS = ["horizonMs", "confidence", "kind", "floor", "cap", "limit", "stepMs", "statistic", "models"] as const;
/** Fewer values have no spread that could be told from chance. */
export const FEWEST_VALUES = 8;
/** Nobody can tell further ahead than so many times what was seen. */
const FURTHEST = 10;
/** A limit is looked for at least this far, whatever was asked for. */
const LIMIT_HORIZON_MS = 90 * 86_400_000;
const MOST_LIMIT_STEPS = 2_400;

/**
 * Forecasts one metric from points of any order and spacing.
 *
 * @throws {@link ConfigurationError} for an option that cannot be used, or a point without a number
 *
 * @example
 * ```ts
 * import { forecastSeries } from "nines";
 *
 * const HOUR = 3_600_000;
 * const disk = Array.from({ length: 240 }, (_, hour) => ({ at: hour * HOUR, value: 400 + hour * 0.5 + (hour % 3) }));
 * const forecast = forecastSeries(disk, { horizonMs: 72 * HOUR, limit: 600 });
 * if (forecast.state !== "forecast" || forecast.exhaustion?.state !== "between") throw new Error("no answer");
 * ```
 */
export function forecastSeries(points: readonly SeriesPoint[], options: SeriesForecastOptions): SeriesForecast {
  const asked = checked(options);
  const cleaned = cleanPoints(points, asked);
  checkNotInSeconds(cleaned);
  const samples = points.length;
  if (cleaned.times.length === 0) {
    return { state: "unknown", reason: "there are no values", samples, remarks: cleaned.remarks };
  }
  const grid = gridOf(cleaned, asked);
  const found = examine(grid, asked.cap);
  const remarks = [...grid.remarks, ...found.remarks];
  const reason = tooLittle(grid, found, asked.horizonMs);
  if (reason !== undefined) return { state: "unknown", reason, samples, remarks };

  const { series } = found;
  const steps = Math.ceil(asked.horizonMs / grid.stepMs);
  const { choice, fitted, spread, band } = project(found, { ...asked, floor: cleaned.floor, steps });
  const { mean, lower, upper } = band;
  const { confidence, limit } = asked;
  const { startMs, stepMs } = grid;
  const endMs = startMs + grid.values.length * stepMs;
  const checks = checkResiduals(fitted.residuals);
  return {
    state: "forecast",
    samples,
    remarks,
    confidence,
    stepMs,
    history: Array.from(grid.values, (value, place) => ({ at: startMs + place * stepMs, value })),
    points: Array.from(mean, (value, step) => ({
      at: endMs + step * stepMs,
      mean: value,
      lower: lower[step] as number,
      upper: upper[step] as number,
    })),
    model: choice.shares.map(({ model }) => model.title).join("; "),
    backtest: reportOf(choice, stepMs),
    seasons: SEASONS.filter(({ ms }) => series.seasons.includes(ms / stepMs)).map(({ name }) => name),
    shifts: found.shifts.map(({ place, before, after }) => ({ at: startMs + place * stepMs, before, after })),
    saturatedShare: found.saturatedShare,
    checks,
    exhaustion:
      limit === undefined
        ? undefined
        : exhaustionOf({ grid, found, choice, fitted, spread, checks, endMs, steps, confidence }, limit),
  };
}

interface Forecasting {
  readonly grid: Grid;
  readonly found: Findings;
  readonly choice: Choice;
  readonly fitted: Fitted;
  readonly spread: Spread;
  readonly checks: ResidualChecks;
  readonly endMs: number;
  readonly steps: number;
  readonly confidence: number;
}

function exhaustionOf(
  { grid, found, choice, fitted, spread, checks, endMs, steps, confidence }: Forecasting,
  limit: CapacityLimit,
): CapacityExhaustion {
  const { startMs, stepMs, values } = grid;
  const beyond = (value: number): boolean => (limit.side === "below" ? value <= limit.value : value >= limit.value);
  const at = reachedAt(values, Math.max(1, found.series.seasons.at(-1) ?? 1), beyond);
  if (at !== undefined) {
    const since = endMs - (startMs + at * stepMs);
    const text = since <= stepMs ? "reached" : `reached, last ${durationText(since)} before the end of the samples`;
    return { state: "reached", at: startMs + at * stepMs, confidence, text };
  }
  if (found.constant) {
    const reason = "all values are the same, so nothing tells when they will change";
    return { state: "unknown", reason, confidence, text: `unknown: ${reason}` };
  }
  const most = Math.min(MOST_LIMIT_STEPS, Math.max(steps, Math.ceil(LIMIT_HORIZON_MS / stepMs), values.length));
  const question = { limit, confidence, endMs, stepMs, steps: Math.max(steps, most) };
  const [only] = choice.shares;
  if (choice.shares.length === 1 && only?.model.name === "linear") {
    const { x, y } = knownPoints(values);
    const line = fitLine({ x: x.map((place) => startMs + place * stepMs), y });
    return exhaustionOfLine(line, { limit, confidence, endMs, independence: dependence(checks) });
  }
  return exhaustionByPaths(fitted, spread, question);
}

/** The last step beyond the limit within the last season, if that was no single one, or the very last that there is. */
function reachedAt(values: Float64Array, recent: number, beyond: (value: number) => boolean): number | undefined {
  let [last, times] = [-1, 0];
  for (let place = values.length - recent; place < values.length; place += 1) {
    if (!beyond(values[place] as number)) continue;
    last = place;
    times += 1;
  }
  return last !== -1 && (times > 1 || last === values.length - 1) ? last : undefined;
}

function reportOf({ backtest, shares, meanAbsoluteError }: Choice, stepMs: number): BacktestReport {
  const weightOf = (name: string): number => shares.find(({ model }) => model.name === name)?.weight ?? 0;
  const judged = backtest.origins.length > 0;
  return {
    origins: backtest.origins.length,
    horizonMs: judged ? backtest.horizon * stepMs : 0,
    models: judged
      ? backtest.trials.map(({ model, meanAbsoluteError: error }) => ({
          name: model.name,
          title: model.title,
          meanAbsoluteError: error,
          weight: weightOf(model.name),
        }))
      : [],
    meanAbsoluteError: Number.isFinite(meanAbsoluteError) ? meanAbsoluteError : undefined,
  };
}

function tooLittle({ values, stepMs }: Grid, { known }: Findings, horizonMs: number): string | undefined {
  if (known < FEWEST_VALUES) {
    return `${String(known)} ${known === 1 ? "value is" : "values are"} too little history; a forecast needs ${String(FEWEST_VALUES)} steps with values`;
  }
  const seen = values.length * stepMs;
  if (horizonMs > FURTHEST * seen) {
    return `${durationText(seen)} of history tell nothing about ${durationText(horizonMs)}; that needs a tenth of it`;
  }
  return undefined;
}

interface Asked extends CheckedSeriesOptions {
  readonly horizonMs: number;
  readonly models: SeriesForecastOptions["models"];
}

function checked(options: SeriesForecastOptions): Asked {
  checkOptions(options, "forecastSeries", OPTIONS);
  const { horizonMs, models } = options;
  if (!(horizonMs > 0 && horizonMs < Infinity))
    throw invalid("horizonMs", `${show(horizonMs)} is not how far to look ahead, in milliseconds`);
  checkModels(models);
  return { ...checkedSeriesOptions(options), horizonMs, models };
}
