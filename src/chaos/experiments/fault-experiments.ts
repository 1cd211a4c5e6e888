/** Experiments that put a fault on a plane: on proxied connections, or on the requests of this process. */
import { checkMethods, checkOptions } from "../../core/options.ts";
import { formatDuration, parseDuration, parsePositiveDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { percentText } from "../../core/figures.ts";
import type { InjectableFault, FaultPlane } from "../../ports/fault-plane.ts";
import type { CallOptions } from "../../ports/store.ts";

import {
  ChaosExperiment,
  type ChaosExperimentOptions,
  EXPERIMENT_OPTIONS,
  type InjectionResult,
} from "../experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../model.ts";

/** What every experiment on a plane is told. */
export interface FaultExperimentOptions extends ChaosExperimentOptions {
  /** Where faults are put: a `ToxiproxyPlane`, `InProcessFaults`. */
  readonly plane: FaultPlane;
  /** Ids of the targets that may be struck, such as names of proxies, routes; all of the plane unless told. */
  readonly targets?: readonly string[];
  /** Share of the connections or requests of a target that meet the fault, above 0, at most 1; 1 unless told. */
  readonly toxicity?: number;
}

/** The base of all of them. The targets of a plane are one group; what is slow is still there, and what fails in part is, too. */
abstract class FaultExperiment extends ChaosExperiment {
  override readonly takesAway: boolean;
  readonly #plane: FaultPlane;
  readonly #wanted: readonly string[] | undefined;
  readonly #share: number;
  readonly #fault: InjectableFault;

  constructor(options: FaultExperimentOptions, fault: InjectableFault) {
    super(options);
    checkMethods(options.plane, "plane", ["targets", "place", "remove"]);
    if ((options.plane as unknown) === undefined) throw invalid("plane", "is missing; give where the fault is put");
    if (!options.plane.kinds.includes(fault.kind)) {
      throw invalid(
        "plane",
        `${options.plane.name} cannot put ${fault.kind}${choices(fault.kind, options.plane.kinds)}`,
      );
    }
    this.#plane = options.plane;
    this.takesAway = (options.toxicity ?? 1) === 1 && fault.kind !== "latency" && fault.kind !== "bandwidth";
    this.#wanted = checkNames(options.targets);
    this.#fault = fault;
    this.#share = options.toxicity ?? 1;
    if (!(typeof this.#share === "number" && this.#share > 0 && this.#share <= 1)) {
      throw invalid("toxicity", `${show(this.#share)} is no share; write a number above 0, at most 1`);
    }
  }

  async targets(options: CallOptions): Promise<readonly ChaosTarget[]> {
    const all = await this.#plane.targets(options);
    const missing = this.#wanted?.find((wanted) => !all.some(({ id }) => id === wanted));
    if (missing !== undefined) {
      const ids = all.map(({ id }) => id);
      throw invalid("targets", `${this.#plane.name} has no ${show(missing)}${choices(missing, ids)}`);
    }
    const { name } = this.#plane;
    return all.map(({ id, healthy, labels }) => ({
      id: `${name}/${id}`,
      group: name,
      healthy,
      labels,
      isSpared: this.#wanted?.includes(id) === false,
      details: { plane: name, on: id },
    }));
  }

  async inject({ id, target, details }: ChaosInjection, options: CallOptions): Promise<InjectionResult> {
    await this.#plane.place({ id, target: onOf(details), fault: this.#fault, share: this.#share }, options);
    return { result: "done", message: `${target} has ${faultText(this.#fault)} for ${percentText(this.#share)} of it` };
  }

  override canUndo({ details }: ChaosInjection): boolean {
    return details.plane === this.#plane.name;
  }

  async undo({ id, details }: ChaosInjection, options: CallOptions): Promise<void> {
    await this.#plane.remove({ id, target: onOf(details) }, options);
  }
}

/** What {@link NetworkLatencyExperiment} is told. */
export interface NetworkLatencyOptions extends FaultExperimentOptions {
  /** How long everything waits, such as `"300ms"`. */
  readonly latency: string;
  /** By how much that varies, to either side; none unless told. */
  readonly jitter?: string;
}

/** Everything to a target is late. */
export class NetworkLatencyExperiment extends FaultExperiment {
  readonly kind = "network-latency";

  constructor(options: NetworkLatencyOptions) {
    checkOptions(options, "NetworkLatencyExperiment", [...OPTIONS, "latency", "jitter"]);
    const latencyMs = parsePositiveDuration(options.latency, "latency");
    const jitterMs = options.jitter === undefined ? 0 : parseDuration(options.jitter, "jitter");
    if (jitterMs > latencyMs)
      throw invalid("jitter", `${show(options.jitter)} is more than the latency: nothing arrives before it is sent`);
    super(options, { kind: "latency", latencyMs, jitterMs });
  }
}

/** What {@link ErrorInjectionExperiment} is told. */
export interface ErrorInjectionOptions extends FaultExperimentOptions {
  /** What requests are answered with; 503 unless told. */
  readonly statusCode?: number;
}

/** Requests to a target are answered with an error. */
export class ErrorInjectionExperiment extends FaultExperiment {
  readonly kind = "error-injection";

  constructor(options: ErrorInjectionOptions) {
    checkOptions(options, "ErrorInjectionExperiment", [...OPTIONS, "statusCode"]);
    const { statusCode = 503 } = options;
    if (!(Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599)) {
      throw invalid("statusCode", `${show(statusCode)} is no status of an error; write 400 to 599`);
    }
    super(options, { kind: "error", statusCode });
  }
}

/** What {@link ConnectionCutExperiment} is told. */
export interface ConnectionCutOptions extends FaultExperimentOptions {
  /** `reset`: connections are reset. `silence`: nothing gets through, and nobody says so. `reset` unless told. */
  readonly as?: "reset" | "silence";
}

/** A target cannot be reached. */
export class ConnectionCutExperiment extends FaultExperiment {
  readonly kind = "connection-cut";

  constructor(options: ConnectionCutOptions) {
    checkOptions(options, "ConnectionCutExperiment", [...OPTIONS, "as"]);
    const how: string = options.as ?? "reset";
    if (how !== "reset" && how !== "silence")
      throw invalid("as", `${show(how)} is not possible${choices(how, ["reset", "silence"])}`);
    super(options, { kind: how === "reset" ? "reset" : "cut" });
  }
}

/** What {@link BandwidthExperiment} is told. */
export interface BandwidthOptions extends FaultExperimentOptions {
  /** What is left, in bytes a second; 1 to 1e9. */
  readonly bytesPerSecond: number;
}

/** A target has a thin line. */
export class BandwidthExperiment extends FaultExperiment {
  readonly kind = "bandwidth";

  constructor(options: BandwidthOptions) {
    checkOptions(options, "BandwidthExperiment", [...OPTIONS, "bytesPerSecond"]);
    const { bytesPerSecond } = options;
    if (!(typeof bytesPerSecond === "number" && bytesPerSecond >= 1 && bytesPerSecond <= 1e9)) {
      throw invalid("bytesPerSecond", `${show(bytesPerSecond)} is out of range; write a number from 1 to 1e9`);
    }
    super(options, { kind: "bandwidth", bytesPerSecond });
  }
}

const OPTIONS: readonly (keyof FaultExperimentOptions)[] = [...EXPERIMENT_OPTIONS, "plane", "targets", "toxicity"];

function checkNames(targets: unknown): readonly string[] | undefined {
  const isList = Array.isArray(targets) && targets.length > 0 && targets.every((id) => typeof id === "string");
  if (targets === undefined || isList) return targets;
  throw invalid("targets", `${show(targets)} is no list of ids; write one such as ["GET /orders"]`);
}

function onOf({ on }: ChaosInjection["details"]): string {
  return typeof on === "string" ? on : "";
}

function faultText(fault: InjectableFault): string {
  switch (fault.kind) {
    case "latency": {
      const jitter = fault.jitterMs === 0 ? "" : `, give or take ${formatDuration(fault.jitterMs)},`;
      return `a latency of ${formatDuration(fault.latencyMs)}${jitter}`;
    }
    case "error":
      return `answers of status ${String(fault.statusCode)}`;
    case "reset":
      return "resets";
    case "cut":
      return "silence";
    case "bandwidth":
      return `${String(fault.bytesPerSecond)} bytes a second`;
  }
}
