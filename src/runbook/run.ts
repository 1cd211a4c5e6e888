/** What is known of one run of a runbook: its journal, summed up. */
import type { LeftoverProcess } from "../ports/command-runner.ts";

/** How a run stands. */
export const RUN_STATUSES = ["running", "rolling_back", "succeeded", "failed", "cancelled"] as const;
/** One of {@link RUN_STATUSES}. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** How a step stands. */
export const STEP_STATUSES = [
  /** Its turn has not come, or never came. */
  "pending",
  "running",
  /** For somebody's approval. */
  "waiting",
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  /** By its condition. */
  "skipped",
  /** Only tried without effect. */
  "dry",
  /** Left to people. */
  "manual",
  /** Somebody said no, or nobody said yes in time. */
  "refused",
] as const;
/** One of {@link STEP_STATUSES}. */
export type StepStatus = (typeof STEP_STATUSES)[number];

/** What was kept of a stream of output. Secrets are taken out before. */
export interface CapturedText {
  /** The beginning and the end, if it is cut. */
  readonly text: string;
  /** How many bytes came. */
  readonly bytes: number;
  /** Whether there was more than was kept. */
  readonly isCut: boolean;
}

/** One attempt at a step. */
export interface StepAttempt {
  /** From 1. */
  readonly number: number;
  readonly status: StepStatus;
  /** In epoch milliseconds. */
  readonly startedAt: number;
  /** In epoch milliseconds; undefined while it runs, and for one whose process died. */
  readonly endedAt?: number | undefined;
  /** By the monotonic clock, in milliseconds. */
  readonly durationMs?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The HTTP status, for a step that asks a server. */
  readonly httpStatus?: number | undefined;
  /** Why it failed, for people. */
  readonly reason?: string | undefined;
  readonly stdout?: CapturedText | undefined;
  readonly stderr?: CapturedText | undefined;
  readonly leftovers?: readonly LeftoverProcess[] | undefined;
  /** Where it can be looked at. */
  readonly url?: string | undefined;
  /** Whether its process died while it was under way. */
  readonly isInterrupted?: boolean | undefined;
}

/** An approval that was asked for. */
export interface StepApproval {
  readonly message: string;
  /** In epoch milliseconds. */
  readonly requestedAt: number;
  /** Until when an answer is waited for, in epoch milliseconds. */
  readonly expiresAt: number;
  /** How many attempts at the step there had been when it was asked for. */
  readonly afterAttempts: number;
  /** Undefined while nobody has answered. */
  readonly approved?: boolean | undefined;
  /** Who answered; `nobody` if the time was up. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  /** In epoch milliseconds. */
  readonly answeredAt?: number | undefined;
}

/** One step of a run. */
export interface RunStep {
  readonly name: string;
  readonly title?: string | undefined;
  readonly kind: "command" | "action" | "http" | "manual" | "parallel";
  readonly status: StepStatus;
  /** The step that it is a part of, or takes back. */
  readonly of?: string | undefined;
  readonly isRollback: boolean;
  /** What it runs, with secrets taken out: an argument vector, or the method and address of a request. */
  readonly command?: readonly string[] | undefined;
  /** In epoch milliseconds. */
  readonly startedAt?: number | undefined;
  /** In epoch milliseconds. */
  readonly endedAt?: number | undefined;
  readonly attempts: readonly StepAttempt[];
  readonly approval?: StepApproval | undefined;
  /** Why it stands so, for people. */
  readonly reason?: string | undefined;
}

/** A run of a runbook. Never changed; each event makes a new one. */
export interface RunbookRun {
  /** Such as `RUN-0001`. */
  readonly id: string;
  /** Name of the runbook. */
  readonly runbook: string;
  readonly title: string;
  /** Name of the alert that it was run for. */
  readonly alert: string;
  /** The incident that it was run for. */
  readonly incident?: string | undefined;
  /** Who had it run. */
  readonly by: string;
  readonly status: RunStatus;
  /** Whether any of its steps was only tried dry: then a success has changed less than the runbook says. */
  readonly isDry: boolean;
  /** In epoch milliseconds. */
  readonly startedAt: number;
  /** In epoch milliseconds. */
  readonly endedAt?: number | undefined;
  /** In the order of the runbook, the parts of a group after it; then those that took back, in the order in which they ran. */
  readonly steps: readonly RunStep[];
  /** Why it ended so, for people. */
  readonly reason?: string | undefined;
  /** How often another process went on with it. */
  readonly resumed: number;
  readonly lock: string;
  /** How many events its journal has. */
  readonly version: number;
}
