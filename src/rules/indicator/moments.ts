/** Indicators that look at each moment in turn, and count time. */
import { formatDuration } from "../../core/time/duration.ts";
import { everyExpr, type Expr, type Grouping, type Selector, type Span } from "../promql/expression.ts";
import { printPromql } from "../promql/print.ts";
import { checkGrouping } from "./grouping.ts";
import { labelsOf } from "./labels-of.ts";
import type { CountWindow, Indicator } from "./model.ts";
import { halfOpen, sumText, totalOf } from "./render.ts";

/** What is looked at. */
export interface Moments {
  /** From 0 to 1 at each moment; no sample where the moment does not count. */
  readonly value: Expr;
  /** What stands for a moment without data; undefined if it does not count. */
  readonly otherwise?: number | undefined;
  /** What a 1 says. */
  readonly counted: "bad" | "good";
  readonly stepMs: number;
  readonly remarks?: readonly string[];
}

const NOWHERE: Span = { from: 0, to: 0 };

/** Looks at an expression every `stepMs`, whatever that costs. */
export function momentIndicator({ value, otherwise, counted, stepMs, remarks = [] }: Moments): Indicator {
  const own = momentGrouping(value);
  const fallback =
    otherwise === undefined || own.grouping.kind !== "none" ? "" : ` or on() vector(${String(otherwise)})`;
  const text = `(${printPromql(value)}${fallback})`;
  const over = (name: string, window: CountWindow): string =>
    sumText(own.grouping, `${name}(${text}[${halfOpen(window)}:${formatDuration(stepMs)}])`);
  const selectors = selectorsIn(value);
  return {
    unit: "time",
    grouping: own.grouping,
    total: totalOf((window) => over("count_over_time", window), own.grouping),
    counted,
    part: (window) => over("sum_over_time", window),
    missingPart: "none",
    costly: true,
    totalSelectors: selectors,
    partSelectors: selectors,
    remarks: [...own.remarks, ...remarks],
  };
}

/** Counts the samples of a gauge that is 0 or 1: cheap, and it needs no steps. */
export function sampleIndicator(
  selector: Selector,
  grouping: Grouping,
  counted: "bad" | "good",
  offset: string,
): Omit<Indicator, "remarks"> {
  const text = (name: string, window: CountWindow): string =>
    sumText(
      grouping,
      `${name}(${printPromql({ kind: "selector", selector, rangeMs: undefined, shift: { offsetMs: 0, at: undefined }, ...NOWHERE })}[${halfOpen(window)}]${offset})`,
    );
  return {
    unit: "time",
    grouping,
    total: totalOf((window) => text("count_over_time", window), grouping),
    counted,
    part: (window) => text("sum_over_time", window),
    missingPart: "none",
    costly: false,
    totalSelectors: [selector],
    partSelectors: [selector],
  };
}

/** The grouping of what is looked at; each series counts as much as another where it has none. */
export function momentGrouping(value: Expr): { readonly grouping: Grouping; readonly remarks: readonly string[] } {
  const labels = labelsOf(value);
  if (labels.kind !== "each") {
    checkGrouping(labels, value.from);
    return { grouping: labels, remarks: [] };
  }
  return {
    grouping: { kind: "none" },
    remarks: [
      "counts the time of all series together, each as much as another; write avg by (label) (...) for a budget each",
    ],
  };
}

/** The selectors within, each once. */
export function selectorsIn(expression: Expr): Selector[] {
  const found = [...everyExpr(expression)].flatMap((part) => (part.kind === "selector" ? [part.selector] : []));
  return [...new Map(found.map((selector) => [JSON.stringify(selector), selector])).values()];
}
