/** The `sli` of an SLO, and the time slices that it may be judged by. */
import { field, remembering } from "../core/parse.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import * as z from "../core/schema.ts";
import { SLO_EMPTY_SLICES, type EventExpressions } from "./model.ts";
import { sliceField } from "./targets.ts";
import { textField } from "./texts.ts";

const expression = textField(10_000, '"sum(rate(http_requests_total[5m]))"');

const counts = z
  .strictObject({ total: expression, good: expression.optional(), bad: expression.optional() })
  .transform(({ total, good, bad }, context): EventExpressions => {
    if (context.issues.length > 0) return z.NEVER;
    if (good !== undefined && bad === undefined) return { total, good };
    if (bad !== undefined && good === undefined) return { total, bad };
    const message = good === undefined ? "needs good or bad beside total" : "has both good and bad; write one of them";
    context.issues.push({ code: "custom", message, input: total });
    return z.NEVER;
  });

/** One expression, or two counts. */
export const sliField: z.ZodType<string | EventExpressions> = z.union(
  [z.string().pipe(expression as z.ZodType<string, string>), counts],
  {
    error: "PromQL as text, or { good, total } or { bad, total }",
  },
);

/** Of throughput: how many there are, and no share of them. */
export const rateField: z.ZodOptional<z.ZodType<string>> = expression.optional();

/** The `time_slices` of an SLO of events, as they are read. */
export interface SlicesField {
  /** In milliseconds. */
  readonly length: number;
  readonly target?: Objective | undefined;
  readonly empty: (typeof SLO_EMPTY_SLICES)[number];
}

/** The `time_slices` of an SLO of events. */
export const slicesField: z.ZodType<SlicesField> = z.strictObject({
  length: sliceField,
  target: field(
    remembering((input) => Objective.parse(input as ObjectiveInput, [])),
    "99%",
  ).optional(),
  empty: z.enum(SLO_EMPTY_SLICES).default("ignored"),
});
