/** Whether there are the metrics that an SLO is made of. */
import type { Indicator } from "./indicator/model.ts";
import type { Selector } from "./promql/expression.ts";
import { selectorText } from "./promql/write.ts";

/** What has to be there. */
export interface Presence {
  /** PromQL: 1 where all of it is there, 0 where only some of it is; undefined if nothing has to be. */
  readonly expression: string | undefined;
  /** The selectors in it, each once. */
  readonly sources: readonly string[];
}

/** What has to be there for an indicator to be measured. */
export function presenceOf(indicator: Pick<Indicator, "totalSelectors" | "partSelectors" | "missingPart">): Presence {
  const totals = distinct(indicator.totalSelectors);
  // A bucket that the histogram does not have is a mistake; of the totals one may have had nothing to count yet.
  const needed = indicator.missingPart === "mistake" ? distinct(indicator.partSelectors) : [];
  const any = totals.map((source) => `count(${source})`).join(" or ");
  const found = [any, ...needed.map((source) => `count(${source})`)]
    .filter((count) => count !== "")
    .map((count) => `((${count}) > bool 0)`)
    .join(" * ");
  return { expression: found === "" ? undefined : found, sources: [...new Set([...totals, ...needed])] };
}

function distinct(selectors: readonly Selector[]): string[] {
  return [...new Set(selectors.map(selectorText))];
}
