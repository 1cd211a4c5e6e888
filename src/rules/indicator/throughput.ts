/** Reads a throughput: whether each slice of time had at least so many requests a second. */
import { formatDuration } from "../../core/time/duration.ts";
import { isComparison } from "../promql/check.ts";
import type { Expr, Grouping, Selector } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { printPromql } from "../promql/print.ts";
import { numberText } from "../promql/write.ts";
import { constantOf, withoutFallback } from "./constants.ts";
import { readCount } from "./counts.ts";
import { checkGrouping } from "./grouping.ts";
import { groupingOf } from "./from-counts.ts";
import { momentGrouping, selectorsIn } from "./moments.ts";
import type { CountWindow, Indicator } from "./model.ts";
import { halfOpen, rateOf, sumText, totalOf } from "./render.ts";
import { selectorsOf, type CountSum } from "./terms.ts";

/** What a slice is judged by. */
export interface Floor {
  readonly floorPerSecond: number;
  /** At least four times as long as the scrape interval: a rate needs two samples. */
  readonly sliceMs: number;
}

/** The indicator; throws a refusal if the expression is no rate. */
export function readThroughput(written: Expr, floor: Floor, countsEvents: boolean): Indicator {
  const expression = withoutLimit(withoutFallback(written), floor.floorPerSecond);
  if (countsEvents) return throughputOf(readCount(expression), floor);
  const slice = formatDuration(floor.sliceMs);
  const step = formatDuration(Math.max(1, Math.floor(floor.sliceMs / 4)));
  const { grouping, remarks } = momentGrouping(expression);
  const value = sumText(grouping, `avg_over_time((${printPromql(expression)})[${slice}:${step}])`);
  return slices(value, grouping, floor, selectorsIn(expression), remarks);
}

/** The indicator of a count of requests. */
export function throughputOf(count: CountSum, floor: Floor): Indicator {
  if (count.measure !== "rate") {
    const counted = count.measure === "increase" ? "increase counts the requests of a range" : "this adds up samples";
    throw refusal(count.from, `${counted}, and target is a number a second; write rate`);
  }
  const { grouping, remarks } = groupingOf(count);
  checkGrouping(grouping, count.from);
  const value = rateOf(count.terms, grouping)(formatDuration(floor.sliceMs));
  return slices(value, grouping, floor, selectorsOf(count.terms), remarks);
}

function slices(
  value: string,
  grouping: Grouping,
  { floorPerSecond, sliceMs }: Floor,
  selectors: readonly Selector[],
  remarks: readonly string[],
): Indicator {
  // Where there is no series, nobody knows how many there were: that is no slice at all.
  const all = `(${value})`;
  const over = (text: string, { text: range, exact }: CountWindow): string =>
    `(${text})[${halfOpen({ text: range, exact })}:${formatDuration(sliceMs)}]`;
  return {
    unit: "time",
    grouping,
    total: totalOf((window) => `count_over_time(${over(all, window)})`, grouping),
    counted: "good",
    part: (window) => `sum_over_time(${over(`${all} >= bool ${numberText(floorPerSecond)}`, window)})`,
    missingPart: "none",
    costly: true,
    totalSelectors: selectors,
    partSelectors: selectors,
    remarks,
  };
}

function withoutLimit(expression: Expr, floorPerSecond: number): Expr {
  if (expression.kind !== "binary" || !isComparison(expression.operator)) return expression;
  const limit = constantOf(expression.right);
  if ((expression.operator === ">=" || expression.operator === ">") && limit === floorPerSecond)
    return withoutFallback(expression.left);
  throw refusal(
    expression.from,
    `throughput has its floor in target, which is ${numberText(floorPerSecond)} a second; leave the comparison out`,
  );
}
