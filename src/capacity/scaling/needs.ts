/** What a service will need: the forecast of each metric, its peak, and the limit that it comes near to. */
import type { CapacityChart } from "../charts/model.ts";
import type { CapacityLimit, CapacityExhaustion } from "../forecast/exhaustion.ts";
import { forecastSeries } from "../forecast/forecast.ts";
import type { ForecastPoint, KnownForecast, SeriesForecast } from "../forecast/types.ts";
import { cleanPoints } from "../series/clean.ts";
import type { SeriesPoint } from "../series/samples.ts";
import { limitOf, type MetricPlan } from "./plans.ts";

/** What one metric will need. */
export interface MetricNeed {
  readonly metric: string;
  readonly unit: string | undefined;
  readonly forecast: SeriesForecast;
  readonly limit: CapacityLimit | undefined;
  /** The last value that there is; undefined if there is none. */
  readonly current: number | undefined;
  /** The step at which the forecast is worst: highest, or lowest where the limit is below. Undefined without a forecast. */
  readonly peak: ForecastPoint | undefined;
  /** When the limit is reached; undefined without one. */
  readonly exhaustion: CapacityExhaustion | undefined;
  /** What there is left to the limit at the peak, by the forecast and by the worse end of its interval; below 0 it is exceeded. */
  readonly headroom: { readonly expected: number; readonly worst: number } | undefined;
  /** History, forecast, limit and crossing, to be drawn by `capacitySvg`. */
  readonly chart: CapacityChart;
}

/** What a service will need. */
export interface CapacityNeeds {
  readonly service: string;
  /** When it was asked, by the clock, in epoch milliseconds. */
  readonly at: number;
  readonly daysAhead: number;
  readonly confidence: number;
  /** One for each metric that there are samples or a plan of, by name. */
  readonly metrics: Readonly<Record<string, MetricNeed>>;
}

const DAY = 86_400_000;

/** Forecasts one metric against its plan. */
export function metricNeed(
  subject: {
    readonly service: string;
    readonly metric: string;
    readonly plan: MetricPlan;
    /** A metric that nothing is planned for, and that this one was probably written as. */
    readonly written?: string | undefined;
  },
  points: readonly SeriesPoint[],
  { daysAhead, confidence }: { readonly daysAhead: number; readonly confidence: number },
): MetricNeed {
  const { service, metric, plan, written } = subject;
  const limit = limitOf(plan);
  const { kind = "gauge", floor, cap = Infinity, statistic, unit } = plan;
  const told = forecastSeries(points, {
    horizonMs: daysAhead * DAY,
    confidence,
    kind,
    // What is lacking of what is free is not cut off at nothing, where nobody said that it cannot be less.
    floor: floor ?? (limit?.side === "below" ? -Infinity : undefined),
    cap,
    statistic,
    limit,
  });
  const forecast =
    told.state === "unknown" && written !== undefined ? { ...told, reason: slipText(told.reason, written) } : told;
  const title = `${service}: ${metric}`;
  if (forecast.state === "unknown") {
    const exhaustion: CapacityExhaustion | undefined =
      limit === undefined
        ? undefined
        : { state: "unknown", reason: forecast.reason, confidence, text: `unknown: ${forecast.reason}` };
    const { times, values } = cleanPoints(points, { kind, floor, cap });
    const history = Array.from(times, (at, place) => ({ at, value: values[place] as number }));
    const chart = {
      title,
      metric,
      unit,
      history,
      forecast: [],
      confidence,
      limit: limit?.value,
      crossing: crossingOf(exhaustion),
    };
    const current = history.at(-1)?.value;
    return { metric, unit, forecast, limit, current, peak: undefined, exhaustion, headroom: undefined, chart };
  }
  const peak = peakOf(forecast, limit);
  const sign = limit?.side === "below" ? -1 : 1;
  return {
    metric,
    unit,
    forecast,
    limit,
    current: forecast.history.findLast(({ value }) => !Number.isNaN(value))?.value,
    peak,
    exhaustion: forecast.exhaustion,
    headroom:
      limit === undefined
        ? undefined
        : {
            expected: sign * (limit.value - peak.mean),
            worst: sign * (limit.value - (sign === 1 ? peak.upper : peak.lower)),
          },
    chart: {
      title,
      metric,
      unit,
      history: forecast.history,
      forecast: forecast.points,
      confidence,
      model: shortModel(forecast),
      limit: limit?.value,
      crossing: crossingOf(forecast.exhaustion),
      shifts: forecast.shifts.map(({ at, before, after }) => ({ at, text: shiftText(before, after) })),
    },
  };
}

function slipText(reason: string, written: string): string {
  return `${reason}, but some of ${written}, which nothing is planned for`;
}

/** The step whose worse end is worst. */
function peakOf({ points }: KnownForecast, limit: CapacityLimit | undefined): ForecastPoint {
  const worse =
    limit?.side === "below"
      ? (a: ForecastPoint, b: ForecastPoint) => a.lower < b.lower
      : (a: ForecastPoint, b: ForecastPoint) => a.upper > b.upper;
  return points.reduce((worst, point) => (worse(point, worst) ? point : worst));
}

/** The most believed of the models in words, and how many others there are: a picture has no room for three. */
function shortModel({ backtest, model }: KnownForecast): string {
  // The best of the backtest is the first of them, and the most believed.
  const titles = backtest.models.filter(({ weight }) => weight > 0).map(({ title }) => title);
  const others = titles.length - 1;
  if (others < 1) return model;
  return `${String(titles[0])} and ${others === 1 ? "another" : `${String(others)} others`}`;
}

function crossingOf(exhaustion: CapacityExhaustion | undefined): CapacityChart["crossing"] {
  if (exhaustion === undefined) return undefined;
  const { text } = exhaustion;
  switch (exhaustion.state) {
    case "reached":
      return { at: exhaustion.at, text };
    case "between":
      return { from: exhaustion.earliest, at: exhaustion.expected, until: exhaustion.latest, text };
    case "from":
      return { from: exhaustion.earliest, at: exhaustion.expected, text };
    default:
      return { text };
  }
}

function shiftText(before: number, after: number): string {
  const change = after - before;
  const share = before === 0 ? undefined : Math.round((change / Math.abs(before)) * 100);
  const text =
    share === undefined || Math.abs(share) > 999 ? String(Number(change.toPrecision(3))) : `${String(share)} %`;
  return change > 0 ? `+${text}` : text;
}
