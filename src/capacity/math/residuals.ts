/** Whether what a model leaves is what its intervals assume: independent, normal, and as wide at the end as at the beginning. */
import { excessKurtosis, mean, type NumberList, robustDeviation, skewness } from "./statistics.ts";
import { studentCumulative } from "./student.ts";

/** What `checkResiduals` finds. */
export interface ResidualChecks {
  /** Correlation of one residual with the next, from -1 to 1; NaN of fewer than four. */
  readonly autocorrelation: number;
  /** Whether they are independent, by the test of Ljung and Box at 1 %. */
  readonly independent: boolean;
  /** Whether they are normal, by the test of Jarque and Bera at 1 %. */
  readonly normal: boolean;
  /** Whether they spread as wide later as before, by the slope of their sizes at 1 %. */
  readonly evenSpread: boolean;
  /** How many are further than five robust deviations away. */
  readonly outliers: number;
}

const LEVEL = 0.01;
const OUTLYING = 5;
const LAGS = 10;
/** A spread that grows from nothing is not taken for less than this share of the usual one. */
const NARROWEST = 0.2;

/** Looks at residuals in their order in time; missing ones (NaN) are left out. */
export function checkResiduals(residuals: NumberList): ResidualChecks {
  const known = Float64Array.from(residuals).filter((value) => !Number.isNaN(value));
  const centre = mean(known);
  const centred = known.map((value) => value - centre);
  const own = product(centred, 0);
  const correlations = Array.from({ length: Math.min(LAGS, Math.floor(known.length / 4)) }, (_, lag) =>
    own > 0 ? product(centred, lag + 1) / own : 0,
  );
  const box =
    correlations.reduce((sum, r, lag) => sum + (r * r) / (known.length - lag - 1), 0) *
    known.length *
    (known.length + 2);
  const spread = robustDeviation(known);
  return {
    autocorrelation: correlations[0] ?? NaN,
    independent: correlations.length === 0 || chiSquareTail(box, correlations.length) >= LEVEL,
    normal: isNormal(known),
    evenSpread: spreadOverTime(centred).every((width) => width === 1),
    outliers: spread > 0 ? known.filter((value) => Math.abs(value - centre) > OUTLYING * spread).length : 0,
  };
}

/**
 * How many times larger dependent residuals make the variance of a mean or a line than as many independent ones: (1 + r) / (1 - r)
 * with the correlation r of one with the next (Wilks 2011, section 5.2.4); 1 of independent ones.
 */
export function dependence({ independent, autocorrelation }: ResidualChecks): number {
  const r = independent ? 0 : Math.max(0, Math.min(0.98, autocorrelation));
  return (1 + r) / (1 - r);
}

/** The test of Jarque and Bera (1980). */
export function isNormal(values: NumberList): boolean {
  if (values.length < 8) return true;
  const statistic = (values.length / 6) * (skewness(values) ** 2 + excessKurtosis(values) ** 2 / 4);
  return Math.exp(-statistic / 2) >= LEVEL;
}

/**
 * How wide residuals spread at each place, in units of their mean size: a line through their sizes where that has a slope (1 %),
 * and 1 everywhere where it has none.
 */
export function spreadOverTime(residuals: NumberList): Float64Array {
  const { length } = residuals;
  const even = new Float64Array(length).fill(1);
  const places: number[] = [];
  for (let place = 0; place < length; place += 1) if (!Number.isNaN(residuals[place])) places.push(place);
  if (places.length < 8) return even;
  const sizes = places.map((place) => Math.abs(residuals[place] as number));
  const [middle, usual] = [mean(places), mean(sizes)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [index, place] of places.entries()) {
    const [x, y] = [place - middle, (sizes[index] as number) - usual];
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  if (!(yy > 0)) return even;
  const correlation = xy / Math.sqrt(xx * yy);
  const degrees = places.length - 2;
  const t = correlation * Math.sqrt(degrees / Math.max(1e-12, 1 - correlation * correlation));
  if (2 * studentCumulative(-Math.abs(t), degrees) >= LEVEL) return even;
  return even.map((_, place) => Math.max(NARROWEST, 1 + ((xy / xx) * (place - middle)) / usual));
}

function product(values: Float64Array, lag: number): number {
  let total = 0;
  for (let place = lag; place < values.length; place += 1)
    total += (values[place] as number) * (values[place - lag] as number);
  return total;
}

/** The share of the chi-square distribution above `value`; for odd degrees that of one degree more, which is a little larger. */
function chiSquareTail(value: number, degrees: number): number {
  const terms = Math.ceil(degrees / 2);
  let [term, total] = [1, 0];
  for (let index = 0; index < terms; index += 1) {
    total += term;
    term *= value / 2 / (index + 1);
  }
  return Math.min(1, Math.exp(-value / 2) * total);
}
