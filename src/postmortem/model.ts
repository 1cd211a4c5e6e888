/** What a postmortem is: plain data, so that it can be kept as JSON and rendered in any form. */
import type { Severity } from "../incident/model.ts";
import type { BudgetStatus } from "../budget/status.ts";

import type { ActionItem, SuggestedAction } from "./action-items.ts";
import type { SectionName } from "./sections.ts";

/** Where the work on a postmortem stands. */
export const POSTMORTEM_STATUSES = ["draft", "in_review", "reviewed", "closed"] as const;
/** One of {@link POSTMORTEM_STATUSES}. */
export type PostmortemStatus = (typeof POSTMORTEM_STATUSES)[number];

/** One change of a postmortem's status. */
export interface PostmortemChange {
  readonly from: PostmortemStatus;
  readonly to: PostmortemStatus;
  readonly by: string;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** The incident that it is about. */
export interface PostmortemIncident {
  /** Such as `INC-0001`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Where the incident stands. */
  readonly status: string;
  readonly services: readonly string[];
  /** Ids of the SLOs that it touches. */
  readonly slos: readonly string[];
  /** Who held which role at the end. */
  readonly roles: readonly { readonly role: string; readonly person: string }[];
  readonly links: readonly { readonly kind: string; readonly incident: string }[];
  /** How often it was opened again. */
  readonly reopened: number;
  readonly description?: string | undefined;
  /** Where the incident can be looked at. */
  readonly url?: string | undefined;
  /** Page of the runbook. */
  readonly runbook?: string | undefined;
}

/** A budget at one moment. */
export interface BudgetFigure {
  /** In epoch milliseconds. */
  readonly at: number;
  readonly state: BudgetStatus["state"];
  /** Share of the budget that was spent; undefined if it could not be told. */
  readonly consumedRatio?: number | undefined;
  /** Share of events that were good. */
  readonly sliRatio?: number | undefined;
  /** What is left, in minutes. */
  readonly remainingMinutes?: number | undefined;
  /** Why it could not be told. */
  readonly reason?: string | undefined;
}

/** What the incident cost one SLO. */
export interface PostmortemBudget {
  /** Id of the SLO. */
  readonly slo: string;
  /** With the digits that its author wrote, such as `99.9%`; undefined if the SLO is known by its id only. */
  readonly objective?: string | undefined;
  /** What it is judged over, such as `30d`. */
  readonly window?: string | undefined;
  /** What the objective allows in the window, in minutes. */
  readonly allowedMinutes?: number | undefined;
  /** The charged minutes as a share of that. */
  readonly chargedRatio?: number | undefined;
  /** What was counted while the incident was on. */
  readonly measured?:
    | {
        readonly good: number;
        readonly total: number;
        /**
         * The bad events as a share of those that the window allows, in all of a calendar period: what they add to the status'
         * `consumedRatio`. Undefined if nobody knows the window's traffic.
         */
        readonly consumedRatio?: number | undefined;
      }
    | undefined;
  /** Why it could not be counted. */
  readonly unmeasured?: string | undefined;
  readonly before?: BudgetFigure | undefined;
  readonly after?: BudgetFigure | undefined;
}

/** What it did to users and to the business. */
export interface PostmortemImpact {
  /** How long it was on, in milliseconds, less the time for which it was thought to be over. */
  readonly durationMs: number;
  /** For people, such as `1,200 of 40,000`; undefined if nobody has said. */
  readonly usersAffected?: string | undefined;
  /** For people, such as `EUR 12,000`; undefined if nobody has said. */
  readonly revenue?: string | undefined;
  /** What `violationsOf` charges to a budget of time, in minutes. */
  readonly chargedMinutes: number;
  /** Name of the alert whose time is the incident's start: nothing of what failed before it fired is counted or charged. */
  readonly countedFromAlert?: string | undefined;
  readonly budgets: readonly PostmortemBudget[];
  /** Why nothing could be told of budgets: their history or their standing was not to be had. */
  readonly unmeasured?: string | undefined;
}

/** When what happened, in epoch milliseconds. What nobody knows is undefined. */
export interface PostmortemTimes {
  readonly startedAt: number;
  readonly firstAlertAt?: number | undefined;
  /** When a person first said that something is wrong. */
  readonly firstReportAt?: number | undefined;
  readonly detectedAt: number;
  readonly declaredAt: number;
  /** When somebody was first called. */
  readonly pagedAt?: number | undefined;
  readonly acknowledgedAt?: number | undefined;
  /** When somebody else was called, since nobody had acknowledged. */
  readonly escalatedAt?: number | undefined;
  /** When a repair was in place: the incident was `monitoring`. */
  readonly mitigatedAt?: number | undefined;
  readonly resolvedAt?: number | undefined;
}

/** The times between, in milliseconds, as `incidentMetrics` defines them. */
export interface PostmortemSpans {
  /** From the start to the detection; a part of MTTD. */
  readonly toDetectMs?: number | undefined;
  /** From the detection to the declaration. */
  readonly toDeclareMs?: number | undefined;
  /** From the detection to the first acknowledgement; a part of MTTA. */
  readonly toAcknowledgeMs?: number | undefined;
  /** From the start to the repair. */
  readonly toMitigateMs?: number | undefined;
  /** From the start to the resolution, less what it was thought to be over; a part of MTTR. */
  readonly toRestoreMs?: number | undefined;
}

/** How it was noticed. */
export interface PostmortemDetection extends PostmortemTimes, PostmortemSpans {
  /** Such as `alert HighMemoryUsage`; undefined if nobody knows. */
  readonly detectedBy?: string | undefined;
  readonly acknowledgedBy?: string | undefined;
}

/** Something that happened, from whatever source. */
export interface TimelineEntry {
  /** In epoch milliseconds. */
  readonly at: number;
  /** Such as `incident`, `alert`, `notification`, `escalation`, `runbook`, `deploy`. */
  readonly source: string;
  readonly text: string;
  readonly by?: string | undefined;
  /** Where it can be looked at. */
  readonly url?: string | undefined;
}

/** What happened, in order. */
export interface PostmortemTimeline {
  readonly entries: readonly TimelineEntry[];
  /** How many were left out from the middle, for there were too many. */
  readonly omitted: number;
  /** After how many of `entries` they would have stood. */
  readonly omittedAfter: number;
}

/** What the facts suggest; people decide what of it they take over. */
export interface PostmortemSuggestions {
  readonly wentWell: readonly string[];
  readonly wentWrong: readonly string[];
  readonly lucky: readonly string[];
  readonly actions: readonly SuggestedAction[];
}

/** A question to ask of the monitoring system. */
export interface MonitoringQuery {
  /** Where it comes from, such as `alert HighMemoryUsage`. */
  readonly name: string;
  /** As a rule PromQL. */
  readonly expression: string;
  readonly url?: string | undefined;
}

/** An alert, for the appendix. */
export interface PostmortemAlert {
  readonly name: string;
  /** In epoch milliseconds. */
  readonly startsAt: number;
  /** In epoch milliseconds; undefined while it fires. */
  readonly endsAt?: number | undefined;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly annotations: readonly { readonly name: string; readonly value: string }[];
  readonly url?: string | undefined;
}

/** A step of a runbook's run, for the appendix. */
export interface PostmortemStep {
  readonly name: string;
  readonly status: string;
  readonly isRollback: boolean;
  /** What it ran, as one line. */
  readonly command?: string | undefined;
  readonly attempts: number;
  readonly durationMs?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  /** The end of what it wrote. */
  readonly output?: string | undefined;
  readonly url?: string | undefined;
}

/** A run of a runbook, for the appendix. */
export interface PostmortemRun {
  readonly id: string;
  readonly runbook: string;
  readonly title: string;
  readonly by: string;
  readonly status: string;
  readonly isDry: boolean;
  /** In epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs?: number | undefined;
  readonly reason?: string | undefined;
  readonly steps: readonly PostmortemStep[];
  /** How many steps are not in `steps`. */
  readonly omittedSteps: number;
}

/** What was counted up to `at`, since the point before. */
export interface SliPoint {
  /** In epoch milliseconds. */
  readonly at: number;
  readonly good: number;
  readonly total: number;
}

/** A budget that was left at `at`. */
export interface BudgetPoint {
  /** In epoch milliseconds. */
  readonly at: number;
  /** Share of the budget: 1 is untouched, 0 spent, negative overspent. */
  readonly remainingRatio: number;
}

/** What the picture of one SLO shows. */
export interface PostmortemChart {
  /** Id of the SLO. */
  readonly slo: string;
  /** As a share, such as 0.999. */
  readonly objectiveRatio?: number | undefined;
  /** First and last instant, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly points: readonly SliPoint[];
  readonly budget: readonly BudgetPoint[];
}

/** A moment that is marked. */
export interface PicturePhase {
  /** Such as `began`. */
  readonly name: string;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** A section that people added. */
export interface ExtraSection {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** A postmortem: what the machine knows, and what people wrote. Frozen; JSON in and out. */
export interface Postmortem {
  /** The form of this data. */
  readonly format: 1;
  readonly incident: PostmortemIncident;
  readonly title: string;
  readonly authors: readonly string[];
  readonly status: PostmortemStatus;
  readonly changes: readonly PostmortemChange[];
  /** When it is to be reviewed, in epoch milliseconds; undefined if no date is set, or the incident is open. */
  readonly dueAt?: number | undefined;
  /** As of when the facts are, in epoch milliseconds. */
  readonly asOf: number;
  /** The time zone of what people read. */
  readonly zone: string;
  /** What the machine would write where people have not written yet: plain text. */
  readonly drafts: Readonly<Partial<Record<SectionName, string>>>;
  /** What people wrote: Markdown. */
  readonly sections: Readonly<Partial<Record<SectionName, string>>>;
  readonly extraSections: readonly ExtraSection[];
  readonly impact: PostmortemImpact;
  readonly detection: PostmortemDetection;
  readonly timeline: PostmortemTimeline;
  /** Those of `timeline` that were handed in: kept when it is generated again without them. */
  readonly entries?: readonly TimelineEntry[] | undefined;
  readonly suggestions: PostmortemSuggestions;
  readonly actionItems: readonly ActionItem[];
  readonly queries: readonly MonitoringQuery[];
  readonly alerts: readonly PostmortemAlert[];
  /** How many alerts are not in `alerts`. */
  readonly omittedAlerts: number;
  readonly runs: readonly PostmortemRun[];
  readonly charts: readonly PostmortemChart[];
  /** The Markdown file as people left it, the machine's parts empty; undefined if there is no such file yet. */
  readonly frame?: string | undefined;
}
