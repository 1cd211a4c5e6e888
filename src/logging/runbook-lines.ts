/** What runs of runbooks tell, as lines: never what a command was or wrote. */
import type { RunbookEvents } from "../runbook/executor/events.ts";
import type { RunbookRun, RunStep, StepStatus } from "../runbook/run.ts";

import type { LineRules, LogFields, LogLevel, Told } from "./model.ts";

interface OfRun {
  readonly run: RunbookRun;
}
interface OfStep extends OfRun {
  readonly step: RunStep;
}

/** A line for each event of an executor. */
export const RUNBOOK_LINES: LineRules<RunbookEvents> = {
  runStarted: {
    event: "runbook_started",
    told: (of) => told(of, "info", `${of.run.runbook} begins`, { at: of.run.startedAt }),
  },
  stepStarted: {
    event: "runbook_step_started",
    told: (of) => ofStep(of, "info", "begins", { at: of.step.attempts.at(-1)?.startedAt ?? of.step.startedAt }),
  },
  stepEnded: {
    event: "runbook_step_ended",
    told: (of) => {
      const attempt = of.step.attempts.at(-1);
      // While another attempt follows the step itself goes on.
      const status = of.step.status === "running" ? (attempt?.status ?? "running") : of.step.status;
      const goesOn = of.step.status === "running" ? "; another attempt follows" : "";
      const [level, reason] = [levelOf(status, goesOn !== ""), attempt?.reason ?? of.step.reason];
      return ofStep(
        of,
        level,
        `${status}${goesOn}`,
        { at: attempt?.endedAt ?? of.step.endedAt },
        {
          outcome: status,
          exit_code: attempt?.exitCode,
          signal: attempt?.signal,
          http_status: attempt?.httpStatus,
          duration_ms: attempt?.durationMs,
          reason,
        },
      );
    },
  },
  output: { notLogged: "a command's output has no place in a log of decisions" },
  approvalRequested: {
    event: "runbook_approval_requested",
    told: (of) => ofStep(of, "warn", "waits for approval", { at: of.step.approval?.requestedAt }),
  },
  approvalAnswered: {
    event: "runbook_approval_answered",
    told: (of) => {
      const { approved = false, by, reason, answeredAt } = of.step.approval ?? {};
      const isTimeUp = !approved && (by === undefined || by === "nobody");
      const says = isTimeUp
        ? "is refused: nobody answered in time"
        : `is ${approved ? "approved" : "refused"} by ${by ?? "somebody"}`;
      return ofStep(of, approved ? "info" : "warn", says, { at: answeredAt }, { approved, by, reason });
    },
  },
  rollbackBegan: {
    event: "runbook_rollback_began",
    told: (of) => told(of, "warn", `${of.run.runbook} is rolled back`, { reason: of.run.reason }),
  },
  runResumed: {
    event: "runbook_resumed",
    told: (of) => told(of, "warn", `${of.run.runbook} goes on after a restart`, { resumed: of.run.resumed }),
  },
  runEnded: {
    event: "runbook_ended",
    told: (of) => {
      const { status, startedAt, endedAt, reason, runbook } = of.run;
      const level = status === "failed" ? "error" : status === "succeeded" ? "info" : "warn";
      const duration = endedAt === undefined ? undefined : endedAt - startedAt;
      return told(of, level, `${runbook} ${status}`, { at: endedAt, duration_ms: duration, reason });
    },
  },
};

type Fields = LogFields & { readonly at?: number | undefined };

function told({ run }: OfRun, level: LogLevel, says: string, { at, ...fields }: Fields): Told {
  const { id, runbook, alert, incident, by, status, isDry } = run;
  const common = { run: id, runbook, incident, alert, by, status, dry: isDry };
  return { level, message: `${id} ${says}`, at, fields: { ...common, ...fields } };
}

function ofStep(of: OfStep, level: LogLevel, says: string, { at }: Fields, fields: LogFields = {}): Told {
  const { name, kind, attempts, isRollback } = of.step;
  const common = { at, step: name, kind, attempt: attempts.at(-1)?.number, rollback: isRollback || undefined };
  return told(of, level, `${name} ${says}`, { ...common, ...fields });
}

function levelOf(status: StepStatus, goesOn: boolean): LogLevel {
  if (status === "failed" || status === "timed_out") return goesOn ? "warn" : "error";
  return status === "cancelled" || status === "refused" ? "warn" : "info";
}
