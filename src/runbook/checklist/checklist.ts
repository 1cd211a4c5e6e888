/** A runbook as people work through it in an incident: what is done, by whom and when. */
import { cut } from "../../core/cut.ts";
import { IllegalTransitionError, invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";

import { checkInstant, checkPerson, checkRemark } from "./checks.ts";
import { describeCondition } from "../conditions/words.ts";
import { commandLine } from "../markdown/commands.ts";
import type { Runbook, RunbookStep, WorkStep } from "../model.ts";

/** Something that was done to an item. */
export interface ChecklistMark {
  /** `tried`: a run came to it and has not done it, or took it back; it is open. */
  readonly kind: "checked" | "unchecked" | "skipped" | "tried";
  /** Who; or the run that did it by itself, such as `RUN-0001`. */
  readonly by: string;
  /** In epoch milliseconds. */
  readonly at: number;
  readonly note?: string | undefined;
}

/** One box to tick. */
export interface ChecklistItem {
  /** The step's name for what is run, or for a step with one box only; `NAME/1`, `NAME/2` ... for what people do. */
  readonly id: string;
  /** Name of the step. */
  readonly step: string;
  readonly text: string;
  /** Whether a run does it by itself. */
  readonly isRun: boolean;
  /** Whether a run only tries it dry unless somebody says otherwise. */
  readonly isDestructive?: boolean | undefined;
  /** Whether a run asks somebody first. */
  readonly needsApproval?: boolean | undefined;
  /** All that was done to it, the last one at the end. */
  readonly marks: readonly ChecklistMark[];
}

/** A step of a checklist. */
export interface ChecklistStep {
  readonly name: string;
  /** As in the document: `4`, and `4.1` for a part of a group. */
  readonly number: string;
  readonly title: string;
  /** When it is for now, in words. */
  readonly condition?: string | undefined;
  /** Of a group: what is asked before its parts are begun; an empty text if that is not told. */
  readonly approval?: string | undefined;
  /** How long people should give it, in milliseconds. */
  readonly timeLimitMs?: number | undefined;
  readonly escalation?: string | undefined;
}

/** A working copy of a runbook. Plain data, never changed: each function answers a new one. */
export interface RunbookChecklist {
  /** Name of the runbook. */
  readonly runbook: string;
  readonly title: string;
  /** When the work began, in epoch milliseconds. */
  readonly startedAt: number;
  readonly incident?: string | undefined;
  readonly steps: readonly ChecklistStep[];
  readonly items: readonly ChecklistItem[];
}

/** Whether an item is to be done, done, or left out. */
export type ItemStatus = "open" | "done" | "skipped";

const MOST_MARKS = 100;
const LONGEST_CONDITION = 10_000;

/**
 * A fresh checklist of a runbook.
 *
 * @param options.at - when the work begins, in epoch milliseconds
 * @param options.incident - such as `INC-0001`
 *
 * @example
 * ```ts
 * import { checkItem, checklistOf, checklistProgress, runbookOf } from "nines";
 *
 * const at = Date.parse("2026-11-22T12:00:00Z");
 * const runbook = runbookOf("HighMemoryUsage", [{ title: "Look", actions: ["Is it one pod?", "Since when?"] }]);
 * const begun = checklistOf(runbook, { at });
 * const list = checkItem(begun, "look/1", { by: "ann", at: at + 60_000, note: "all of them" });
 * const { done, total, current } = checklistProgress(list, at + 120_000);
 * if (done !== 1 || total !== 2 || current !== "look") throw new Error("not ticked");
 * ```
 */
export function checklistOf(
  runbook: Runbook,
  options: { readonly at: number; readonly incident?: string | undefined },
): RunbookChecklist {
  const { at, incident } = options;
  checkInstant(at, "at");
  const numbered = runbook.steps.flatMap((step, index) => {
    const number = String(index + 1);
    const parts = step.kind === "parallel" ? step.steps : [];
    return [stepOf(step, number), ...parts.map((part, place) => stepOf(part, `${number}.${String(place + 1)}`))];
  });
  const all = runbook.steps.flatMap((step) => (step.kind === "parallel" ? [step, ...step.steps] : [step]));
  return {
    runbook: runbook.name,
    title: runbook.title,
    startedAt: at,
    ...(incident === undefined ? {} : { incident }),
    steps: numbered,
    items: all.flatMap(boxes),
  };
}

/**
 * Ticks an item.
 *
 * @throws {@link IllegalTransitionError} if it is ticked or skipped already
 */
export function checkItem(
  checklist: RunbookChecklist,
  id: string,
  { by, at, note }: { readonly by: string; readonly at: number; readonly note?: string | undefined },
): RunbookChecklist {
  return marked(checklist, id, { kind: "checked", by, at, ...(note === undefined ? {} : { note }) });
}

/**
 * Takes a tick back, or a skip. Who had ticked it is kept.
 *
 * @throws {@link IllegalTransitionError} if it is open
 */
export function uncheckItem(
  checklist: RunbookChecklist,
  id: string,
  { by, at, note }: { readonly by: string; readonly at: number; readonly note?: string | undefined },
): RunbookChecklist {
  return marked(checklist, id, { kind: "unchecked", by, at, ...(note === undefined ? {} : { note }) });
}

/**
 * Leaves an item out, and says why.
 *
 * @throws {@link IllegalTransitionError} if it is ticked or skipped already
 */
export function skipItem(
  checklist: RunbookChecklist,
  id: string,
  { by, at, reason }: { readonly by: string; readonly at: number; readonly reason: string },
): RunbookChecklist {
  checkRemark(reason, "reason");
  return marked(checklist, id, { kind: "skipped", by, at, note: reason });
}

/** Writes down that a run came to an item and has not done it, or not for good: it is open. */
export function triedItem(
  checklist: RunbookChecklist,
  id: string,
  { by, at, note }: { readonly by: string; readonly at: number; readonly note: string },
): RunbookChecklist {
  return marked(checklist, id, { kind: "tried", by, at, note });
}

/** How an item stands. */
export function itemStatus({ marks }: ChecklistItem): ItemStatus {
  const kind = marks.at(-1)?.kind;
  return kind === "checked" ? "done" : kind === "skipped" ? "skipped" : "open";
}

function marked(checklist: RunbookChecklist, id: string, mark: ChecklistMark): RunbookChecklist {
  checkPerson(mark.by, "by");
  checkInstant(mark.at, "at");
  if (mark.note !== undefined) checkRemark(mark.note, "note");
  const item = checklist.items.find((candidate) => candidate.id === id);
  if (item === undefined) {
    const ids = checklist.items.map((candidate) => candidate.id);
    throw invalid("item", `there is no item ${show(id)}${choices(id, ids.slice(0, 20))}`);
  }
  const status = itemStatus(item);
  const last = item.marks.at(-1);
  // A run that takes back what it did says so itself.
  const isOwn = mark.kind === "tried" && last?.by === mark.by;
  const isOpen = status === "open" || isOwn;
  if (isOpen === (mark.kind === "unchecked")) {
    const who = last?.by ?? "nobody";
    const why = isOpen
      ? `${show(id)} is neither ticked nor skipped`
      : `${show(id)} is ${status === "done" ? "ticked" : "skipped"} already, by ${who}; untick it first`;
    throw new IllegalTransitionError(status, mark.kind, isOpen ? ["checked", "skipped"] : ["unchecked"], why);
  }
  if (item.marks.length >= MOST_MARKS)
    throw invalid("item", `${show(id)} was changed ${String(MOST_MARKS)} times; no more is kept`);
  const changed = { ...item, marks: [...item.marks, mark] };
  return { ...checklist, items: checklist.items.map((other) => (other === item ? changed : other)) };
}

function stepOf(step: RunbookStep, number: string): ChecklistStep {
  const { name, title, when, approval, kind, timeLimitMs, escalation } = step;
  return {
    name,
    number,
    title: title ?? name,
    ...(when === undefined ? {} : { condition: cut(describeCondition(when), LONGEST_CONDITION) }),
    ...(kind === "parallel" && approval !== undefined ? { approval: approval.message ?? "" } : {}),
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(escalation === undefined ? {} : { escalation }),
  };
}

function boxes(step: RunbookStep): readonly ChecklistItem[] {
  const { name, title, actions, kind } = step;
  const box = (id: string, text: string, isRun: boolean): ChecklistItem => ({ id, step: name, text, isRun, marks: [] });
  const people = actions.map((action, index) => box(`${name}/${String(index + 1)}`, action, false));
  if (kind === "parallel") return people;
  if (kind === "manual") return people.length > 0 ? people : [box(name, title ?? name, false)];
  const cautions = {
    ...(step.isDestructive ? { isDestructive: true } : {}),
    ...(step.approval === undefined ? {} : { needsApproval: true }),
  };
  return [...people, { ...box(name, runText(step), true), ...cautions }];
}

function runText(step: WorkStep): string {
  if (step.kind === "command") {
    const line = commandLine(step).trim();
    return /[\r\n]/.test(line) ? `Run the script of: ${step.name}` : `Run: ${line}`;
  }
  if (step.kind === "http") return `Ask: ${step.method} ${step.url.text}`;
  return `Do: ${step.title ?? step.name}`;
}
