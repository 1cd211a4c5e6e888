/** How SLOs stand, judged: healthy, warning, critical or unknown, with the reasons. */
import type { BudgetStatus, BurnRate } from "../budget/status.ts";
import type { SloTier } from "../budget/slo-tiers.ts";
import type { Objective } from "../core/objective.ts";
import type { Window } from "../core/time/window.ts";
import type { Slo } from "../slo/model.ts";

/** From best to worst; what cannot be told is worse than a warning. */
export const SLO_VERDICTS = ["healthy", "warning", "unknown", "critical"] as const;

/** One of {@link SLO_VERDICTS}. */
export type SloVerdict = (typeof SLO_VERDICTS)[number];

/** Why a verdict is what it is. */
export interface StatusReason {
  /** For machines; stable: `within_budget`, `budget_exceeded`, `burning`, `no_data` and the like. */
  readonly code: string;
  /** For people: one sentence with the figures. */
  readonly message: string;
}

/** A burn-rate alert that holds. */
export interface BurningTier {
  readonly tier: SloTier;
  /** Pace over the long look-back. */
  readonly long: BurnRate;
  /** Pace over the short look-back. */
  readonly short: BurnRate;
}

/** How one SLO stands. */
export interface SloStatus {
  readonly slo: Slo;
  /** As of which instant, in epoch milliseconds: everything before it is counted. */
  readonly at: number;
  /** Up to when the budget's window is counted, in epoch milliseconds: `at`, or a little before where recorded sums lag. */
  readonly countedUntil: number;
  /** What it is judged over: the SLO's own window, or the one that was asked for. */
  readonly window: Window;
  /** SLI, budget and burn rates. */
  readonly budget: BudgetStatus;
  readonly verdict: SloVerdict;
  /** At least one; the gravest first. */
  readonly reasons: readonly StatusReason[];
  /** The alerts that it is judged by. */
  readonly tiers: readonly SloTier[];
  /** Alerts that hold, the gravest first. */
  readonly burning: readonly BurningTier[];
}

/** How the members of a composite SLO make one SLI. */
export const COMPOSITE_KINDS = ["all", "weighted", "traffic"] as const;

/** What a member without data is. */
export const COMPOSITE_MISSING_MEMBERS = ["unknown", "ignored", "good", "bad"] as const;

/** One member of a composite. */
export interface CompositeMember {
  /** Id of the SLO, `service/name`. */
  readonly slo: string;
  /** How much it weighs in a `weighted` composite; 1 unless told. Above 0. */
  readonly weight: number;
}

/** An SLO made of others. */
export interface CompositeSlo {
  /** `service/name`; no SLO has it. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  /**
   * `all`: each member keeps its own promise, and the composite is as good as the worst of them; it has no objective. `weighted`:
   * the SLI is the weighted mean of the members' SLIs. `traffic`: good and total of all members added up.
   */
  readonly of: (typeof COMPOSITE_KINDS)[number];
  readonly members: readonly CompositeMember[];
  /** What a member without data is: it makes the whole unknown, is left out, or counts as all good or all bad. */
  readonly missing: (typeof COMPOSITE_MISSING_MEMBERS)[number];
  /** Undefined for `all`. */
  readonly objective: Objective | undefined;
  readonly window: Window;
  readonly description?: string;
}

/** How a composite SLO stands. */
export interface CompositeStatus {
  readonly composite: CompositeSlo;
  readonly at: number;
  readonly window: Window;
  /**
   * Undefined for `all`, and where members are missing that make it unknown. Of a weighted one good and total are its traffic, split as
   * its SLI says; `bad` of its burn rates are the failures of its members, added up.
   */
  readonly budget: BudgetStatus | undefined;
  readonly verdict: SloVerdict;
  readonly reasons: readonly StatusReason[];
  /** Ids of members without data. */
  readonly missing: readonly string[];
  /** For `all`: id of the member that stands worst. */
  readonly worst: string | undefined;
}

/** What a person asks for first. A figure that is not known is undefined. */
export interface StatusSummary {
  readonly verdict: SloVerdict;
  /** SLI of the availability SLO with the least budget left (of an error rate SLO if there is none), from 0 to 1. */
  readonly availabilityRatio: number | undefined;
  /** 95th percentile over `latencyWindowMs`, in milliseconds. */
  readonly p95LatencyMs: number | undefined;
  /** What the percentile is of, in milliseconds back from `at`. */
  readonly latencyWindowMs: number;
  /** Minutes left of the budget that has the smallest share left; negative when overspent. */
  readonly remainingMinutes: number | undefined;
  /** The share of that budget which is left; negative when overspent. */
  readonly remainingRatio: number | undefined;
  /** The pace over the last hour (the look-back nearest to 1/720 of its window) at which the fastest budget burns. */
  readonly burnRate: number | undefined;
  /** The same as one line of text. */
  readonly text: string;
}

/** How a service stands. */
export interface ServiceStatus {
  readonly service: string;
  /** As of which instant, in epoch milliseconds. */
  readonly at: number;
  readonly verdict: SloVerdict;
  /** Of the SLOs that the verdict is due to. */
  readonly reasons: readonly StatusReason[];
  readonly summary: StatusSummary;
  readonly slos: readonly SloStatus[];
  readonly composites: readonly CompositeStatus[];
}

/** What is asked about a service. */
export interface StatusQuestion {
  /** Judges over this instead of each SLO's own window: a duration such as `"7d"`, or a window. */
  readonly window?: string | Window;
  /** As of when, in epoch milliseconds; now unless told. */
  readonly at?: number;
  /**
   * Look-backs to tell burn rates of beside those of the alerts, in milliseconds, for an SLO or a composite of `service` that is judged
   * over `window`: those that a policy reads.
   */
  readonly lookBacksMs?: (judged: { readonly service: string; readonly window: Window }) => readonly number[];
  readonly signal?: AbortSignal;
}

/** Can tell how a service stands: an `SloStatusReader`, a `Reliability`. */
export interface StatusTeller {
  /** @throws `ConfigurationError` if there is no such service */
  getSloStatus(service: string, question?: StatusQuestion): Promise<ServiceStatus>;
}
