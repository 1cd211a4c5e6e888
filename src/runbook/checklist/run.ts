/** What a run does by itself is ticked in its name. */
import { invalid, show } from "../../core/errors.ts";

import { soundRemark } from "./checks.ts";
import { checkItem, type ChecklistItem, itemStatus, type RunbookChecklist, skipItem, triedItem } from "./checklist.ts";
import { past } from "../conditions/words.ts";
import type { RunbookRun, RunStep, StepStatus } from "../run.ts";

const UNDONE: readonly StepStatus[] = ["failed", "timed_out", "cancelled", "refused", "dry"];

/**
 * Ticks what `run` has done, and skips what its conditions left out. What it came to and has not done (it failed, took too
 * long, was refused or only tried dry) stays open, with a mark that says so; so does what it took back. What people ticked
 * stays as it is. The same run again changes nothing.
 *
 * @throws {@link ConfigurationError} if the run is one of another runbook
 */
export function applyRun(checklist: RunbookChecklist, run: RunbookRun): RunbookChecklist {
  if (run.runbook !== checklist.runbook) {
    throw invalid(
      "run",
      `${show(run.id)} is a run of ${show(run.runbook)}, and this is the checklist of ${show(checklist.runbook)}`,
    );
  }
  const items = new Map(checklist.items.filter(({ isRun }) => isRun).map((item) => [item.step, item]));
  return run.steps.reduce((list, step) => {
    const item = step.isRollback ? undefined : items.get(step.name);
    if (item === undefined) return list;
    const { id: by } = run;
    const last = item.marks.at(-1);
    const back = backOf(step.name, run);
    if (last?.kind === "checked" && last.by === by && back !== undefined)
      return triedItem(list, item.id, { by, ...back });
    // A person who unticked it knows better than the run.
    if (itemStatus(item) !== "open" || item.marks.some((mark) => mark.by === by)) return list;
    return back !== undefined && step.status === "succeeded"
      ? triedItem(list, item.id, { by, ...back })
      : ticked(list, item, step, run);
  }, checklist);
}

/** How what a step did was taken back; undefined if it was not. */
function backOf(name: string, run: RunbookRun): { readonly at: number; readonly note: string } | undefined {
  const backs = run.steps.filter((step) => step.isRollback && step.of === name && step.endedAt !== undefined);
  if (backs.length === 0 || run.status === "rolling_back") return undefined;
  const isDone = backs.every(({ status }) => status === "succeeded");
  const note = isDone ? "succeeded, and was taken back" : "succeeded, and was not wholly taken back";
  return { at: Math.max(...backs.map(({ endedAt = run.startedAt }) => endedAt)), note };
}

function ticked(
  list: RunbookChecklist,
  { id }: ChecklistItem,
  step: RunStep,
  { id: by, startedAt }: RunbookRun,
): RunbookChecklist {
  const at = step.endedAt ?? step.startedAt ?? startedAt;
  if (step.status === "succeeded") return checkItem(list, id, { by, at });
  if (step.status === "skipped") return skipItem(list, id, { by, at, reason: "not for now, by its condition" });
  if (!UNDONE.includes(step.status)) return list;
  const why = step.reason === undefined ? "" : `: ${step.reason}`;
  return triedItem(list, id, { by, at, note: soundRemark(`${past(step.status)}${why}`) });
}
