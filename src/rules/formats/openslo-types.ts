/** What the objects of OpenSLO v1 say, as far as nines reads them. */
import type { Objective } from "../../core/objective.ts";
import type { Texts } from "./labels.ts";

/** A comparison, as OpenSLO names it. */
export type Comparison = "lte" | "gte" | "lt" | "gt";

/** The fields that begin each object. */
export interface ObjectHeader {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}

/** `metadata` of an object, of which nothing but its name is used. */
export interface NamedMetadata {
  readonly name: string;
}

/** `metadata` of an object whose labels and annotations nines keeps. */
export interface LabelledMetadata extends NamedMetadata {
  readonly displayName?: string | undefined;
  readonly labels?: Texts | undefined;
  readonly annotations?: Texts | undefined;
}

/** `metadata` of an object that an SLO is made with. */
export interface PartMetadata {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
}

/** `metadata` of a policy or a condition. */
export interface AlertMetadata {
  readonly name?: string | undefined;
  readonly annotations?: Texts | undefined;
}

/** Where the events of one count come from. */
export interface SourceMetric {
  readonly metricSource: {
    readonly metricSourceRef?: string | undefined;
    readonly type?: string | undefined;
    readonly spec?: Readonly<Record<string, unknown>> | undefined;
  };
}

/** Two counts, or one ratio of them. */
export interface RatioMetric {
  readonly counter?: boolean | undefined;
  readonly good?: SourceMetric | undefined;
  readonly bad?: SourceMetric | undefined;
  readonly total?: SourceMetric | undefined;
  readonly rawType?: "success" | "failure" | undefined;
  readonly raw?: SourceMetric | undefined;
}

/** What an SLI measures. */
export interface SliSpec {
  readonly description?: string | undefined;
  readonly thresholdMetric?: SourceMetric | undefined;
  readonly ratioMetric?: RatioMetric | undefined;
}

/** An SLI, inline or on its own. */
export interface SliObject {
  readonly kind?: "SLI" | undefined;
  readonly metadata?: PartMetadata | undefined;
  readonly spec: SliSpec;
}

/** One objective of an SLO. */
export interface SloObjective {
  readonly displayName?: string | undefined;
  readonly op?: Comparison | undefined;
  readonly value?: number | undefined;
  readonly target?: Objective | undefined;
  readonly targetPercent?: Objective | undefined;
  readonly timeSliceTarget?: Objective | undefined;
  /** Minutes, or a duration. */
  readonly timeSliceWindow?: number | string | undefined;
  readonly indicator?: SliObject | undefined;
  readonly indicatorRef?: string | undefined;
}

/** When a condition is met. */
export interface ConditionSpec {
  readonly severity: string;
  readonly condition: {
    readonly kind?: string | undefined;
    readonly op?: Comparison | undefined;
    readonly threshold: number;
    readonly lookbackWindow: string;
    readonly alertAfter?: string | undefined;
  };
}

/** A condition, inline or by reference. */
export interface AlertCondition {
  readonly kind?: "AlertCondition" | undefined;
  readonly metadata?: AlertMetadata | undefined;
  readonly spec?: ConditionSpec | undefined;
  readonly conditionRef?: string | undefined;
}

/** When a policy alerts, and whom it tells. */
export interface PolicySpec {
  readonly alertWhenBreaching?: boolean | undefined;
  readonly alertWhenResolved?: boolean | undefined;
  readonly alertWhenNoData?: boolean | undefined;
  readonly conditions: readonly AlertCondition[];
  readonly notificationTargets?: ReadonlyArray<Readonly<Record<string, unknown>>> | undefined;
}

/** A policy, inline or by reference. */
export interface AlertPolicy {
  readonly kind?: "AlertPolicy" | undefined;
  readonly alertPolicyRef?: string | undefined;
  readonly metadata?: AlertMetadata | undefined;
  readonly spec?: PolicySpec | undefined;
}

/** The window of an SLO. */
export interface TimeWindow {
  readonly duration: string;
  readonly isRolling?: boolean | undefined;
  readonly calendar?: { readonly startTime: string; readonly timeZone: string } | undefined;
}

/** What an SLO promises. */
export interface SloSpec {
  readonly description?: string | undefined;
  readonly service: string;
  readonly indicator?: SliObject | undefined;
  readonly indicatorRef?: string | undefined;
  readonly timeWindow?: readonly TimeWindow[] | undefined;
  readonly budgetingMethod: "Occurrences" | "Timeslices" | "RatioTimeslices";
  readonly objectives: readonly SloObjective[];
  /** A text is a reference. */
  readonly alertPolicies?: ReadonlyArray<string | AlertPolicy> | undefined;
}

/** Objects by kind. */
export interface OpenSloObjectsByKind {
  readonly SLO: ObjectHeader & { readonly metadata: LabelledMetadata; readonly spec: SloSpec };
  readonly SLI: ObjectHeader & { readonly metadata: PartMetadata & NamedMetadata; readonly spec: SliSpec };
  readonly AlertPolicy: ObjectHeader & {
    readonly metadata: AlertMetadata & NamedMetadata;
    readonly spec?: PolicySpec | undefined;
  };
  readonly AlertCondition: ObjectHeader & {
    readonly metadata: AlertMetadata & NamedMetadata;
    readonly spec?: ConditionSpec | undefined;
  };
  readonly DataSource: ObjectHeader & { readonly metadata: NamedMetadata; readonly spec: { readonly type: string } };
  readonly Service: ObjectHeader & {
    readonly metadata: NamedMetadata & { readonly displayName?: string | undefined };
    readonly spec?: { readonly description?: string | undefined } | undefined;
  };
  readonly AlertNotificationTarget: ObjectHeader & {
    readonly metadata: LabelledMetadata;
    readonly spec?: { readonly target: string; readonly description?: string | undefined } | undefined;
  };
}

/** A kind of object of OpenSLO v1. */
export type OpenSloKind = keyof OpenSloObjectsByKind;

/** What an object of a kind says. */
export type OpenSloObject<Kind extends OpenSloKind> = OpenSloObjectsByKind[Kind];
