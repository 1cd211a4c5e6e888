/** How an SLO went over a stretch of time, in steps. */
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
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
  /** In order; where nobody looked there is none. */
  readonly points: readonly CountedPoint[];
  /** Why its source could not tell; there are no points then. */
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
      const told = ranges.flatMap((step, index): CountedPoint[] => {
        const { good, total, coverage } = measured[index] ?? { good: 0, total: 0, coverage: 0 };
        return coverage > 0 ? [{ at: step.end, good, total }] : [];
      });
      return { slo: slo.id, points: told };
    }),
  );
}
