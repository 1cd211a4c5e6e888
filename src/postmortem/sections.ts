/** The sections that people write. */
import { invalid } from "../core/errors.ts";

import { isMark } from "./parts.ts";

/** Names of all sections, in the order of the document. */
export const POSTMORTEM_SECTION_NAMES = [
  "summary",
  "impact",
  "rootCause",
  "trigger",
  "detection",
  "resolution",
  "timeline",
  "lessons",
  "wentWell",
  "wentWrong",
  "lucky",
  "actionItems",
  "monitoring",
  "appendix",
] as const;
/** One of {@link POSTMORTEM_SECTION_NAMES}. */
export type SectionName = (typeof POSTMORTEM_SECTION_NAMES)[number];

/** A section of a postmortem. */
export interface SectionKind {
  readonly name: SectionName;
  /** Its heading in Markdown, without the marks. */
  readonly title: string;
  /** What people are asked to write. */
  readonly hint: string;
  /** Whether a review asks for it. */
  readonly isRequired: boolean;
}

/** All of them, in the order of the document. */
export const SECTIONS: readonly SectionKind[] = [
  {
    name: "summary",
    title: "Summary",
    hint: "what happened to whom, from when to when, and why, in two or three sentences",
    isRequired: true,
  },
  { name: "impact", title: "Impact", hint: "what users saw, and what it cost", isRequired: false },
  {
    name: "rootCause",
    title: "Root cause",
    hint: "what made it possible: keep asking why, and name systems rather than people",
    isRequired: true,
  },
  { name: "trigger", title: "Trigger", hint: "what set it off at that moment", isRequired: true },
  {
    name: "detection",
    title: "Detection",
    hint: "how it was noticed, and what should have noticed it",
    isRequired: false,
  },
  { name: "resolution", title: "Resolution", hint: "what ended it, and how it was found", isRequired: true },
  {
    name: "timeline",
    title: "Timeline",
    hint: "what the records do not have, one line each, such as: - 10:04 the load balancer was restarted by hand",
    isRequired: false,
  },
  { name: "lessons", title: "Lessons learned", hint: "what others should know", isRequired: false },
  { name: "wentWell", title: "What went well", hint: "what helped, and should stay", isRequired: true },
  { name: "wentWrong", title: "What went wrong", hint: "what stood in the way", isRequired: true },
  {
    name: "lucky",
    title: "Where we got lucky",
    hint: "what could have made it worse, and did not by chance",
    isRequired: true,
  },
  {
    name: "actionItems",
    title: "Action items",
    hint: "add rows to the table, or lines such as: - [ ] Cap the cache at 2 GB (owner: ann, due: 2026-12-01, P1, prevent)",
    isRequired: false,
  },
  { name: "monitoring", title: "Monitoring", hint: "what to look at next time", isRequired: false },
  { name: "appendix", title: "Appendix", hint: "what else belongs to the record", isRequired: false },
];

const BY_TITLE: ReadonlyMap<string, SectionName> = new Map(SECTIONS.map(({ name, title }) => [wordsOf(title), name]));

/** The section that a heading begins; people may write it in capitals, or with other marks around. */
export function sectionOf(heading: string): SectionName | undefined {
  return BY_TITLE.get(wordsOf(heading));
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]+/g, " ")
    .trim()
    .replace(/^root causes$/, "root cause");
}

/** `text` without its comments; one that does not end is none. */
export function withoutComments(text: string): string {
  let kept = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf("<!--", from);
    const end = start === -1 ? -1 : text.indexOf("-->", start + 4);
    if (end === -1) return kept + text.slice(from);
    kept += text.slice(from, start);
    from = end + 3;
  }
}

/** Whether people have written anything: comments, such as the hints, are nothing. */
export function isWritten(text: string | undefined): boolean {
  return text !== undefined && withoutComments(text).trim() !== "";
}

/** What stands in the file where nothing is written yet; it is not shown. */
export function hintText(name: SectionName): string {
  const kind = SECTIONS.find((section) => section.name === name);
  return `<!-- Write here: ${kind?.hint ?? ""} -->`;
}

/** @throws {@link ConfigurationError} if a section has a line that would be taken for the mark of a part */
export function checkSections(sections: Readonly<Partial<Record<SectionName, string>>>): void {
  for (const [name, text] of Object.entries(sections)) {
    const line = text.split("\n").findIndex(isMark);
    if (line === -1) continue;
    throw invalid(["sections", name], `line ${String(line + 1)} is a mark of a generated part; take it out`);
  }
}
