/** How far people have come in a checklist. */
import { checkInstant } from "./checks.ts";
import { type ChecklistStep, itemStatus, type RunbookChecklist } from "./checklist.ts";

/** Where the work stands. */
export interface ChecklistProgress {
  /** Items that are ticked or skipped. */
  readonly done: number;
  readonly total: number;
  /** How many of the done ones were skipped. */
  readonly skipped: number;
  /** Name of the first step with an open item; undefined when nothing is left. */
  readonly current?: string | undefined;
  /** Since when that step is the first, in epoch milliseconds. */
  readonly since?: number | undefined;
  /** By how much its time limit is passed, in milliseconds; undefined if it is not, or if there is none. */
  readonly overdueMs?: number | undefined;
  /** Whom to turn to now that it is. */
  readonly escalation?: string | undefined;
}

/** Where the work stands at `at`, in epoch milliseconds. */
export function checklistProgress(checklist: RunbookChecklist, at: number): ChecklistProgress {
  checkInstant(at, "at");
  const { items, steps, startedAt } = checklist;
  const statuses = items.map(itemStatus);
  const counted = {
    done: statuses.filter((status) => status !== "open").length,
    total: items.length,
    skipped: statuses.filter((status) => status === "skipped").length,
  };
  const openStep = items[statuses.indexOf("open")]?.step;
  const current = steps.find(({ name }) => name === openStep);
  if (current === undefined) return counted;
  const since = Math.max(startedAt, ...lastMarksBefore(checklist, current));
  const { timeLimitMs, escalation, name } = current;
  const overMs = timeLimitMs === undefined ? 0 : at - since - timeLimitMs;
  return {
    ...counted,
    current: name,
    since,
    ...(overMs > 0 ? { overdueMs: overMs, ...(escalation === undefined ? {} : { escalation }) } : {}),
  };
}

/** When what comes before a step was brought to its end. */
function lastMarksBefore({ steps, items }: RunbookChecklist, current: ChecklistStep): readonly number[] {
  const before = new Set(steps.slice(0, steps.indexOf(current)).map(({ name }) => name));
  return items.flatMap(({ step, marks }) => (before.has(step) ? [marks.at(-1)?.at ?? -Infinity] : []));
}
