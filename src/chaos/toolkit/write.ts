/** Chaos Toolkit experiments to hand on: as text, and those that say what experiments of nines do. */
import { parseDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { writeYaml } from "../../core/yaml/yaml.ts";
import type { InjectableFault } from "../../ports/fault-plane.ts";
import type { Json } from "../model.ts";

import { parseChaosToolkit } from "./document.ts";
import type { ToolkitActivity, ToolkitDocument, ToolkitTolerance } from "./model.ts";

/**
 * Writes an experiment as text that Chaos Toolkit reads; `parseChaosToolkit` makes the same of it again.
 *
 * @example
 * ```ts
 * import { parseChaosToolkit, writeChaosToolkit } from "nines";
 *
 * const experiment = parseChaosToolkit({ title: "nothing", description: "nothing is done", method: [] });
 * const text = writeChaosToolkit(experiment, "yaml");
 * if (parseChaosToolkit(text).title !== "nothing") throw new Error(text);
 * ```
 */
export function writeChaosToolkit(document: ToolkitDocument, format: "json" | "yaml" = "json"): string {
  const checked = parseChaosToolkit(document);
  if (format === "yaml") return writeYaml(checked);
  if ((format as unknown) === "json") return `${JSON.stringify(checked, null, 2)}\n`;
  throw invalid("format", `${show(format)} is no format${choices(format, ["json", "yaml"])}`);
}

/** A probe of the steady state that calls an address. */
export interface ToolkitHttpProbe {
  readonly name: string;
  readonly url: string;
  /** 200 unless told. */
  readonly tolerance?: ToolkitTolerance;
  /** Such as `"2s"`; that unless told. */
  readonly timeout?: string;
}

/** What an experiment that is written does. */
export type ToolkitStrike =
  /** A fault on a proxy of Toxiproxy. It knows no HTTP, so a fault of kind `error` cannot be written. */
  | {
      readonly kind: "toxiproxy";
      /** Of its API, such as `http://localhost:8474`. */
      readonly api: string;
      readonly proxy: string;
      readonly fault: InjectableFault;
      /** Toxicity, above 0, at most 1; 1 unless told. */
      readonly share?: number;
      /** `downstream`: what the service answers; that unless told. */
      readonly stream?: "downstream" | "upstream";
      /** Of the toxic; `nines-chaos` unless told. */
      readonly toxic?: string;
    }
  /**
   * One pod, by name, is deleted by kubectl. A share of what a selector fits cannot be written: kubectl deletes all that it fits,
   * and neither it nor Chaos Toolkit's own providers choose.
   */
  | {
      readonly kind: "pod";
      readonly namespace: string;
      readonly pod: string;
      /** As the pod says unless told. */
      readonly graceSeconds?: number;
      /** The kubeconfig's context; the current one unless told. */
      readonly context?: string;
    };

/** What {@link chaosToolkitExperiment} is told. */
export interface ToolkitWriteOptions {
  readonly title: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly hypothesis: string;
  readonly probes: readonly ToolkitHttpProbe[];
  readonly strike: ToolkitStrike;
  /** How long the fault stays, such as `"5m"`; a minute unless told, an hour at most. */
  readonly duration?: string;
}

const KNOWN: readonly (keyof ToolkitWriteOptions)[] = [
  ...(["title", "description", "tags", "hypothesis", "probes", "strike", "duration"] as const),
];
const JSON_TYPE = { "Content-Type": "application/json" };

/**
 * An experiment of nines in Chaos Toolkit's words: its probes call addresses; its strike is a fault on a Toxiproxy, which is put and
 * taken away through its API, or the end of one pod. Experiments that need more than http and process cannot be written: in-process
 * faults, pressure, clocks, and pods that are chosen by chance within caps.
 *
 * @throws {@link ConfigurationError} if it cannot be written
 *
 * @example
 * ```ts
 * import { chaosToolkitExperiment, writeChaosToolkit } from "nines";
 *
 * const experiment = chaosToolkitExperiment({
 *   title: "A slow database",
 *   description: "The shop answers within two seconds all the same",
 *   hypothesis: "the shop answers",
 *   probes: [{ name: "front page", url: "http://shop.example/" }],
 *   strike: {
 *     kind: "toxiproxy",
 *     api: "http://localhost:8474",
 *     proxy: "database",
 *     fault: { kind: "latency", latencyMs: 300, jitterMs: 50 },
 *   },
 *   duration: "5m",
 * });
 * if (!writeChaosToolkit(experiment).includes('"latency": 300')) throw new Error("not written");
 * ```
 */
export function chaosToolkitExperiment(options: ToolkitWriteOptions): ToolkitDocument {
  checkOptions(options, "chaosToolkitExperiment", KNOWN);
  const { title, description, tags, hypothesis, probes, strike, duration = "1m" } = options;
  const seconds = parseDuration(duration, "duration") / 1_000;
  if (seconds > 3_600) throw invalid("duration", `${show(duration)} is more than an hour, the most that is allowed`);
  const { action, rollback } = written(strike);
  return parseChaosToolkit({
    version: "1.0.0",
    title,
    description,
    ...(tags === undefined ? {} : { tags }),
    "steady-state-hypothesis": { title: hypothesis, probes: probes.map(probeOf) },
    method: [{ ...action, pauses: { after: seconds } }],
    rollbacks: rollback === undefined ? [] : [rollback],
  });
}

function probeOf({ name, url, tolerance = 200, timeout = "2s" }: ToolkitHttpProbe): object {
  const seconds = parseDuration(timeout, "timeout") / 1_000;
  return { type: "probe", name, tolerance, provider: { type: "http", url, timeout: seconds } };
}

interface Written {
  readonly action: ToolkitActivity;
  readonly rollback: ToolkitActivity | undefined;
}

function written(strike: ToolkitStrike): Written {
  switch (strike.kind) {
    case "toxiproxy":
      return onProxy(strike);
    case "pod":
      return onPod(strike);
  }
  const { kind } = strike as { readonly kind: unknown };
  throw invalid(["strike", "kind"], `${show(kind)} cannot be written${choices(kind, ["toxiproxy", "pod"])}`);
}

function onProxy(strike: Extract<ToolkitStrike, { kind: "toxiproxy" }>): Written {
  const { api, proxy, fault, share = 1, stream = "downstream", toxic = "nines-chaos" } = strike;
  if (!(share > 0 && share <= 1))
    throw invalid(["strike", "share"], `${show(share)} is no share; write a number above 0, at most 1`);
  const toxics = `${api.replace(/(?<!\/)\/+$/, "")}/proxies/${encodeURIComponent(proxy)}/toxics`;
  const body = { name: toxic, ...toxicOf(fault), stream, toxicity: share };
  return {
    action: {
      type: "action",
      name: `put ${fault.kind} on ${proxy}`,
      provider: { type: "http", url: toxics, method: "POST", headers: JSON_TYPE, arguments: body, timeout: 10 },
    },
    rollback: {
      type: "action",
      name: `take ${fault.kind} off ${proxy}`,
      provider: { type: "http", url: `${toxics}/${encodeURIComponent(toxic)}`, method: "DELETE", timeout: 10 },
    },
  };
}

/** As its API has them: <https://github.com/Shopify/toxiproxy#toxics>. */
function toxicOf(fault: InjectableFault): Readonly<Record<string, Json>> {
  switch (fault.kind) {
    case "latency":
      return { type: "latency", attributes: { latency: fault.latencyMs, jitter: fault.jitterMs } };
    case "bandwidth":
      // Whole kilobytes a second; none at all would be a cut.
      return { type: "bandwidth", attributes: { rate: Math.max(1, Math.round(fault.bytesPerSecond / 1_000)) } };
    case "reset":
      return { type: "reset_peer", attributes: { timeout: 0 } };
    case "cut":
      return { type: "timeout", attributes: { timeout: 0 } };
    case "error":
      throw invalid(
        ["strike", "fault", "kind"],
        '"error" cannot be written: Toxiproxy knows no HTTP; allowed: latency, bandwidth, reset, cut',
      );
  }
}

function onPod({ namespace, pod, graceSeconds, context }: Extract<ToolkitStrike, { kind: "pod" }>): Written {
  for (const [key, value] of Object.entries({ namespace, pod })) {
    if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(value))
      throw invalid(["strike", key], `${show(value)} is no name of a ${key}`);
  }
  const args = [
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...["delete", "pod", pod, `--namespace=${namespace}`, "--wait=false"],
    ...(graceSeconds === undefined ? [] : [`--grace-period=${String(graceSeconds)}`]),
  ];
  return {
    action: {
      type: "action",
      name: `delete pod ${pod}`,
      provider: { type: "process", path: "kubectl", arguments: args, timeout: 30 },
    },
    // What made it makes another.
    rollback: undefined,
  };
}
