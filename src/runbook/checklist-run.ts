/** What a run does by itself is ticked in its name. */
import { invalid, show } from "../core/errors.ts";

import { soundRemark } from "./checklist-checks.ts";
import { checkItem, type ChecklistItem, itemStatus, type RunbookChecklist, skipItem, triedItem } from "./checklist.ts";
import { past } from "./condition-words.ts";
import type { RunbookRun, RunStep, StepStatus } from "./run.ts";

const UNDONE: readonly StepStatus[] = ["failed", "timed_out", "cancelled", "refused", "dry"];

/**
 * Ticks what `run` has done, and skips what its conditions left out. What it came to and has not done (it failed, took too
 * long, was refused or only tried dry) stays open, with a mark that says so. What people ticked stays as it is. The same run
 * again changes nothing.
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
    return item === undefined || itemStatus(item) !== "open" || wasTakenBack(item, run)
      ? list
      : ticked(list, item, step, run);
  }, checklist);
}

/** A person who unticked it knows better than the run. */
function wasTakenBack({ marks }: ChecklistItem, { id }: RunbookRun): boolean {
  return marks.some(({ by }) => by === id);
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
