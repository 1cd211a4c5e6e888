/** A checklist as Markdown with boxes. */
import { itemStatus, type ChecklistItem, type RunbookChecklist } from "./checklist.ts";
import { code, inline } from "./markdown-text.ts";

/**
 * A checklist as Markdown, with a box for each item, and who ticked it and when.
 *
 * @example
 * ```ts
 * import { checkItem, checklistMarkdown, checklistOf, runbookOf } from "nines";
 *
 * const at = Date.parse("2026-11-22T12:03:00Z");
 * const list = checklistOf(runbookOf("Slow", [{ name: "look", title: "Look at the dashboard" }]), { at });
 * const text = checklistMarkdown(checkItem(list, "look", { by: "ann", at }));
 * if (!text.includes("- [x] Look at the dashboard (ann, 12:03 UTC)")) throw new Error(text);
 * ```
 */
export function checklistMarkdown(checklist: RunbookChecklist): string {
  const { title, incident, startedAt, steps, items } = checklist;
  const begun = `Begun ${stamp(startedAt)}${incident === undefined ? "" : ` for ${inline(incident)}`}`;
  const sections = steps.map(({ name, title: heading, escalation }, index) => {
    const boxes = items.filter(({ step }) => step === name).map((item) => box(item, startedAt));
    const help = escalation === undefined ? [] : [`If it does not help: ${inline(escalation)}`];
    return [`## ${String(index + 1)}. ${inline(heading)}`, boxes.join("\n"), ...help].join("\n\n");
  });
  return `${[`# ${inline(title)}`, begun, ...sections].join("\n\n")}\n`;
}

function box(item: ChecklistItem, startedAt: number): string {
  const { text, isRun, marks } = item;
  const status = itemStatus(item);
  const mark = marks.at(-1);
  const shown = isRun ? runLine(text) : inline(text);
  if (mark === undefined || status === "open") return `- [ ] ${shown}`;
  const note = mark.note === undefined ? "" : `: ${inline(mark.note)}`;
  const who = `${inline(mark.by)}, ${time(mark.at, startedAt)}`;
  return status === "done" ? `- [x] ${shown} (${who}${note})` : `- [x] ~~${shown}~~ (skipped by ${who}${note})`;
}

/** `Run: ` and the command as code. */
function runLine(text: string): string {
  const colon = text.indexOf(": ");
  return `${text.slice(0, colon)}: ${code(text.slice(colon + 2))}`;
}

/** The time of day; with the date if it is another day than that on which the work began. */
function time(at: number, startedAt: number): string {
  const isSameDay = stamp(at).slice(0, 10) === stamp(startedAt).slice(0, 10);
  return isSameDay ? stamp(at).slice(11) : stamp(at);
}

/** Such as `2026-11-22 12:03 UTC`. */
function stamp(at: number): string {
  return `${new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/:\d\d\.\d+Z$/, "")} UTC`;
}
