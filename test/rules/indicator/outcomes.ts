/** What becomes of expressions, as text: the whole indicator of each, or why there is none. */
import { indicatorOf } from "../../../src/rules/indicator/indicator.ts";
import type { IndicatorResult, IndicatorSettings } from "../../../src/rules/indicator/settings.ts";
import { groupingText } from "../../../src/rules/promql/print.ts";
import { selectorText } from "../../../src/rules/promql/write.ts";
import type { Selector } from "../../../src/rules/promql/expression.ts";
import type { Slo, SloBase, SloKind } from "../../../src/slo/model.ts";
import { sloOf } from "./support.ts";

const KIND = /^(availability|latency|throughput|error_rate): (.*)$/;

/** Of each line, `kind: expression`, what it is understood as. */
export function outcomesOf(lines: string, more: Partial<SloBase> = {}, settings?: IndicatorSettings): string {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, kind = "", expression = ""] = KIND.exec(line) ?? [];
      return outcomeOf(line, sloOf(kind as SloKind, { ...more, expression }), settings);
    })
    .join("\n");
}

/** What one SLO is understood as, under a title. */
export function outcomeOf(title: string, slo: Slo, settings?: IndicatorSettings): string {
  return `${title}\n${linesOf(indicatorOf(slo, settings)).join("\n")}\n`;
}

function linesOf(result: IndicatorResult): string[] {
  if ("fault" in result)
    return [`  refused in ${result.fault.part}, at ${String(result.fault.offset)}: ${result.fault.message}`];
  const { unit, grouping, total, counted, part, missingPart, costly, totalSelectors, partSelectors, remarks } = result;
  const window = { text: "5m", exact: false };
  const list = (selectors: readonly Selector[]): string => selectors.map(selectorText).join(" and ");
  return [
    `  total: ${total(window)}`,
    `  ${counted}: ${part(window)}`,
    `  ${unit}${groupingText(grouping)}${costly ? ", costly" : ""}, of ${list(totalSelectors)}, part of ${list(partSelectors)}${missingPart === "mistake" ? " that has to exist" : ""}`,
    ...remarks.map((remark) => `  remark: ${remark}`),
  ];
}
