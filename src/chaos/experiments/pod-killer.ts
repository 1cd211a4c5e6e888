/** An experiment that makes pods go: a few of those that somebody makes anew, in a namespace that has opted in. */
import { formatDuration, parseDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import type { PodCluster } from "../../ports/pod-cluster.ts";
import type { CallOptions } from "../../ports/store.ts";

import {
  ChaosExperiment,
  type ChaosExperimentOptions,
  EXPERIMENT_OPTIONS,
  type InjectionResult,
} from "../experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../model.ts";
import { checkOwnNamespace } from "./namespaces.ts";

/** What {@link PodKillerExperiment} is told. */
export interface PodKillerOptions extends ChaosExperimentOptions {
  /** Whose pods: a `KubernetesPods` of `nines/kubernetes`. */
  readonly cluster: PodCluster;
  /** One of your own; those of Kubernetes itself, whose names begin with `kube-`, are refused. */
  readonly namespace: string;
  /** Which of its pods, such as `"app=web,tier!=canary"`. There is no default. */
  readonly labelSelector: string;
  /** How many of the healthy pods are to go, above 0, at most 100; in place of `strike`. One at least, and never more than the caps allow. */
  readonly percentage?: number;
  /** How long a pod may take to end by itself, such as `"30s"`, a second at least; as each pod says unless told. */
  readonly gracePeriod?: string;
  /** `evict` respects disruption budgets, `delete` does not. `evict` unless told. */
  readonly by?: "evict" | "delete";
  /** The labels that the namespace must bear, or `"none"`; `{ "nines.dev/chaos": "enabled" }` unless told. */
  readonly namespaceOptIn?: Readonly<Record<string, string>> | "none";
}

/**
 * Pods go, and whatever made them makes others. Pods of one owner are a group; a pod without an owner is never struck. Each is
 * struck by its uid: one of the same name that was made since is left alone. There is nothing to be undone.
 *
 * @example
 * ```ts
 * import { PodKillerExperiment, type PodCluster } from "nines";
 *
 * const web = { namespace: "shop", labels: {}, healthy: true, owner: "ReplicaSet/web" };
 * const cluster: PodCluster = {
 *   pods: async () => ["a", "b", "c"].map((name) => ({ ...web, name, uid: `uid-${name}` })),
 *   namespaceLabels: async () => ({ "nines.dev/chaos": "enabled" }),
 *   remove: async () => ({ outcome: "removed" }),
 * };
 * const experiment = new PodKillerExperiment({
 *   name: "the shop loses a pod of three",
 *   cluster,
 *   namespace: "shop",
 *   labelSelector: "app=web",
 *   percentage: 34,
 * });
 * const [target] = await experiment.targets({});
 * if (target?.id !== "pod/shop/a/uid-a") throw new Error(target?.id);
 * ```
 */
export class PodKillerExperiment extends ChaosExperiment {
  readonly kind = "pod-killer";
  override readonly isUndone: boolean = false;
  readonly #cluster: PodCluster;
  readonly #namespace: string;
  readonly #labelSelector: string;
  readonly #by: "evict" | "delete";
  readonly #graceSeconds: number | undefined;
  readonly #optIn: Readonly<Record<string, string>>;

  constructor(options: PodKillerOptions) {
    checkOptions(options, "PodKillerExperiment", OPTIONS);
    const { percentage, ...rest } = options;
    super(percentage === undefined ? rest : { ...rest, strike: shareOf(percentage, options.strike) });
    if ((options.cluster as unknown) === undefined) throw invalid("cluster", "is missing; give whose pods they are");
    checkMethods(options.cluster, "cluster", ["pods", "namespaceLabels", "remove"]);
    checkWords(options.labelSelector, MOST_SELECTOR, (message) => {
      throw invalid("labelSelector", message);
    });
    this.#cluster = options.cluster;
    this.#namespace = checkOwnNamespace("namespace", options.namespace);
    this.#labelSelector = options.labelSelector;
    this.#by = readBy(options.by ?? "evict");
    this.#graceSeconds = options.gracePeriod === undefined ? undefined : secondsOf(options.gracePeriod);
    this.#optIn = readOptIn(options.namespaceOptIn ?? OPT_IN);
  }

  async targets(options: CallOptions): Promise<readonly ChaosTarget[]> {
    const missing = await this.#missingOptIn(options);
    if (missing !== undefined) throw invalid("namespace", missing);
    const pods = await this.#cluster.pods({ namespace: this.#namespace, labelSelector: this.#labelSelector }, options);
    return pods.flatMap(({ namespace, name, uid, labels, healthy, owner }) => {
      // Whoever answers may have more than was asked for.
      if (owner === undefined || namespace !== this.#namespace) return [];
      const details = { namespace, name, uid };
      return [{ id: `pod/${namespace}/${name}/${uid}`, group: `${namespace}/${owner}`, healthy, labels, details }];
    });
  }

  async inject({ details }: ChaosInjection, options: CallOptions): Promise<InjectionResult> {
    const { namespace, name, uid } = details;
    if (typeof namespace !== "string" || typeof name !== "string" || typeof uid !== "string") {
      throw invalid("details", "name no pod");
    }
    // It may have changed its mind since.
    const missing = await this.#missingOptIn(options);
    if (missing !== undefined) return { result: "refused", message: missing };
    // The answer may have come after all was ended, and what is removed does not come back.
    options.signal?.throwIfAborted();
    const removal = await this.#cluster.remove(
      { namespace, name, uid },
      { ...options, by: this.#by, ...(this.#graceSeconds === undefined ? {} : { graceSeconds: this.#graceSeconds }) },
    );
    switch (removal.outcome) {
      case "removed": {
        const time =
          this.#graceSeconds === undefined ? "" : `, with ${formatDuration(this.#graceSeconds * 1_000)} to end`;
        return { result: "done", message: `${name} was ${this.#by === "evict" ? "evicted" : "deleted"}${time}` };
      }
      case "refused":
        return { result: "refused", message: removal.message };
      case "gone":
        return { result: "refused", message: `${name} was gone already` };
    }
  }

  /** Nothing: what made the pod makes another. */
  undo(): void {
    return undefined;
  }

  async #missingOptIn(options: CallOptions): Promise<string | undefined> {
    const wanted = Object.entries(this.#optIn);
    if (wanted.length === 0) return undefined;
    const labels = await this.#cluster.namespaceLabels(this.#namespace, options);
    const missing = wanted.filter(([label, value]) => !Object.hasOwn(labels, label) || labels[label] !== value);
    if (missing.length === 0) return undefined;
    const label = missing.map(([key, value]) => `${key}=${value}`).join(" ");
    return `${this.#namespace} has not opted in: it does not bear ${label}, see namespaceOptIn`;
  }
}

const OPTIONS: readonly (keyof PodKillerOptions)[] = [
  ...EXPERIMENT_OPTIONS,
  "cluster",
  "namespace",
  "labelSelector",
  "percentage",
  "gracePeriod",
  "by",
  "namespaceOptIn",
];
const OPT_IN = { "nines.dev/chaos": "enabled" } as const;
const MOST_SELECTOR = 1_000;
const MOST_GRACE_SECONDS = 3_600;

function shareOf(percentage: unknown, strike: unknown): { readonly share: number } {
  if (strike !== undefined) throw invalid("percentage", "cannot be told beside strike; choose one of them");
  if (typeof percentage === "number" && percentage > 0 && percentage <= 100) return { share: percentage / 100 };
  throw invalid("percentage", `${show(percentage)} is out of range; write a number above 0, at most 100`);
}

function readBy(by: string): "evict" | "delete" {
  if (by === "evict" || by === "delete") return by;
  throw invalid("by", `${show(by)} is not possible${choices(by, ["evict", "delete"])}`);
}

function secondsOf(gracePeriod: string): number {
  const seconds = parseDuration(gracePeriod, "gracePeriod") / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_GRACE_SECONDS) return seconds;
  // With none, a cluster forgets the pod before it has ended: two of the same name may run side by side.
  throw invalid("gracePeriod", `${show(gracePeriod)} is not possible; write whole seconds, from 1s to 1h`);
}

function readOptIn(optIn: unknown): Readonly<Record<string, string>> {
  if (optIn === "none") return {};
  if (typeof optIn === "object" && optIn !== null && !Array.isArray(optIn)) {
    const entries = Object.entries(optIn);
    if (entries.length > 0 && entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
      return Object.fromEntries(entries);
    }
  }
  throw invalid("namespaceOptIn", `${show(optIn)} is no mapping of labels to values; to ask for none, write "none"`);
}
