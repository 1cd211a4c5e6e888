/** What is told of a run in its incident's timeline. */
import { cut, lastOf } from "../../core/cut.ts";
import { durationText } from "../../core/time/duration-text.ts";

import { isLateAnswer, refusalText, wasNobody } from "../engine/approval.ts";
import type { RunEvent } from "../events.ts";
import { type RunState, recordOf } from "../fold.ts";
import type { RunStep, StepStatus } from "../run.ts";

/** One line of the timeline, with facts for machines. */
export interface DescribedEvent {
  readonly message: string;
  readonly step?: string;
  readonly status?: string;
  /** What is asked of people. */
  readonly asks?: string;
  /** Until when they are asked, in epoch milliseconds. */
  readonly expiresAt?: number;
  readonly attempt?: number;
  readonly exitCode?: number;
  readonly durationMs?: number;
  readonly command?: readonly string[];
  /** The end of what it wrote. */
  readonly output?: string;
}

const OUTPUT_TAIL = 1_000;
const LONGEST_COMMAND = 2_000;

const WORDS: Readonly<Record<StepStatus, string>> = {
  pending: "is pending",
  running: "runs",
  waiting: "waits for an approval",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed out",
  cancelled: "was cancelled",
  skipped: "was skipped",
  dry: "was only tried dry",
  manual: "is left to people",
  refused: "was refused",
};

/** What `event`, which led to `state`, is in the timeline; undefined for what is not told. */
export function describeEvent(state: RunState, event: RunEvent): DescribedEvent | undefined {
  const name = `Runbook ${state.runbook}`;
  switch (event.type) {
    case "started": {
      const how = event.dryRun === true ? ", dry" : "";
      return { message: `${name} began (${state.id}${how}): ${counted(state.steps.length)}, for ${state.alert}` };
    }
    case "resumed":
      return { message: `${name} goes on (${state.id}): its process had died` };
    case "step_ended":
      return event.isFinal ? describeStep(name, recordOf(state, event.step)) : describeRetry(name, event);
    case "step_settled":
      return describeStep(name, recordOf(state, event.step));
    case "approval_requested": {
      const { step, message: asks, expiresAt } = event;
      return { message: `${name} asks for an approval: ${asks}`, step, status: "waiting", asks, expiresAt };
    }
    case "approval_answered": {
      if (wasNobody(event))
        return { message: `${name}: ${event.step} is refused: ${refusalText(event)}`, step: event.step };
      const why = event.reason === undefined ? "" : `: ${event.reason}`;
      const answer = event.approved ? "approves" : "refuses";
      const isLate = isLateAnswer(event, recordOf(state, event.step)?.approval);
      const late = isLate ? " when the time for an answer was up, which is none" : "";
      return { message: `${event.by} ${answer} ${event.step} of ${name}${late}${why}`, step: event.step };
    }
    case "cancel_requested":
      return { message: `${event.by} cancels ${name}${event.reason === undefined ? "" : `: ${event.reason}`}` };
    case "rollback_began":
      return { message: `${name} is rolled back: ${event.reason}` };
    case "ended":
      return describeEnd(name, state);
    case "renewed":
    case "telling":
    case "told":
    case "step_started":
      return undefined;
  }
}

function describeRetry(name: string, { step, attempt }: Extract<RunEvent, { type: "step_ended" }>): DescribedEvent {
  const { number, status, reason } = attempt;
  const why = reason === undefined ? "" : ` (${reason})`;
  return {
    message: `${name}: attempt ${String(number)} at ${step} ${WORDS[status]}${why}; it is tried again`,
    ...{ step, status, attempt: number },
  };
}

function describeStep(name: string, step: RunStep | undefined): DescribedEvent | undefined {
  if (step === undefined) return undefined;
  const { status, reason, attempts, isRollback } = step;
  const last = attempts.at(-1);
  const took = last?.durationMs === undefined ? "" : ` in ${durationText(last.durationMs)}`;
  const why = reason === undefined || status === "manual" ? "" : `: ${reason}`;
  const what = isRollback ? `rollback ${step.name}` : step.name;
  const output = [last?.stdout?.text, last?.stderr?.text].find((text) => text !== undefined && text.trim() !== "");
  return {
    message: `${name}: ${what} ${WORDS[status]}${took}${why}`,
    step: step.name,
    status,
    ...(last === undefined ? {} : { attempt: last.number }),
    ...(last?.exitCode === undefined ? {} : { exitCode: last.exitCode }),
    ...(last?.durationMs === undefined ? {} : { durationMs: last.durationMs }),
    ...(step.command === undefined ? {} : { command: few(step.command) }),
    ...(output === undefined ? {} : { output: lastOf(output, OUTPUT_TAIL) }),
  };
}

function describeEnd(name: string, state: RunState): DescribedEvent {
  const { status, reason, isDry, steps, startedAt, endedAt = startedAt } = state;
  const left = steps.filter((step) => step.status === "manual").length;
  const notes = [
    ...(isDry ? ["some of it only dry"] : []),
    ...(left > 0 ? [`${counted(left)} left to people`] : []),
    ...(reason === undefined ? [] : [reason]),
  ];
  const took = durationText(Math.max(0, Math.round(endedAt - startedAt)));
  const more = notes.length === 0 ? "" : `: ${notes.join("; ")}`;
  return { message: `${name} ${status === "cancelled" ? "was cancelled" : status} after ${took}${more}`, status };
}

function counted(steps: number): string {
  return `${String(steps)} ${steps === 1 ? "step" : "steps"}`;
}

function few(command: readonly string[]): readonly string[] {
  let left = LONGEST_COMMAND;
  return command.flatMap((word) => {
    if (left <= 0) return [];
    const shown = cut(word, left);
    left -= shown.length + 1;
    return [shown];
  });
}
