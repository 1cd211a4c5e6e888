/** Points as values at equal steps, which is what models are fitted to. */
import { durationText } from "../../core/time/duration-text.ts";
import { type CleanPoints, count, type SeriesRemark } from "./clean.ts";

/** Values at equal steps of the clock. */
export interface Grid {
  /** Beginning of the first step, in epoch milliseconds; a whole number of steps since 1970 (UTC). */
  readonly startMs: number;
  readonly stepMs: number;
  /** One for each step; NaN where there was nothing. */
  readonly values: Float64Array;
  readonly remarks: readonly SeriesRemark[];
}

/** How a step's value is made of the points in it. */
export type StepStatistic = "mean" | "max";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
/** Steps that divide a day, or are one. */
const STEPS = [1, 5, 10, 15, 30].map((seconds) => seconds * SECOND);
STEPS.push(...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE), HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY);
/** Steps to go to when there are too many values: an hour rather than half of one. */
const COARSE = [MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY];

/** So many values tell a model all that it can learn; of more, steps become longer or the oldest are left out. */
export const MOST_VALUES = 2_400;

/** From so many usual distances on a step holds several values as a rule. */
const AVERAGED = 1.2;

/** Puts points on steps: as long as the points are apart, or longer where there are many. */
export function gridOf(
  { times, values, remarks }: CleanPoints,
  { stepMs: wanted, statistic }: { readonly stepMs?: number | undefined; readonly statistic: StepStatistic },
): Grid {
  const said = [...remarks];
  const usual = usualStep(times);
  const span = (times.at(-1) as number) - (times[0] as number);
  const natural = STEPS.find((step) => step >= usual * 0.98) ?? 7 * DAY * Math.ceil(usual / (7 * DAY));
  const stepMs =
    wanted ??
    (span / natural <= MOST_VALUES ? natural : (COARSE.find((step) => span / step <= MOST_VALUES) ?? natural));
  const lastStep = Math.floor((times.at(-1) as number) / stepMs);
  const firstStep = Math.max(Math.floor((times[0] as number) / stepMs), lastStep - MOST_VALUES + 1);
  const length = lastStep - firstStep + 1;
  const gathered = new Float64Array(length).fill(statistic === "max" ? -Infinity : 0);
  const counts = new Uint32Array(length);
  let early = 0;
  for (let place = 0; place < times.length; place += 1) {
    const step = Math.floor((times[place] as number) / stepMs) - firstStep;
    if (step < 0) {
      early += 1;
      continue;
    }
    const value = values[place] as number;
    counts[step] = (counts[step] as number) + 1;
    const so = gathered[step] as number;
    gathered[step] = statistic === "max" ? Math.max(so, value) : so + (value - so) / counts[step];
  }
  for (let step = 0; step < length; step += 1) if (counts[step] === 0) gathered[step] = NaN;
  if (early > 0)
    said.push({
      code: "cut",
      text: `only the latest ${count(length, "step")} are looked at; ${count(early, "value")} before them left out`,
    });
  if (stepMs > natural || stepMs > usual * AVERAGED) {
    const how = statistic === "max" ? "the highest" : "the mean";
    said.push({ code: "averaged", text: `each step is ${how} of what came in ${durationText(stepMs)}` });
  } else if (isIrregular(times, usual)) {
    said.push({
      code: "irregular",
      text: `the points come at irregular times; they were put on steps of ${durationText(stepMs)}`,
    });
  }
  const gaps = gapsOf(gathered, stepMs);
  if (gaps !== undefined) said.push(gaps);
  return { startMs: firstStep * stepMs, stepMs, values: gathered, remarks: said };
}

/** The median distance of points; what is between far more of them is alike. */
function usualStep(times: Float64Array): number {
  const stride = Math.max(1, Math.floor((times.length - 1) / 5_000));
  const steps: number[] = [];
  for (let place = 1; place < times.length; place += stride)
    steps.push((times[place] as number) - (times[place - 1] as number));
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? MINUTE;
}

/** Whether more than one in ten distances are another than the usual one by a fifth. */
function isIrregular(times: Float64Array, usual: number): boolean {
  let other = 0;
  for (let place = 1; place < times.length; place += 1) {
    const step = (times[place] as number) - (times[place - 1] as number);
    if (Math.abs(step - usual) > 0.2 * usual) other += 1;
  }
  return other > 0.1 * times.length;
}

function gapsOf(values: Float64Array, stepMs: number): SeriesRemark | undefined {
  let [gaps, longest, running] = [0, 0, 0];
  for (const value of values) {
    running = Number.isNaN(value) ? running + 1 : 0;
    if (running === 1) gaps += 1;
    longest = Math.max(longest, running);
  }
  if (gaps === 0) return undefined;
  const clocks = gaps <= 2 && longest * stepMs === HOUR ? "; an hour is what clocks that are put forward leave" : "";
  return {
    code: "gaps",
    text: `${count(gaps, "gap")} without values, ${gaps === 1 ? "" : "the longest "}of ${durationText(longest * stepMs)}${clocks}`,
  };
}
