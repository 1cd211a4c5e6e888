/** What experiments, their scheduler and the kill switch tell, as lines. */
import { durationText } from "../core/time/duration-text.ts";

import { named } from "./incident-lines.ts";
import { instantText } from "./instants.ts";
import type { LineRules, LogLevel } from "./model.ts";
import { because } from "./policy-lines.ts";

/** Why, for machines and for people. */
export interface ChaosReasonTold {
  readonly code: string;
  readonly message: string;
}

/** A run that has ended, as far as lines have it. */
export interface ChaosRunTold {
  readonly id: string;
  readonly experiment: string;
  readonly kind: string;
  readonly services: readonly string[];
  readonly by: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly reasons: readonly ChaosReasonTold[];
  readonly steadyAfterwards: boolean | undefined;
  readonly injections: readonly { readonly undo: string }[];
}

/** What a runner tells. */
export interface ChaosTold {
  readonly moment: ChaosReasonTold & {
    readonly at: number;
    readonly run: string;
    readonly experiment: string;
    readonly services: readonly string[];
  };
  readonly finished: ChaosRunTold;
  readonly recovered: {
    readonly injection: {
      readonly id: string;
      readonly kind: string;
      readonly target: string;
      readonly run: string;
      readonly experiment: string;
    };
    readonly problem: string | undefined;
  };
}

/** A line for each event of a runner. */
export const CHAOS_LINES: LineRules<ChaosTold> = {
  moment: {
    event: "chaos_moment",
    told: ({ at, code, message, run, experiment, services }) => ({
      level: FAILURES.has(code) ? "error" : "info",
      message: `${run} ${experiment}: ${message}`,
      at,
      fields: { run, experiment, ...named(services), code, text: message },
    }),
  },
  finished: {
    event: "chaos_finished",
    told: (report) => {
      const { id, experiment, kind, by, services, outcome, reasons, steadyAfterwards, injections } = report;
      const messages = reasons.map(({ message }) => message);
      return {
        level: levelOf(report),
        message: `${id} ${experiment} ${outcome} after ${durationText(report.endedAt - report.startedAt)}${because(messages)}`,
        at: report.endedAt,
        fields: {
          ...{ run: id, experiment, kind, ...named(services), by, outcome, steady_afterwards: steadyAfterwards },
          ...{ duration_ms: report.endedAt - report.startedAt, injections: injections.length },
          ...{ not_undone: injections.filter(({ undo }) => undo === "not_yet").length },
          ...{ codes: reasons.map(({ code }) => code), reasons: messages },
        },
      };
    },
  },
  recovered: {
    event: "chaos_recovered",
    told: ({ injection: { id, kind, target, run, experiment }, problem }) => ({
      level: problem === undefined ? "warn" : "error",
      message: `what ${run} had left of ${target} ${problem === undefined ? "is undone" : `could not be undone: ${problem}`}`,
      fields: { run, experiment, kind, target, injection: id, undone: problem === undefined, reason: problem },
    }),
  },
};

/** When an entry is due. */
export interface ChaosDueTold {
  readonly entry: string;
  readonly at: number;
}

/** What a scheduler tells. */
export interface ChaosScheduleTold {
  readonly planned: ChaosDueTold;
  readonly started: ChaosDueTold;
  readonly finished: ChaosDueTold & { readonly report: ChaosRunTold };
  readonly skipped: ChaosDueTold & { readonly reason: ChaosReasonTold };
}

/** A line for each event of a scheduler. Its `at` is when the entry is due, which may lie ahead: the line is of now. */
export const SCHEDULE_LINES: LineRules<ChaosScheduleTold> = {
  planned: {
    event: "chaos_schedule_planned",
    told: (due) => ({ level: "info", message: `${due.entry} is due at ${timeOf(due)}`, fields: dueFields(due) }),
  },
  started: {
    event: "chaos_schedule_started",
    told: (due) => ({ level: "info", message: `${due.entry} is handed to the runner`, fields: dueFields(due) }),
  },
  finished: {
    event: "chaos_schedule_finished",
    told: ({ report, ...due }) => ({
      level: levelOf(report),
      message: `${due.entry} was ${report.id}: ${report.outcome}`,
      fields: { ...dueFields(due), run: report.id, experiment: report.experiment, outcome: report.outcome },
    }),
  },
  skipped: {
    event: "chaos_schedule_skipped",
    told: ({ reason, ...due }) => ({
      level: "warn",
      message: `${due.entry} is skipped: ${reason.message}`,
      fields: { ...dueFields(due), code: reason.code, reason: reason.message },
    }),
  },
};

/** What a kill switch tells. */
export interface KillSwitchTold {
  readonly pulled: { readonly by: string; readonly reason: string };
  readonly released: undefined;
}

/** A line for each event of a kill switch. */
export const KILL_SWITCH_LINES: LineRules<KillSwitchTold> = {
  pulled: {
    event: "chaos_kill_switch_pulled",
    told: ({ by, reason }) => ({
      level: "warn",
      message: `${by} pulled the kill switch: ${reason}`,
      fields: { by, reason },
    }),
  },
  released: {
    event: "chaos_kill_switch_released",
    told: () => ({ level: "info", message: "the kill switch is released: chaos may begin again", fields: {} }),
  },
};

/** Codes of moments at which something that should have been done was not. */
const FAILURES = new Set(["injection_failed", "undo_failed", "journal_failed", "failed"]);

function levelOf({ outcome, steadyAfterwards, injections }: ChaosRunTold): LogLevel {
  if (outcome === "failed" || injections.some(({ undo }) => undo === "not_yet")) return "error";
  return outcome === "aborted" || outcome === "refused" || steadyAfterwards === false ? "warn" : "info";
}

function timeOf({ at }: ChaosDueTold): string {
  return instantText(at) ?? "no instant";
}

function dueFields({ entry, at }: ChaosDueTold): { readonly entry: string; readonly due_at: string | undefined } {
  return { entry, due_at: instantText(at) };
}
