/** A line that a quarter of the points cannot bend: the median of the slopes between pairs (Theil 1950, Sen 1968). */
import { invalid } from "../../core/errors.ts";
import { checkPoints, type LinePoints } from "./line.ts";
import { median } from "./statistics.ts";

/** What {@link theilSen} finds. */
export interface RobustLine {
  readonly slope: number;
  /** y at x = 0. */
  readonly intercept: number;
}

/** Up to so many points every pair is looked at. */
const ALL_PAIRS = 300;
/** Of more points each is paired with so many others, at even distances. */
const PARTNERS = 40;

/**
 * The median of the slopes between pairs of points, and the median of what is then left. Of more than 300 points each is paired
 * with forty others spread evenly over the rest.
 *
 * @throws {@link ConfigurationError} if no two points differ in x, or a coordinate is no finite number
 *
 * @example
 * ```ts
 * import { theilSen } from "nines";
 *
 * const line = theilSen({ x: [0, 1, 2, 3, 4, 5], y: [0, 1, 2, 900, 4, 5] });
 * if (line.slope !== 1) throw new Error("the outlier bent it");
 * ```
 */
export function theilSen(points: LinePoints): RobustLine {
  checkPoints(points, "theilSen");
  const { x, y } = points;
  const count = x.length;
  const slopes: number[] = [];
  const pair = (first: number, second: number): void => {
    const run = (x[second] as number) - (x[first] as number);
    if (run !== 0) slopes.push(((y[second] as number) - (y[first] as number)) / run);
  };
  if (count <= ALL_PAIRS) {
    for (let first = 0; first < count; first += 1)
      for (let second = first + 1; second < count; second += 1) pair(first, second);
  } else {
    for (let first = 0; first < count; first += 1) {
      for (let partner = 1; partner <= PARTNERS; partner += 1)
        pair(first, (first + Math.round((partner * count) / (PARTNERS + 1))) % count);
    }
  }
  if (slopes.length === 0) throw invalid("x", "all points are at one place; a line needs two");
  const slope = median(slopes);
  return { slope, intercept: median(Array.from(y, (value, place) => value - slope * (x[place] as number))) };
}
