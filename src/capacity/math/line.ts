/** A straight line through points by least squares, and how sure it is. */
import { invalid, show } from "../../core/errors.ts";
import { type LimitReach, reachOf } from "./reach.ts";
import { checkNumbers, type NumberList } from "./statistics.ts";
import { studentQuantile } from "./student.ts";

/** A value and what it is between. */
export interface ConfidenceInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** Points by their coordinates, as two lists of the same length; typed arrays are the fastest. */
export interface LinePoints {
  readonly x: NumberList;
  readonly y: NumberList;
}

/**
 * A line fitted by ordinary least squares. All sums are taken around the points' own centre, so that times in epoch
 * milliseconds cost no digits (Chan, Golub and LeVeque 1983).
 */
export class LineFit {
  /** How many points it was fitted to. */
  readonly count: number;
  /** y per x. */
  readonly slope: number;
  /** y at x = 0. With times for x that is 1970, far from anything: ask {@link at}. */
  readonly intercept: number;
  /** Standard error of {@link slope}; NaN of two points. */
  readonly slopeDeviation: number;
  /** Standard error of {@link intercept}; NaN of two points. */
  readonly interceptDeviation: number;
  /** Residual standard deviation, with {@link degrees} of freedom; NaN of two points. */
  readonly deviation: number;
  /** Share of y's variance that the line explains, from 0 to 1; NaN where y is constant. */
  readonly rSquared: number;
  /** Degrees of freedom of the residuals: two fewer than there are points. */
  readonly degrees: number;
  /** Mean of x. */
  readonly centreX: number;
  /** Mean of y. */
  readonly centreY: number;
  readonly #sums: LineSums;

  /** @param sums - what {@link fitLine} has added up */
  constructor(sums: LineSums) {
    this.count = sums.count;
    this.#sums = sums;
    this.centreX = sums.pivotX + sums.offsetX;
    this.centreY = sums.pivotY + sums.offsetY;
    this.slope = sums.slope;
    this.degrees = sums.count - 2;
    const variance = this.degrees > 0 ? sums.residual / this.degrees : NaN;
    this.deviation = Math.sqrt(variance);
    this.rSquared = sums.yy > 0 ? Math.max(0, 1 - sums.residual / sums.yy) : NaN;
    this.intercept = this.at(0);
    this.slopeDeviation = Math.sqrt(variance / sums.xx);
    // Of large values the variance alone is near the end of what a number holds.
    this.interceptDeviation = this.deviation * Math.sqrt(1 / sums.count + (this.centreX * this.centreX) / sums.xx);
  }

  /** y on the line at `x`. */
  at(x: number): number {
    const { pivotY, offsetY } = this.#sums;
    return pivotY + (offsetY + this.slope * this.#fromCentre(x));
  }

  /** What the line itself is between at `x`, with Student's t. */
  confidenceInterval(x: number, confidence = 0.95): ConfidenceInterval {
    return this.#interval(x, confidence, 0);
  }

  /** What one more point at `x` would be between, with Student's t: as R's `predict(lm, interval = "prediction")`. */
  predictionInterval(x: number, confidence = 0.95): ConfidenceInterval {
    return this.#interval(x, confidence, 1);
  }

  /** What {@link slope} is between. */
  slopeInterval(confidence = 0.95): ConfidenceInterval {
    const half = studentQuantile((1 + checkConfidence(confidence)) / 2, this.degrees) * this.slopeDeviation;
    return { mean: this.slope, lower: this.slope - half, upper: this.slope + half };
  }

  /**
   * The x at or after `from` where the line reaches `limit`, between the earliest and the latest that the confidence allows
   * (Fieller 1954). Infinity where it does not: a latest of Infinity says "perhaps never", an earliest one "never". Of two
   * points nothing is known of what is between: from `from` to Infinity.
   *
   * @throws {@link ConfigurationError} if the limit or `from` is no finite number
   */
  reach(
    limit: number,
    options: {
      readonly from: number;
      readonly confidence?: number;
      /** Whether values above the limit are beyond it, rather than those below; true unless told. */
      readonly rising?: boolean;
      /** What to multiply the line's variance by, where its residuals are not independent. */
      readonly varianceFactor?: number;
    },
  ): LimitReach {
    const { from, confidence = 0.95, rising = true, varianceFactor = 1 } = options;
    for (const [name, value] of Object.entries({ limit, from })) {
      if (!Number.isFinite(value)) throw invalid(name, `${show(value)} is no finite number`);
    }
    if (!(varianceFactor >= 0)) {
      throw invalid(
        "varianceFactor",
        `${show(varianceFactor)} is no factor; write 1 or what the variance is more than that`,
      );
    }
    const quantile = studentQuantile((1 + checkConfidence(confidence)) / 2, this.degrees);
    const variance = quantile * quantile * this.deviation * this.deviation * varianceFactor;
    const { centreX, centreY, slope } = this;
    const band = { centreVariance: variance / this.count, slopeVariance: variance / this.#sums.xx };
    return reachOf({ centreX, centreY, slope, ...band }, limit, from, rising);
  }

  #interval(x: number, confidence: number, own: 0 | 1): ConfidenceInterval {
    const mean = this.at(x);
    const from = this.#fromCentre(x);
    const share = own + 1 / this.count + (from * from) / this.#sums.xx;
    const half =
      studentQuantile((1 + checkConfidence(confidence)) / 2, this.degrees) * this.deviation * Math.sqrt(share);
    return { mean, lower: mean - half, upper: mean + half };
  }

  // In two steps: the centre of times in epoch milliseconds lies between two doubles.
  #fromCentre(x: number): number {
    return x - this.#sums.pivotX - this.#sums.offsetX;
  }
}

/** What a {@link LineFit} is made of. */
export interface LineSums extends Centre {
  readonly count: number;
  readonly slope: number;
  /** Squares of x around its mean. */
  readonly xx: number;
  /** Squares of y around its mean. */
  readonly yy: number;
  /** Squares of what the line leaves. */
  readonly residual: number;
}

/**
 * Fits a line to points of any order; x may be epoch milliseconds.
 *
 * @throws {@link ConfigurationError} if there are fewer than two points, all at one x, a coordinate is no finite number, or they
 *   are too far apart for their squares
 *
 * @example
 * ```ts
 * import { fitLine } from "nines";
 *
 * const disk = fitLine({ x: [0, 1, 2, 3, 4], y: [50, 52.1, 53.9, 56, 58.1] });
 * const full = disk.reach(90, { from: 4 });
 * if (Math.round(full.expected) !== 20 || !(full.earliest > 19 && full.latest < 21)) throw new Error("not about day 20");
 * ```
 */
export function fitLine(points: LinePoints): LineFit {
  checkPoints(points, "fitLine");
  const { x, y } = points;
  const count = x.length;
  if (count < 2) throw invalid("x", `a line needs two points, not ${String(count)}`);
  const [pivotX, pivotY] = [x[count >> 1] as number, y[count >> 1] as number];
  // Relative to a pivot among the points each difference is nearly exact, however far from zero they all are.
  const [offsetX, offsetY] = [meanAround(x, pivotX), meanAround(y, pivotY)];
  const centre = { pivotX, pivotY, offsetX, offsetY };
  const { xx, xy, yy } = products({ x, y }, centre);
  if (xx === 0) throw invalid("x", `all points are at ${show(pivotX)}; a line needs two places`);
  if (!(xx < Infinity)) throw invalid("x", TOO_FAR);
  if (!(yy < Infinity && Math.abs(xy) < Infinity)) throw invalid("y", TOO_FAR);
  const slope = xy / xx;
  return new LineFit({ ...centre, count, slope, xx, yy, residual: residualSquares({ x, y }, centre, slope) });
}

/** The mean of the points, as one of them and what the mean is away from it. */
interface Centre {
  readonly pivotX: number;
  readonly pivotY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Short enough that plain additions within lose nothing worth keeping; between the blocks rounding is put back. */
const BLOCK = 64;

function meanAround(values: NumberList, pivot: number): number {
  const total = new Total();
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(values.length, start + BLOCK);
    let part = 0;
    for (let index = start; index < end; index += 1) part += (values[index] as number) - pivot;
    total.add(part);
  }
  return total.value / values.length;
}

function products(
  { x, y }: LinePoints,
  { pivotX, pivotY, offsetX, offsetY }: Centre,
): Record<"xx" | "xy" | "yy", number> {
  const [totalXX, totalXY, totalYY] = [new Total(), new Total(), new Total()];
  for (let start = 0; start < x.length; start += BLOCK) {
    const end = Math.min(x.length, start + BLOCK);
    let [xx, xy, yy] = [0, 0, 0];
    for (let index = start; index < end; index += 1) {
      const dx = (x[index] as number) - pivotX - offsetX;
      const dy = (y[index] as number) - pivotY - offsetY;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    totalXX.add(xx);
    totalXY.add(xy);
    totalYY.add(yy);
  }
  return { xx: totalXX.value, xy: totalXY.value, yy: totalYY.value };
}

/** Of the residuals themselves: taken as a difference of sums, little would be left where the line fits well. */
function residualSquares({ x, y }: LinePoints, { pivotX, pivotY, offsetX, offsetY }: Centre, slope: number): number {
  const total = new Total();
  for (let start = 0; start < x.length; start += BLOCK) {
    const end = Math.min(x.length, start + BLOCK);
    let part = 0;
    for (let index = start; index < end; index += 1) {
      const dx = (x[index] as number) - pivotX - offsetX;
      const left = (y[index] as number) - pivotY - offsetY - slope * dx;
      part += left * left;
    }
    total.add(part);
  }
  return total.value;
}

/** A sum that keeps what its additions round away (Neumaier 1974). */
class Total {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

const TOO_FAR = "the points are too far apart for the squares of doubles, which end at 1e308";

/** Points from outside, checked: two lists of finite numbers, and as many in one as in the other. */
export function checkPoints(points: LinePoints, what: string): void {
  if (typeof points !== "object" || (points as unknown) === null) {
    throw invalid([], `${what} takes points as { x, y }, not ${show(points)}`);
  }
  const { x, y } = points;
  for (const [name, values] of [
    ["x", x],
    ["y", y],
  ] as const)
    checkNumbers([name], values);
  if (y.length !== x.length)
    throw invalid("y", `has ${String(y.length)} values and x ${String(x.length)}; each needs the other`);
}

/** A confidence from outside, checked: a share of more than 0 and less than 1. */
export function checkConfidence(confidence: number): number {
  if (typeof confidence === "number" && confidence > 0 && confidence < 1) return confidence;
  throw invalid("confidence", `${show(confidence)} is not a confidence; write a share such as 0.95`);
}
