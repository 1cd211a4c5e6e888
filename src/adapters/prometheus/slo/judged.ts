/** From what a Prometheus answers to a measurement that cannot be nonsense. */
import { type Measurement, NOTHING_MEASURED } from "../../../core/measurement.ts";

/** What was counted, as far as it is known. */
export interface RawCounts {
  /** Events; undefined where there is no series. */
  readonly total: number | undefined;
  /** Those that are counted apart; undefined where there is no series. */
  readonly part: number | undefined;
  readonly counted: "bad" | "good";
  /** Whether a missing part is none at all, or shows that the expression is wrong. */
  readonly missingPart: "none" | "mistake";
  /** At how many of the steps that were looked at its metrics were there. */
  readonly watched: number;
  /** How many steps were looked at. */
  readonly steps: number;
  readonly until?: number;
}

/** The share of a step that is taken to be watched where events were counted, and no look fell on them. */
const LEAST_OF_STEP = 0.1;

/**
 * Counts are extrapolated and may be a little off: what failed is never below none or above all. Without events
 * and without coverage nothing was measured: no series adds up to 0, too.
 */
export function measurementOf({ total, part, counted, missingPart, watched, steps, until }: RawCounts): Measurement {
  const noPart = part === undefined && missingPart === "mistake";
  if (total === undefined || noPart) return NOTHING_MEASURED;
  // What came between two looks was seen: metrics that are minutes old are looked at once in hours.
  const coverage = (watched > 0 ? watched : total > 0 ? LEAST_OF_STEP : 0) / steps;
  if (coverage === 0) return NOTHING_MEASURED;
  const all = Math.max(0, total);
  const some = Math.min(all, Math.max(0, part ?? 0));
  return {
    good: counted === "good" ? some : all - some,
    total: all,
    coverage: Math.min(1, coverage),
    ...(until === undefined ? {} : { until }),
  };
}
