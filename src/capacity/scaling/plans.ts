/** What a team knows of its services: limits, what a metric can be, what a replica carries. Nothing of it is assumed. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { CapacityLimit } from "../forecast/exhaustion.ts";
import { checkedLimit, checkRange, LARGEST_LIMIT } from "../forecast/options.ts";
import { checkReplicaPlan, type ReplicaPlan } from "./replicas.ts";

/** One metric of a service. */
export interface MetricPlan {
  /** What it must not reach; a number is a limit from below. Without one there are trends and forecasts, and no advice. */
  readonly limit?: number | CapacityLimit | undefined;
  /** The least and the most that it can be: forecasts stay within. */
  readonly floor?: number | undefined;
  readonly cap?: number | undefined;
  /** A counter is turned into its increase a second; `gauge` unless told. */
  readonly kind?: "gauge" | "counter" | undefined;
  /** `ratio` (0 to 1) and `%` are shares of what there is: to have more, that is enlarged. Of any other unit more is added. */
  readonly unit?: string | undefined;
  /** Whether each replica has less of it when there are more of them, as of `cpu`; false unless told. */
  readonly sharedByReplicas?: boolean | undefined;
  /** `max` plans for the peaks within a step, `mean` (unless told) for what is sustained. */
  readonly statistic?: "mean" | "max" | undefined;
  /** What one unit more costs in a month, to weigh a forecast that is wrong; of a share one whole more of what there is now. */
  readonly costPerUnit?: number | undefined;
}

/** How a service serves requests. */
export interface ServingPlan extends ReplicaPlan {
  /** How many replicas there are now. */
  readonly current: number;
  /** The metric that has the requests a second; `requestRate` unless told. */
  readonly metric?: string | undefined;
  /** Requests that one replica works on side by side, for the queueing check; 1 unless told. */
  readonly concurrency?: number | undefined;
  /** Latency that the share of requests must keep, for the queueing check. */
  readonly latency?: { readonly share: number; readonly limitMs: number } | undefined;
  /** What one replica costs in a month. */
  readonly costPerReplica?: number | undefined;
}

/** A service. */
export interface ServicePlan {
  readonly metrics?: Readonly<Record<string, MetricPlan>> | undefined;
  readonly serving?: ServingPlan | undefined;
  /** Days from the decision to the day on which there is more: what is reached within them is urgent. 14 unless told. */
  readonly leadDays?: number | undefined;
}

const METRIC_OPTIONS = [
  "limit",
  "floor",
  "cap",
  "kind",
  "unit",
  "statistic",
  "costPerUnit",
  "sharedByReplicas",
] as const;
const SERVING_OPTIONS = ["current", "metric", "concurrency", "latency", "costPerReplica"] as const;
const REPLICA_OPTIONS = ["capacityPerReplica", "targetUtilisation", "spare", "minimum"] as const;

/** Whether a unit says how much of what there is. */
export function isShare(unit: string | undefined): boolean {
  return unit === "ratio" || unit === "%";
}

/** The limit with its side; undefined without one. */
export function limitOf({ limit }: MetricPlan): CapacityLimit | undefined {
  return typeof limit === "number" ? { value: limit, side: "above" } : limit;
}

/** The metric that has the requests a second, of a service that says how it serves. */
export function servedMetric({ serving }: ServicePlan): string | undefined {
  return serving === undefined ? undefined : (serving.metric ?? "requestRate");
}

/** The plan of a metric. Requests have for their limit what the replicas of now carry as planned, with the spare ones gone, where no
 * other was told. */
export function metricPlanOf(plan: ServicePlan, metric: string): MetricPlan {
  const own = plan.metrics?.[metric] ?? {};
  const { serving } = plan;
  if (serving === undefined || own.limit !== undefined || metric !== servedMetric(plan)) return own;
  const { current, capacityPerReplica, targetUtilisation = 0.7, spare = 1 } = serving;
  return { ...own, limit: Math.max(1, current - spare) * capacityPerReplica * targetUtilisation };
}

/** Refuses what cannot be meant. @throws {@link ConfigurationError} that names the place */
export function checkServicePlan(service: string, plan: ServicePlan): void {
  const path = ["services", service];
  checkOptions(plan, `the service ${show(service)}`, ["metrics", "serving", "leadDays"], path);
  const { leadDays = 0 } = plan;
  if (!isAmount(leadDays)) throw invalid([...path, "leadDays"], `${show(leadDays)} is not a number of days`);
  for (const [metric, metricPlan] of Object.entries(plan.metrics ?? {}))
    checkMetric([...path, "metrics", metric], metricPlan);
  if (plan.serving !== undefined) checkServing([...path, "serving"], plan.serving);
}

/** Of what is less, nobody could have enough. */
const LEAST_SHARE = 1e-12;

/** Of what is larger, sums and products would be no numbers any more. */
function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= LARGEST_LIMIT;
}

function checkMetric(path: readonly string[], plan: MetricPlan): void {
  checkOptions(plan, `the metric ${show(path.at(-1))}`, METRIC_OPTIONS, path);
  const { floor, cap, kind = "gauge", statistic = "mean", costPerUnit = 0, unit = "" } = plan;
  checkRange(path, { floor, cap });
  if (!["gauge", "counter"].includes(kind))
    throw invalid([...path, "kind"], `${show(kind)} is neither gauge nor counter`);
  if (!["mean", "max"].includes(statistic))
    throw invalid([...path, "statistic"], `${show(statistic)} is neither mean nor max`);
  if (typeof unit !== "string" || unit.length > 40)
    throw invalid([...path, "unit"], `${show(unit)} is no unit; write a short text`);
  if (!isAmount(costPerUnit)) throw invalid([...path, "costPerUnit"], `${show(costPerUnit)} is no cost`);
  const limit = checkedLimit(path, plan.limit, { floor, cap });
  if (limit !== undefined && limit.side !== "below" && isShare(unit) && limit.value < LEAST_SHARE)
    throw invalid([...path, "limit"], `${show(limit.value)} is no share of what there is; write more than 0`);
}

function checkServing(path: readonly string[], plan: ServingPlan): void {
  checkOptions(plan, "serving", [...SERVING_OPTIONS, ...REPLICA_OPTIONS], path);
  checkReplicaPlan(replicaPlanOf(plan), path);
  const { current, concurrency = 1, latency, costPerReplica = 0 } = plan;
  for (const [name, value] of Object.entries({ current, concurrency })) {
    if (!Number.isSafeInteger(value) || value < 1 || value > 1_000_000)
      throw invalid([...path, name], `${show(value)} is not a whole number from 1`);
  }
  if (!isAmount(costPerReplica)) throw invalid([...path, "costPerReplica"], `${show(costPerReplica)} is no cost`);
  if (latency === undefined) return;
  checkOptions(latency, "latency", ["share", "limitMs"], [...path, "latency"]);
  if (!(isAmount(latency.share) && latency.share > 0 && latency.share < 1))
    throw invalid([...path, "latency", "share"], `${show(latency.share)} is not a share such as 0.95`);
  if (!(isAmount(latency.limitMs) && latency.limitMs > 0))
    throw invalid([...path, "latency", "limitMs"], `${show(latency.limitMs)} is not a time in ms`);
}

/** What of a serving plan is about replicas alone. */
export function replicaPlanOf({ capacityPerReplica, targetUtilisation, spare, minimum }: ServingPlan): ReplicaPlan {
  return { capacityPerReplica, targetUtilisation, spare, minimum };
}
