/** What runbooks did: for the timeline, and in full for the appendix. */
import type { CapturedText, RunbookRun, RunStep, StepAttempt } from "../runbook/run.ts";
import { cut } from "../core/cut.ts";

import { escapeMarkdown, visible } from "./escape.ts";
import { safeUrl } from "./links.ts";
import type { PostmortemRun, PostmortemStep, TimelineEntry } from "./model.ts";
import type { PostmortemLinks } from "./sources.ts";
import { counted, durationText, spaced } from "./texts.ts";

const MOST_RUNS = 20;
const MOST_STEPS = 300;
const TAIL = 1_500;
/** All output together, and all else of the steps together, in characters of Markdown. */
const ROOM = 150_000;

/** Statuses of a step that never began. */
const IDLE: readonly string[] = ["pending", "skipped"];

/** When runs began, what each of their steps came to, and how they ended. */
export function runEntries(runs: readonly RunbookRun[], links: PostmortemLinks = {}): readonly TimelineEntry[] {
  return runs.flatMap((run) => {
    const url = safeUrl(links.run?.(run.id));
    const entry = (at: number, text: string, by?: string): TimelineEntry => ({ at, source: "runbook", text, by, url });
    const dry = run.isDry ? " (some of it dry)" : "";
    const why = run.reason === undefined ? "" : `: ${run.reason}`;
    return [
      entry(run.startedAt, `${run.id} begins: ${run.title}${dry}`, run.by),
      ...run.steps.flatMap((step) => stepEntries(run, step, url)),
      ...(run.endedAt === undefined
        ? []
        : [
            entry(
              run.endedAt,
              `${run.id} ${spaced(run.status)} after ${durationText(run.endedAt - run.startedAt)}${why}`,
            ),
          ]),
    ];
  });
}

function stepEntries(run: RunbookRun, step: RunStep, url: string | undefined): readonly TimelineEntry[] {
  const { approval, startedAt } = step;
  const entries: TimelineEntry[] = [];
  const own = safeUrl(step.attempts.at(-1)?.url) ?? url;
  const add = (at: number, text: string, by?: string): void => {
    entries.push({ at, source: "runbook", text, by, url: own });
  };
  if (approval !== undefined) {
    add(approval.requestedAt, `${run.id}, ${step.name}: asks for approval: ${approval.message}`);
    if (approval.answeredAt !== undefined) {
      const said = approval.reason === undefined ? "" : `: ${approval.reason}`;
      add(
        approval.answeredAt,
        `${run.id}, ${step.name}: ${approval.approved === true ? "approved" : "refused"}${said}`,
        approval.by,
      );
    }
  }
  if (startedAt !== undefined && !IDLE.includes(step.status)) add(startedAt, stepText(run, step));
  return entries;
}

function stepText(run: RunbookRun, step: RunStep): string {
  const lasted = durationOf(step);
  const last = step.attempts.at(-1);
  const parts = [
    `${run.id}, ${step.isRollback ? "rollback " : ""}${step.name}: ${spaced(step.status)}`,
    lasted === undefined ? "" : ` after ${durationText(lasted)}`,
    step.attempts.length > 1 ? `, ${counted(step.attempts.length, "attempt")}` : "",
    last?.exitCode === undefined || last.exitCode === 0 ? "" : `, exit code ${String(last.exitCode)}`,
    step.reason === undefined ? "" : `: ${step.reason}`,
  ];
  return parts.join("");
}

function durationOf({ startedAt, endedAt, attempts }: RunStep): number | undefined {
  const [only, ...others] = attempts;
  if (others.length === 0 && only?.durationMs !== undefined) return only.durationMs;
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
}

/** Runs with their steps, by their start; as many steps, and as much of the ends of their output, as there is room for. */
export function appendixRuns(runs: readonly RunbookRun[]): readonly PostmortemRun[] {
  let [outputRoom, stepRoom] = [ROOM, ROOM];
  const tail = (attempt: StepAttempt | undefined): string | undefined => {
    const text = [attempt?.stdout, attempt?.stderr]
      .map(lastOf)
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
    command: step.command === undefined ? undefined : cut(step.command.map(word).join(" "), 500),
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

/** An argument as people would type it. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The end of a stream; half of a pair would be a broken letter. */
function lastOf(stream: CapturedText | undefined): string {
  const text = stream?.text.trimEnd() ?? "";
  return text.length <= TAIL ? text : `… ${text.slice(-TAIL).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
