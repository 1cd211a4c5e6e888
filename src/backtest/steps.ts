/** What was counted in equal steps: made of samples, checked. */
import type { EventCounts } from "../budget/counted-events.ts";
import { formatDuration, MILLISECONDS } from "../core/time/duration.ts";
import { checkTime, LAST_INSTANT } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { checkCounts } from "../core/measurement.ts";
import { checkOptions } from "../core/options.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { CountedSteps } from "./model.ts";

/** So many steps at most: half a second of work for a candidate, and almost two years of minutes. */
export const MOST_STEPS = 1_000_000;
const LONGEST_MS = 10 * MILLISECONDS.y;

/** Which steps samples are put into. */
export interface StepOptions extends TimeRange {
  /** Length of one step, in whole milliseconds; the range is a whole number of them, 1,000,000 at most. */
  readonly stepMs: number;
  /** What a step without a sample is: one in which nothing came, `idle` unless told, or one that was not watched. */
  readonly withoutSamples?: "idle" | "unwatched" | undefined;
}

const OPTIONS = ["start", "end", "stepMs", "withoutSamples"] as const;

/**
 * Adds samples up in equal steps. They may come in any order; what lies outside of `[start, end)` is not counted.
 *
 * @throws {@link ConfigurationError} naming the first sample or the option that is wrong
 *
 * @example
 * ```ts
 * import { stepsOf } from "nines";
 *
 * const { good, total } = stepsOf(
 *   [
 *     { at: 30_000, good: 9, total: 10 },
 *     { at: 59_999, good: 5, total: 5 },
 *     { at: 60_000, good: 7, total: 7 },
 *   ],
 *   { start: 0, end: 120_000, stepMs: 60_000 },
 * );
 * if (good[0] !== 14 || total[0] !== 15 || total[1] !== 7) throw new Error("a step ends before the next begins");
 * ```
 */
export function stepsOf(samples: readonly EventCounts[], options: StepOptions): CountedSteps {
  checkOptions(options, "stepsOf", OPTIONS);
  const { start, end, stepMs, withoutSamples = "idle" } = options;
  const length = stepCount(options, stepMs);
  const empty: unknown = withoutSamples;
  if (empty !== "idle" && empty !== "unwatched") {
    throw invalid("withoutSamples", `${show(empty)} is not possible; allowed: idle, unwatched`);
  }
  const list: unknown = samples;
  if (!Array.isArray(list)) throw invalid("samples", `${show(samples)} is not a list of counts`);
  const nothing = empty === "idle" ? 0 : Number.NaN;
  const [good, total] = [new Float64Array(length).fill(nothing), new Float64Array(length).fill(nothing)];
  for (const [index, sample] of samples.entries()) {
    const { at } = checkSample(sample, index);
    checkTime(at, ["samples", index, "at"], () => start);
    if (at < start || at >= end) continue;
    const step = Math.floor((at - start) / stepMs);
    const isFirst = Number.isNaN(total[step]);
    good[step] = sample.good + (isFirst ? 0 : (good[step] as number));
    total[step] = sample.total + (isFirst ? 0 : (total[step] as number));
  }
  return { start, stepMs, good, total };
}

function checkSample(given: EventCounts, index: number): EventCounts {
  const sample: unknown = given;
  if (typeof sample !== "object" || sample === null) {
    throw invalid(["samples", index], `${show(sample)} is no object with at, good and total`);
  }
  if (!Number.isFinite(given.at))
    throw invalid(["samples", index, "at"], `${show(given.at)} is not a time in epoch milliseconds`);
  checkCounts(given, (field) => ["samples", index, field]);
  return given;
}

/** How many steps the range has. @throws {@link ConfigurationError} if it is not a whole number of them, too many, or too long */
export function stepCount({ start, end }: TimeRange, stepMs: number, path: readonly string[] = []): number {
  if (!Number.isSafeInteger(stepMs) || stepMs < 1) {
    throw invalid("stepMs", `${show(stepMs)} is not a step; write a positive whole number of milliseconds`);
  }
  for (const [name, at] of Object.entries({ start, end })) {
    if (!Number.isInteger(at) || Math.abs(at) > LAST_INSTANT)
      throw invalid([...path, name], `${show(at)} is not a whole number of epoch milliseconds`);
  }
  checkTime(start, [...path, "start"]);
  const length = (end - start) / stepMs;
  const step = formatDuration(stepMs);
  if (!Number.isInteger(length) || length < 1) {
    throw invalid(
      [...path, "end"],
      `${show(end)} is not a whole number of steps of ${step} after the start, ${show(start)}`,
    );
  }
  if (length > MOST_STEPS) {
    const most = `at most ${String(MOST_STEPS)} are looked at`;
    throw invalid("stepMs", `${String(length)} steps of ${step} are too many: ${most}; take longer ones`);
  }
  if (end - start > LONGEST_MS) throw invalid([...path, "end"], "is more than ten years after the start");
  return length;
}
