/** How many replicas the requests to come need, and what their latency would be with those of now. */
import { percentText } from "../../core/figures.ts";
import type { ForecastPoint } from "../forecast/types.ts";
import { replicaPlanOf, type ServingPlan } from "./plans.ts";
import { type QueueForecast, queueForecast } from "./queueing.ts";
import { type ReplicaNeed, replicasFor } from "./replicas.ts";

/** Replicas for the peak of the request rate. */
export interface ServingAdvice {
  /** Requests a second at the peak, by the upper end of the interval, and by the mean. */
  readonly requestsPerSecond: { readonly upper: number; readonly mean: number };
  readonly current: number;
  /** What the upper end needs. */
  readonly need: ReplicaNeed;
  /** How many more than now; below 0 there are too many. */
  readonly more: number;
  /** How many of the need stand idle if the mean comes true, and what they cost in a month where a cost was told. */
  readonly idleReplicas: number;
  readonly idleCostPerMonth: number | undefined;
  /** The queue at the peak with the replicas of now, and with those that are needed but the spare ones. */
  readonly queueNow: QueueForecast;
  readonly queueThen: QueueForecast;
  readonly text: string;
  readonly warnings: readonly string[];
}

const MOST_SERVERS = 1_000_000;
const MOST_REPLICAS = 1_000_000;
/** A busier queue than this is long whenever it is a little unlucky. */
const BUSY = 0.9;

/** Weighs the peak against what the replicas carry. */
export function servingAdvice(plan: ServingPlan, peak: ForecastPoint): ServingAdvice {
  const { current, concurrency = 1, capacityPerReplica, costPerReplica, latency } = plan;
  const replicas = replicaPlanOf(plan);
  // More than can be counted in replicas is no plan; it must not take the advice for all else with it.
  const most = 0.5 * MOST_REPLICAS * capacityPerReplica * (plan.targetUtilisation ?? 0.7);
  const [upper, mean] = [peak.upper, peak.mean].map((value) => Math.min(most, Math.max(0, value))) as [number, number];
  const need = replicasFor(upper, replicas);
  const queue = (count: number): QueueForecast =>
    queueForecast({
      arrivalsPerSecond: upper,
      ...serversOf(Math.max(1, count) * concurrency, Math.max(1, count) * capacityPerReplica),
    });
  const queueNow = queue(current);
  const queueThen = queue(need.replicas - (plan.spare ?? 1));
  const idleReplicas = need.replicas - replicasFor(mean, replicas).replicas;
  const more = need.replicas - current;
  const change =
    more > 0 ? `${String(more)} more than now` : more < 0 ? `${String(-more)} fewer than now` : "as many as now";
  return {
    requestsPerSecond: { upper, mean },
    current,
    need,
    more,
    idleReplicas,
    idleCostPerMonth: costPerReplica === undefined ? undefined : idleReplicas * costPerReplica,
    queueNow,
    queueThen,
    text: `${rate(upper)} requests a second at the peak need ${String(need.replicas)} replicas (${change}), ${String(need.spare)} of them spare`,
    warnings: [
      ...warn(`with the ${String(current)} of now`, queueNow, latency),
      ...warn("even then, with the spare ones gone", queueThen, latency),
    ],
  };
}

/** So many servers that they work off `capacity`; of more than a million a million faster ones, whose queue is next to the same. */
function serversOf(count: number, capacity: number): { readonly servers: number; readonly servicesPerSecond: number } {
  const servers = Math.min(MOST_SERVERS, count);
  return { servers, servicesPerSecond: capacity / servers };
}

function warn(when: string, queue: QueueForecast, latency: ServingPlan["latency"]): readonly string[] {
  if (!queue.stable)
    return [
      `${when} the replicas cannot keep up: ${percentText(queue.utilisation)} of their capacity would be asked for, and the queue grows without end`,
    ];
  const busy = `${percentText(queue.utilisation)} busy, ${percentText(queue.waitProbability)} of requests wait`;
  if (latency !== undefined) {
    const ms = queue.responseMs(latency.share);
    // What a service takes by itself is no matter of the queue, and more replicas do not cure it.
    const alone = -Math.log(1 - latency.share) * (queue.meanResponseMs - queue.meanWaitMs);
    if (ms > latency.limitMs && alone <= latency.limitMs) {
      return [
        `${when} ${percentText(latency.share)} of requests would be answered within ${milliseconds(ms)}, not ${milliseconds(latency.limitMs)} (${busy}; M/M/c)`,
      ];
    }
  }
  return queue.utilisation > BUSY ? [`${when} the replicas would be ${busy} (M/M/c)`] : [];
}

function rate(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function milliseconds(value: number): string {
  return `${String(Number(value.toPrecision(3)))} ms`;
}
