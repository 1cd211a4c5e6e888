/** Names in Kubernetes, and the namespaces that nobody may strike. */
import { invalid, show } from "../../core/errors.ts";

/** A DNS label, which every name in Kubernetes may be. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Refuses what is no name. @throws {@link ConfigurationError} */
export function checkKubernetesName(path: string, name: unknown): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw invalid(path, `${show(name)} is no name in Kubernetes; use small letters, digits and -, at most 63 of them`);
}

/** Refuses what is no namespace of the user's own. @throws {@link ConfigurationError} */
export function checkOwnNamespace(path: string, namespace: unknown): string {
  const name = checkKubernetesName(path, namespace);
  // The prefix is reserved for what a cluster cannot do without: kube-system, kube-public, kube-node-lease and their like.
  if (!name.startsWith("kube-")) return name;
  throw invalid(path, `${show(name)} belongs to Kubernetes itself: nothing in it is ever struck`);
}
