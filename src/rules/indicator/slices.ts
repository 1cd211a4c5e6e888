/** Judges by slices of time what an indicator counts. */
import { formatDuration } from "../../core/time/duration.ts";
import type { TimeSlices } from "../../slo/model.ts";
import type { CountWindow, Indicator } from "./model.ts";
import { halfOpen, totalOf } from "./render.ts";

/**
 * The indicator of the slices: a slice is good if its share of good events is at least the objective; without one, as far as
 * it was good. `leastMs` is the shortest time that can be counted over.
 */
export function inSlices(indicator: Indicator, { lengthMs, objective, empty }: TimeSlices, leastMs: number): Indicator {
  const slice = formatDuration(Math.max(lengthMs, leastMs));
  const window: CountWindow = { text: slice, exact: false };
  const total = `(${indicator.total(window)})`;
  const part = `(${indicator.part(window)})`;
  const known = indicator.missingPart === "none" ? `(${part} or 0 * ${total})` : part;
  const share = `${known} / (${total} > 0)`;
  const isGood = indicator.counted === "good";
  const counted = objective === undefined ? indicator.counted : "good";
  const limit = objective && (isGood ? `>= bool ${objective.ratioText}` : `<= bool ${objective.budgetText}`);
  const judged = limit === undefined ? share : `(${share}) ${limit}`;
  const one = empty === counted;
  const value = empty === "ignored" ? judged : `(${judged}) or ${one ? `(${total} == bool 0)` : `0 * ${total}`}`;
  const all = empty === "ignored" ? `${total} > 0` : total;
  const over = (name: string, text: string, of: CountWindow): string => `${name}((${text})[${halfOpen(of)}:${slice}])`;
  return {
    ...indicator,
    unit: "time",
    total: totalOf((of) => over("count_over_time", all, of), indicator.grouping),
    counted,
    part: (of) => over("sum_over_time", value, of),
    costly: true,
  };
}
