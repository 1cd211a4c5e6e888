/** Pyrra's resources (`pyrra.dev/v1alpha1`). */
import type { Objective } from "../../core/objective.ts";
import * as z from "../../core/schema.ts";
import { thresholdField } from "../../slo/targets.ts";
import { CLUSTER_METADATA, percentage, scalarText, STATUS, text, texts } from "./fields.ts";
import type { Texts } from "./labels.ts";
import { unused } from "./part.ts";

const grouping = z.array(text).optional();
const query = z.object({ metric: text });
const RECORDED =
  "is about how Pyrra records; nines records counts of five minutes and adds them up, which is cheap and exact";

/** A metric, or a selector of it. */
export interface PyrraQuery {
  readonly metric: string;
}

/** What an SLO of Pyrra measures; one of them is written. */
export interface PyrraIndicator {
  readonly ratio?: PyrraGrouped<{ readonly errors: PyrraQuery; readonly total: PyrraQuery }> | undefined;
  readonly latency?: PyrraGrouped<{ readonly success: PyrraQuery; readonly total: PyrraQuery }> | undefined;
  /** `latency` is in milliseconds. */
  readonly latencyNative?: PyrraGrouped<{ readonly latency: number; readonly total: PyrraQuery }> | undefined;
  readonly bool_gauge?: PyrraGrouped<PyrraQuery> | undefined;
}

/** An indicator, and the labels that it is grouped by. */
export type PyrraGrouped<Indicator> = Indicator & { readonly grouping?: readonly string[] | undefined };

/** Which alerts an SLO of Pyrra has. */
export interface PyrraAlerting {
  readonly disabled?: boolean | undefined;
  readonly burnrates?: boolean | undefined;
  readonly absent?: boolean | undefined;
  readonly name?: string | undefined;
}

/** What a ServiceLevelObjective says. */
export interface PyrraSlo {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly labels?: Texts | undefined;
    readonly annotations?: Texts | undefined;
  };
  readonly spec: {
    readonly description?: string | undefined;
    readonly target: Objective;
    readonly window: string;
    readonly indicator: PyrraIndicator;
    readonly alerting?: PyrraAlerting | undefined;
  };
}

/** A ServiceLevelObjective. */
export const pyrraSlo: z.ZodType<PyrraSlo> = z.object({
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
