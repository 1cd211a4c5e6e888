/** The pods of a cluster: who they are, and how one of them is made to go. */
import type { CallOptions } from "./store.ts";

/** A pod as far as chaos needs to know it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  /** Of this very pod: the next one of the same name has another. */
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It runs, is ready, and nobody has asked it to go. */
  readonly healthy: boolean;
  /** What made it and will make another, such as `ReplicaSet/web-665cc8c99`; undefined for a pod that nobody replaces. */
  readonly owner: string | undefined;
}

/** What became of the wish that a pod may go. */
export type PodRemoval =
  /** It goes. */
  | { readonly outcome: "removed" }
  /** The cluster does not allow it now, such as by a disruption budget; in its words. */
  | { readonly outcome: "refused"; readonly message: string }
  /** There is no pod of this uid any more. */
  | { readonly outcome: "gone" };

/** How a pod is to go. */
export interface PodRemovalOptions extends CallOptions {
  /** `evict` respects disruption budgets, `delete` does not. */
  readonly by: "evict" | "delete";
  /** How long it may take to end by itself, in seconds; as the pod says unless told. */
  readonly graceSeconds?: number;
  /** The cluster checks everything and does nothing. */
  readonly dryRun?: boolean;
}

/** Lists pods and makes them go. Failures are rejections; who asks sets the time limit. */
export interface PodCluster {
  /** All pods of the namespace that the selector fits. */
  pods(
    question: { readonly namespace: string; readonly labelSelector: string },
    options?: CallOptions,
  ): Promise<readonly Pod[]>;
  /** The labels of a namespace: it opts in by them. */
  namespaceLabels(namespace: string, options?: CallOptions): Promise<Readonly<Record<string, string>>>;
  /** Makes the pod of exactly this uid go. */
  remove(pod: Pick<Pod, "namespace" | "name" | "uid">, options: PodRemovalOptions): Promise<PodRemoval>;
}
