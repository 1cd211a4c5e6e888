/** Prometheus' own forecast: a straight line through a window of samples. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

import type { SeriesPoint } from "../series/samples.ts";

/** What is asked of {@link predictLinear}. */
export interface PredictLinearOptions {
  /** When it is asked, in epoch milliseconds; `aheadSeconds` count from here, wherever the last point is. */
  readonly at: number;
  /** How far ahead, in seconds; negative looks back along the line. */
  readonly aheadSeconds: number;
}

/** A sum with what rounding took from it. */
interface Sum {
  total: number;
  lost: number;
}

/**
 * What PromQL's `predict_linear(series[range], aheadSeconds)` gives at `at`, to the last bit on amd64: ordinary least
 * squares over all of the points, time in seconds from `at`, sums by Kahan and Neumaier. Source: Prometheus,
 * promql/functions.go, `linearRegression`.
 *
 * The points are the window: which of them it has is the caller's matter. A range selector takes `[at - range, at]` up to
 * Prometheus 2, and `(at - range, at]` from 3.0 on. Their order does not matter. A point that is NaN or infinite makes the
 * forecast NaN, as there; leave out what is not known.
 *
 * @param points - times in epoch milliseconds
 * @returns in the unit of the values; undefined for fewer than two points, or several values at one time only. A constant
 *   predicts itself, and NaN if it is infinite
 * @throws {@link ConfigurationError} for times or a horizon that are no finite numbers
 *
 * @example
 * ```ts
 * import { predictLinear } from "nines";
 *
 * const disk = [0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50].map((value, index) => ({ at: index * 300_000, value }));
 * const hence = predictLinear(disk, { at: 3_000_000, aheadSeconds: 3_600 });
 * if (hence === undefined || Math.abs(hence - 76.81818181818181) > 1e-9) throw new Error(String(hence));
 * ```
 */
export function predictLinear(points: readonly SeriesPoint[], options: PredictLinearOptions): number | undefined {
  checkOptions(options, "predictLinear", ["at", "aheadSeconds"]);
  const { at, aheadSeconds } = options;
  checkFinite("at", at);
  checkFinite("aheadSeconds", aheadSeconds);
  const ordered = inOrder(points);
  const first = ordered[0];
  if (first === undefined || ordered.length < 2) return undefined;
  if (ordered.every(({ value }) => value === first.value)) {
    // A slope of zero, which makes 0 of -0 as there.
    return Number.isFinite(first.value) ? 0 * aheadSeconds + first.value : NaN;
  }
  if (first.at === ordered.at(-1)?.at) return undefined;
  return onTheLine(ordered, at, aheadSeconds);
}

function onTheLine(points: readonly SeriesPoint[], at: number, aheadSeconds: number): number {
  const sums = { x: newSum(), y: newSum(), xy: newSum(), xx: newSum() };
  for (const point of points) {
    const seconds = (point.at - at) / 1_000;
    add(sums.x, seconds);
    add(sums.y, point.value);
    add(sums.xy, seconds * point.value);
    add(sums.xx, seconds * seconds);
  }
  const [x, y, xy, xx] = [total(sums.x), total(sums.y), total(sums.xy), total(sums.xx)];
  const count = points.length;
  // The order of operations is that of Prometheus: another one rounds differently.
  const slope = (xy - (x * y) / count) / (xx - (x * x) / count);
  const intercept = y / count - (slope * x) / count;
  return slope * aheadSeconds + intercept;
}

function newSum(): Sum {
  return { total: 0, lost: 0 };
}

/** Neumaier's form of Kahan's sum: the smaller of the two is what loses digits. */
function add(sum: Sum, value: number): void {
  const next = sum.total + value;
  if (Math.abs(next) === Infinity) sum.lost = 0;
  else if (Math.abs(sum.total) >= Math.abs(value)) sum.lost += sum.total - next + value;
  else sum.lost += value - next + sum.total;
  sum.total = next;
}

function total(sum: Sum): number {
  return sum.total + sum.lost;
}

function inOrder(points: readonly SeriesPoint[]): readonly SeriesPoint[] {
  if (!isList(points)) throw invalid("points", `${show(points)} is not a list of points`);
  let last = -Infinity;
  let sorted = true;
  for (const [index, { at }] of points.entries()) {
    if (!Number.isFinite(at)) throw invalid(["points", index, "at"], `${show(at)} is no time`);
    sorted &&= at >= last;
    last = at;
  }
  return sorted ? points : [...points].sort((a, b) => a.at - b.at);
}

function isList(points: unknown): boolean {
  return Array.isArray(points);
}

function checkFinite(name: string, value: unknown): void {
  if (!Number.isFinite(value)) throw invalid(name, `${show(value)} is no finite number`);
}
