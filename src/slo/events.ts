/** An indicator that was written as two counts. */
import type { EventExpressions } from "./model.ts";

/** An SLI of two counts as the one expression that its kind asks for: a ratio of good events, or of bad ones. */
export function ratioOf({ total, good, bad }: EventExpressions, failures: boolean): string {
  const ratio = `(${String(good ?? bad)}) / (${total})`;
  return (bad !== undefined) === failures ? ratio : `1 - ${ratio}`;
}
