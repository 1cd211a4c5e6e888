/** The models that are tried on every series. */
import { fitDrift, fitMean, fitNaive, fitSeasonalNaive } from "./simple.ts";
import { fitSmoothing } from "./smoothing.ts";
import { fitLinear, fitRobust, fitTheta, inShares, withSeasons } from "./trend.ts";
import { type Fitted, knownOf, type Series } from "./types.ts";

/** Names of the models. */
export const MODEL_NAMES = [
  "naive",
  "drift",
  "linear",
  "mean",
  "seasonal-naive",
  "profile-naive",
  "linear-seasons",
  "linear-robust",
  "linear-since-shift",
  "theta",
  "smoothing",
  "holt-winters",
] as const;

/** One of {@link MODEL_NAMES}. */
export type ModelName = (typeof MODEL_NAMES)[number];

/** A way to forecast. */
export interface Model {
  readonly name: ModelName;
  /** What it says, in words. */
  readonly title: string;
  /** Believed by itself or not at all: a level that does not move is right or it is not, and among others only slows them down. */
  readonly onlyAlone?: true;
  /** Whether it differs from the others on such a series, and has what it needs. */
  applies(series: Series): boolean;
  /** @param given - weights of an earlier fit to the beginning of the same values */
  fit(series: Series, given?: readonly number[]): Fitted;
}

/** Of fewer values that are not missing no model can be fitted but the simplest. */
export const LEAST_KNOWN = 3;
const hasSeasons = ({ seasons }: Series): boolean => seasons.length > 0;
const has =
  (count: number) =>
  (series: Series): boolean =>
    series.values.length >= count && series.known >= Math.min(count, LEAST_KNOWN);

/** Fewer values than this since a shift are no line. */
const LINE_SINCE = 8;

/** Every model, the simplest first. */
export const MODELS: readonly Model[] = [
  { name: "naive", title: "as the last value", applies: () => true, fit: ({ values }) => fitNaive(values) },
  {
    name: "drift",
    title: "on from the last value by the mean step",
    applies: has(2),
    fit: ({ values }) => fitDrift(values),
  },
  { name: "linear", title: "a line", applies: has(3), fit: ({ values }) => fitLinear(values) },
  {
    name: "mean",
    title: "the mean since the level last shifted",
    onlyAlone: true,
    // Of a level that was found lately nobody knows that it will stay.
    applies: ({ values, shifts }) => 2 * (values.length - (shifts.at(-1) ?? Infinity)) >= values.length,
    fit: (series) => withSeasons(series, (values) => fitMean(values, series.shifts.at(-1) ?? 0)),
  },
  {
    name: "seasonal-naive",
    title: "as a season ago",
    applies: hasSeasons,
    fit: ({ values, seasons }) => fitSeasonalNaive(values, seasons.at(-1) as number),
  },
  {
    name: "profile-naive",
    title: "the last value with the seasons' profile",
    applies: hasSeasons,
    fit: (series) => withSeasons(series, fitNaive),
  },
  {
    name: "linear-seasons",
    title: "a line with seasons",
    applies: hasSeasons,
    fit: (series) => withSeasons(series, fitLinear),
  },
  {
    name: "linear-robust",
    title: "a line with seasons by the median of slopes",
    applies: (series) => series.outliers && has(5)(series),
    fit: (series) => withSeasons(series, fitRobust),
  },
  {
    name: "linear-since-shift",
    title: "a line since the level shifted",
    applies: (series) =>
      series.values.length - (series.shifts.at(-1) ?? Infinity) >= LINE_SINCE && has(LINE_SINCE)(series),
    fit: (series) =>
      withSeasons(series, (values) => {
        const last = series.shifts.at(-1) ?? 0;
        const start = knownOf(values.subarray(last)) < LEAST_KNOWN ? 0 : last;
        const since = fitLinear(values.subarray(start));
        const residuals = new Float64Array(values.length).fill(NaN);
        residuals.set(since.residuals, start);
        return { ...since, residuals };
      }),
  },
  {
    name: "theta",
    title: "the Theta method",
    applies: has(5),
    fit: (series, given) => withSeasons(series, (values) => fitTheta(values, given)),
  },
  {
    name: "smoothing",
    title: "a level and seasons that move, and errors that die away",
    applies: has(6),
    fit: (series, given) =>
      inShares(series, (values) =>
        fitSmoothing(values, { trend: false, seasons: series.seasons, echo: true }, given, series.profile),
      ),
  },
  {
    name: "holt-winters",
    title: "a level, a damped trend and seasons that move",
    applies: has(8),
    fit: (series, given) =>
      inShares(series, (values) =>
        fitSmoothing(values, { trend: true, seasons: series.seasons, echo: false }, given, series.profile),
      ),
  },
];
