/** Which labels an expression has at each moment. */
import { kindOf } from "../promql/check.ts";
import type { BinaryExpr, Expr, Grouping } from "../promql/expression.ts";
import { refusal } from "../promql/faults.ts";
import { groupingWords, sameGrouping } from "./grouping.ts";
import type { EachSeries } from "./terms.ts";

/** The labels, or that they are those of each series. */
export function labelsOf(expression: Expr): Grouping | EachSeries {
  switch (expression.kind) {
    case "number":
    case "string":
      return { kind: "none" };
    case "selector":
      return { kind: "each" };
    case "unary":
    case "subquery":
      return labelsOf(expression.of);
    case "aggregate":
      if (["topk", "bottomk", "limitk", "limit_ratio", "count_values"].includes(expression.name))
        return { kind: "each" };
      return expression.grouping.kind === "by" && expression.grouping.labels.length === 0
        ? { kind: "none" }
        : expression.grouping;
    case "call": {
      if (expression.name === "histogram_quantile") return withoutLe(labelsOf(expression.args[1] as Expr));
      const series = expression.args.find((argument) => ["vector", "range"].includes(kindOf(argument)));
      if (series === undefined || expression.name === "scalar") return { kind: "none" };
      return expression.name.startsWith("label_") ? { kind: "each" } : labelsOf(series);
    }
    case "binary":
      return labelsOfBoth(expression);
  }
}

function labelsOfBoth({ operator, matching, left, right, from }: BinaryExpr): Grouping | EachSeries {
  if (kindOf(left) === "scalar") return labelsOf(right);
  if (kindOf(right) === "scalar" || operator === "or" || operator === "and" || operator === "unless")
    return labelsOf(left);
  if (matching?.many === "right") return labelsOf(right);
  const [one, other] = [labelsOf(left), labelsOf(right)];
  if (matching?.many === "left" || sameGrouping(one, other)) return one;
  throw refusal(
    from,
    `both sides of ${operator} need the same labels, and these are ${groupingWords(one)} and ${groupingWords(other)}; write the same by ( ) on both`,
  );
}

function withoutLe(grouping: Grouping | EachSeries): Grouping | EachSeries {
  if (grouping.kind !== "by") return grouping;
  const labels = grouping.labels.filter((label) => label !== "le");
  return labels.length === 0 ? { kind: "none" } : { kind: "by", labels };
}
