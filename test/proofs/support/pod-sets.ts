/** Pods by chance, caps by chance, and a judge of who may be struck who knows only what the caps say in words. */
import type { PodCluster, Pod } from "../../../src/ports/pod-cluster.ts";
import type { BlastRadius } from "../../../src/chaos/model.ts";
import type { Random } from "../../../src/core/random.ts";

export const NAMESPACE = "shop";
export const OPT_IN = { "nines.dev/chaos": "enabled" } as const;

/** Everything of one case. */
export interface PodCase {
  readonly pods: Pod[];
  readonly namespaceOptsIn: boolean;
  readonly ofRunner: BlastRadius;
  readonly ofExperiment: BlastRadius;
  readonly percentage: number | undefined;
  readonly strike: number;
}

/** Runner and experiment may ask for any of them, and for two values of one. */
const KEYS = ["team", "__proto__", "chaos", "constructor"];
const VALUES = ["on", "off", ""];
/** Shares are of twentieths, so that the judge can count in whole numbers. */
export const PARTS = 20;

export function drawCase(random: Random): PodCase {
  const groups = random.next() < 0.05 ? 0 : random.integer(1, 4);
  const health = Math.max(random.next(), random.next());
  const pods: Pod[] = [];
  for (let group = 0; group < groups; group += 1) {
    const owner = random.next() < 0.1 ? undefined : `ReplicaSet/${random.pick(["web", "api", "constructor", "db"])}`;
    const size = random.next() < 0.3 ? random.integer(0, 2) : random.integer(2, 14);
    for (let index = 0; index < size; index += 1) {
      const number = pods.length + 1;
      pods.push({
        namespace: random.next() < 0.03 ? "other" : NAMESPACE,
        name: `pod-${String(number)}`,
        uid: `uid-${String(number)}`,
        labels: drawLabels(random, 0.6),
        healthy: random.next() < health,
        owner,
      });
    }
  }
  // Whoever lists may list one twice.
  if (pods.length > 0 && random.next() < 0.1) pods.push(random.pick(pods));
  return {
    pods,
    namespaceOptsIn: random.next() < 0.95,
    ofRunner: drawRadius(random),
    ofExperiment: drawRadius(random),
    percentage: random.next() < 0.5 ? random.integer(1, 100) : undefined,
    strike: random.integer(1, 8),
  };
}

function drawRadius(random: Random): BlastRadius {
  const maybe = (value: () => number, key: string): object => (random.next() < 0.5 ? { [key]: value() } : {});
  return {
    ...maybe(() => random.integer(1, 6), "maxTargets"),
    ...maybe(() => random.integer(random.next() < 0.2 ? 0 : 6, PARTS) / PARTS, "maxShare"),
    ...maybe(() => random.integer(1, 4), "leaveHealthy"),
    ...(random.next() < 0.15 ? { optIn: drawLabels(random, 0.2) } : {}),
    ...(random.next() < 0.2 ? { optOut: drawLabels(random, 0.2) } : {}),
  };
}

function drawLabels(random: Random, share: number): Record<string, string> {
  // Own keys, whatever they are called.
  return Object.fromEntries(KEYS.filter(() => random.next() < share).map((key) => [key, random.pick(VALUES)]));
}

/** Uids of those that are struck already, each with its owner. */
export type Struck = ReadonlyMap<string, string | undefined>;

/** Every rule that striking `chosen` would break, where `struck` are struck already. */
export function faultsOf(one: PodCase, chosen: readonly Pod[], struck: Struck): readonly string[] {
  const faults: string[] = [];
  const must = (isKept: boolean, rule: string): void => {
    if (!isKept) faults.push(rule);
  };
  const pods = [...new Map(one.pods.map((pod) => [pod.uid, pod])).values()];
  const ours = pods.filter(({ namespace, owner }) => namespace === NAMESPACE && owner !== undefined);
  must(one.namespaceOptsIn || chosen.length === 0, "the namespace has not opted in");
  must(new Set(chosen.map(({ uid }) => uid)).size === chosen.length, "one is struck twice");
  for (const { uid } of chosen) {
    const pod = ours.find((other) => other.uid === uid);
    must(pod !== undefined, `${uid} is none of ours, or nobody replaces it`);
    must(pod?.healthy === true, `${uid} is not healthy`);
    must(!struck.has(uid), `${uid} is struck already`);
    for (const { optIn = {}, optOut = {} } of radii(one)) {
      for (const [key, value] of Object.entries(optIn)) must(label(pod, key) === value, `${uid} has not opted in`);
      for (const [key, value] of Object.entries(optOut)) must(label(pod, key) !== value, `${uid} has opted out`);
    }
  }
  for (const owner of new Set(ours.map((pod) => pod.owner))) {
    const group = ours.filter((pod) => pod.owner === owner);
    const fresh = group.filter(({ uid }) => !struck.has(uid) && chosen.some((other) => other.uid === uid));
    if (fresh.length === 0) continue;
    // Those that were struck count, though they may be gone by now.
    const before = [...struck.values()].filter((other) => other === owner).length;
    const hit = before + fresh.length;
    const free = group.filter((pod) => pod.healthy && !struck.has(pod.uid));
    const standing = free.filter((pod) => !fresh.includes(pod));
    const whole = free.length + before;
    const { maxTargets, parts, leaveHealthy } = capsOf(one);
    must(hit <= maxTargets, `${String(owner)}: more than ${String(maxTargets)}`);
    must(hit * PARTS <= parts * whole, `${String(owner)}: more than a share of ${String(parts)}/20`);
    must(standing.length >= leaveHealthy, `${String(owner)}: fewer than ${String(leaveHealthy)} are left`);
    must(standing.length >= 1, `${String(owner)}: nobody is left`);
  }
  must(chosen.length <= wantedOf(one, ours, struck), "more than wanted");
  return faults;
}

/** Whom else striking would break no rule: nobody, as chance decides who, and not how many. */
export function alsoPossible(one: PodCase, chosen: readonly Pod[], struck: Struck): readonly Pod[] {
  return one.pods.filter((pod) => faultsOf(one, [...chosen, pod], struck).length === 0);
}

/** Both count, whoever said it. */
function radii({ ofRunner, ofExperiment }: PodCase): readonly BlastRadius[] {
  return [ofRunner, ofExperiment];
}

function label(pod: Pod | undefined, key: string): string | undefined {
  return new Map(Object.entries(pod?.labels ?? {})).get(key);
}

/** What the runner does not say is 1, a half and 1; an experiment may only ask for less. */
function capsOf({ ofRunner, ofExperiment }: PodCase): {
  readonly maxTargets: number;
  readonly parts: number;
  readonly leaveHealthy: number;
} {
  const { maxTargets = 1, maxShare = 0.5, leaveHealthy = 1 } = ofRunner;
  return {
    maxTargets: Math.min(maxTargets, ofExperiment.maxTargets ?? maxTargets),
    parts: Math.round(Math.min(maxShare, ofExperiment.maxShare ?? maxShare) * PARTS),
    leaveHealthy: Math.max(leaveHealthy, ofExperiment.leaveHealthy ?? leaveHealthy),
  };
}

function wantedOf({ percentage, strike }: PodCase, ours: readonly Pod[], struck: Struck): number {
  if (percentage === undefined) return strike;
  const owners = new Set(ours.map(({ owner }) => owner));
  const whole =
    ours.filter((pod) => pod.healthy && !struck.has(pod.uid)).length +
    [...struck.values()].filter((owner) => owners.has(owner)).length;
  return Math.max(1, (percentage * whole - ((percentage * whole) % 100)) / 100);
}

/** A cluster of these pods. Where one is asked to go, `onRemove` says what comes of it. */
export function clusterOf(one: PodCase, onRemove: PodCluster["remove"]): PodCluster {
  return {
    pods: () => Promise.resolve([...one.pods]),
    namespaceLabels: () => Promise.resolve(one.namespaceOptsIn ? { ...OPT_IN } : { "nines.dev/chaos": "no" }),
    remove: onRemove,
  };
}
