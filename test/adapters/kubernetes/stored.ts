/** What the stand-in keeps. */

/** A pod in JSON, as it is kept. */
export interface StoredPod {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    deletionTimestamp?: string;
    labels: Record<string, string>;
    [more: string]: unknown;
  };
  spec: { nodeName?: string; terminationGracePeriodSeconds: number; [more: string]: unknown };
  status: { phase: string; conditions?: { type: string; status: string }[]; [more: string]: unknown };
}

/** Who may be disrupted. */
export interface StoredBudget {
  readonly name: string;
  readonly namespace: string;
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly minAvailable: number;
}

/** Who asks, and what of `VERB RESOURCE` is allowed. */
export interface StoredUser {
  readonly name: string;
  readonly may: readonly string[] | "all";
}

/** Whether it has these labels. */
export function bears({ metadata }: StoredPod, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => metadata.labels[key] === value);
}

/** Whether it counts for a disruption budget. */
export function isReady({ metadata, status }: StoredPod): boolean {
  const { phase, conditions = [] } = status;
  const ready = conditions.some(({ type, status: now }) => type === "Ready" && now === "True");
  return phase === "Running" && ready && metadata.deletionTimestamp === undefined;
}
