/** How an SLO went over a stretch of time, in steps. */
import { invalid, show } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/window.ts";
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
  /** In order; where nobody looked there is none. */
  readonly points: readonly CountedPoint[];
}

/** What is asked, and of whom. */
export interface HistoryOptions {
  readonly slos: readonly Slo[];
  /** How many steps. */
  readonly points: number;
  /** Now, in epoch milliseconds. */
  readonly at: number;
  readonly measure: (slo: Slo, ranges: readonly TimeRange[]) => Promise<readonly Measurement[]>;
}

const MOST_POINTS = 1_000;

/** The course of each SLO. @throws {@link ConfigurationError} if `range` or `points` is none */
export async function countedHistory(
  range: TimeRange,
  { slos, points, at, measure }: HistoryOptions,
): Promise<readonly CountedHistory[]> {
  if (!Number.isInteger(points) || points < 1 || points > MOST_POINTS) {
    throw invalid("points", `${show(points)} is not a whole number from 1 to ${String(MOST_POINTS)}`);
  }
  const { start } = range;
  if (!Number.isFinite(start) || !Number.isFinite(range.end) || !(start < range.end)) {
    throw invalid("range", "does not begin before it ends; write both as epoch milliseconds");
  }
  const end = Math.min(range.end, at);
  const stepMs = (range.end - start) / points;
  const ranges = Array.from({ length: points }, (_, index) => ({
    start: start + index * stepMs,
    end: Math.min(end, start + (index + 1) * stepMs),
  })).filter((step) => step.start < step.end);
  return Promise.all(
    slos.map(async (slo) => {
      const measured = ranges.length === 0 ? [] : await measure(slo, ranges);
      const told = ranges.flatMap((step, index): CountedPoint[] => {
        const { good, total, coverage } = measured[index] ?? { good: 0, total: 0, coverage: 0 };
        return coverage > 0 ? [{ at: step.end, good, total }] : [];
      });
      return { slo: slo.id, points: told };
    }),
  );
}
