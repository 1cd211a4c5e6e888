/** How an SLO went over a stretch of time, in steps. */
import { checkTime } from "../core/time/epoch.ts";
import { durationText } from "../core/time/duration-text.ts";
import { invalid, show } from "../core/errors.ts";
import { type Measurement, NOTHING_MEASURED } from "../core/measurement.ts";
import { publicReason } from "../core/public-reason.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { Slo } from "../slo/model.ts";

/** What was counted in one step. */
export interface CountedPoint {
  /** End of the step, in epoch milliseconds. */
  readonly at: number;
  readonly good: number;
  readonly total: number;
}

/** How one SLO went. */
export interface CountedHistory {
  /** Id of the SLO. */
  readonly slo: string;
  /** In order; where nobody looked there is none. Counts that are kept in coarser steps are spread evenly over these. */
  readonly points: readonly CountedPoint[];
  /** Why its source could not tell, or keeps too coarse counts of a range that short and long ago; there are no points then. */
  readonly reason?: string;
}

/** What is asked, and of whom. */
export interface HistoryOptions {
  readonly slos: readonly Slo[];
  /** How many steps. */
  readonly points: number;
  /** Now, in epoch milliseconds. */
  readonly at: number;
  readonly measure: (slo: Slo, ranges: readonly TimeRange[]) => Promise<readonly Measurement[]>;
  /** Told of each SLO that could not be measured. */
  readonly onFailure?: (slo: Slo, error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

const MOST_POINTS = 1_000;
/** What is shorter than so many times what its ends may be off is told together with its neighbours; a whole range not at all. */
const FEWEST_SLACKS = 8;

/** A step, and what was counted in it; its ends may be off. */
interface Step extends TimeRange {
  readonly good: number;
  readonly total: number;
  readonly slackMs?: number;
}

/** Where counts are kept in coarser steps than were asked for, those of a coarse one are spread over the fine ones in it. */
function evenly(steps: readonly Step[]): readonly CountedPoint[] {
  const groups: Step[][] = [];
  let open: Step[] = [];
  for (const step of steps) {
    open.push(step);
    const slackMs = Math.max(...open.map((one) => one.slackMs ?? 0));
    const long = open.reduce((length, { start, end }) => length + end - start, 0);
    if (long < slackMs * FEWEST_SLACKS) continue;
    groups.push(open);
    open = [];
  }
  const last = groups.pop() ?? [];
  return [...groups, [...last, ...open]].flatMap(spread);
}

/** Whole numbers stay whole, and add up to the same. */
function spread(steps: readonly Step[]): readonly CountedPoint[] {
  if (steps.length === 1) return steps.map(({ end, good, total }) => ({ at: end, good, total }));
  const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), 0);
  const [long, good, bad] = [
    sum((step) => step.end - step.start),
    sum((step) => step.good),
    sum((step) => step.total - step.good),
  ];
  const upTo = (whole: number, passed: number): number => Math.round((whole * passed) / long);
  let passed = 0;
  return steps.map(({ start, end }) => {
    const before = passed;
    passed += end - start;
    const [goods, bads] = [good, bad].map((whole) => upTo(whole, passed) - upTo(whole, before)) as [number, number];
    return { at: end, good: goods, total: goods + bads };
  });
}

/**
 * The course of each SLO; one that could not be measured says why, and the others are told all the same.
 *
 * @throws {@link ConfigurationError} if `range` or `points` is none
 */
export async function countedHistory(
  range: TimeRange,
  { slos, points, at, measure, onFailure, signal }: HistoryOptions,
): Promise<readonly CountedHistory[]> {
  if (!Number.isInteger(points) || points < 1 || points > MOST_POINTS) {
    throw invalid("points", `${show(points)} is not a whole number from 1 to ${String(MOST_POINTS)}`);
  }
  const { start } = range;
  if (!Number.isFinite(start) || !Number.isFinite(range.end) || !(start < range.end)) {
    throw invalid(
      "range",
      `from ${show(start)} to ${show(range.end)} is none; write start and end as epoch milliseconds, the start first`,
    );
  }
  checkTime(start, ["range", "start"], () => at);
  checkTime(range.end, ["range", "end"], () => at);
  const end = Math.min(range.end, at);
  const stepMs = (range.end - start) / points;
  const ranges = Array.from({ length: points }, (_, index) => ({
    start: start + index * stepMs,
    end: Math.min(end, start + (index + 1) * stepMs),
  })).filter((step) => step.start < step.end);
  return Promise.all(
    slos.map(async (slo): Promise<CountedHistory> => {
      let measured: readonly Measurement[];
      try {
        measured = ranges.length === 0 ? [] : await measure(slo, ranges);
      } catch (error) {
        // Whoever gives up asks for no answer.
        signal?.throwIfAborted();
        onFailure?.(slo, error);
        return { slo: slo.id, points: [], reason: publicReason(error) };
      }
      const steps = ranges.flatMap((step, index): Step[] => {
        const { coverage, ...counts } = measured[index] ?? NOTHING_MEASURED;
        return coverage > 0 ? [{ ...step, ...counts }] : [];
      });
      const coarsest = steps.reduce((most, { slackMs = 0 }) => Math.max(most, slackMs), 0);
      if (coarsest * FEWEST_SLACKS > end - start) {
        const reason = `of counts of that time it is known to ${durationText(coarsest)} only when they came`;
        return { slo: slo.id, points: [], reason };
      }
      return { slo: slo.id, points: evenly(steps) };
    }),
  );
}
