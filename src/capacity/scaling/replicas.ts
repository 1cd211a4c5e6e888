/** How many replicas a request rate needs, by what one of them was measured to carry. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

/** What a service's replicas are. */
export interface ReplicaPlan {
  /** Requests a second that one replica carries within its limits, as `replicaCapacity` tells of load tests. */
  readonly capacityPerReplica: number;
  /** Share of that capacity to plan with; 0.7 unless told. */
  readonly targetUtilisation?: number | undefined;
  /** Replicas that may be missing at the peak, for a failure or a rollout: N+1, N+2; 1 unless told. */
  readonly spare?: number | undefined;
  /** Never fewer than this; 1 unless told. */
  readonly minimum?: number | undefined;
}

/** What a rate needs. */
export interface ReplicaNeed {
  /** Replicas in all, the spare ones included. */
  readonly replicas: number;
  /** Those that the rate needs. */
  readonly serving: number;
  readonly spare: number;
  /** How busy each is with all of them up, as a share of its capacity. */
  readonly utilisation: number;
  /** The same with the spare ones gone. */
  readonly utilisationWithoutSpare: number;
}

const OPTIONS = ["capacityPerReplica", "targetUtilisation", "spare", "minimum"] as const;
const MOST = 1_000_000;
/** What all of them carry is a number too. */
const MOST_CARRIED = 1e90;

/**
 * Replicas for `requestsPerSecond`: as many as carry it at the target utilisation, and the spare ones.
 *
 * @throws {@link ConfigurationError} for a rate or a plan that cannot be
 *
 * @example
 * ```ts
 * import { replicasFor } from "nines";
 *
 * const need = replicasFor(1_400, { capacityPerReplica: 250, targetUtilisation: 0.7, spare: 1 });
 * if (need.serving !== 8 || need.replicas !== 9) throw new Error("1400 / (250 * 0.7) is 8, and one more");
 * ```
 */
export function replicasFor(requestsPerSecond: number, plan: ReplicaPlan): ReplicaNeed {
  const { capacityPerReplica, targetUtilisation, spare, minimum } = checkReplicaPlan(plan);
  if (!(Number.isFinite(requestsPerSecond) && requestsPerSecond >= 0)) {
    throw invalid("requestsPerSecond", `${show(requestsPerSecond)} is not a rate; write 0 or more a second`);
  }
  // A hair of slack: 0.7 * 250 is 174.99999999999997.
  const serving = Math.max(1, Math.ceil((requestsPerSecond / (capacityPerReplica * targetUtilisation)) * (1 - 1e-12)));
  if (!(serving <= MOST))
    throw invalid(
      "requestsPerSecond",
      `${show(requestsPerSecond)} needs more than ${MOST.toLocaleString("en")} replicas`,
    );
  const replicas = Math.max(minimum, serving + spare);
  return {
    replicas,
    serving,
    spare: replicas - serving,
    utilisation: requestsPerSecond / (replicas * capacityPerReplica),
    utilisationWithoutSpare: requestsPerSecond / (Math.max(1, replicas - spare) * capacityPerReplica),
  };
}

/** A plan from outside with what it leaves out, checked. */
export function checkReplicaPlan(
  plan: ReplicaPlan,
  path: readonly (string | number)[] = [],
): Required<{ [Key in keyof ReplicaPlan]: number }> {
  checkOptions(plan, "replicas", OPTIONS);
  const { capacityPerReplica, targetUtilisation = 0.7, spare = 1, minimum = 1 } = plan;
  if (!(Number.isFinite(capacityPerReplica) && capacityPerReplica > 0 && capacityPerReplica <= MOST_CARRIED)) {
    throw invalid(
      [...path, "capacityPerReplica"],
      `${show(capacityPerReplica)} is not what a replica carries; write requests a second, measured by a load test`,
    );
  }
  if (!(typeof targetUtilisation === "number" && targetUtilisation > 0 && targetUtilisation <= 1)) {
    throw invalid(
      [...path, "targetUtilisation"],
      `${show(targetUtilisation)} is not a share of more than 0 and at most 1`,
    );
  }
  for (const [name, value, least] of [
    ["spare", spare, 0],
    ["minimum", minimum, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least || value > MOST) {
      throw invalid(
        [...path, name],
        `${show(value)} is not a whole number of replicas, from ${String(least)} to ${MOST.toLocaleString("en")}`,
      );
    }
  }
  return { capacityPerReplica, targetUtilisation, spare, minimum };
}
