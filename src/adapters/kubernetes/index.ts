/** The pods of a Kubernetes cluster, by a client that the user hands in. */
import { abortable } from "../../core/abort.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { Pod, PodCluster, PodRemoval, PodRemovalOptions } from "../../ports/pod-cluster.ts";
import type { CallOptions } from "../../ports/store.ts";

import { callOptions, type KubernetesApi, type KubernetesCallOptions, type KubernetesDeleteOptions } from "./client.ts";
import { adapterError, failureOf, type KubernetesCall, refusalIn } from "./failures.ts";
import { labelsOf, podOf } from "./pods.ts";

export type {
  Eventually,
  KubernetesApi,
  KubernetesCallOptions,
  KubernetesDeleteOptions,
  KubernetesPod,
  KubernetesRequest,
} from "./client.ts";

/** What can be told to a {@link KubernetesPods}. */
export interface KubernetesPodsOptions {
  /** A `CoreV1Api` of `@kubernetes/client-node`, or whatever has its four methods. */
  readonly api: KubernetesApi;
  /** Pods that are asked for at a time; 500 unless told, 1,000 at most. */
  readonly pageSize?: number;
  /** More pods than this are too many for one selector; 10,000 unless told, 100,000 at most. */
  readonly maxPods?: number;
}

/**
 * A {@link PodCluster} of Kubernetes 1.22 and later. A pod is made to go by its uid: one of the same name that was made since is
 * `gone`. A disruption budget's word is `refused`; whatever else the cluster does not do is an `AdapterError` that says what
 * to do about it, such as which verb a role lacks.
 *
 * @example
 * ```ts
 * import { KubernetesPods } from "nines/kubernetes";
 *
 * // const config = new KubeConfig(); config.loadFromDefault(); const api = config.makeApiClient(CoreV1Api);
 * const api = {
 *   listNamespacedPod: async () => ({ items: [{ metadata: { name: "web-1", uid: "u1" }, status: { phase: "Pending" } }] }),
 *   readNamespace: async () => ({}),
 *   createNamespacedPodEviction: async () => ({}),
 *   deleteNamespacedPod: async () => ({}),
 * };
 * const [pod] = await new KubernetesPods({ api }).pods({ namespace: "shop", labelSelector: "app=web" });
 * if (pod?.healthy !== false) throw new Error("it does not run yet");
 * ```
 */
export class KubernetesPods implements PodCluster {
  readonly #api: KubernetesApi;
  readonly #pageSize: number;
  readonly #maxPods: number;

  constructor(options: KubernetesPodsOptions) {
    checkOptions(options, "KubernetesPods", ["api", "pageSize", "maxPods"]);
    if ((options.api as unknown) === undefined) {
      throw invalid("api", "is missing; give a CoreV1Api of @kubernetes/client-node");
    }
    checkMethods(options.api, "api", METHODS);
    this.#api = options.api;
    this.#pageSize = whole("pageSize", options.pageSize ?? 500, 1_000);
    this.#maxPods = whole("maxPods", options.maxPods ?? 10_000, 100_000);
  }

  async pods(
    { namespace, labelSelector }: { readonly namespace: string; readonly labelSelector: string },
    { signal }: CallOptions = {},
  ): Promise<readonly Pod[]> {
    const call = { operation: "list pods", verb: "list", resource: "pods", namespace };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#pages(call, { namespace, labelSelector, limit: this.#pageSize }, signal);
      } catch (error) {
        // The list has grown too old between two of its pages: a new one is asked for.
        if (refusalIn(error)?.statusCode !== 410 || attempt >= ATTEMPTS) throw failureOf(call, error, signal);
      }
    }
  }

  async namespaceLabels(namespace: string, { signal }: CallOptions = {}): Promise<Readonly<Record<string, string>>> {
    const call = { operation: "read a namespace", verb: "get", resource: "namespaces", namespace };
    try {
      const read = await this.#ask((options) => this.#api.readNamespace({ name: namespace }, options), signal);
      const labels = labelsOf((read as { metadata?: { labels?: unknown } | null } | null)?.metadata?.labels);
      if (labels === undefined) throw unreadable(call, "namespace");
      return labels;
    } catch (error) {
      throw failureOf(call, error, signal);
    }
  }

  async remove(
    { namespace, name, uid }: Pick<Pod, "namespace" | "name" | "uid">,
    { by, graceSeconds, dryRun = false, signal }: PodRemovalOptions,
  ): Promise<PodRemoval> {
    const deleteOptions: KubernetesDeleteOptions = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid },
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
      ...(dryRun ? { dryRun: ["All"] } : {}),
    };
    const metadata = { name, namespace };
    const [call, remove] =
      by === "evict"
        ? [
            { operation: "evict a pod", verb: "create", resource: "pods/eviction", namespace },
            (options: KubernetesCallOptions) =>
              this.#api.createNamespacedPodEviction(
                { ...metadata, body: { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions } },
                options,
              ),
          ]
        : [
            { operation: "delete a pod", verb: "delete", resource: "pods", namespace },
            (options: KubernetesCallOptions) =>
              this.#api.deleteNamespacedPod({ ...metadata, body: deleteOptions }, options),
          ];
    try {
      await this.#ask(remove, signal);
      return { outcome: "removed" };
    } catch (error) {
      const removal = signal?.aborted === true ? undefined : removalIn(error, by);
      if (removal === undefined) throw failureOf(call, error, signal);
      return removal;
    }
  }

  async #pages(
    call: KubernetesCall,
    question: { readonly namespace: string; readonly labelSelector: string; readonly limit: number },
    signal: AbortSignal | undefined,
  ): Promise<readonly Pod[]> {
    const found: Pod[] = [];
    let from: string | undefined;
    // A page may be empty though others come; there is an end to them all the same.
    for (let pages = 0; pages <= this.#maxPods; pages += 1) {
      const asked = from === undefined ? question : { ...question, _continue: from };
      const page: unknown = await this.#ask((options) => this.#api.listNamespacedPod(asked, options), signal);
      // What a client makes of an answer is what it says it is only as far as it was looked at.
      const { items, metadata } = (page ?? {}) as { items?: unknown; metadata?: { _continue?: unknown } | null };
      if (!Array.isArray(items)) throw unreadable(call, "list of pods");
      for (const item of items as readonly unknown[]) {
        const pod = podOf(question.namespace, item);
        if (pod === undefined) throw unreadable(call, "list of pods");
        found.push(pod);
      }
      const next = metadata?._continue ?? "";
      if (typeof next !== "string") throw unreadable(call, "list of pods");
      if (next === "") return found;
      from = next;
      if (found.length >= this.#maxPods) break;
    }
    const message = `more than ${String(this.#maxPods)} pods fit the selector; write a narrower one, or raise maxPods`;
    throw adapterError(call, message, { retryable: false });
  }

  /** Ends with the signal, whether or not the client heeds it. */
  async #ask<T>(call: (options: KubernetesCallOptions) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    return abortable(call(callOptions(signal)), signal);
  }
}

const METHODS: readonly (keyof KubernetesApi)[] = [
  "listNamespacedPod",
  "readNamespace",
  "createNamespacedPodEviction",
  "deleteNamespacedPod",
];
const ATTEMPTS = 3;

/** What of a failure is an answer. */
function removalIn(error: unknown, by: PodRemovalOptions["by"]): PodRemoval | undefined {
  const refusal = refusalIn(error);
  if (refusal === undefined) return undefined;
  const { statusCode, reason, message } = refusal;
  // Without the words of Kubernetes it is the address that there is not.
  if (statusCode === 404 && reason === "NotFound") return { outcome: "gone" };
  if (statusCode === 409 && /\buid\b/i.test(message)) return { outcome: "gone" };
  // Two budgets for one pod are a fault of whoever wrote them, and are answered as a failure of the server.
  const isRefused = statusCode === 429 || (statusCode === 500 && message.includes("more than one PodDisruptionBudget"));
  if (by !== "evict" || !isRefused) return undefined;
  return { outcome: "refused", message: message === "" ? "the cluster does not allow it now" : message };
}

function unreadable(call: KubernetesCall, what: string): Error {
  return adapterError(call, `it was answered with something that is no ${what}`, { retryable: false });
}

function whole(path: string, value: unknown, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalid(path, `${show(value)} is out of range; write a whole number from 1 to ${String(most)}`);
}
