/** What the API server says of a pod, as the port has it. */
import type { Pod } from "../../ports/pod-cluster.ts";

import type { KubernetesPod } from "./client.ts";

/** Undefined for what is no pod: it has no name or no uid, or something of another form where it has anything. */
export function podOf(namespace: string, item: unknown): Pod | undefined {
  const { metadata, status } = mappingOf(item) as KubernetesPod;
  const { name, uid, labels, deletionTimestamp, ownerReferences } = mappingOf(metadata) as Told<"metadata">;
  const { phase, conditions } = mappingOf(status) as Told<"status">;
  if (typeof name !== "string" || typeof uid !== "string" || name === "" || uid === "") return undefined;
  const read = labelsOf(labels);
  const [states, owners] = [mappingsOf(conditions), mappingsOf(ownerReferences)];
  if (read === undefined || states === undefined || owners === undefined) return undefined;
  const isReady = states.some((one) => one.type === "Ready" && one.status === "True");
  const isGoing = deletionTimestamp !== undefined && deletionTimestamp !== null;
  const owner = owners.find(({ controller }) => controller === true);
  return {
    namespace,
    name,
    uid,
    labels: read,
    healthy: phase === "Running" && isReady && !isGoing,
    // A pod that a node runs by itself is only mirrored: it goes on when its mirror is deleted.
    owner: owner === undefined || owner.kind === "Node" ? undefined : `${String(owner.kind)}/${String(owner.name)}`,
  };
}

/** Labels, none where they are left out; undefined for what is no mapping of names to texts. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const labels = value as Readonly<Record<string, string>>;
  return Object.values(labels).every((text: unknown) => typeof text === "string") ? labels : undefined;
}

/** What a client promises of a part, and nobody has looked at yet. */
type Told<Part extends keyof KubernetesPod> = Readonly<Record<keyof NonNullable<KubernetesPod[Part]>, unknown>>;

function mappingOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** Go writes an empty list as null. */
function mappingsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (value === undefined || value === null) return [];
  const isList = Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null);
  return isList ? (value as readonly Readonly<Record<string, unknown>>[]) : undefined;
}
