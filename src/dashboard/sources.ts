/** Whom a dashboard asks: shapes that the rooms of nines have, and anybody's own may have. */
import type { Exclusion } from "../budget/exclusions.ts";
import type { BudgetStatus } from "../budget/status.ts";
import type { IncidentFilter } from "../incident/commands.ts";
import type { ListedIncident } from "../incident/manager.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { SliSource } from "../ports/sli-source.ts";
import type { CallOptions } from "../ports/store.ts";
import type { SaturationReading } from "../signals/saturation.ts";
import type { Slo } from "../slo/model.ts";
import type { ServiceStatus, StatusQuestion, StatusTeller } from "../status/model.ts";

/** Tells how services stand, and perhaps more: a `Reliability`, an `SloStatusReader`. */
export interface DashboardStatuses extends StatusTeller {
  /** Names of all services. */
  readonly services: readonly string[];
  /** All of them from one round of questions; without it each is asked for by itself. */
  getSloStatuses?(question?: StatusQuestion): Promise<readonly ServiceStatus[]>;
  /** Who counts: it is asked for the past, and for percentiles of latencies. */
  readonly source?: SliSource<Slo>;
  /** Time that is taken out of the budget of an SLO. */
  exclusionsOf?(slo: Slo): readonly Exclusion[];
  /** The policies that count. */
  readonly policies?: DashboardPolicies;
  /** How full this process is, and examples of requests. */
  readonly signals?: DashboardSignalsSource;
  /** All SLOs. */
  readonly slos?: { readonly slos: readonly Slo[] };
  /** Tells when it has looked at everything by itself. */
  on?(name: "evaluated", listener: (looked: { readonly at: number }) => void): () => void;
}

/** The part of a `PolicyEngine` that is asked. */
export type DashboardPolicies = Pick<PolicyEngine, "preview" | "policyFor"> &
  Partial<Pick<PolicyEngine, "auditEntries">>;

/** The part of a `GoldenSignalsCollector` that is asked. */
export interface DashboardSignalsSource {
  /** How full each resource of this process is. */
  saturation(): SaturationReading;
  /** Which SLOs this process counts for. */
  readonly source: {
    /** Whether it counts for the SLO of that id. */
    has(id: string): boolean;
  };
  /** Requests of an SLO whose traces were kept, newest first. */
  examples?(id: string): readonly TraceExampleLike[];
}

/** A request whose trace was kept. */
export interface TraceExampleLike {
  readonly traceId: string;
  /** When it ended, in epoch milliseconds. */
  readonly at: number;
  readonly durationSeconds: number;
  readonly method: string;
  readonly route: string;
  readonly code: string;
  /** Whether it failed the SLO. */
  readonly bad: boolean;
}

/** The part of a `ReleaseGate` that is asked. */
export interface DashboardGateLike {
  /** Whether the service may be released. */
  check(service: string): Promise<{
    readonly verdict: "pass" | "warn" | "unknown" | "block";
    readonly allowed: boolean;
    readonly policy: string;
    readonly reasons: readonly { readonly message: string }[];
  }>;
}

/** The part of an `IncidentManager` that is asked. */
export interface DashboardIncidents {
  /** Newest first. */
  list(filter?: IncidentFilter): AsyncIterable<ListedIncident>;
}

/** The part of a `RunbookExecutor` that is asked. */
export interface DashboardRunbooks {
  /** Newest first. */
  list(options?: CallOptions): AsyncIterable<{
    readonly id: string;
    readonly runbook: string;
    readonly incident?: string | undefined;
    readonly status: string;
    readonly startedAt: number;
    readonly endedAt?: number | undefined;
  }>;
}

/** The part of a `ChaosRunner` that is asked. */
export interface DashboardChaos {
  readonly history: readonly {
    readonly id: string;
    readonly experiment: string;
    readonly services: readonly string[];
    readonly startedAt: number;
    readonly endedAt: number;
    readonly outcome: string;
  }[];
}

/** A moment that may never come. */
export interface MomentLike {
  readonly kind: string;
  readonly at?: number;
}

/** The part of a `BudgetForecast` that is shown. */
export interface ForecastLike {
  readonly text: string;
  readonly level: number;
  readonly horizonAt: number;
  readonly byTrend:
    | {
        readonly kind: "forecast";
        readonly expected: MomentLike;
        readonly earliest: MomentLike;
        readonly latest: MomentLike;
        readonly probability: number;
      }
    | { readonly kind: "exhausted" }
    | { readonly kind: "unknown" };
}

/** Forecasts the budget of an SLO, such as `(slo, { status, ...options }) => forecastSlo(slo, { source, status, ...options })`. */
export type DashboardForecaster = (
  slo: Slo,
  question: CallOptions & { readonly status: BudgetStatus },
) => Promise<ForecastLike>;

/** The part of a `CapacityPlanner` that is asked. */
export interface DashboardPlanner {
  readonly services: readonly string[];
  /** What each metric will need. */
  predictCapacityNeeds(
    service: string,
    question: { readonly daysAhead: number },
  ): {
    readonly confidence: number;
    readonly metrics: Readonly<Record<string, MetricNeedLike>>;
  };
  /** What to do about them. */
  generateScalingRecommendations(
    service: string,
    question: { readonly headroomDays: number },
  ): readonly { readonly metric: string; readonly urgency: CapacityUrgency; readonly summary: string }[];
}

/** How soon something has to be done. */
export type CapacityUrgency = "now" | "soon" | "planned" | "unknown" | "none";

/** The part of a metric's need that is shown. */
export interface MetricNeedLike {
  readonly unit: string | undefined;
  readonly forecast: { readonly state: "forecast" } | { readonly state: "unknown"; readonly reason: string };
  readonly exhaustion: { readonly text: string } | undefined;
  readonly chart: {
    readonly history: readonly { readonly at: number; readonly value: number | undefined }[];
    readonly forecast: readonly {
      readonly at: number;
      readonly mean: number;
      readonly lower: number;
      readonly upper: number;
    }[];
    readonly limit?: number | undefined;
    readonly crossing?:
      | {
          readonly at?: number | undefined;
          readonly from?: number | undefined;
          readonly until?: number | undefined;
        }
      | undefined;
  };
}
