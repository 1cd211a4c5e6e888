/** An experiment as a manifest for LitmusChaos: where its operator strikes instead of this process. */
import { parseDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { checkKubernetesName, checkOwnNamespace } from "./experiments/namespaces.ts";

/** What the pods belong to, as LitmusChaos calls it. */
export const LITMUS_APP_KINDS = ["deployment", "statefulset", "daemonset", "deploymentconfig", "rollout"] as const;

/** One of {@link LITMUS_APP_KINDS}. */
export type LitmusAppKind = (typeof LITMUS_APP_KINDS)[number];

/** What every ChaosEngine is told. */
export interface LitmusOptions {
  /** Name of the ChaosEngine. */
  readonly name: string;
  /** Where it lives, with its service account; that of the application unless told. */
  readonly engineNamespace?: string;
  /** Namespace of the application. */
  readonly namespace: string;
  /** One label of its pods, `key=value`. */
  readonly label: string;
  readonly appKind: LitmusAppKind;
  /** Whose rights the experiment has, such as `pod-delete-sa`. */
  readonly serviceAccount: string;
  /** How long it goes on, such as `"1m"`: whole seconds, an hour at most. */
  readonly duration: string;
  /** Share of the pods, above 0, at most 100; rounded down, and one pod at least. One pod unless told. */
  readonly percentage?: number;
  /** Whether applying it starts it; false unless told: then it is written with `engineState: stop`. */
  readonly active?: boolean;
}

/** Pods are deleted, again and again. */
export interface LitmusPodDelete extends LitmusOptions {
  readonly experiment: "pod-delete";
  /** Between two deletions, such as `"10s"`; not longer than `duration`. */
  readonly every: string;
  /** Whether pods are killed without a grace period; false unless told. */
  readonly force?: boolean;
}

/** What pods send is late. */
export interface LitmusPodNetworkLatency extends LitmusOptions {
  readonly experiment: "pod-network-latency";
  /** Such as `"300ms"`. */
  readonly latency: string;
  /** By how much that varies; not at all unless told. */
  readonly jitter?: string;
  /** `eth0` unless told. */
  readonly networkInterface?: string;
  /** The container whose network it is; the first of the pod unless told. */
  readonly container?: string;
  /** Only what goes to these addresses or networks, such as `10.0.0.0/24`; everything unless told. */
  readonly destinationIps?: readonly string[];
  /** Only what goes to these hosts; everything unless told. */
  readonly destinationHosts?: readonly string[];
  /** What runs containers there; `containerd` unless told. */
  readonly containerRuntime?: "containerd" | "crio" | "docker";
  /** The socket of that; where it usually is unless told. */
  readonly socketPath?: string;
}

/**
 * A `ChaosEngine` (`litmuschaos.io/v1alpha1`) for the experiments `pod-delete` and `pod-network-latency` of LitmusChaos. It has the
 * belt of LitmusChaos alone: no guard on a budget, no cap beside the percentage, and only its own health checks. So that nothing
 * starts by being applied, it is stopped unless `active` is true.
 *
 * @returns YAML
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { litmusChaosEngine } from "nines";
 *
 * const yaml = litmusChaosEngine({
 *   experiment: "pod-delete", name: "web-loses-a-pod", namespace: "shop", label: "app=web", appKind: "deployment",
 *   serviceAccount: "pod-delete-sa", duration: "1m", every: "20s",
 * });
 * if (!yaml.includes("kind: ChaosEngine")) throw new Error(yaml);
 * ```
 */
export function litmusChaosEngine(options: LitmusPodDelete | LitmusPodNetworkLatency): string {
  checkOptions(options, "litmusChaosEngine", [...COMMON, ...Object.values(OWN).flat()]);
  const experiment: unknown = options.experiment;
  if (experiment !== "pod-delete" && experiment !== "pod-network-latency") {
    throw invalid("experiment", `${show(experiment)} is not written${choices(experiment, EXPERIMENTS)}`);
  }
  checkOptions(options, "litmusChaosEngine", [...COMMON, ...OWN[experiment]]);
  const { name, namespace, engineNamespace = namespace, serviceAccount, percentage, active = false } = options;
  checkKubernetesName("name", name);
  checkOwnNamespace("namespace", namespace);
  checkKubernetesName("engineNamespace", engineNamespace);
  checkKubernetesName("serviceAccount", serviceAccount);
  if (typeof active !== "boolean") throw invalid("active", `${show(active)} is neither true nor false`);
  const duration = secondsOf("duration", options.duration);
  const env = {
    TOTAL_CHAOS_DURATION: String(duration),
    ...(percentage === undefined ? {} : { PODS_AFFECTED_PERC: percent(percentage) }),
    ...(options.experiment === "pod-delete" ? deletion(options, duration) : latency(options)),
  };
  return writeYaml({
    apiVersion: "litmuschaos.io/v1alpha1",
    kind: "ChaosEngine",
    metadata: { name, namespace: engineNamespace },
    spec: {
      engineState: active ? "active" : "stop",
      appinfo: { appns: namespace, applabel: labelOf(options.label), appkind: kindOf(options.appKind) },
      chaosServiceAccount: serviceAccount,
      experiments: [
        {
          name: experiment,
          spec: { components: { env: Object.entries(env).map(([key, value]) => ({ name: key, value })) } },
        },
      ],
    },
  });
}

type Env = Readonly<Record<string, string>>;

function deletion({ every, force = false }: LitmusPodDelete, duration: number): Env {
  const interval = secondsOf("every", every);
  if (interval > duration) throw invalid("every", `${show(every)} is longer than the duration`);
  if (typeof force !== "boolean") throw invalid("force", `${show(force)} is neither true nor false`);
  return { CHAOS_INTERVAL: String(interval), FORCE: String(force) };
}

function latency(options: LitmusPodNetworkLatency): Env {
  const { networkInterface = "eth0", container, destinationIps, destinationHosts } = options;
  const latencyMs = millisecondsOf("latency", options.latency, 1);
  const jitterMs = options.jitter === undefined ? 0 : millisecondsOf("jitter", options.jitter, 0);
  if (jitterMs > latencyMs) {
    throw invalid("jitter", `${show(options.jitter)} is more than the latency: nothing arrives before it is sent`);
  }
  const containerRuntime: string = options.containerRuntime ?? "containerd";
  if (!Object.hasOwn(SOCKETS, containerRuntime)) {
    const known = choices(containerRuntime, Object.keys(SOCKETS));
    throw invalid("containerRuntime", `${show(containerRuntime)} is not possible${known}`);
  }
  const socketPath = options.socketPath ?? SOCKETS[containerRuntime as keyof typeof SOCKETS];
  matching("socketPath", socketPath, SOCKET, "an absolute path");
  matching("networkInterface", networkInterface, INTERFACE, "a name of a network interface, such as eth0");
  if (container !== undefined) checkKubernetesName("container", container);
  return {
    NETWORK_INTERFACE: networkInterface,
    NETWORK_LATENCY: String(latencyMs),
    JITTER: String(jitterMs),
    ...(container === undefined ? {} : { TARGET_CONTAINER: container }),
    ...(destinationIps === undefined ? {} : { DESTINATION_IPS: list("destinationIps", destinationIps, ADDRESS) }),
    ...(destinationHosts === undefined ? {} : { DESTINATION_HOSTS: list("destinationHosts", destinationHosts, HOST) }),
    CONTAINER_RUNTIME: containerRuntime,
    SOCKET_PATH: socketPath,
  };
}

const EXPERIMENTS = ["pod-delete", "pod-network-latency"] as const;
const COMMON: readonly (keyof LitmusOptions | "experiment")[] = [
  "experiment",
  "name",
  "engineNamespace",
  "namespace",
  "label",
  "appKind",
  "serviceAccount",
  "duration",
  "percentage",
  "active",
];
const OWN: Readonly<Record<(typeof EXPERIMENTS)[number], readonly string[]>> = {
  "pod-delete": ["every", "force"] satisfies (keyof LitmusPodDelete)[],
  "pod-network-latency": [
    "latency",
    "jitter",
    "networkInterface",
    "container",
    "destinationIps",
    "destinationHosts",
    "containerRuntime",
    "socketPath",
  ] satisfies (keyof LitmusPodNetworkLatency)[],
};
const SOCKETS = {
  containerd: "/run/containerd/containerd.sock",
  crio: "/var/run/crio/crio.sock",
  docker: "/var/run/docker.sock",
} as const;
const LABEL =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?=[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const SOCKET = /^\/[\w./-]{1,200}$/;
const INTERFACE = /^[A-Za-z0-9][\w.-]{0,14}$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,40})(?:\/\d{1,3})?$/;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

function matching(path: string | readonly (string | number)[], value: unknown, shape: RegExp, what: string): void {
  if (typeof value === "string" && shape.test(value)) return;
  throw invalid(path, `${show(value)} is not possible; write ${what}`);
}

function labelOf(label: unknown): string {
  matching("label", label, LABEL, "one label with its value, such as app=web");
  return label as string;
}

function kindOf(kind: unknown): string {
  if (typeof kind === "string" && (LITMUS_APP_KINDS as readonly string[]).includes(kind)) return kind;
  throw invalid("appKind", `${show(kind)} is not possible${choices(kind, LITMUS_APP_KINDS)}`);
}

function list(path: string, values: unknown, shape: RegExp): string {
  if (!Array.isArray(values) || values.length === 0 || values.length > 100) {
    throw invalid(path, `${show(values)} is no list of 1 to 100; leave it out for everything`);
  }
  values.forEach((value: unknown, index) => {
    matching([path, index], value, shape, path === "destinationIps" ? "an address or a network" : "a name of a host");
  });
  return values.join(",");
}

function secondsOf(path: string, text: string): number {
  const seconds = parseDuration(text, path) / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3_600) return seconds;
  throw invalid(path, `${show(text)} is not possible; write whole seconds, from 1s to 1h`);
}

function millisecondsOf(path: string, text: string, least: number): number {
  const ms = parseDuration(text, path);
  if (ms >= least && ms <= 600_000) return ms;
  throw invalid(path, `${show(text)} is out of range; write ${String(least)}ms to 10m`);
}

function percent(percentage: unknown): string {
  // Zero means one pod there, and fractions are read as zero.
  if (typeof percentage === "number" && Number.isInteger(percentage) && percentage >= 1 && percentage <= 100) {
    return String(percentage);
  }
  throw invalid("percentage", `${show(percentage)} is out of range; write a whole number from 1 to 100`);
}
