/** What a postmortem is made of. */
import type { BudgetStatus } from "../budget/status.ts";
import type { TimeRange, Window } from "../core/time/window.ts";
import type { RecordedEvent } from "../incident/events.ts";
import type { Incident, Severity } from "../incident/model.ts";
import type { RunbookRun } from "../runbook/run.ts";

import type { NewActionItem } from "./action-items.ts";
import type { BudgetPoint, SliPoint, TimelineEntry } from "./model.ts";
import type { SectionName } from "./sections.ts";

/** An SLO and how its budget stands: the part of an `SloStanding` that is needed. */
export interface StandingLike {
  readonly slo: {
    readonly id: string;
    readonly objective: { readonly ratio: number; readonly budgetRatio: number; readonly percentText: string };
    readonly window: Window;
    /** PromQL of the indicator. */
    readonly expression?: string | undefined;
  };
  readonly budget: BudgetStatus;
}

/** What was counted for one SLO through the incident. */
export interface SloHistory {
  /** Id of the SLO. */
  readonly slo: string;
  /** In order; where nobody looked there is no point. */
  readonly points: readonly SliPoint[];
  /** Why it could not be told. */
  readonly reason?: string | undefined;
  /** What was left of the budget; worked out from `points` and the standings unless told. */
  readonly budget?: readonly BudgetPoint[] | undefined;
}

/** What only people know. */
export interface PostmortemFacts {
  /** A number, or text such as `1,200 of 40,000`. */
  readonly usersAffected?: number | string | undefined;
  /** Such as `EUR 12,000`. */
  readonly revenue?: string | undefined;
  /** When a person first said that something is wrong, in epoch milliseconds. */
  readonly firstReportAt?: number | undefined;
  /** Such as `a customer's call`. */
  readonly detectedBy?: string | undefined;
  /** Share of the service that was affected, from 0 to 1; 1 unless told. */
  readonly impactRatio?: number | undefined;
}

/** Addresses of what is spoken of. Only http, https and mailto are followed. */
export interface PostmortemLinks {
  /** The page of an incident. */
  readonly incident?: (id: string) => string | undefined;
  /** The page of a run of a runbook. */
  readonly run?: (id: string) => string | undefined;
}

/** How many days after the resolution it is to be reviewed; null for none. */
export type DueWithin = Readonly<Record<Severity, number | null>>;

/** All that is known. Plain values: the same ones make the same postmortem. */
export interface PostmortemSources {
  readonly incident: Incident;
  /** The incident's events, in the order in which they were recorded. */
  readonly events: readonly RecordedEvent[];
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  readonly runs?: readonly RunbookRun[] | undefined;
  /** How the budgets stood before it began. */
  readonly before?: readonly StandingLike[] | undefined;
  /** How they stand after it. */
  readonly after?: readonly StandingLike[] | undefined;
  readonly history?: readonly SloHistory[] | undefined;
  /** Why one of them could not be had. */
  readonly unmeasured?: { readonly history?: string | undefined; readonly standing?: string | undefined } | undefined;
  /** What else happened, such as deployments. */
  readonly entries?: readonly TimelineEntry[] | undefined;
  readonly facts?: PostmortemFacts | undefined;
  readonly title?: string | undefined;
  readonly authors?: readonly string[] | undefined;
  /** What people wrote: Markdown. */
  readonly sections?: Readonly<Partial<Record<SectionName, string>>> | undefined;
  readonly actionItems?: readonly NewActionItem[] | undefined;
  readonly links?: PostmortemLinks | undefined;
  readonly dueWithin?: DueWithin | undefined;
  /** IANA name; UTC unless told. */
  readonly zone?: string | undefined;
  /** Takes secrets out of each text. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** The stretch of time that is looked at: the incident, and a little of what was before and after. */
export function lookedAt({ incident, at }: Pick<PostmortemSources, "incident" | "at">): TimeRange {
  const { startedAt, resolvedAt } = incident;
  const end = Math.max(resolvedAt ?? at, startedAt + 1);
  const lasted = end - startedAt;
  // Enough to see how it was before, and no more of it than of the incident itself.
  const margin = Math.round(Math.max(Math.min(60_000, lasted), lasted * 0.15));
  return { start: startedAt - margin, end: resolvedAt === undefined ? end : end + margin };
}
