/** Who is struck: chosen by chance, within caps that no chance can pass. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { Random } from "../core/random.ts";

import type { BlastRadius, ChaosTarget } from "./model.ts";

type Label = readonly [name: string, value: string];

/** All caps, each with its value. */
export interface Caps {
  readonly maxTargets: number;
  readonly maxShare: number;
  readonly leaveHealthy: number;
  /** All of these labels, each with its value. */
  readonly optIn: readonly Label[];
  /** None of these. */
  readonly optOut: readonly Label[];
}

/** Who was chosen, and of how many. */
export interface Choice {
  readonly targets: number;
  readonly eligible: number;
  readonly chosen: readonly ChaosTarget[];
  /** The largest share of a group's healthy targets that was chosen. */
  readonly share: number;
  /** Why nobody could be chosen; undefined if somebody was. */
  readonly problem: string | undefined;
}

/** Checks caps. @throws {@link ConfigurationError} naming the one that is wrong */
export function checkBlastRadius(
  given: BlastRadius,
  path: readonly (string | number)[] = ["blastRadius"],
): BlastRadius {
  checkOptions(given, "a blast radius", ["maxTargets", "maxShare", "leaveHealthy", "optIn", "optOut"], path);
  whole([...path, "maxTargets"], given.maxTargets, 1);
  whole([...path, "leaveHealthy"], given.leaveHealthy, 1);
  const { maxShare } = given;
  if (maxShare !== undefined && !(typeof maxShare === "number" && maxShare >= 0 && maxShare <= 1)) {
    throw invalid([...path, "maxShare"], `${show(maxShare)} is not a share; write a number from 0 to 1`);
  }
  for (const key of ["optIn", "optOut"] as const) {
    const labels: unknown = given[key];
    if (labels === undefined) continue;
    const isLabels = typeof labels === "object" && labels !== null && !Array.isArray(labels);
    if (!isLabels || !Object.values(labels).every((value) => typeof value === "string")) {
      throw invalid([...path, key], `${show(labels)} is no mapping of labels to values`);
    }
  }
  return given;
}

/** The stricter of two of each cap: an experiment narrows what its runner allows, and never widens it. */
export function strictest(ofRunner: BlastRadius, ofExperiment: BlastRadius): Caps {
  const all = [ofRunner, ofExperiment];
  // What the runner does not say is as cautious as can be.
  const least = (key: "maxTargets" | "maxShare", otherwise: number): number =>
    Math.min(ofRunner[key] ?? otherwise, ofExperiment[key] ?? Infinity);
  return {
    maxTargets: least("maxTargets", 1),
    maxShare: least("maxShare", 0.5),
    leaveHealthy: Math.max(1, ...all.flatMap(({ leaveHealthy }) => leaveHealthy ?? [])),
    // Both ask, even for two values of one label: then nobody has opted in.
    optIn: all.flatMap(({ optIn = {} }) => Object.entries(optIn)),
    optOut: all.flatMap(({ optOut = {} }) => Object.entries(optOut)),
  };
}

/**
 * Chooses among the healthy targets that have opted in, each as likely. Of a group with `n` healthy targets at most
 * `min(maxTargets, floor(n * maxShare), n - leaveHealthy)` are chosen, so never all and never the last one; healthy targets
 * that have not opted in count as those who are left, and so do not those that `struck` names (with their groups): they are being struck already. What
 * takes nothing away (latency) is bound by `maxTargets` alone.
 */
export function chooseTargets(
  targets: readonly ChaosTarget[],
  strike: number | { readonly share: number },
  caps: Caps,
  {
    random,
    struck = new Map(),
    takesAway = true,
  }: { readonly random: Random; readonly struck?: ReadonlyMap<string, string>; readonly takesAway?: boolean },
): Choice {
  const groups = new Map<string, ChaosTarget[]>();
  const known = new Map<string, ChaosTarget>();
  for (const target of targets) {
    // The same target twice must not make a group look larger than it is.
    if (known.has(target.id)) continue;
    known.set(target.id, target);
    const group = groups.get(target.group);
    if (group === undefined) groups.set(target.group, [target]);
    else group.push(target);
  }
  const allowed: ChaosTarget[] = [];
  let eligible = 0;
  const healthyOf = new Map<string, number>();
  for (const [name, group] of groups) {
    const healthy = group.filter((one) => one.healthy);
    // Whether or not they are still listed: a pod that went is gone.
    const stricken = [...struck.values()].filter((other) => other === name).length;
    const free = healthy.filter((one) => one.isSpared !== true && !struck.has(one.id) && hasOptedIn(one, caps));
    // Those that are struck count as not healthy any more, and against the caps of their group.
    const standing = healthy.filter(({ id }) => !struck.has(id)).length;
    const count = standing + stricken;
    const left = takesAway
      ? Math.min(Math.floor(count * caps.maxShare + 1e-9) - stricken, standing - caps.leaveHealthy)
      : Infinity;
    const most = Math.min(caps.maxTargets - stricken, left);
    eligible += free.length;
    healthyOf.set(name, count);
    allowed.push(...drawn(free, most, random));
  }
  const healthyCount = [...healthyOf.values()].reduce((sum, count) => sum + count, 0);
  const wanted = typeof strike === "number" ? strike : Math.max(1, Math.floor(healthyCount * strike.share + 1e-9));
  const chosen = drawn(allowed, wanted, random);
  const chosenOf = new Map<string, number>();
  for (const { group } of chosen) chosenOf.set(group, (chosenOf.get(group) ?? 0) + 1);
  let share = 0;
  for (const [name, count] of chosenOf) share = Math.max(share, count / Math.max(1, healthyOf.get(name) ?? 0));
  return {
    targets: known.size,
    eligible,
    chosen,
    share,
    problem: chosen.length > 0 ? undefined : whyNobody([...known.values()], eligible, struck, caps),
  };
}

function hasOptedIn({ labels }: ChaosTarget, { optIn, optOut }: Caps): boolean {
  const bears = ([label, value]: Label): boolean => Object.hasOwn(labels, label) && labels[label] === value;
  return optIn.every(bears) && !optOut.some(bears);
}

/** `count` of them, each as likely: the first steps of a Fisher-Yates shuffle. */
function drawn<T>(items: readonly T[], count: number, random: Random): T[] {
  const rest = [...items];
  const most = Math.max(0, Math.min(count, rest.length));
  for (let place = 0; place < most; place += 1) {
    const other = random.integer(place, rest.length - 1);
    [rest[place], rest[other]] = [rest[other] as T, rest[place] as T];
  }
  return rest.slice(0, most);
}

/** Each target that cannot be struck is told under the first of these that holds for it. */
function whyNobody(
  targets: readonly ChaosTarget[],
  eligible: number,
  struck: ReadonlyMap<string, string>,
  caps: Caps,
): string {
  if (targets.length === 0) return "there is nothing that could be struck";
  if (eligible === 0) {
    const left = { unhealthy: 0, struck: 0, spared: 0, "not opted in": 0 };
    for (const { id, healthy, isSpared } of targets) {
      const why = !healthy ? "unhealthy" : struck.has(id) ? "struck" : isSpared === true ? "spared" : "not opted in";
      left[why] += 1;
    }
    const counts = Object.entries(left).flatMap(([why, count]) => (count === 0 ? [] : [`${String(count)} ${why}`]));
    return `none of ${String(targets.length)} targets may be struck: ${counts.join(", ")}`;
  }
  const { maxTargets, maxShare, leaveHealthy } = caps;
  return `no target may be struck: at most ${String(maxTargets)} and a share of ${String(maxShare)} of each group, and ${String(leaveHealthy)} of it must stay healthy`;
}

function whole(path: readonly (string | number)[], value: unknown, least: number): void {
  if (value === undefined) return;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= 1_000) return;
  throw invalid(path, `${show(value)} is out of range; write a whole number from ${String(least)} to 1,000`);
}
