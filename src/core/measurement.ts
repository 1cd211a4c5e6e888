/** What was counted in a stretch of time: the one currency between sources, budgets and policies. */
import { invalid, show } from "./errors.ts";

/** Good and total of a stretch of time, in one unit: requests, time slices or milliseconds. */
export interface Measurement {
  /** What went well; from 0 to `total`. */
  readonly good: number;
  /** All that counts. */
  readonly total: number;
  /** Share of the stretch's past that was watched at all, from 0 to 1: it tells "no requests came" from "nobody looked". */
  readonly coverage: number;
  /**
   * Up to when it was counted, in epoch milliseconds, where that is before the end of the stretch: recorded sums lag behind.
   */
  readonly until?: number;
  /**
   * How far the ends of what was counted may be from those of the stretch, in milliseconds, where that is more than a fiftieth of
   * it: counts of long ago are kept in coarse steps.
   */
  readonly slackMs?: number;
}

/** Nothing was counted, and nobody looked. */
export const NOTHING_MEASURED: Measurement = { good: 0, total: 0, coverage: 0 };

/** Whether these are counts: finite, and from none to all of them good. */
export function areCounts({ good, total }: { readonly good: unknown; readonly total: unknown }): boolean {
  return isAmount(total) && isAmount(good) && good <= total;
}

/**
 * Refuses what are no counts of events: negative, not finite, or more good than total.
 *
 * @throws {@link ConfigurationError} naming the field, by its path
 */
export function checkCounts(
  { good, total }: { readonly good: number; readonly total: number },
  pathOf: (field: "good" | "total") => readonly (string | number)[] = (field) => [field],
): void {
  if (!isAmount(total)) throw invalid(pathOf("total"), bigintText(total) ?? `${show(total)} is not a count of events`);
  if (!areCounts({ good, total })) {
    const isNone = `${show(good)} is not a count from 0 to total (${show(total)})`;
    throw invalid(pathOf("good"), bigintText(good) ?? isNone);
  }
}

/** What to say of a count as drivers of databases give it; undefined of others. */
export function bigintText(count: unknown): string | undefined {
  return typeof count === "bigint" ? `${show(count)} is a bigint; write the number, Number(${show(count)})` : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
