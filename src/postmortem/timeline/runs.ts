/** What the journals of runbooks tell. */
import { durationText } from "../../core/time/duration-text.ts";
import type { RunbookRun, RunStep } from "../../runbook/run.ts";

import { safeUrl } from "../links.ts";
import type { TimelineEntry } from "../model.ts";
import { durationOf } from "../runs.ts";
import type { PostmortemLinks } from "../sources.ts";
import { counted, endedText, spaced } from "../texts.ts";

/** Of a step that takes longer the beginning is told too. */
const LONG_MS = 10_000;

/** What a step came to, where its status alone would not tell people. */
const WORDS: Readonly<Partial<Record<RunStep["status"], string>>> = { manual: "left to people", dry: "only tried dry" };

/**
 * When runs began, when each of their steps ended, and how they ended themselves.
 *
 * @param told - ids of runs of which it is told elsewhere that another process went on with them
 */
export function runEntries(
  runs: readonly RunbookRun[],
  links: PostmortemLinks = {},
  told: ReadonlySet<unknown> = new Set(),
): readonly TimelineEntry[] {
  return runs.flatMap((run) => {
    const url = safeUrl(links.run?.(run.id));
    const entry = (at: number, text: string, by?: string): TimelineEntry => ({ at, source: "runbook", text, by, url });
    const { id, startedAt, endedAt, resumed } = run;
    const why = run.reason === undefined ? "" : `: ${run.reason}`;
    const isSilent = resumed > 0 && !told.has(id);
    const more = isSilent ? `, gone on with ${counted(resumed, "time")} after its process had died` : "";
    return [
      entry(startedAt, `${id} begins: ${run.title}`, run.by),
      ...run.steps.flatMap((step) => stepEntries(run, step, url)),
      ...(endedAt === undefined
        ? []
        : [entry(endedAt, `${id} ${endedText(run.status, endedAt - startedAt, run.isDry)}${more}${why}`)]),
    ];
  });
}

function stepEntries(run: RunbookRun, step: RunStep, url: string | undefined): readonly TimelineEntry[] {
  const { attempts, startedAt, endedAt } = step;
  const entries: TimelineEntry[] = [];
  const own = safeUrl(attempts.at(-1)?.url) ?? url;
  const name = `${run.id}, ${step.isRollback ? "rollback " : ""}${step.name}`;
  const add = (at: number, text: string, by?: string): void => {
    entries.push({ at, source: "runbook", text: `${name}: ${text}`, by, url: own });
  };
  approved(step, add);
  const isLong = startedAt !== undefined && (endedAt === undefined || endedAt - startedAt > LONG_MS);
  if (isLong) add(startedAt, "begins");
  interrupted(step, add);
  if (endedAt !== undefined && isTold(step)) add(endedAt, endText(step));
  return entries;
}

type Add = (at: number, text: string, by?: string) => void;

function approved({ approval }: RunStep, add: Add): void {
  if (approval === undefined) return;
  add(approval.requestedAt, `asks for approval: ${approval.message}`);
  if (approval.answeredAt === undefined) return;
  const said = approval.reason === undefined ? "" : `: ${approval.reason}`;
  add(approval.answeredAt, `${approval.approved === true ? "approved" : "refused"}${said}`, approval.by);
}

/** Attempts whose process died: nobody saw their end, and it is told when another one begins, or the step is given up. */
function interrupted({ attempts, endedAt }: RunStep, add: Add): void {
  for (const [index, { isInterrupted, number, startedAt }] of attempts.entries()) {
    if (isInterrupted !== true) continue;
    const next = attempts[index + 1];
    const goesOn = next === undefined ? "" : `; attempt ${String(next.number)} begins`;
    add(
      next?.startedAt ?? endedAt ?? startedAt,
      `attempt ${String(number)} was broken off, its process had died${goesOn}`,
    );
  }
}

/** Whether its end says more than was said already. */
function isTold({ approval, status }: RunStep): boolean {
  if (status === "refused") return approval?.answeredAt === undefined;
  return status !== "pending" && status !== "skipped";
}

function endText(step: RunStep): string {
  const lasted = durationOf(step);
  const last = step.attempts.at(-1);
  const parts = [
    WORDS[step.status] ?? spaced(step.status),
    lasted === undefined || step.attempts.length === 0 ? "" : ` after ${durationText(lasted)}`,
    step.attempts.length > 1 ? `, ${counted(step.attempts.length, "attempt")}` : "",
    last?.exitCode === undefined || last.exitCode === 0 ? "" : `, exit code ${String(last.exitCode)}`,
    step.reason === undefined ? "" : `: ${step.reason}`,
  ];
  return parts.join("");
}
