/** What the API server says of a pod, as the port has it. */
import type { Pod } from "../../ports/pod-cluster.ts";

import type { KubernetesPod } from "./client.ts";

/** Undefined for what has no name or no uid: that is no pod. */
export function podOf(namespace: string, { metadata, status }: KubernetesPod): Pod | undefined {
  const { name, uid, labels = {}, deletionTimestamp, ownerReferences = [] } = metadata ?? {};
  if (typeof name !== "string" || typeof uid !== "string" || name === "" || uid === "") return undefined;
  const isReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
  const isGoing = deletionTimestamp !== undefined && deletionTimestamp !== null;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  return {
    namespace,
    name,
    uid,
    labels,
    healthy: status?.phase === "Running" && isReady && !isGoing,
    // A pod that a node runs by itself is only mirrored: it goes on when its mirror is deleted.
    owner: owner === undefined || owner.kind === "Node" ? undefined : `${owner.kind}/${owner.name}`,
  };
}
