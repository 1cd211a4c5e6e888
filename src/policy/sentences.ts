/** Figures in sentences. */

/** `ratio` as a percentage, with two decimals, or as many as it takes to tell it from `beside`: `"80.004%"`. */
export function percentText(ratio: number, beside?: number): string {
  const text = (digits: number): string => String(Number((ratio * 100).toFixed(digits)));
  for (let digits = 2; digits <= 15; digits += 1) {
    if (beside === undefined || ratio === beside || text(digits) !== String(Number((beside * 100).toFixed(digits)))) {
      return `${text(digits)}%`;
    }
  }
  return `${String(ratio * 100)}%`;
}

/** A share as somebody wrote it: `"80.0014%"`. */
export function wholePercentText(ratio: number): string {
  // The digits of a double that are sure.
  return `${String(Number((ratio * 100).toPrecision(15)))}%`;
}

/** A moment as ISO 8601 in UTC, to the second. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
