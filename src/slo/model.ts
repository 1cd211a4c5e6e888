/** What an SLO is, once its document has been read: plain values that every later room shares. */
import type { Objective } from "../core/objective.ts";
import type { Window } from "../core/time/window.ts";

import type { SloAlerting } from "./alerting.ts";

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

/** The indicator as two counts in PromQL: how many events there were, and how many of them were good, or bad. */
export interface EventExpressions {
  readonly total: string;
  /** Either this or `bad`. */
  readonly good?: string;
  /** Either this or `good`. */
  readonly bad?: string;
}

/** What a time slice without events is. */
export const SLO_EMPTY_SLICES = ["ignored", "good", "bad"] as const;

/** Judged by slices of time instead of by events: how many of them are to be good. */
export interface TimeSlices {
  /** Length of one slice, in milliseconds; divides the window. */
  readonly lengthMs: number;
  /** The share of good events that makes a slice a good one; without it each slice counts as far as it was good. */
  readonly objective?: Objective;
  /** What a slice without events is. */
  readonly empty: (typeof SLO_EMPTY_SLICES)[number];
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
  /** The same as two counts, if it was written so; `expression` is then made of them. */
  readonly events?: EventExpressions;
  /** Judged by time slices; only with an `expression`. For throughput see {@link ThroughputSlo}. */
  readonly slices?: TimeSlices;
  /** Which requests count; all of them without it. */
  readonly selector?: RequestSelector;
  /** Fewer events than this in the window are too little traffic to judge. At least 1. */
  readonly minimumEvents: number;
  /** For people. */
  readonly description?: string;
  /** For people: a name with blanks in it. */
  readonly title?: string;
  /** Who it belongs to and the like: on the info metric, and on no other series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Notes that tools leave. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** How its alerts differ from the usual ones. */
  readonly alerting?: SloAlerting;
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
