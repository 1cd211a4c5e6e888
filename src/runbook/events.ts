/** The journal of a run: what happened, in order. Kept for good; what the run is follows from it. */
import type { Severity } from "../incident/model.ts";

import type { RunStatus, RunStep, StepAttempt, StepStatus } from "./run.ts";

/** A step as it was planned. */
export interface PlannedStep extends Pick<RunStep, "name" | "kind" | "title" | "of"> {
  /** Whether it takes back another one. */
  readonly isRollback?: boolean;
}

/** The incident that a run is for, as it was when the run began. */
export interface RunIncident {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
}

/** A run began. */
export interface RunStarted {
  readonly type: "started";
  readonly runbook: string;
  readonly title: string;
  readonly alert: string;
  readonly incident?: RunIncident;
  readonly by: string;
  readonly lock: string;
  /** Whether all (true), none (false) or the destructive ones (undefined) of its steps are only tried dry. */
  readonly dryRun?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly steps: readonly PlannedStep[];
  /** Tells whether the runbook is still the same when the run is resumed. */
  readonly fingerprint: string;
}

/** Another process goes on with it, or the same one. */
export interface RunResumed {
  readonly type: "resumed";
}

/** It is still being worked on. */
export interface RunRenewed {
  readonly type: "renewed";
}

/** An attempt at a step begins. */
export interface StepStarted {
  readonly type: "step_started";
  readonly step: string;
  readonly attempt: number;
  readonly command?: readonly string[];
  /** For a step that was not planned from the beginning. */
  readonly planned?: PlannedStep;
}

/** An attempt at a step ended. */
export interface StepEnded {
  readonly type: "step_ended";
  readonly step: string;
  readonly attempt: Omit<StepAttempt, "startedAt" | "endedAt">;
  /** Whether that is how the step stands; another attempt follows otherwise. */
  readonly isFinal: boolean;
}

/** A step is done with, without an attempt or beyond its attempts. */
export interface StepSettled {
  readonly type: "step_settled";
  readonly step: string;
  readonly status: Exclude<StepStatus, "pending" | "running" | "waiting">;
  readonly reason?: string;
  readonly planned?: PlannedStep;
}

/** Somebody is asked whether a step may begin. */
export interface ApprovalRequested {
  readonly type: "approval_requested";
  readonly step: string;
  readonly message: string;
  /** In epoch milliseconds. */
  readonly expiresAt: number;
  readonly planned?: PlannedStep;
}

/** Somebody answered, or the time was up. */
export interface ApprovalAnswered {
  readonly type: "approval_answered";
  readonly step: string;
  readonly approved: boolean;
  readonly by: string;
  readonly reason?: string;
}

/** The run is to stop. */
export interface CancelRequested {
  readonly type: "cancel_requested";
  readonly by: string;
  readonly reason?: string;
}

/** What was done is being taken back. */
export interface RollbackBegan {
  readonly type: "rollback_began";
  readonly reason: string;
  /** How the run ends when that is through. */
  readonly outcome: "failed" | "cancelled";
}

/** It is over. */
export interface RunEnded {
  readonly type: "ended";
  readonly status: Exclude<RunStatus, "running" | "rolling_back">;
  readonly reason?: string;
  /** Whether its incident's timeline is still to be written to the end. */
  readonly mustTell?: boolean;
}

/** Somebody writes what is missing of it in its incident's timeline. */
export interface RunTelling {
  readonly type: "telling";
}

/** All of it is in its incident's timeline. */
export interface RunTold {
  readonly type: "told";
}

/** Everything that can happen to a run. */
export type RunOccurrence =
  | RunStarted
  | RunResumed
  | RunRenewed
  | StepStarted
  | StepEnded
  | StepSettled
  | ApprovalRequested
  | ApprovalAnswered
  | CancelRequested
  | RollbackBegan
  | RunEnded
  | RunTelling
  | RunTold;

/** Something that happened to a run, as it is kept. */
export type RunEvent = RunOccurrence & {
  /** In epoch milliseconds. */
  readonly at: number;
  /** Who wrote it, and the how manieth of his it is: the same event is never kept twice. */
  readonly id: string;
};
