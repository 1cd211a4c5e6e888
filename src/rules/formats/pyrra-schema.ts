/** Pyrra's resources (`pyrra.dev/v1alpha1`). */
import { z } from "../../core/schema.ts";
import { thresholdField } from "../../slo/targets.ts";
import { CLUSTER_METADATA, percentage, scalarText, STATUS, text, texts } from "./fields.ts";
import { unused } from "./part.ts";

const grouping = z.array(text).optional();
const query = z.object({ metric: text });
const RECORDED =
  "is about how Pyrra records; nines records counts of five minutes and adds them up, which is cheap and exact";

/** A ServiceLevelObjective. */
export const pyrraSlo = z.object({
  apiVersion: text.optional(),
  kind: text.optional(),
  metadata: z.object({
    name: text,
    namespace: text.optional(),
    labels: texts.optional(),
    annotations: texts.optional(),
    ...CLUSTER_METADATA,
  }),
  spec: z.object({
    description: text.optional(),
    target: percentage,
    window: scalarText,
    indicator: z.object({
      ratio: z.object({ errors: query, total: query, grouping }).optional(),
      latency: z.object({ success: query, total: query, grouping }).optional(),
      latencyNative: z.object({ latency: thresholdField, total: query, grouping }).optional(),
      bool_gauge: query.extend({ grouping }).optional(),
    }),
    alerting: z
      .object({
        disabled: z.boolean().optional(),
        burnrates: z.boolean().optional(),
        absent: z.boolean().optional(),
        name: text.optional(),
        absentName: unused("nines names its alerts about missing data itself"),
        burnRateType: unused(
          "nines' thresholds do not move with the traffic; see `minimum_failures` for little traffic",
        ),
        severities: unused(
          "nines' severities are page and ticket; give the alerts other labels by `alerting.page.labels`",
        ),
      })
      .optional(),
    performanceOverAccuracy: unused(RECORDED),
    performance_over_accuracy: unused(RECORDED),
    partial_response_strategy: unused("belongs to the ruler of Thanos; set it where the rules are loaded"),
    rulenamespace: unused("belongs to the cluster; set it where the rules are loaded"),
  }),
  status: STATUS,
});

/** What one says. */
export type PyrraSlo = z.infer<typeof pyrraSlo>;
