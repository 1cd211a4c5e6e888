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
  /** Share of the stretch in which its metrics were there. */
  readonly coverage: number;
  readonly until?: number;
}

/**
 * Counts are extrapolated and may be a little off: what failed is never below none or above all. Without coverage nothing was
 * measured, whatever the numbers say: no series adds up to 0, too.
 */
export function measurementOf({ total, part, counted, missingPart, coverage, until }: RawCounts): Measurement {
  const noPart = part === undefined && missingPart === "mistake";
  if (!(coverage > 0) || total === undefined || noPart) return NOTHING_MEASURED;
  const all = Math.max(0, total);
  const some = Math.min(all, Math.max(0, part ?? 0));
  return {
    good: counted === "good" ? some : all - some,
    total: all,
    coverage: Math.min(1, coverage),
    ...(until === undefined ? {} : { until }),
  };
}
