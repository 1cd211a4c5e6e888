/** What a dashboard shows, as plain JSON: the page draws it, and whoever wants the figures can read it. */
import type { BudgetStatus } from "../budget/status.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { SloKind } from "../slo/model.ts";
import type { SloVerdict } from "../status/model.ts";

/** All of it, at one instant. */
export interface DashboardSnapshot {
  readonly title: string;
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** What needs attention first. */
  readonly services: readonly DashboardService[];
  /** What happened, latest first. */
  readonly marks: readonly DashboardMark[];
  /** What could not be told, in sentences. */
  readonly troubles: readonly string[];
}

/** One service. */
export interface DashboardService {
  readonly name: string;
  readonly verdict: SloVerdict;
  /** The service in one line. */
  readonly text: string;
  /** Why the verdict is what it is, in sentences; the gravest first. */
  readonly reasons: readonly string[];
  /** What needs attention first. */
  readonly slos: readonly DashboardSlo[];
  readonly composites: readonly DashboardComposite[];
  readonly policy?: DashboardPolicy;
  readonly gate?: DashboardGate;
  readonly signals?: DashboardSignals;
  readonly capacity?: readonly DashboardCapacity[];
  /** Where its logs can be looked at. */
  readonly logsUrl?: string;
  /** Why nothing can be told of it, in a sentence: its source has failed. */
  readonly failure?: string;
}

/** One SLO. What is not known is left out. */
export interface DashboardSlo {
  /** `service/name`. */
  readonly id: string;
  readonly name: string;
  /** For people. */
  readonly title?: string;
  readonly description?: string;
  readonly kind: SloKind;
  /** Such as `99.9%`, as it was written. */
  readonly objective: string;
  readonly objectiveRatio: number;
  /** In words, such as `30 d` or `calendar month, Europe/Berlin`. */
  readonly window: string;
  /** What the window means now; a calendar period's end may lie ahead. In epoch milliseconds. */
  readonly range: TimeRange;
  readonly verdict: SloVerdict;
  /** In sentences, the gravest first. */
  readonly reasons: readonly string[];
  readonly state: BudgetStatus["state"];
  readonly good: number;
  readonly total: number;
  /** Share of the window that was watched, from 0 to 1. */
  readonly coverage: number;
  readonly sliRatio?: number;
  /** Of the budget; negative when overspent. */
  readonly remainingRatio?: number;
  readonly remainingMinutes?: number;
  readonly remainingEvents?: number;
  readonly exhaustion?: DashboardExhaustion;
  /** At which burn rate the budget is spent now: what `exhaustion` is told from. */
  readonly pace?: { readonly rate: number; readonly windowMs: number };
  readonly burns: readonly DashboardBurn[];
  readonly forecast?: DashboardForecast;
  /**
   * How it went: coarse steps through the window, then finer ones over its last part; they follow each other in time. Left out
   * where it is not known.
   */
  readonly past?: readonly DashboardSteps[];
  readonly latency?: DashboardLatency;
  /** Requests that failed this SLO, latest first. */
  readonly traces?: readonly DashboardTrace[];
}

/** At the present pace. */
export interface DashboardExhaustion {
  readonly kind: "never" | "exhausted" | "in" | "unknown";
  /** In epoch milliseconds, for `in`. */
  readonly at?: number;
}

/** The two burn rates of one alert. */
export interface DashboardBurn {
  /** Name of the alert's tier. */
  readonly name: string;
  readonly severity: string;
  /** From which pace on it fires. */
  readonly factor: number;
  readonly longMs: number;
  readonly shortMs: number;
  /** Undefined where there were no events. */
  readonly longRate?: number;
  readonly shortRate?: number;
  /** Whether the alert holds. */
  readonly burning: boolean;
}

/** When the budget runs out by its course so far. */
export interface DashboardForecast {
  /** In a sentence. */
  readonly text: string;
  readonly kind: "forecast" | "exhausted" | "unknown";
  /** Of the interval, such as 0.8. */
  readonly level: number;
  /** In epoch milliseconds; undefined for never before the horizon. */
  readonly expectedAt?: number;
  readonly earliestAt?: number;
  readonly latestAt?: number;
  readonly horizonAt: number;
  /** That it runs out before the horizon, from 0 to 1. */
  readonly probability?: number;
}

/** Counts in equal steps. */
export interface DashboardSteps {
  /** Beginning of the first step, in epoch milliseconds. */
  readonly start: number;
  readonly stepMs: number;
  /** What failed in each step; null where nobody looked. */
  readonly bad: readonly (number | null)[];
  /** All of each step; null where nobody looked. */
  readonly total: readonly (number | null)[];
}

/** How long requests take. */
export interface DashboardLatency {
  /** What is still good, in milliseconds. */
  readonly thresholdMs?: number;
  /** What the percentiles are of, in milliseconds back from now. */
  readonly windowMs: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** The 95th percentile as it was, in order. */
  readonly past?: readonly { readonly at: number; readonly p95Ms: number | null }[];
}

/** A request that can be looked at where traces are kept. */
export interface DashboardTrace {
  readonly traceId: string;
  readonly at: number;
  /** Such as `GET /items/:id 500, 12 ms`. */
  readonly text: string;
  readonly url?: string;
}

/** An SLO made of others. */
export interface DashboardComposite {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** In words, such as `all of shop/availability, shop/latency`. */
  readonly made: string;
  readonly objective?: string;
  readonly window: string;
  readonly verdict: SloVerdict;
  readonly reasons: readonly string[];
  readonly sliRatio?: number;
  readonly remainingRatio?: number;
  readonly remainingMinutes?: number;
}

/** What the policy has decided. */
export interface DashboardPolicy {
  readonly decision: "allow" | "warn" | "unknown" | "halt";
  /** In epoch milliseconds. */
  readonly since: number;
  readonly reasons: readonly string[];
  readonly recommendations: readonly string[];
  /** Who has overridden it, why and until when, in a sentence. */
  readonly override?: string;
}

/** Whether it may be released. */
export interface DashboardGate {
  readonly verdict: "pass" | "warn" | "unknown" | "block";
  readonly allowed: boolean;
  readonly policy: string;
  readonly reasons: readonly string[];
}

/** The four golden signals, now. */
export interface DashboardSignals {
  /** What traffic and errors are of, in milliseconds back from now. */
  readonly windowMs: number;
  readonly requestsPerSecond?: number;
  readonly errorRatio?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** How full each resource is, from 0 to 1. */
  readonly saturation: Readonly<Record<string, number>>;
  /** Saturation as it was, in order, by resource. */
  readonly past?: readonly { readonly at: number; readonly saturation: Readonly<Record<string, number>> }[];
}

/** The forecast of one metric. */
export interface DashboardCapacity {
  readonly metric: string;
  /** `ratio`, `%`, `bytes` or any other. */
  readonly unit?: string;
  readonly state: "forecast" | "unknown";
  /** What to do, or what is not known, in a sentence. */
  readonly text: string;
  readonly urgency?: "now" | "soon" | "planned" | "unknown" | "none";
  readonly limit?: number;
  /** Of the interval, such as 0.95. */
  readonly confidence: number;
  readonly history: readonly { readonly at: number; readonly value: number | null }[];
  readonly forecast: readonly {
    readonly at: number;
    readonly mean: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  /** When the limit is reached: from, most likely, until; in epoch milliseconds. */
  readonly reachedFrom?: number;
  readonly reachedAt?: number;
  readonly reachedUntil?: number;
}

/** What can be marked on the time axis. */
export const DASHBOARD_MARK_KINDS = ["incident", "runbook", "halt", "deployment", "chaos", "exclusion"] as const;

/** Something that happened. */
export interface DashboardMark {
  readonly kind: (typeof DASHBOARD_MARK_KINDS)[number];
  /** Such as `INC-0001`; unique within its kind. */
  readonly id: string;
  /** For people, such as `SEV2 checkout fails`. */
  readonly text: string;
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds; the same as `from` for an instant, undefined while it lasts. */
  readonly until?: number;
  /** Whose it is; empty for everybody's. */
  readonly services: readonly string[];
  /** Ids of SLOs, where it concerns only some. */
  readonly slos?: readonly string[];
  readonly url?: string;
  /** Such as `resolved`, `completed`, `SEV2`. */
  readonly state?: string;
}

/** What a live page is told: an event of this name each, with this as its data. */
export interface DashboardMessages {
  /** All of it: at the beginning, and whenever the reader has missed something. */
  readonly snapshot: DashboardSnapshot;
  /** What has changed. A service that is told takes the place of the one that was known. */
  readonly update: DashboardUpdate;
  /** Nothing could be told, in a sentence; what is shown is of before. */
  readonly failure: { readonly at: number; readonly message: string };
}

/** What has changed since the message before. */
export interface DashboardUpdate {
  readonly at: number;
  /** Names of all services in the order of attention. */
  readonly order: readonly string[];
  /** Those that have changed; an SLO without a `past` keeps the one that it had. */
  readonly services: readonly DashboardService[];
  /** All of them, if they have changed. */
  readonly marks?: readonly DashboardMark[];
  readonly troubles?: readonly string[];
}

/** What the page finds in itself when it is opened. */
export interface DashboardPageData {
  readonly title: string;
  /** Where the messages come from, relative to the page; undefined for a page that stays as it is. */
  readonly live?: { readonly url: string; readonly refreshSeconds: number };
  /** The snapshot, packed; undefined while a live page has nothing yet. */
  readonly snapshot?: string;
}
