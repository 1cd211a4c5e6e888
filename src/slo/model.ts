/** What an SLO is, once its document has been read: plain values that every later room shares. */
import type { Objective } from "../core/objective.ts";
import type { Window } from "../core/window.ts";

/** The kinds of indicator that nines measures. */
export const SLO_KINDS = ["availability", "latency", "throughput", "error_rate"] as const;

/** One of {@link SLO_KINDS}. */
export type SloKind = (typeof SLO_KINDS)[number];

/** Which requests count as events. What is left out is not narrowed; all that are given must hold. */
export interface RequestSelector {
  /** Route patterns as the framework knows them, such as `/users/:id`; a trailing `*` stands for any rest. */
  readonly routes?: readonly string[];
  /** HTTP methods, in upper case. */
  readonly methods?: readonly string[];
  /** Status codes as text: one (`"404"`) or a class (`"2xx"`). */
  readonly statusCodes?: readonly string[];
  /**
   * Names of jobs, consumers or dependencies instead of the service's own requests; a trailing `*` stands for any rest.
   */
  readonly operations?: readonly string[];
}

/** What all kinds of SLO have. */
export interface SloBase {
  /** `service/name`, unique in its document. */
  readonly id: string;
  /** The service that makes the promise. */
  readonly service: string;
  /** Its name within the service. */
  readonly name: string;
  /** Share of events (for throughput: of time slices) that are to be good. Always leaves a budget. */
  readonly objective: Objective;
  /** What it is judged over. */
  readonly window: Window;
  /** PromQL of the indicator, as written; without it the service's own golden signals are the source. */
  readonly expression?: string;
  /** Which requests count; all of them without it. */
  readonly selector?: RequestSelector;
  /** Fewer events than this in the window are too little traffic to judge. At least 1. */
  readonly minimumEvents: number;
  /** For people. */
  readonly description?: string;
}

/** Share of requests that did not fail. */
export interface AvailabilitySlo extends SloBase {
  readonly kind: "availability";
}

/** Share of requests answered within the threshold. */
export interface LatencySlo extends SloBase {
  readonly kind: "latency";
  /** A request of exactly this long is still good. In milliseconds. */
  readonly thresholdMs: number;
}

/** Share of time slices in which the service handled at least so many requests a second. */
export interface ThroughputSlo extends SloBase {
  readonly kind: "throughput";
  /** The floor, in requests a second. */
  readonly floorPerSecond: number;
  /** Length of one slice, in milliseconds; divides the window. */
  readonly sliceMs: number;
}

/** A ceiling on the share of failed requests: the complement of availability. `objective` is the complement of it. */
export interface ErrorRateSlo extends SloBase {
  readonly kind: "error_rate";
}

/** A service level objective. */
export type Slo = AvailabilitySlo | LatencySlo | ThroughputSlo | ErrorRateSlo;
