/** How a metric has grown: a line through what is left of it without seasons, and how sure that line is. */
import { checkOptions } from "../core/options.ts";
import { exhaustionOfLine } from "./forecast/line-exhaustion.ts";
import type { CapacityExhaustion } from "./forecast/exhaustion.ts";
import { checkedSeriesOptions } from "./forecast/options.ts";
import type { FoundShift, GrowthTrendOptions } from "./forecast/types.ts";
import { fitLine, type ConfidenceInterval, type LineFit } from "./math/line.ts";
import { checkResiduals, dependence, type ResidualChecks } from "./math/residuals.ts";
import { studentQuantile } from "./math/student.ts";
import { theilSen } from "./math/theil-sen.ts";
import { knownPoints } from "./models/trend.ts";
import { checkNotInSeconds, cleanPoints, count, type SeriesRemark } from "./series/clean.ts";
import { examine, type SeasonName, SEASONS } from "./series/examine.ts";
import { gridOf } from "./series/grid.ts";
import type { LevelShift } from "./series/shifts.ts";
import type { SeriesPoint } from "./series/samples.ts";

/** How a metric has grown. */
export interface KnownTrend {
  readonly state: "trend";
  readonly samples: number;
  /** First and last step with a value, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Growth a day by least squares since the last shift (of all values where that is less than two seasons ago, or where steps are all that it goes by), with its interval at `confidence`, in the metric's unit. */
  readonly perDay: ConfidenceInterval;
  /** Growth a day by the median of slopes (Theil and Sen), which outliers do not move. */
  readonly robustPerDay: number;
  /** Whether the interval leaves nothing on the other side of zero. */
  readonly direction: "growing" | "falling" | "steady";
  readonly confidence: number;
  /** Share of the variance that the line explains, without seasons; NaN of a constant. */
  readonly rSquared: number;
  /** Of what the line leaves. */
  readonly checks: ResidualChecks;
  /**
   * The line over epoch milliseconds, through the values since the last shift without their seasons: ask it for intervals at any
   * time.
   */
  readonly line: LineFit;
  readonly seasons: readonly SeasonName[];
  readonly shifts: readonly FoundShift[];
  readonly saturatedShare: number;
  /** When the line reaches the limit; undefined without one. Seasons may reach it before: a forecast tells. */
  readonly exhaustion: CapacityExhaustion | undefined;
  readonly remarks: readonly SeriesRemark[];
}

/** What has no trend that could be told, and why. */
export interface UnknownTrend {
  readonly state: "unknown";
  readonly samples: number;
  readonly reason: string;
  readonly remarks: readonly SeriesRemark[];
}

/** What {@link growthTrend} answers. */
export type GrowthTrend = KnownTrend | UnknownTrend;

const OPTIONS = ["confidence", "kind", "floor", "cap", "limit", "stepMs", "statistic"] as const;
const DAY = 86_400_000;
/** Two points are on every line, and say nothing of how sure it is. */
const FEWEST = 3;

type Places = ReturnType<typeof knownPoints>;

/** Fewer values than this since a shift are no trend of their own. */
const FEWEST_SINCE = 6;

/** A staircase is over where nothing came for so many of its usual steps. */
const STEPS_WITHOUT = 2;
/** A slope that is so many of its deviations away from another is another. */
const UNLIKE = 3;

/**
 * A level that jumped has not grown: the line is of what came since, which must be two seasons to be told from them. But what goes
 * up by steps, and only up, does grow.
 */
function sinceShift(all: Places, found: readonly LevelShift[], season: number): Places {
  // Where a trend pauses the level is what it was.
  const shifts = found.filter(({ before, after }) => before !== after);
  const last = shifts.at(-1);
  const first = last === undefined ? -1 : all.x.findIndex((at) => at >= last.place);
  if (first === -1 || all.x.length - first < Math.max(FEWEST_SINCE, 2 * season)) return all;
  const since = { x: all.x.subarray(first), y: all.y.subarray(first) };
  return isStaircase(all, since, shifts) ? all : since;
}

/**
 * Whether several shifts go all the way that everything goes, and are what it goes by: between them it neither went back, as a disk
 * fills between two cleanings, nor went on by itself, as a ramp does, of which some parts are taken for shifts.
 */
function isStaircase(all: Places, since: Places, shifts: readonly LevelShift[]): boolean {
  const [first, last] = [shifts[0] as LevelShift, shifts.at(-1) as LevelShift];
  const { slope } = fitLine(all);
  if (shifts.length < 2 || !shifts.every(({ before, after }) => (after - before) * slope > 0)) return false;
  const usualStep = (last.place - first.place) / (shifts.length - 1);
  if ((all.x.at(-1) as number) - last.place > STEPS_WITHOUT * usualStep) return false;
  const flight = fitLine(since);
  const [along, unsure] = [flight.slope * Math.sign(slope), UNLIKE * flight.slopeDeviation];
  return along >= -unsure && along <= Math.max(unsure, Math.abs(slope) / 2);
}

/** What was found, as a trend takes it. */
function ofTrend({ code, text }: SeriesRemark, isOfAll: boolean): SeriesRemark {
  const line = isOfAll ? "the line is of all values" : "the line is of what came since the last";
  return { code, text: text.replace("a line since the last shift is tried too", line) };
}

/**
 * The growth of one metric, from points of any order and spacing. Where what the line leaves is not independent, its intervals
 * are wider by what the correlation takes from the number of values (Wilks 2011, section 5.2.4).
 *
 * @throws {@link ConfigurationError} for an option that cannot be used
 *
 * @example
 * ```ts
 * import { growthTrend } from "nines";
 *
 * const DAY = 86_400_000;
 * const disk = Array.from({ length: 60 }, (_, day) => ({ at: day * DAY, value: 100 + day * 2 + (day % 5) }));
 * const trend = growthTrend(disk);
 * if (trend.state !== "trend" || Math.abs(trend.perDay.mean - 2) > 0.02) throw new Error("not 2 a day");
 * ```
 */
export function growthTrend(points: readonly SeriesPoint[], options: GrowthTrendOptions = {}): GrowthTrend {
  checkOptions(options, "growthTrend", OPTIONS);
  const { confidence, kind, floor, cap, limit, stepMs, statistic } = checkedSeriesOptions(options);
  const cleaned = cleanPoints(points, { kind, floor, cap });
  checkNotInSeconds(cleaned);
  const samples = points.length;
  if (cleaned.times.length === 0)
    return { state: "unknown", samples, reason: "there are no values", remarks: cleaned.remarks };
  const grid = gridOf(cleaned, { stepMs, statistic });
  const found = examine(grid, cap);
  const remarks = [...grid.remarks, ...found.remarks];
  if (found.known < FEWEST) {
    const reason = `${count(found.known, "value")} ${found.known === 1 ? "is" : "are"} no trend; it needs ${String(FEWEST)} at different steps`;
    return { state: "unknown", samples, reason, remarks };
  }
  const all = knownPoints(found.series.profile.adjusted);
  const known = sinceShift(all, found.shifts, found.series.seasons[0] ?? 0);
  const at = (place: number): number => grid.startMs + place * grid.stepMs;
  const line = fitLine({ x: known.x.map(at), y: known.y });
  const checks = checkResiduals(known.y.map((value, place) => value - line.at(at(known.x[place] as number))));
  const independence = dependence(checks);
  const half =
    studentQuantile((1 + confidence) / 2, line.degrees) * line.slopeDeviation * Math.sqrt(independence) * DAY;
  const slope = line.slope * DAY;
  const perDay = { mean: slope, lower: slope - half, upper: slope + half };
  const endMs = at(grid.values.length);
  return {
    state: "trend",
    samples,
    from: at(all.x[0] as number),
    until: at(all.x.at(-1) as number),
    perDay,
    robustPerDay: (theilSen(known).slope * DAY) / grid.stepMs,
    direction: perDay.lower > 0 ? "growing" : perDay.upper < 0 ? "falling" : "steady",
    confidence,
    rSquared: line.rSquared,
    checks,
    line,
    seasons: SEASONS.filter(({ ms }) => found.series.seasons.includes(ms / grid.stepMs)).map(({ name }) => name),
    shifts: found.shifts.map(({ place, before, after }) => ({ at: at(place), before, after })),
    saturatedShare: found.saturatedShare,
    exhaustion: limit === undefined ? undefined : exhaustionOfLine(line, { limit, confidence, endMs, independence }),
    remarks: remarks.map((remark) => ofTrend(remark, known === all)),
  };
}
