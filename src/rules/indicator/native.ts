/** The share of a native histogram that lies between two bounds. */
import { refusal } from "../promql/faults.ts";
import { numberText } from "../promql/write.ts";
import { checkGrouping } from "./grouping.ts";
import { groupingOf } from "./from-counts.ts";
import type { CountWindow, Indicator } from "./model.ts";
import { countOf, totalOf } from "./render.ts";
import { selectorsOf, type CountSum } from "./terms.ts";

/** Two bounds; infinite for none. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** The indicator; `counted` says what the observations between the bounds are. */
export function nativeIndicator(
  count: CountSum,
  { lower, upper }: Bounds,
  counted: "bad" | "good",
  more: readonly string[],
): Indicator {
  const { grouping, remarks } = groupingOf(count);
  checkGrouping(grouping, count.from);
  const [term] = count.terms;
  if (count.terms.length !== 1 || term === undefined || term.weight <= 0) {
    throw refusal(
      count.from,
      "this takes the rate of one native histogram, such as sum(rate(http_request_duration_seconds[5m]))",
    );
  }
  const sum = countOf([{ ...term, weight: 1 }], grouping);
  // Histograms are subtracted by increase() alone.
  const histogram = ({ text }: CountWindow): string => sum({ text, exact: false });
  const total = (window: CountWindow): string => `histogram_count(${histogram(window)})`;
  const part = (window: CountWindow): string => {
    const fraction = `histogram_fraction(${numberText(lower)}, ${numberText(upper)}, ${histogram(window)})`;
    // Without observations the fraction is NaN.
    return `(${fraction} >= 0) * ${total(window)} or 0 * ${total(window)}`;
  };
  return {
    unit: "events",
    grouping,
    total: totalOf(total, grouping),
    counted,
    part,
    missingPart: "none",
    costly: false,
    totalSelectors: selectorsOf(count.terms),
    partSelectors: selectorsOf(count.terms),
    remarks: [...remarks, ...more],
  };
}
