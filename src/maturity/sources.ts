/** What an assessment looks at: the parts that it needs of what is there anyway. */

/** What an assessment can look at. What is left out is not seen, and left to answers. */
export interface MaturitySources {
  /** All services that users depend on. Without it nobody can tell which of them lack something. */
  readonly services?: readonly string[] | undefined;
  /** What `parseSloDocument` gives. */
  readonly slos?: SlosLike | undefined;
  /** What tells how services stand: an `SloStatusReader`, a `Reliability`. With `slos`. */
  readonly statuses?: StatusesLike | undefined;
  /** A `GoldenSignalsCollector`. */
  readonly signals?: SignalsLike | undefined;
  /** What `generateRules` gives, a rule file as it is parsed, or a `PrometheusRule` for the Prometheus operator. */
  readonly rules?: RulesLike | { readonly spec: RulesLike } | undefined;
  /** An `OnCallSchedule`. */
  readonly onCall?: OnCallLike | undefined;
  /** An `IncidentManager`. */
  readonly incidents?: IncidentsLike | undefined;
  /** A `RunbookExecutor`. */
  readonly runbooks?: RunbooksLike | undefined;
  /** The postmortems that there are, or what gives them. */
  readonly postmortems?: readonly PostmortemLike[] | (() => PromiseLike<readonly PostmortemLike[]>) | undefined;
  /** A `PolicyEngine`. */
  readonly policies?: PoliciesLike | undefined;
  /** A `ReleaseGate`: it is listened to from the moment at which it is handed in. */
  readonly gate?: GateLike | undefined;
  /** A `ChaosRunner`. */
  readonly chaos?: ChaosLike | undefined;
  /** A `CapacityPlanner`. */
  readonly capacity?: CapacityLike | undefined;
  /** When capacity was last changed because of a forecast, in epoch milliseconds. */
  readonly scaledByForecastAt?: number | undefined;
}

/** SLOs with their services. */
export interface SlosLike {
  readonly services: readonly string[];
  readonly slos: readonly { readonly id: string; readonly service: string; readonly kind: string }[];
}

/** How a service stands. */
export interface StatusesLike {
  /** Rejects if it cannot tell. */
  getSloStatus(
    service: string,
    question?: { readonly signal?: AbortSignal },
  ): PromiseLike<{
    readonly slos: readonly { readonly slo: { readonly id: string }; readonly budget: { readonly state: string } }[];
  }>;
}

/** How full what can run full is. */
export interface SignalsLike {
  /** Shares from 0 to 1 by resource. */
  saturation(): Readonly<Record<string, number>>;
}

/** Rules as Prometheus has them. */
export interface RulesLike {
  readonly groups: readonly { readonly rules: readonly (AlertLike | { readonly record: string })[] }[];
}

/** A rule that alerts. */
export interface AlertLike {
  readonly alert: string;
  /** Rules of Sloth name their SLO in it alone. */
  readonly expr?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** When nobody is on call. */
export interface OnCallLike {
  /** Stretches of `range`, in epoch milliseconds, in which nobody is. */
  gaps(range: {
    readonly start: number;
    readonly end: number;
  }): readonly { readonly from: number; readonly until: number }[];
}

/** An incident in a list. */
export interface IncidentLike {
  readonly id: string;
  readonly severity: string;
  readonly status: string;
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly acknowledgedAt?: number | undefined;
  readonly resolvedAt?: number | undefined;
  readonly mergedInto?: string | undefined;
}

/** Incidents, the newest first, and who held which role in one. */
export interface IncidentsLike {
  /** Those that began at or after `from`. */
  list(filter: { readonly from: number; readonly signal: AbortSignal }): AsyncIterable<IncidentLike>;
  /** One of them. */
  get(
    id: string,
    options: { readonly signal: AbortSignal },
  ): PromiseLike<{ readonly roles: Readonly<Partial<Record<"commander", object>>> }>;
}

/** A step of a runbook. */
export interface StepLike {
  readonly kind: string;
  readonly approval?: object | undefined;
  readonly steps?: readonly StepLike[];
}

/** A run of a runbook in a list. */
export interface RunLike {
  readonly id: string;
  readonly runbook: string;
  readonly incident?: string | undefined;
  readonly status: string;
  readonly startedAt: number;
}

/** Runbooks and their runs, the newest first. */
export interface RunbooksLike {
  /** Names of all of them. */
  runbooks(): readonly string[];
  /** The one that is run for an alert. */
  runbookFor(alert: string): { readonly name: string; readonly steps: readonly StepLike[] } | undefined;
  /** All runs. */
  list(filter: { readonly signal: AbortSignal }): AsyncIterable<RunLike>;
  /** One run. */
  get(
    id: string,
    options: { readonly signal: AbortSignal },
  ): PromiseLike<{ readonly isDry: boolean; readonly steps: readonly { readonly approval?: object | undefined }[] }>;
}

/** A postmortem. */
export interface PostmortemLike {
  readonly incident: { readonly id: string };
  readonly status: "draft" | "in_review" | "reviewed" | "closed";
  readonly dueAt?: number | undefined;
  readonly changes: readonly { readonly to: string; readonly at: number }[];
  readonly actionItems: readonly { readonly due?: string | undefined; readonly status: string }[];
}

/** Which service is under which policy. */
export interface PoliciesLike {
  /** The policy of a service. */
  policyFor(service: string): { readonly name: string };
  /** What was decided lately. */
  auditEntries(): readonly object[];
}

/** What tells whenever somebody has asked it. */
export interface GateLike {
  /** Returns how to stop listening. */
  on(name: "checked", listener: (checked: { readonly at: number }) => void): () => void;
}

/** What became of experiments. */
export interface ChaosLike {
  readonly history: readonly { readonly outcome: string; readonly startedAt: number; readonly endedAt: number }[];
}

/** How services grow, and what they will need. */
export interface CapacityLike {
  readonly services: readonly string[];
  /** How each metric has grown. */
  analyzeGrowthTrends(service: string): {
    readonly metrics: Readonly<Record<string, { readonly state: string }>>;
  };
  /** What each metric will need. */
  predictCapacityNeeds(
    service: string,
    question: { readonly daysAhead: number },
  ): {
    readonly metrics: Readonly<
      Record<string, { readonly forecast: { readonly state: string }; readonly limit: object | undefined }>
    >;
  };
}
