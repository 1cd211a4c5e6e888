/** A checklist as Markdown with boxes. */
import { limitText } from "../../core/time/duration-text.ts";

import { type ChecklistItem, type ChecklistStep, itemStatus, type RunbookChecklist } from "./checklist.ts";
import { approvalNote, code, inline, sentence } from "../markdown/text.ts";

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
  const { title, incident, startedAt, steps } = checklist;
  const begun = `Begun ${stamp(startedAt)}${incident === undefined ? "" : ` for ${inline(incident)}`}`;
  const sections = steps.map((step) => section(step, checklist));
  return `${[`# ${inline(title)}`, begun, ...sections].join("\n\n")}\n`;
}

function section(step: ChecklistStep, { steps, items, startedAt }: RunbookChecklist): string {
  const { name, number, title, escalation } = step;
  const boxes = items.filter((item) => item.step === name).map((item) => box(item, startedAt));
  const firstPart = `${number}.1`;
  const isGroup = steps.some((other) => other.number === firstPart);
  return [
    `${number.includes(".") ? "###" : "##"} ${number}. ${inline(title)}`,
    ...sentence(notesOf(step)),
    ...(boxes.length === 0 ? [] : [boxes.join("\n")]),
    ...(escalation === undefined ? [] : [`If it does not help: ${inline(escalation)}`]),
    ...(isGroup ? ["Side by side:"] : []),
  ].join("\n\n");
}

function notesOf({ condition, timeLimitMs, approval }: ChecklistStep): readonly string[] {
  return [
    ...(condition === undefined ? [] : [`only if ${inline(condition)}`]),
    ...(timeLimitMs === undefined ? [] : [`at most ${limitText(timeLimitMs)}`]),
    ...(approval === undefined ? [] : [approvalNote(approval)]),
  ];
}

function box(item: ChecklistItem, startedAt: number): string {
  const { text, isRun, isDestructive, needsApproval, marks } = item;
  const status = itemStatus(item);
  const mark = marks.at(-1);
  const cautions = [...(isDestructive ? ["**destructive**"] : []), ...(needsApproval ? ["needs approval"] : [])];
  const caution = cautions.length === 0 ? "" : ` (${cautions.join(", ")})`;
  const shown = `${isRun ? runLine(text) : inline(text)}${caution}`;
  if (mark?.kind === "tried") return `- [ ] ${shown} (${inline(`${mark.by} ${mark.note ?? "has tried it"}`)})`;
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
