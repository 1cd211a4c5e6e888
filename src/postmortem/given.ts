/** What is handed in beside the records, checked: a mistake would stand in the document, and be signed. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";
import { time } from "../incident/commands.ts";

import { ACTION_ITEM_KINDS, ACTION_ITEM_PRIORITIES, ACTION_ITEM_STATUSES } from "./action-items.ts";
import { checkSections, POSTMORTEM_SECTION_NAMES } from "./sections.ts";
import type { PostmortemSources } from "./sources.ts";

/** What people hand in. */
export type Given = Pick<
  PostmortemSources,
  "title" | "authors" | "facts" | "entries" | "sections" | "actionItems" | "before" | "after"
>;

type Path = readonly (string | number)[];

const LONGEST_NAME = 200;
const LONGEST_TEXT = 2_000;
const MOST = 20_000;
const CHOICES = { kind: ACTION_ITEM_KINDS, priority: ACTION_ITEM_PRIORITIES, status: ACTION_ITEM_STATUSES } as const;

/** @throws {@link ConfigurationError} naming what is wrong, and what is allowed */
export function checkGiven({ title, authors, facts, entries, sections, actionItems, before, after }: Given): void {
  if (title !== undefined) words(["title"], title, 300);
  list(["authors"], authors, (author, path) => words(path, author, LONGEST_NAME));
  if (facts !== undefined) checkFacts(facts);
  list(["entries"], entries, checkEntry);
  if (sections !== undefined) checkTexts(sections);
  list(["actionItems"], actionItems, checkItem);
  list(["before"], before);
  list(["after"], after);
}

function checkFacts(facts: object): void {
  checkOptions(facts, "facts", ["usersAffected", "revenue", "firstReportAt", "detectedBy", "impactRatio"]);
  const { usersAffected, revenue, firstReportAt, detectedBy, impactRatio } = facts as Record<string, unknown>;
  if (typeof usersAffected === "number") {
    if (!Number.isFinite(usersAffected) || usersAffected < 0)
      throw invalid(["facts", "usersAffected"], `${show(usersAffected)} is no number of people`);
  } else optional(["facts", "usersAffected"], usersAffected);
  optional(["facts", "revenue"], revenue);
  optional(["facts", "detectedBy"], detectedBy);
  if (firstReportAt !== undefined) instant(["facts", "firstReportAt"], firstReportAt);
  if (impactRatio !== undefined && !(typeof impactRatio === "number" && impactRatio >= 0 && impactRatio <= 1))
    throw invalid(["facts", "impactRatio"], `${show(impactRatio)} is no share from 0 to 1`);
}

function checkEntry(entry: unknown, path: Path): void {
  const { at, source, text, by, url } = fields(entry, path, ["at", "source", "text", "by", "url"]);
  instant([...path, "at"], at);
  // Long ones are cut where they are shown.
  for (const [name, value] of Object.entries({ source, text, by: by ?? "", url: url ?? "" })) {
    if (typeof value !== "string") throw invalid([...path, name], `${show(value)} is no text`);
  }
}

function checkTexts(sections: object): void {
  for (const [name, text] of Object.entries(sections)) {
    if (!(POSTMORTEM_SECTION_NAMES as readonly string[]).includes(name))
      throw invalid(["sections", name], `is no section; there are: ${POSTMORTEM_SECTION_NAMES.join(", ")}`);
    if (typeof text !== "string") throw invalid(["sections", name], `${show(text)} is no text; write Markdown`);
  }
  checkSections(sections);
}

function checkItem(item: unknown, path: Path): void {
  const known = ["id", "text", "kind", "priority", "owner", "due", "status"];
  const given = fields(item, path, known);
  words([...path, "text"], given.text, LONGEST_TEXT);
  for (const name of ["id", "owner", "due"]) optional([...path, name], given[name]);
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = given[name];
    if (value === undefined || (allowed as readonly unknown[]).includes(value)) continue;
    throw invalid([...path, name], `${show(value)} is none of an action item${choices(value, allowed)}`);
  }
}

function fields(value: unknown, path: Path, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw invalid(path, `${show(value)} has no ${known.join(", ")}`);
  checkOptions(value, String(path[0]), known);
  return value as Record<string, unknown>;
}

function list(path: Path, value: unknown, check?: (item: unknown, path: Path) => void): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw invalid(path, `${show(value)} is no list; write [${show(value)}] for one`);
  if (value.length > MOST) throw invalid(path, `has ${String(value.length)} of them; at most ${String(MOST)}`);
  value.forEach((item: unknown, index) => check?.(item, [...path, index]));
}

function words(path: Path, value: unknown, most: number): void {
  checkWords(value, most, (problem) => {
    throw invalid(path, problem);
  });
}

function optional(path: Path, value: unknown): void {
  if (value === undefined || (typeof value === "string" && value.length <= LONGEST_TEXT)) return;
  const shown = typeof value === "string" ? `has ${String(value.length)} characters` : show(value);
  throw invalid(path, `${shown}; write a text of at most ${String(LONGEST_TEXT)} characters`);
}

function instant(path: Path, value: unknown): void {
  try {
    time("at", value);
  } catch (error) {
    throw error instanceof ConfigurationError ? invalid(path, error.issues[0]?.message ?? error.message) : error;
  }
}
