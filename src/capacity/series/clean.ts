/** Points as they come, in order and each time once: what had to be done for it is said. */
import { areInSeconds, inSeconds } from "../../core/time/epoch.ts";
import { invalid, show } from "../../core/errors.ts";
import type { SeriesPoint } from "./samples.ts";

/** Something about the data that whoever reads a forecast of it should know. */
export interface SeriesRemark {
  /** For programs. */
  readonly code:
    | "unknown_values"
    | "out_of_order"
    | "duplicates"
    | "counter_resets"
    | "out_of_range"
    | "irregular"
    | "gaps"
    | "averaged"
    | "cut"
    | "constant"
    | "saturated"
    | "outliers"
    | "shifts"
    | "not_planned";
  /** For people. */
  readonly text: string;
}

/** Times in order, and a finite value at each. */
export interface CleanPoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly floor: number;
  readonly remarks: readonly SeriesRemark[];
}

/** What a metric can be. */
export interface MetricRange {
  /** A gauge is what it is; a counter only grows, and is turned into its increase a second. */
  readonly kind: "gauge" | "counter";
  /** Undefined: 0 where no value is below it, and nothing where one is. */
  readonly floor: number | undefined;
  readonly cap: number;
}

/** Squares of what is further from zero than this do not fit into a double, and nobody could tell how far off a forecast is. */
export const LARGEST_VALUE = 1e150;

/** Sorts, leaves unknown values out, merges what came twice, and turns counters into rates. */
export function cleanPoints(points: readonly SeriesPoint[], { kind, floor: given, cap }: MetricRange): CleanPoints {
  const remarks: SeriesRemark[] = [];
  const known = knownOf(points, remarks);
  let { times, values } = once(known, remarks);
  if (kind === "counter") ({ times, values } = rates(times, values, remarks));
  const floor = given ?? (cap > 0 && values.every((value) => value >= 0) ? 0 : -Infinity);
  let outside = 0;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] as number;
    if (value >= floor && value <= cap) continue;
    outside += 1;
    values[place] = Math.min(cap, Math.max(floor, value));
  }
  if (outside > 0) {
    remarks.push({
      code: "out_of_range",
      text: `${count(outside, "value")} beyond what the metric can be (${rangeText(floor, cap)}), taken as the nearest that it can`,
    });
  }
  return { times, values, floor, remarks };
}

/** @throws {@link ConfigurationError} if times, in order, were most likely meant in seconds */
export function checkNotInSeconds({ times }: Pick<CleanPoints, "times">): void {
  const first = times[0] ?? NaN;
  if (areInSeconds(first, times.at(-1) ?? NaN)) throw invalid(["points", "at"], inSeconds(first));
}

function knownOf(
  points: readonly SeriesPoint[],
  remarks: SeriesRemark[],
): { times: Float64Array; values: Float64Array; sorted: boolean } {
  const times = new Float64Array(points.length);
  const values = new Float64Array(points.length);
  let length = 0;
  let sorted = true;
  for (let place = 0; place < points.length; place += 1) {
    const point: unknown = points[place];
    if (typeof point !== "object" || point === null)
      throw invalid(["points", place], `${show(point)} is no point; write { at, value }`);
    const { at, value } = point as SeriesPoint;
    if (!Number.isFinite(at)) throw invalid(["points", place, "at"], `${show(at)} is no time in epoch milliseconds`);
    if (typeof value !== "number")
      throw invalid(["points", place, "value"], `${show(value)} is no number; NaN says that it is not known`);
    if (!(Math.abs(value) <= LARGEST_VALUE)) continue;
    if (length > 0 && at < (times[length - 1] as number)) sorted = false;
    times[length] = at;
    values[length] = value;
    length += 1;
  }
  const unknown = points.length - length;
  if (unknown > 0)
    remarks.push({
      code: "unknown_values",
      text: `${count(unknown, "value")} not known (NaN, infinite, or beyond ${String(LARGEST_VALUE)}), left out`,
    });
  return { times: times.subarray(0, length), values: values.subarray(0, length), sorted };
}

function once(
  { times, values, sorted }: { times: Float64Array; values: Float64Array; sorted: boolean },
  remarks: SeriesRemark[],
): { times: Float64Array; values: Float64Array } {
  let order: Uint32Array | undefined;
  if (!sorted) {
    order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
    remarks.push({
      code: "out_of_order",
      text: "the points were not in the order of their times, and have been sorted",
    });
  }
  const onlyTimes = new Float64Array(times.length);
  const onlyValues = new Float64Array(times.length);
  let [length, twice, same] = [0, 0, 1];
  for (let place = 0; place < times.length; place += 1) {
    const from = order === undefined ? place : (order[place] as number);
    const at = times[from] as number;
    if (length > 0 && at === onlyTimes[length - 1]) {
      same += 1;
      twice += 1;
      const mean = onlyValues[length - 1] as number;
      onlyValues[length - 1] = mean + ((values[from] as number) - mean) / same;
      continue;
    }
    same = 1;
    onlyTimes[length] = at;
    onlyValues[length] = values[from] as number;
    length += 1;
  }
  if (twice > 0) {
    remarks.push({
      code: "duplicates",
      text: `${count(twice, "value")} at a time that had one already, averaged; clocks that are put back leave such times`,
    });
  }
  return { times: onlyTimes.subarray(0, length), values: onlyValues.subarray(0, length) };
}

/** Increase a second between one value and the next; after a reset a counter has counted what it shows. */
function rates(
  times: Float64Array,
  values: Float64Array,
  remarks: SeriesRemark[],
): { times: Float64Array; values: Float64Array } {
  const length = Math.max(0, times.length - 1);
  let resets = 0;
  const perSecond = Float64Array.from({ length }, (_, place) => {
    const [before, now] = [values[place] as number, values[place + 1] as number];
    const reset = now < before;
    if (reset) resets += 1;
    return ((reset ? now : now - before) * 1_000) / ((times[place + 1] as number) - (times[place] as number));
  });
  if (resets > 0)
    remarks.push({ code: "counter_resets", text: `${count(resets, "counter reset")}, counted on from zero` });
  return { times: times.slice(1), values: perSecond };
}

/** `1 value`, `12 values`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

function rangeText(floor: number, cap: number): string {
  if (floor === -Infinity) return `at most ${String(cap)}`;
  return cap === Infinity ? `at least ${String(floor)}` : `${String(floor)} to ${String(cap)}`;
}
