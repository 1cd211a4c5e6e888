/** What is used of the client that the user hands in: a few methods of `CoreV1Api`, and of what they answer. */

/** A pod, as far as it is looked at. */
export interface KubernetesPod {
  readonly metadata?: {
    readonly name?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: unknown;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** How a pod is to go: only this very one, and in what time. */
export interface KubernetesDeleteOptions {
  apiVersion: string;
  kind: string;
  preconditions: { uid: string };
  gracePeriodSeconds?: number;
  dryRun?: string[];
}

/** What goes with a call: how its signal gets to whatever sends the request. */
export interface KubernetesCallOptions {
  middleware?: {
    /** Before it is sent. */
    pre(request: KubernetesRequest): Eventually<KubernetesRequest>;
    /** After it was answered. */
    post(response: object): Eventually<object>;
  }[];
  middlewareMergeStrategy?: "replace" | "append" | "prepend";
}

/** A request that is about to be sent. */
export interface KubernetesRequest {
  /** Ends it when `signal` aborts. */
  setSignal(signal: AbortSignal): void;
}

/** The client's own form of a promise, which it unpacks by this method alone. */
export interface Eventually<T> {
  /** As a promise of the language. */
  toPromise(): Promise<T>;
}

/** The methods of `CoreV1Api` of `@kubernetes/client-node` 1.x that are called. */
export interface KubernetesApi {
  /** One page of pods. */
  listNamespacedPod(
    question: { namespace: string; labelSelector?: string; limit?: number; _continue?: string },
    options?: KubernetesCallOptions,
  ): Promise<{ readonly metadata?: { readonly _continue?: string }; readonly items: readonly KubernetesPod[] }>;
  /** A namespace, for its labels. */
  readNamespace(
    question: { name: string },
    options?: KubernetesCallOptions,
  ): Promise<{ readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }>;
  /** Asks a pod to go, if its disruption budgets allow it. */
  createNamespacedPodEviction(
    question: {
      name: string;
      namespace: string;
      body: {
        apiVersion: string;
        kind: string;
        metadata: { name: string; namespace: string };
        deleteOptions: KubernetesDeleteOptions;
      };
    },
    options?: KubernetesCallOptions,
  ): Promise<unknown>;
  /** Makes a pod go. */
  deleteNamespacedPod(
    question: { name: string; namespace: string; body: KubernetesDeleteOptions },
    options?: KubernetesCallOptions,
  ): Promise<unknown>;
}

/** What lets `signal` end the request itself, and not only the wait for it. */
export function callOptions(signal: AbortSignal | undefined): KubernetesCallOptions {
  if (signal === undefined) return {};
  return {
    middleware: [
      {
        pre(request) {
          request.setSignal(signal);
          return at(request);
        },
        post: (response) => at(response),
      },
    ],
    // The user's own stay.
    middlewareMergeStrategy: "append",
  };
}

function at<T>(value: T): Eventually<T> {
  return { toPromise: () => Promise.resolve(value) };
}
