/** The objects of OpenSLO v1. */
import * as z from "../../core/schema.ts";
import { CLUSTER_METADATA, fullShare, percentage, scalarText, share, text, texts, textsOrLists } from "./fields.ts";
import type { OpenSloKind, OpenSloObject } from "./openslo-types.ts";
import { unused } from "./part.ts";

const TEXTS_OF_ALERTS = unused("is not used; write what people are to read as `alerting.annotations` of the SLO");
const LABELS_OF_PARTS = unused("is not used; write it at the SLO");

/** `metadata` of an object whose labels and annotations nines keeps. */
const metadata = z.object({
  name: text.min(1),
  displayName: text.optional(),
  labels: textsOrLists.optional(),
  annotations: texts.optional(),
  ...CLUSTER_METADATA,
});

/** `metadata` of an object that an SLO is made with. */
const partMetadata = z.object({
  name: text.min(1).optional(),
  displayName: text.optional(),
  labels: LABELS_OF_PARTS,
  annotations: LABELS_OF_PARTS,
  ...CLUSTER_METADATA,
});

const alertMetadata = z.object({
  name: text.min(1).optional(),
  displayName: TEXTS_OF_ALERTS,
  labels: TEXTS_OF_ALERTS,
  annotations: texts.optional(),
  ...CLUSTER_METADATA,
});

const HEADER = { apiVersion: text.optional(), kind: text.optional() };

const metric = z.object({
  metricSource: z.object({
    metricSourceRef: text.optional(),
    type: text.optional(),
    // Each source has fields of its own; those of a source that nines does not know are told of as a whole.
    spec: z.record(z.string(), z.unknown()).optional(),
  }),
});

const sliSpec = z.object({
  description: text.optional(),
  thresholdMetric: metric.optional(),
  ratioMetric: z
    .object({
      counter: z.boolean().optional(),
      good: metric.optional(),
      bad: metric.optional(),
      total: metric.optional(),
      rawType: z.enum(["success", "failure"]).optional(),
      raw: metric.optional(),
    })
    .optional(),
});

const indicator = z.object({ kind: z.literal("SLI").optional(), metadata: partMetadata.optional(), spec: sliSpec });

const objective = z.object({
  displayName: text.optional(),
  op: z.enum(["lte", "gte", "lt", "gt"]).optional(),
  value: z.number().optional(),
  target: share.optional(),
  targetPercent: percentage.optional(),
  timeSliceTarget: fullShare.optional(),
  timeSliceWindow: z.union([z.number(), text], { error: "minutes, or a duration such as 5m" }).optional(),
  indicator: indicator.optional(),
  indicatorRef: text.optional(),
  compositeWeight: unused("nines does not combine SLOs; each objective is an SLO of its own here"),
});

const calendar = z.object({ startTime: text, timeZone: text });

const condition = z.object({
  kind: z.literal("AlertCondition").optional(),
  metadata: alertMetadata.optional(),
  spec: z
    .object({
      description: TEXTS_OF_ALERTS,
      severity: text,
      condition: z.object({
        kind: text.optional(),
        op: z.enum(["lte", "gte", "lt", "gt"]).optional(),
        threshold: z.number(),
        lookbackWindow: text,
        alertAfter: text.optional(),
      }),
    })
    .optional(),
  conditionRef: text.optional(),
});

const policy = z.object({
  kind: z.literal("AlertPolicy").optional(),
  alertPolicyRef: text.optional(),
  metadata: alertMetadata.optional(),
  spec: z
    .object({
      description: TEXTS_OF_ALERTS,
      alertWhenBreaching: z.boolean().optional(),
      alertWhenResolved: z.boolean().optional(),
      alertWhenNoData: z.boolean().optional(),
      conditions: z.array(condition).min(1),
      // Told of where they are looked up: those that nines writes itself are known.
      notificationTargets: z.array(z.record(z.string(), z.unknown())).optional(),
    })
    .optional(),
});

/** Schemas by kind, of what nines reads. */
export const OPENSLO_KINDS: { readonly [Kind in OpenSloKind]: z.ZodType<OpenSloObject<Kind>> } = {
  SLO: z.object({
    ...HEADER,
    metadata,
    spec: z.object({
      description: text.optional(),
      service: text.min(1),
      indicator: indicator.optional(),
      indicatorRef: text.optional(),
      timeWindow: z
        .array(z.object({ duration: text, isRolling: z.boolean().optional(), calendar: calendar.optional() }))
        .max(1)
        .optional(),
      budgetingMethod: z.enum(["Occurrences", "Timeslices", "RatioTimeslices"]),
      objectives: z.array(objective).min(1),
      alertPolicies: z.array(z.union([text, policy], { error: "a policy, or a reference to one" })).optional(),
    }),
  }),
  SLI: z.object({ ...HEADER, metadata: partMetadata.extend({ name: text.min(1) }), spec: sliSpec }),
  AlertPolicy: z.object({ ...HEADER, metadata: alertMetadata.extend({ name: text.min(1) }), spec: policy.shape.spec }),
  AlertCondition: z.object({
    ...HEADER,
    metadata: alertMetadata.extend({ name: text.min(1) }),
    spec: condition.shape.spec,
  }),
  DataSource: z.object({
    ...HEADER,
    metadata: z.object({
      name: text.min(1),
      displayName: LABELS_OF_PARTS,
      labels: LABELS_OF_PARTS,
      annotations: LABELS_OF_PARTS,
      ...CLUSTER_METADATA,
    }),
    spec: z.object({
      description: unused("is not used; nines is told its Prometheus elsewhere"),
      type: text,
      connectionDetails: unused("is not used; nines is told its Prometheus elsewhere"),
    }),
  }),
  Service: z.object({
    ...HEADER,
    metadata: z.object({
      name: text.min(1),
      displayName: text.optional(),
      labels: LABELS_OF_PARTS,
      annotations: LABELS_OF_PARTS,
      ...CLUSTER_METADATA,
    }),
    spec: z.object({ description: text.optional() }).optional(),
  }),
  AlertNotificationTarget: z.object({
    ...HEADER,
    metadata: z.object({
      name: text.min(1),
      displayName: scalarText.optional(),
      labels: textsOrLists.optional(),
      annotations: texts.optional(),
      ...CLUSTER_METADATA,
    }),
    spec: z.object({ target: scalarText, description: scalarText.optional() }).optional(),
  }),
};
