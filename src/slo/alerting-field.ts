/** The `alerting` of an SLO. */
import { parseDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { falseOr, field, remembering } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import type { AlertTexts, BurnSeverity, SloAlerting, TierSettings } from "./alerting.ts";
import { alertAnnotationsField, labelsField } from "./labels-field.ts";
import { minimumEventsField, shareField } from "./targets.ts";
import { textField } from "./texts.ts";

const MOST_TIERS = 20;
const HIGHEST_FACTOR = 1e9;

const severity: z.ZodType<BurnSeverity> = z.enum(["page", "ticket"]);
const budgetShare: z.ZodType<number> = shareField("2%").refine((share) => share > 0, {
  error: "a share of the budget is above 0%",
});

const factor: z.ZodType<number> = field((input) => {
  if (typeof input === "number" && input > 0 && input <= HIGHEST_FACTOR) return input;
  throw invalid([], `${show(input)} is not a burn rate; write a number above 0, such as 14.4`);
}, "14.4");

const lookBack: z.ZodType<number> = field(
  remembering((input) => {
    const lookBackMs = parseDuration(input as string, []);
    if (lookBackMs >= 1_000 && lookBackMs % 1_000 === 0) return lookBackMs;
    throw invalid([], `${show(input)} is no look-back; write a duration of whole seconds such as 1h`);
  }),
  "1h",
);

const url = textField(2_000, "https://runbooks.example/shop").refine((text) => /^https?:\/\/\S+$/.test(text), {
  error: ({ input }) => `${show(input)} is not an address; begin it with https:// or http://`,
});

const alertName = textField(200, "CheckoutBurns");

const tier = z
  .strictObject({
    severity: severity.optional(),
    budget: budgetShare.optional(),
    factor: factor.optional(),
    long: lookBack.optional(),
    short: lookBack.optional(),
  })
  .transform(({ severity: told, budget, factor: pace, long, short }, context): TierSettings => {
    if (context.issues.length > 0) return z.NEVER;
    const problem =
      budget !== undefined && pace !== undefined
        ? "has both budget and factor; write one of them"
        : long !== undefined && short !== undefined && short > long
          ? "the short look-back is longer than the long one"
          : undefined;
    if (problem !== undefined) {
      context.issues.push({ code: "custom", message: problem, input: budget });
      return z.NEVER;
    }
    return {
      ...(told === undefined ? {} : { severity: told }),
      ...(budget === undefined ? {} : { budgetShare: budget }),
      ...(pace === undefined ? {} : { factor: pace }),
      ...(long === undefined ? {} : { longMs: long }),
      ...(short === undefined ? {} : { shortMs: short }),
    };
  });

const tierName = z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/, {
  error: ({ input }) => `${show(input)} is no name of a tier; use small letters, digits, _ and -, such as page_fast`,
});

const tiers = z
  .record(tierName, falseOr(tier, "false, or a mapping with severity, budget or factor, long and short"))
  .refine((all) => Object.keys(all).length <= MOST_TIERS, { error: `has more than ${String(MOST_TIERS)} tiers` });

const texts: z.ZodType<false | AlertTexts> = falseOr(
  z.strictObject({
    labels: labelsField.optional(),
    annotations: alertAnnotationsField.optional(),
  }) as z.ZodType<AlertTexts>,
  "false, or a mapping of labels and annotations",
);

/** How an SLO's alerts differ from the usual ones. */
export const alertingField: z.ZodType<SloAlerting> = z
  .strictObject({
    name: alertName.optional(),
    runbook: url.optional(),
    dashboard: url.optional(),
    minimum_failures: minimumEventsField.optional(),
    no_data: z.literal(["page", "ticket", false]).optional(),
    labels: labelsField.optional(),
    annotations: alertAnnotationsField.optional(),
    page: texts.optional(),
    ticket: texts.optional(),
    tiers: tiers.optional(),
  })
  .transform(({ runbook, dashboard, minimum_failures, no_data, ...rest }): SloAlerting => {
    const given = Object.entries({
      ...rest,
      runbookUrl: runbook,
      dashboardUrl: dashboard,
      minimumFailures: minimum_failures,
      noData: no_data,
    }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  });
