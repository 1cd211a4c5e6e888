/** The plan of a game day, and what comes of it. */
import type { Clock } from "../../core/time/clock.ts";
import type { ChaosExperiment } from "../experiment.ts";
import type { ChaosReport } from "../model.ts";

/** Who takes part. */
export interface GameDayParticipant {
  readonly name: string;
  /** Such as `facilitator`, `on call`, `scribe`. */
  readonly role: string;
}

/** One experiment of the day. */
export interface GameDayEntry {
  /** When, by the clocks of the day's zone, such as `"10:00"`. */
  readonly at?: string;
  /** Or how long after the one before has ended, such as `"15m"`; at once unless either is told, but not before the day begins. */
  readonly after?: string;
  readonly experiment: ChaosExperiment;
  /** What is believed. */
  readonly hypothesis: string;
  /** Who is responsible for it. */
  readonly owner: string;
  readonly notes?: string;
}

/** What a {@link GameDay} is made of. */
export interface GameDayOptions {
  readonly title: string;
  /** Such as `"2026-12-03"`. */
  readonly date: string;
  /** IANA name, such as `Europe/Berlin`. */
  readonly zone: string;
  readonly facilitator: string;
  readonly participants?: readonly GameDayParticipant[];
  readonly services?: readonly string[];
  readonly entries: readonly GameDayEntry[];
  /** When people end it, beside what the belt ends by itself. */
  readonly abortCriteria?: readonly string[];
  /** Who is told of what, and where. */
  readonly communication?: readonly string[];
  /** Whether the day goes on after an experiment that was aborted, failed or refused, or left no steady state; `stop` unless told. */
  readonly onProblem?: "stop" | "continue";
  readonly clock?: Clock;
}

/** `planned`: nothing was run yet. `stopped`: it can be gone on with. */
export type GameDayStatus = "planned" | "running" | "stopped" | "done";

/** What became of one entry. */
export interface GameDayResult {
  readonly experiment: string;
  readonly hypothesis: string;
  readonly owner: string;
  readonly outcome: "not_run" | "skipped" | ChaosReport["outcome"];
  /** Why it was skipped. */
  readonly reason?: string;
  /** What the day was stopped for. */
  readonly problem?: string;
  readonly report?: ChaosReport;
}

/** What somebody noticed. */
export interface GameDayNote {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  /** The experiment that it is about; the day unless told. */
  readonly experiment?: string;
}

/** What is to be done afterwards. */
export interface GameDayAction {
  readonly text: string;
  readonly owner: string;
  /** A day, such as `"2026-12-24"`. */
  readonly due?: string;
}

/** The day as data. */
export interface GameDaySummary {
  readonly format: 1;
  readonly title: string;
  readonly date: string;
  readonly zone: string;
  readonly facilitator: string;
  readonly participants: readonly GameDayParticipant[];
  readonly services: readonly string[];
  readonly abortCriteria: readonly string[];
  readonly communication: readonly string[];
  readonly status: GameDayStatus;
  /** Why it was stopped; only while its status is `stopped`. */
  readonly stoppedFor: string | undefined;
  readonly entries: readonly GameDayResult[];
  readonly notes: readonly GameDayNote[];
  readonly actions: readonly GameDayAction[];
}
