/** A fresh draft, and what people wrote in the one before, as one. */
import { invalid } from "../core/errors.ts";
import type { IncidentTask } from "../incident/model.ts";

import { type ActionItem, numbered } from "./action-items.ts";
import { plain } from "./draft.ts";
import { markdownBlock } from "./escape.ts";
import { edgeFault } from "./life-edges.ts";
import { checkReady } from "./life.ts";
import type { Postmortem, PostmortemChange } from "./model.ts";
import { type PartName, piecesOf, sumOf } from "./parts.ts";
import type { EditedPart, WrittenPostmortem } from "./read/read.ts";
import { hintText, isWritten, type SectionName } from "./sections.ts";

/** What {@link continued} needs to know beside the two. */
export interface Continuation {
  readonly tasks: readonly IncidentTask[];
  /** Now, in epoch milliseconds: when a status that was changed in the file was noticed. */
  readonly at: number;
  /** What the machine writes in a part now. */
  readonly bodyOf: (name: PartName, postmortem: Postmortem) => string;
}

/** Where lines go that stood in generated parts. */
const KEPT_HEADING = "Kept from an earlier edit";

/**
 * `draft` with all that people wrote.
 *
 * @throws {@link ConfigurationError} if somebody wrote a status that it is not ready for, or that cannot follow
 */
export function continued(draft: Postmortem, written: WrittenPostmortem, context: Continuation): Postmortem {
  const { status = written.changes.at(-1)?.to ?? draft.status } = written;
  const { impact } = draft;
  const given = welcome(draft.sections, written);
  const first = written.isImpactEdited ? written : impact;
  const second = written.isImpactEdited ? impact : written;
  const merged: Postmortem = {
    ...draft,
    title: written.title ?? draft.title,
    authors: [...new Set([...written.authors, ...draft.authors])],
    status,
    changes: changesOf(status, written, context.at),
    sections: { ...given, ...writtenOnly(written.sections) },
    extraSections: written.extraSections,
    impact: {
      ...impact,
      usersAffected: first.usersAffected ?? second.usersAffected,
      revenue: first.revenue ?? second.revenue,
    },
    actionItems: itemsOf(draft.actionItems, written.actionItems, context.tasks),
  };
  const kept = written.edited.flatMap((part) => stillForeign(part, merged, context));
  const frame = written.frame === "" ? undefined : withKept(withSections(written.frame, given), kept);
  const whole = plain({ ...merged, frame, extraSections: withKeptSection(merged, kept) });
  // What was let in once is not asked again: people may have been told of it.
  if (written.changes.at(-1)?.to !== status || written.areChangesEdited) checkReady(whole, status);
  return whole;
}

/** A status that was written into the file is a change too, by whoever did so. */
function changesOf(to: Postmortem["status"], { changes }: WrittenPostmortem, now: number): readonly PostmortemChange[] {
  const last = changes.at(-1);
  const from = last?.to ?? "draft";
  if (from === to) return changes;
  const broken = edgeFault(from, to);
  if (broken !== undefined) throw invalid("status", broken);
  return [...changes, { from, to, by: "an edit of the file", at: Math.max(now, last?.at ?? now) }];
}

function writtenOnly(sections: Postmortem["sections"]): Postmortem["sections"] {
  return Object.fromEntries(Object.entries(sections).filter(([, text]) => isWritten(text)));
}

/** Those of the file as they are, then those that are new. What a task of the incident is done with, is done. */
function itemsOf(
  fresh: readonly ActionItem[],
  written: readonly ActionItem[],
  tasks: readonly IncidentTask[],
): readonly ActionItem[] {
  const done = new Set(tasks.filter((task) => task.done).map(({ id }) => id));
  const taskIds = new Set(tasks.map(({ id }) => id));
  const ids = new Set(written.map(({ id }) => id));
  const texts = new Set(written.map(({ text }) => text));
  const known = written.map((item) =>
    item.status === "open" && done.has(item.id) ? { ...item, status: "done" as const } : item,
  );
  const added = fresh
    .filter(({ id, text }) => (taskIds.has(id) ? !ids.has(id) : !texts.has(text)))
    .map((item) => (ids.has(item.id) ? { ...item, id: undefined } : item));
  return numbered([...known, ...added]);
}

/** Lines of an edited part that the machine does not write now either. */
function stillForeign(
  { part, lines }: EditedPart,
  merged: Postmortem,
  { bodyOf }: Continuation,
): readonly EditedPart[] {
  const own = new Set(
    bodyOf(part as PartName, merged)
      .split("\n")
      .map(sumOf),
  );
  const left = lines.filter((line) => !own.has(sumOf(line)));
  return left.length === 0 ? [] : [{ part, lines: left }];
}

function keptText(kept: readonly EditedPart[]): string {
  return kept
    .map(({ part, lines }) => {
      const block = markdownBlock(lines.map((line) => line.replace(/\r$/, "")).join("\n"));
      return `Written in the part "${part}", which is generated. Move it to where it belongs:\n\n${block}\n`;
    })
    .join("\n");
}

/** Nothing is lost: what cannot stay where it is goes to the end. */
function withKept(frame: string, kept: readonly EditedPart[]): string {
  if (kept.length === 0) return frame;
  const heading = frame.includes(`\n## ${KEPT_HEADING}`) ? "" : `## ${KEPT_HEADING}\n\n`;
  return `${frame}${frame.endsWith("\n") ? "" : "\n"}\n${heading}${keptText(kept)}`;
}

function withKeptSection({ extraSections }: Postmortem, kept: readonly EditedPart[]): Postmortem["extraSections"] {
  if (kept.length === 0) return extraSections;
  const before = extraSections.find(({ title }) => title === KEPT_HEADING);
  const text = [before?.text ?? "", keptText(kept).trimEnd()].filter((part) => part !== "").join("\n\n");
  return [...extraSections.filter((section) => section !== before), { title: KEPT_HEADING, text }];
}

/** Sections that were handed in, for which the file has its place: the hint, which nobody has taken out. */
function welcome(given: Postmortem["sections"], { frame, sections }: WrittenPostmortem): Postmortem["sections"] {
  if (frame === "") return given;
  const entries = Object.entries(given) as [SectionName, string][];
  return Object.fromEntries(
    entries.filter(
      ([name, text]) => isWritten(text) && !isWritten(sections[name]) && hintIn(frame, name) !== undefined,
    ),
  );
}

function hintIn(frame: string, name: SectionName): string | undefined {
  const hint = hintText(name);
  return [`\n${hint}\n`, `\n${hint}\r\n`].find((line) => frame.includes(line));
}

function withSections(frame: string, given: Postmortem["sections"]): string {
  let text = frame;
  for (const [name, words] of Object.entries(given) as [SectionName, string][]) {
    const place = hintIn(text, name);
    if (place !== undefined) text = text.replace(place, () => place.replace(hintText(name), () => words));
  }
  return text;
}

/** `frame` with what the machine writes now. A part that people took out stays out. */
export function filled(frame: string, partOf: (name: PartName) => string): string {
  const eol = frame.includes("\r\n") ? "\r\n" : "\n";
  return piecesOf(frame)
    .map((piece) => (piece.kind === "text" ? piece.text : `${partOf(piece.name).replaceAll("\n", eol)}${eol}`))
    .join("");
}
