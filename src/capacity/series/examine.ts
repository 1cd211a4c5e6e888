/** What is found in the values before a model is fitted: seasons, shifts of the level, outliers, and a top that is flat. */
import { count, type SeriesRemark } from "./clean.ts";
import type { Grid } from "./grid.ts";
import { fitNaive } from "../models/simple.ts";
import { Series, type Values } from "../models/types.ts";
import { withSeasons } from "../models/trend.ts";
import { checkResiduals } from "../math/residuals.ts";
import { findSeasons } from "./seasons.ts";
import { findShifts, type LevelShift } from "./shifts.ts";
import { median } from "../math/statistics.ts";

/** What {@link examine} finds. */
export interface Findings {
  readonly series: Series;
  /** How many values after a shift it takes to see it. */
  readonly shiftWindow: number;
  readonly shifts: readonly LevelShift[];
  /** Share of the known values that are at the cap, or at one highest value. */
  readonly saturatedShare: number;
  /** How many values there are. */
  readonly known: number;
  readonly constant: boolean;
  readonly remarks: readonly SeriesRemark[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Seasons that are looked for: what recurs every hour, day or week of the clock. */
export const SEASONS: readonly { readonly name: SeasonName; readonly ms: number }[] = [
  { name: "hour", ms: HOUR },
  { name: "day", ms: DAY },
  { name: "week", ms: 7 * DAY },
];

/** A season of the clock. */
export type SeasonName = "hour" | "day" | "week";

const SMALLEST_WINDOW = 6;
/** A shift is looked for in windows of the shortest season, so that none is taken for one; in larger ones it would be found late. */
const LARGEST_WINDOW = 48;
const FLAT = 0.02;
/** Shares of a level that is next to nothing say nothing. */
const LEAST_OF_MEDIAN = 0.02;

/** Lengths in steps of the seasons that fit on steps of `stepMs`. */
export function seasonSteps(stepMs: number): readonly number[] {
  return SEASONS.map(({ ms }) => ms / stepMs).filter((steps) => Number.isInteger(steps) && steps >= 4);
}

/** Looks at the values of a grid. */
export function examine(
  { values, stepMs }: Pick<Grid, "values" | "stepMs">,
  cap: number,
  candidates: readonly number[] = seasonSteps(stepMs),
): Findings {
  const known = values.filter((value) => !Number.isNaN(value));
  const constant = known.every((value) => value === known[0]);
  const remarks: SeriesRemark[] = [];
  if (constant) {
    if (known.length > 1)
      remarks.push({ code: "constant", text: "all values are the same; nothing tells how far others could be" });
    const series = new Series(values);
    const saturatedShare = flatTop(known, cap);
    if (saturatedShare > 0) remarks.push(saturated(saturatedShare, cap));
    return { series, shiftWindow: 0, shifts: [], saturatedShare, known: known.length, constant, remarks };
  }
  const seasons = findSeasons(values, candidates);
  const bare = withoutSeasons(values, seasons, known);
  const { multiplicative } = bare;
  const shiftWindow = Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, seasons[0] ?? 0, known.length >> 3));
  const shifts = findShifts(bare.profile.adjusted, shiftWindow);
  const { outliers } = checkResiduals(withSeasons(bare, fitNaive).residuals);
  const saturatedShare = flatTop(known, cap);
  if (saturatedShare > 0) remarks.push(saturated(saturatedShare, Math.min(cap, highestOf(known))));
  if (outliers > 0)
    remarks.push({
      code: "outliers",
      text: `${count(outliers, "outlier")}; lines by the median of slopes are tried too`,
    });
  if (shifts.length > 0)
    remarks.push({
      code: "shifts",
      text: `the level shifted ${count(shifts.length, "time")}; a line since the last shift is tried too`,
    });
  const series = new Series(values, {
    seasons,
    multiplicative,
    outliers: outliers > 0,
    shifts: shifts.map(({ place }) => place),
  });
  return { series, shiftWindow, shifts, saturatedShare, known: known.length, constant, remarks };
}

/** Seasons as shares of the level or added to it: whichever leaves the smoother course. */
function withoutSeasons(values: Values, seasons: readonly number[], known: Values): Series {
  const added = new Series(values, { seasons });
  if (seasons.length === 0 || !isPositive(known)) return added;
  const shared = new Series(values, { seasons, multiplicative: true });
  return roughness(shared.profile.adjusted) < roughness(added.profile.adjusted) ? shared : added;
}

/** Sum of the steps from one value to the next. */
function roughness(values: Values): number {
  let [total, last] = [0, NaN];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) total += Math.abs(value - last);
    last = value;
  }
  return total;
}

function isPositive(known: Values): boolean {
  const least = LEAST_OF_MEDIAN * median(known);
  return known.every((value) => value > 0 && value >= least);
}

function highestOf(known: Values): number {
  let highest = -Infinity;
  for (const value of known) highest = Math.max(highest, value);
  return highest;
}

function saturated(share: number, top: number): SeriesRemark {
  const text = `${percent(share)} of the values are at the top (${String(top)}): demand above it is not seen, and forecasts of it are too low`;
  return { code: "saturated", text };
}

/** Share of values at the cap, or within a thousandth of one highest value, where many are. */
function flatTop(known: Values, cap: number): number {
  const highest = highestOf(known);
  let lowest = Infinity;
  for (const value of known) lowest = Math.min(lowest, value);
  const capped = highest >= cap;
  const top = capped ? cap : highest;
  const near = 0.001 * (highest - lowest);
  const [atTop, below] = [known.filter((value) => value >= top - near), known.filter((value) => value < top - near)];
  const next = highestOf(below);
  const share = atTop.length / known.length;
  if (share < FLAT || atTop.length < 5) return 0;
  if (capped) return share;
  // Of whole numbers one is always at the top: it is flat where far more are there than at the next below. And where nearly all
  // are at one value, that is where the metric rests.
  const isFlat = atTop.length > 2 * below.filter((value) => value >= next - near).length;
  return isFlat && share < 0.9 ? share : 0;
}

function percent(share: number): string {
  return `${String(Math.round(share * 1_000) / 10)} %`;
}
