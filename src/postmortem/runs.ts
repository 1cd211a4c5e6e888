/** What runbooks did, for the appendix. */
import type { RunbookRun, RunStep, StepAttempt } from "../runbook/run.ts";
import { cut, lastOf } from "../core/cut.ts";
import { shellWord } from "../core/shell-word.ts";
import { visible } from "../core/escape.ts";

import { escapeMarkdown } from "./escape.ts";
import { safeUrl } from "./links.ts";
import type { PostmortemRun, PostmortemStep } from "./model.ts";

const MOST_RUNS = 20;
const MOST_STEPS = 300;
const TAIL = 1_500;
/** All output together, and all else of the steps together, in characters of Markdown. */
const ROOM = 150_000;

/** How long a step took, in milliseconds: all of its attempts, and the waits between. */
export function durationOf({ startedAt, endedAt, attempts }: RunStep): number | undefined {
  const [only, ...others] = attempts;
  if (others.length === 0 && only?.durationMs !== undefined) return only.durationMs;
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
}

/** Runs with their steps, by their start; as many steps, and as much of the ends of their output, as there is room for. */
export function appendixRuns(runs: readonly RunbookRun[]): readonly PostmortemRun[] {
  let [outputRoom, stepRoom] = [ROOM, ROOM];
  const tail = (attempt: StepAttempt | undefined): string | undefined => {
    const text = [attempt?.stdout, attempt?.stderr]
      .map((stream) => lastOf(stream?.text ?? "", TAIL))
      .filter((part) => part !== "")
      .join("\n");
    outputRoom -= visible(text).length;
    return text === "" || outputRoom < 0 ? undefined : text;
  };
  return runs.slice(0, MOST_RUNS).map((run) => {
    const steps: PostmortemStep[] = [];
    for (const step of run.steps.slice(0, MOST_STEPS)) {
      const shown = appendixStep(step);
      stepRoom -= escapeMarkdown(JSON.stringify(shown)).length;
      if (stepRoom < 0) break;
      steps.push({ ...shown, output: tail(step.attempts.at(-1)) });
    }
    return {
      id: run.id,
      runbook: cut(run.runbook, 300),
      title: cut(run.title, 300),
      by: run.by,
      status: run.status,
      isDry: run.isDry,
      startedAt: run.startedAt,
      durationMs: run.endedAt === undefined ? undefined : run.endedAt - run.startedAt,
      reason: reasonOf(run.reason),
      steps,
      omittedSteps: run.steps.length - steps.length,
    };
  });
}

function appendixStep(step: RunStep): PostmortemStep {
  const last = step.attempts.at(-1);
  return {
    name: cut(step.name, 200),
    status: step.status,
    isRollback: step.isRollback,
    command: step.command === undefined ? undefined : cut(step.command.map(shellWord).join(" "), 500),
    attempts: step.attempts.length,
    durationMs: durationOf(step),
    exitCode: last?.exitCode,
    reason: reasonOf(step.reason),
    url: safeUrl(last?.url),
  };
}

function reasonOf(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : cut(reason, 500);
}
